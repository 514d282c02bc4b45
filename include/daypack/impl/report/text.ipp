// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/size_words.hpp>
#include <daypack/impl/report/lines.ipp>
#include <daypack/report/text.hpp>
#include <daypack/zip/name.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace daypack {

namespace detail {

// Writes rows "label bar numbers" of one width.
class ReportText {
 public:
  explicit ReportText(const TextStyle& style)
      : style_(style),
        width_(std::max<std::size_t>(style.width, 40)),
        label_(std::min<std::size_t>(width_ * 2 / 5, 44)) {}

  void line(const std::string& text) { out_ += text + '\n'; }
  void heading(const std::string& text) { out_ += '\n' + text + '\n'; }

  // The bar shows part of whole, in what the columns leave.
  void row(const std::string& name, std::uint64_t part, std::uint64_t whole, const std::string& numbers) {
    row(name, part, whole, numbers, label_);
  }
  void row(const std::string& name, std::uint64_t part, std::uint64_t whole, const std::string& numbers,
           std::size_t label) {
    const std::size_t used = label + numbers.size() + 4, room = width_ > used + 4 ? width_ - used : 0;
    out_ += "  " + cell(name, label) + ' ' + (room == 0 ? "" : bar(part, whole, room) + ' ') + numbers + '\n';
  }

  // As the terminal can show it.
  std::string shown(std::string_view name) const {
    std::string text = zip::printable(name);
    if (style_.unicode) return text;
    std::string ascii;
    for (const char c : text) ascii += zip::is_ascii({&c, 1}) ? std::string(1, c) : escaped(c);
    return ascii;
  }

  std::size_t rows() const { return style_.rows; }
  std::string take() { return std::move(out_); }

 private:
  static std::string escaped(char c) {
    static constexpr char digits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    return {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
  }

  // One column for each character; the end of a name tells more than its beginning.
  std::string cell(const std::string& name, std::size_t columns) const {
    const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; };
    const auto length = static_cast<std::size_t>(std::ranges::count_if(name, starts));
    if (length <= columns) return name + std::string(columns - length, ' ');
    const std::string mark = style_.unicode ? "\u2026" : "...";
    std::size_t drop = length - columns + (style_.unicode ? 1 : 3), at = 0;
    while (at < name.size() && (drop > 0 || !starts(name[at]))) drop -= starts(name[at++]) ? 1 : 0;
    return mark + name.substr(at);
  }

  std::string bar(std::uint64_t part, std::uint64_t whole, std::size_t columns) const {
    const double share = whole == 0 ? 0 : std::min(1.0, static_cast<double>(part) / static_cast<double>(whole));
    const auto eighths = static_cast<std::size_t>(std::lround(share * static_cast<double>(columns) * 8));
    const std::size_t full = eighths / 8, rest = part != 0 && eighths == 0 ? 1 : eighths % 8;
    if (!style_.unicode) {
      const std::size_t marks = std::min(columns, full + (rest != 0 ? 1 : 0));
      return std::string(marks, '#') + std::string(columns - marks, '.');
    }
    static constexpr std::array blocks{"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
    std::string text;
    for (std::size_t i = 0; i < full; ++i) text += "\u2588";
    text += blocks[rest];
    return text + std::string(columns - full - (rest != 0 ? 1 : 0), ' ');
  }

  TextStyle style_;
  std::size_t width_, label_;
  std::string out_;
};

inline std::string right_aligned(const std::string& text, std::size_t columns) {
  return std::string(columns - std::min(columns, text.size()), ' ') + text;
}

inline std::string two_sizes(std::uint64_t size, std::uint64_t compressed) {
  return right_aligned(size_words(size), 9) + right_aligned(size_words(compressed), 10) + " zip";
}

inline void print_budget(ReportText& out, const Report& report) {
  const auto print = [&](const char* what, std::uint64_t bytes, std::uint64_t limit) {
    if (limit == 0) return out.line("  " + std::string(what) + ' ' + size_words(bytes));
    out.row(what, bytes, limit, limit_words(bytes, limit), 8);
  };
  print("unpacked", report.budget.unzipped, report.budget.limit);
  print("zip     ", report.budget.zipped, report.budget.zipped_limit);
}

inline void print_parts(ReportText& out, const Report& report) {
  out.heading(grouped_digits(report.parts.size()) + (report.parts.size() == 1 ? " part, " : " parts, ") +
              counted(report.files(), "file"));
  const std::uint64_t most = report.parts.empty() ? 0 : report.parts[0].size;
  Report::Part rest;
  for (std::size_t i = 0; i < report.parts.size(); ++i) {
    const Report::Part& part = report.parts[i];
    if (i < out.rows()) {
      out.row(out.shown(part_title(part)), part.size, most, two_sizes(part.size, part.compressed));
      continue;
    }
    rest.size += part.size;
    rest.compressed += part.compressed;
  }
  if (report.parts.size() > out.rows())
    out.row("and " + grouped_digits(report.parts.size() - out.rows()) + " smaller ones", rest.size, most,
            two_sizes(rest.size, rest.compressed));
}

inline void print_files(ReportText& out, const Report& report) {
  std::vector<const Report::File*> files;
  for (const Report::Part& part : report.parts) {
    for (const Report::File& file : part.files) files.push_back(&file);
  }
  std::ranges::stable_sort(files, [](const auto* a, const auto* b) { return a->size > b->size; });
  files.resize(std::min(files.size(), (out.rows() + 1) / 2));
  out.heading("the largest files");
  for (const Report::File* file : files)
    out.row(out.shown(file->path), file->size, files[0]->size, two_sizes(file->size, file->compressed));
}

inline void print_kinds(ReportText& out, const Report& report) {
  out.heading("by kind of file");
  for (const KindSum& sum : kind_sums(report))
    out.row(std::string(kind_title(sum.kind)), sum.size, report.budget.unzipped, two_sizes(sum.size, sum.compressed));
}

inline void print_savings(ReportText& out, const Report& report) {
  if (report.savings.empty()) return;
  out.heading("saved by rule");
  for (const Report::Saving& one : report.savings)
    out.row(out.shown(one.rule), one.bytes, report.savings[0].bytes, two_sizes(one.bytes, one.compressed));
}

inline void print_findings(ReportText& out, const Report& report) {
  if (!report.findings) return;
  out.heading("checks: " + findings_summary(*report.findings));
  for (const Finding& one : *report.findings) {
    out.line("  " + std::string(to_string(one.severity)) + ": " + out.shown(one.check + ": " + one.subject));
    out.line("    " + out.shown(one.message));
    if (!one.hint.empty()) out.line("    " + out.shown(one.hint));
  }
}

inline void print_against(ReportText& out, const Report& report) {
  if (!report.against) return;
  out.heading("against " + out.shown(report.against->name));
  for (const std::string& line : against_lines(report)) out.line("  " + out.shown(line));
}

inline void print_imports(ReportText& out, const Report& report) {
  if (report.imports.empty()) return;
  out.heading("the slowest imports, in their own code");
  for (std::size_t i = 0; i < std::min(out.rows(), report.imports.size()); ++i) {
    const Report::Import& one = report.imports[i];
    out.row(out.shown(one.module), one.self, report.imports[0].self, right_aligned(milliseconds(one.self), 12));
  }
}

}  // namespace detail

DAYPACK_DECL std::string text_of(const Report& report, const TextStyle& style) {
  detail::ReportText out(style);
  out.line(out.shown(report.name));
  if (const std::string target = detail::target_words(report); !target.empty()) out.line("  " + out.shown(target));
  if (!report.sha256.empty()) out.line("  sha256 " + report.sha256);
  detail::print_budget(out, report);
  for (const Manifest::Layer& layer : report.layers) out.line("  " + out.shown(detail::layer_line(layer)));
  detail::print_parts(out, report);
  detail::print_kinds(out, report);
  detail::print_files(out, report);
  detail::print_savings(out, report);
  detail::print_imports(out, report);
  detail::print_findings(out, report);
  detail::print_against(out, report);
  return out.take();
}

}  // namespace daypack
