// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/report/lines.ipp>
#include <daypack/report/report.hpp>
#include <daypack/zip/name.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

// The page as it is without JavaScript.
namespace daypack::detail {

// Text of any origin; control characters and what is no UTF-8 become \xNN.
inline std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : zip::printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

inline std::string percent(std::uint64_t part, std::uint64_t whole) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f",
                whole == 0 ? 0.0 : std::min(100.0, 100 * static_cast<double>(part) / static_cast<double>(whole)));
  return text;
}

// Attributes of a drawing, for the page's policy knows no style attributes.
inline std::string bar_drawing(std::uint64_t part, std::uint64_t whole, std::string_view kind) {
  return "<svg class=\"bar " + std::string(kind) +
         "\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\"><rect "
         "class=\"track\" width=\"100\" height=\"1\"/><rect width=\"" +
         percent(part, whole) + "\" height=\"1\"/></svg>";
}

inline std::string section_of(const std::string& id, const std::string& title, const std::string& content) {
  return "<section aria-labelledby=\"" + id + "-title\" id=\"" + id + "\">\n<h2 id=\"" + id + "-title\">" + title +
         "</h2>\n" + content + "</section>\n";
}

// A table whose rows are written already; columns that begin with '#' hold numbers.
inline std::string table_of(const std::string& caption, const std::vector<std::string>& columns,
                            const std::string& rows) {
  std::string head;
  for (const std::string& column : columns) {
    const bool number = column.starts_with('#');
    head += (number ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">") + column.substr(number ? 1 : 0) +
            "</th>";
  }
  return "<div class=\"scroll\"><table><caption>" + caption + "</caption>\n<thead><tr>" + head +
         "</tr></thead>\n<tbody>\n" + rows + "</tbody></table></div>\n";
}

inline std::string number_cell(std::uint64_t value, const std::string& words) {
  return "<td class=\"number\" data-value=\"" + std::to_string(value) + "\">" + words + "</td>";
}

inline std::string bytes_cell(std::uint64_t bytes) { return number_cell(bytes, size_words(bytes)); }

inline std::string meter_row(const std::string& what, std::uint64_t bytes, std::uint64_t limit) {
  const std::string begin = "<div class=\"meter\"><dt>" + what + "</dt><dd>" + size_words(bytes);
  if (limit == 0) return begin + " <span class=\"quiet\">no limit known</span></dd></div>\n";
  const bool over = bytes > limit, near = bytes * 10 > limit * 9;
  return begin + " <span class=\"quiet\">" + limit_words(bytes, limit).substr(size_words(bytes).size() + 1) +
         "</span>" +
         bar_drawing(bytes, limit,
                     over   ? "over"
                     : near ? "near"
                            : "fits") +
         "</dd></div>\n";
}

inline std::string page_summary(const Report& report) {
  std::string text = "<header>\n<h1>" + html_escaped(report.name) + "</h1>\n<p class=\"target\">" +
                     html_escaped(target_words(report)) + "</p>\n<dl class=\"meters\">\n";
  text += meter_row("Unpacked", report.budget.unzipped, report.budget.limit);
  text += meter_row("In the zip", report.budget.zipped, report.budget.zipped_limit);
  text += "<div class=\"meter\"><dt>Content</dt><dd>" + counted(report.files(), "file") + " in " +
          counted(report.parts.size(), "part") + "</dd></div>\n";
  if (report.findings)
    text += "<div class=\"meter\"><dt>Checks</dt><dd><a href=\"#checks\">" + findings_summary(*report.findings) +
            "</a></dd></div>\n";
  text += "</dl>\n";
  if (!report.sha256.empty())
    text += "<p class=\"digest\">sha256 <code>" + html_escaped(report.sha256) + "</code></p>\n";
  for (const Manifest::Layer& layer : report.layers) text += "<p>" + html_escaped(layer_line(layer)) + "</p>\n";
  return text + "</header>\n";
}

inline std::string page_parts(const Report& report) {
  std::string rows;
  const std::uint64_t most = report.parts.empty() ? 0 : report.parts[0].size;
  for (const Report::Part& part : report.parts) {
    const std::string name = part.name.empty() ? "your own files" : part.name;
    rows += "<tr><th scope=\"row\">" + html_escaped(name) + "</th><td>" + html_escaped(part.version) + "</td>";
    rows += number_cell(part.files.size(), grouped_digits(part.files.size())) + bytes_cell(part.size);
    rows += bytes_cell(part.compressed) + "<td class=\"share\">" + bar_drawing(part.size, most, "plain") + "</td>";
    rows += number_cell(part.size, percent(part.size, report.budget.unzipped) + " %") + "</tr>\n";
  }
  return section_of("parts", "Distributions",
                    table_of("Distributions and what they take",
                             {"Name", "Version", "#Files", "#Unpacked", "#Zipped", "", "#Share"}, rows));
}

inline std::string page_savings(const Report& report) {
  if (report.savings.empty()) return "";
  std::string rows;
  for (const Report::Saving& one : report.savings) {
    rows += "<tr><th scope=\"row\">" + html_escaped(one.rule) + "</th>" +
            number_cell(one.files, grouped_digits(one.files)) + bytes_cell(one.bytes) + bytes_cell(one.compressed) +
            "<td class=\"share\">" + bar_drawing(one.bytes, report.savings[0].bytes, "fits") + "</td></tr>\n";
  }
  return section_of("savings", "Saved by rule",
                    table_of("What each rule took away", {"Rule", "#Files", "#Unpacked", "#Zipped", ""}, rows));
}

inline std::string page_kinds(const Report& report) {
  std::string rows;
  for (const KindSum& sum : kind_sums(report)) {
    rows += "<tr><th scope=\"row\"><span class=\"swatch " + std::string(to_string(sum.kind)) + "\"></span>" +
            std::string(kind_title(sum.kind)) + "</th>" + number_cell(sum.files, grouped_digits(sum.files)) +
            bytes_cell(sum.size) + bytes_cell(sum.compressed) + "</tr>\n";
  }
  return section_of("kinds", "Kinds of files",
                    table_of("Files by what they are", {"Kind", "#Files", "#Unpacked", "#Zipped"}, rows));
}

inline std::string page_imports(const Report& report) {
  static constexpr std::size_t shown = 25;
  if (report.imports.empty()) return "";
  std::string rows;
  for (std::size_t i = 0; i < std::min(shown, report.imports.size()); ++i) {
    const Report::Import& one = report.imports[i];
    rows += "<tr><th scope=\"row\">" + html_escaped(one.module) + "</th>" +
            number_cell(one.self, milliseconds(one.self)) + number_cell(one.cumulative, milliseconds(one.cumulative)) +
            "<td class=\"share\">" + bar_drawing(one.self, report.imports[0].self, "plain") + "</td></tr>\n";
  }
  return section_of("imports", "Import time",
                    table_of("The slowest modules, in their own code", {"Module", "#Own", "#With imports", ""}, rows));
}

inline std::string page_findings(const Report& report) {
  if (!report.findings) return "";
  std::string items;
  for (const Finding& one : *report.findings) {
    const std::string severity(to_string(one.severity));
    items += "<li class=\"" + severity + "\"><strong>" + severity + "</strong> <span class=\"quiet\">" +
             html_escaped(one.check) + "</span> " + html_escaped(one.subject) + "<p>" + html_escaped(one.message) +
             "</p>" + (one.hint.empty() ? "" : "<p class=\"quiet\">" + html_escaped(one.hint) + "</p>") + "</li>\n";
  }
  if (items.empty()) return section_of("checks", "Checks", "<p>Nothing found.</p>\n");
  return section_of("checks", "Checks", "<ul class=\"findings\">\n" + items + "</ul>\n");
}

// The entries that moved the most.
inline std::string moved_rows(std::vector<PackageDiff::Item> items) {
  static constexpr std::size_t shown = 200;
  const auto by = [](const PackageDiff::Item& item) {
    return std::max(item.size_before, item.size_after) - std::min(item.size_before, item.size_after);
  };
  std::ranges::stable_sort(items, std::greater<>(), by);
  std::string rows;
  for (std::size_t i = 0; i < std::min(shown, items.size()); ++i) {
    rows += "<tr><th scope=\"row\" class=\"path\">" + html_escaped(items[i].path) + "</th><td>" +
            std::string(to_string(items[i].kind)) + "</td>" + bytes_cell(items[i].size_before) +
            bytes_cell(items[i].size_after) + "</tr>\n";
  }
  if (items.size() > shown)
    rows += "<tr><td colspan=\"4\">and " + grouped_digits(items.size() - shown) + " more</td></tr>\n";
  return rows;
}

inline std::string page_against(const Report& report) {
  if (!report.against) return "";
  std::string text = "<ul>\n", pins;
  for (const std::string& line : against_lines(report)) text += "<li>" + html_escaped(line) + "</li>\n";
  text += "</ul>\n";
  for (const PackageDiff::Pin& pin : report.against->difference.distributions) {
    pins += "<tr><th scope=\"row\">" + html_escaped(pin.name) + "</th><td>" + html_escaped(pin.before) + "</td><td>" +
            html_escaped(pin.after) + "</td></tr>\n";
  }
  if (!pins.empty()) text += table_of("Distributions that differ", {"Name", "Before", "After"}, pins);
  const std::string rows = moved_rows(report.against->difference.items);
  if (!rows.empty())
    text += "<details><summary>" + counted(report.against->difference.items.size(), "changed file") + "</summary>\n" +
            table_of("Files that differ", {"Path", "How", "#Before", "#After"}, rows) + "</details>\n";
  return section_of("against", "Against " + html_escaped(report.against->name), text);
}

inline std::string page_files(const Report& report) {
  std::string text;
  for (const Report::Part& part : report.parts) {
    const std::string title = html_escaped(part_title(part));
    std::string rows;
    for (const Report::File& file : part.files) {
      rows += "<tr><th scope=\"row\" class=\"path\">" + html_escaped(file.path) + "</th><td>" +
              std::string(to_string(file.kind)) + "</td>" + bytes_cell(file.size) + bytes_cell(file.compressed) +
              "</tr>\n";
    }
    text += "<details><summary>" + title + " <span class=\"quiet\">" + counted(part.files.size(), "file") + ", " +
            size_words(part.size) + "</span></summary>\n" +
            table_of("Files of " + title, {"Path", "Kind", "#Unpacked", "#Zipped"}, rows) + "</details>\n";
  }
  return section_of("files", "Every file", text);
}

}  // namespace daypack::detail
