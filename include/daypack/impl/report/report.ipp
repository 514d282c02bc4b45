// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/json_text.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/report/report.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

namespace daypack {

namespace detail {

inline bool is_shared_object(std::string_view name) {
  return name.ends_with(".so") || name.find(".so.") != std::string_view::npos;
}

inline bool has_ending(std::string_view name, std::initializer_list<std::string_view> endings) {
  const std::string lowered = ascii_lowered(name);
  return std::ranges::any_of(endings, [&](std::string_view ending) { return lowered.ends_with(ending); });
}

inline void sort_parts(std::vector<Report::Part>& parts) {
  const auto largest_first = [](const auto& key) {
    return [key](const auto& a, const auto& b) { return a.size != b.size ? a.size > b.size : a.*key < b.*key; };
  };
  for (Report::Part& part : parts) {
    std::ranges::sort(part.files, largest_first(&Report::File::path));
    for (const Report::File& file : part.files) {
      part.size += file.size;
      part.compressed += file.compressed;
    }
  }
  std::ranges::sort(parts, largest_first(&Report::Part::name));
}

// Bytecode is not made to save bytes.
inline bool saves_bytes(const LedgerLine& line) {
  return line.change != Change::kept && !(line.change == Change::rewritten && line.rule == "pyc-only");
}

// What the zip has of the files that were made smaller.
inline std::map<std::string_view, std::uint64_t> compressed_now(const Manifest& manifest) {
  std::map<std::string_view, std::uint64_t> now;
  for (const LedgerLine& line : manifest.ledger) {
    if (line.change == Change::rewritten && saves_bytes(line)) now.emplace(line.path, 0);
  }
  if (now.empty()) return now;
  for (const Manifest::Item& item : manifest.items) {
    if (const auto found = now.find(item.path); found != now.end()) found->second = item.compressed;
  }
  return now;
}

inline void write_report_parts(JsonText& json, const std::vector<Report::Part>& parts) {
  json.line().key("distributions").open_array();
  for (const Report::Part& part : parts) {
    json.line().open_object().member("name", part.name).member("version", part.version);
    json.member("size", part.size).member("compressed", part.compressed).key("files").open_array();
    for (const Report::File& file : part.files) {
      json.line().open_object().member("path", file.path).member("kind", to_string(file.kind));
      json.member("size", file.size).member("compressed", file.compressed).close_object();
    }
    json.close_array().close_object();
  }
  json.close_array();
}

inline void write_report_findings(JsonText& json, const std::vector<Finding>& findings) {
  json.line().key("findings").open_array();
  for (const Finding& one : findings) {
    json.line().open_object().member("check", one.check).member("severity", to_string(one.severity));
    json.member("subject", one.subject).member("message", one.message).member("hint", one.hint).close_object();
  }
  json.close_array();
}

inline void write_report_against(JsonText& json, const Report::Against& against) {
  json.line().key("against").open_object().member("name", against.name).member("sha256", against.sha256);
  json.member("size", against.size).key("reasons").open_array();
  for (const std::string& reason : against.reasons) json.text(reason);
  json.close_array().key("distributions").open_array();
  for (const PackageDiff::Pin& pin : against.difference.distributions) {
    json.line().open_object().member("name", pin.name).member("before", pin.before).member("after", pin.after);
    json.close_object();
  }
  json.close_array().key("entries").open_array();
  for (const PackageDiff::Item& item : against.difference.items) {
    json.line().open_object().member("kind", to_string(item.kind)).member("path", item.path);
    json.member("size_before", item.size_before).member("size_after", item.size_after);
    json.member("compressed_before", item.compressed_before).member("compressed_after", item.compressed_after);
    json.member("distribution", item.distribution).close_object();
  }
  json.close_array().close_object();
}

inline void write_report_lists(JsonText& json, const Report& report) {
  json.line().key("savings").open_array();
  for (const Report::Saving& one : report.savings) {
    json.line().open_object().member("rule", one.rule).member("files", one.files).member("bytes", one.bytes);
    json.member("compressed", one.compressed).close_object();
  }
  json.close_array().line().key("layers").open_array();
  for (const Manifest::Layer& layer : report.layers) {
    json.line().open_object().member("name", layer.name).member("file", layer.file).member("sha256", layer.sha256);
    json.member("size", layer.size).member("unpacked", layer.unzipped).close_object();
  }
  json.close_array().line().key("imports").open_array();
  for (const Report::Import& one : report.imports) {
    json.line().open_object().member("module", one.module).member("self", one.self);
    json.member("cumulative", one.cumulative).close_object();
  }
  json.close_array();
}

// "  123 " as a number; nothing for what is none.
inline std::optional<std::uint64_t> padded_number(std::string_view text) {
  text = trimmed(text);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace detail

DAYPACK_DECL Report::Kind kind_of_file(std::string_view path) {
  const std::string_view name = detail::last_component(path);
  for (const std::string_view folder : {".dist-info/", ".egg-info/"}) {
    if (path.find(folder) != std::string_view::npos) return Report::Kind::metadata;
  }
  if (detail::is_shared_object(name)) return Report::Kind::native;
  if (name.ends_with(".pyc")) return Report::Kind::bytecode;
  if (detail::has_ending(name, {".py", ".pyi", ".pyx", ".pxd", ".pxi", ".c", ".h", ".cc", ".cpp", ".hpp", ".f90"}))
    return Report::Kind::source;
  if (detail::has_ending(name, {".txt", ".md", ".rst", ".html", ".htm", ".css", ".js", ".svg", ".png", ".ipynb"}))
    return Report::Kind::document;
  return Report::Kind::data;
}

DAYPACK_DECL std::vector<Report::Saving> savings_of(std::span<const Manifest* const> parts) {
  std::map<std::string_view, Report::Saving> sums;
  for (const Manifest* part : parts) {
    const auto now = detail::compressed_now(*part);
    for (const LedgerLine& line : part->ledger) {
      if (!detail::saves_bytes(line)) continue;
      Report::Saving& sum = sums[line.rule];
      ++sum.files;
      sum.bytes += line.bytes - std::min(line.bytes, line.bytes_after);
      const auto left = line.change == Change::rewritten ? now.at(line.path) : 0;
      sum.compressed += line.compressed - std::min(line.compressed, left);
    }
  }
  std::vector<Report::Saving> savings;
  for (auto& [rule, sum] : sums) {
    sum.rule = rule;
    savings.push_back(std::move(sum));
  }
  std::ranges::stable_sort(savings, std::greater<>(), &Report::Saving::bytes);
  return savings;
}

DAYPACK_DECL Report report_of(const Manifest& manifest, std::uint64_t zipped, const BackendPolicy* policy) {
  static const BackendPolicy unknown;
  const Manifest* const whole = &manifest;
  Report report{.backend = manifest.backend,
                .title = std::string(policy ? policy->title : std::string_view(manifest.backend)),
                .python = manifest.python,
                .arch = manifest.arch,
                .handler = manifest.handler,
                .savings = savings_of({&whole, 1}),
                .layers = manifest.layers};
  Manifest sum{.unzipped = manifest.unzipped};
  for (const Manifest::Layer& layer : manifest.layers) sum.unzipped += layer.unzipped;
  report.budget = budget(sum, zipped, policy ? *policy : unknown);
  std::map<std::string_view, std::string_view> versions;
  for (const Distribution& one : manifest.distributions) versions.emplace(one.name, one.version);
  std::map<std::string_view, Report::Part> parts;
  for (const Manifest::Item& item : manifest.items) {
    parts[item.distribution].files.push_back(
        {.path = item.path, .kind = kind_of_file(item.path), .size = item.size, .compressed = item.compressed});
  }
  for (auto& [name, part] : parts) {
    part.name = name;
    part.version = versions[name];
    report.parts.push_back(std::move(part));
  }
  detail::sort_parts(report.parts);
  return report;
}

DAYPACK_DECL Report report_of(const zip::Reader& archive, std::uint64_t zipped) {
  Report report{.budget = {.zipped = zipped}};
  Report::Part part;
  for (const zip::Member& member : archive.members()) {
    if (member.folder()) continue;
    part.files.push_back({.path = std::string(member.name),
                          .kind = kind_of_file(member.name),
                          .size = member.size,
                          .compressed = member.data.size()});
    report.budget.unzipped += member.size;
  }
  if (!part.files.empty()) report.parts.push_back(std::move(part));
  detail::sort_parts(report.parts);
  return report;
}

DAYPACK_DECL std::vector<Report::Import> import_times(std::string_view log) {
  static constexpr std::string_view prefix = "import time:";
  std::vector<Report::Import> imports;
  for (const std::string& line : detail::split_at(log, '\n')) {
    if (!line.starts_with(prefix)) continue;
    const auto fields = detail::split_at(std::string_view(line).substr(prefix.size()), '|');
    if (fields.size() != 3) continue;
    const auto self = detail::padded_number(fields[0]), cumulative = detail::padded_number(fields[1]);
    if (self && cumulative) imports.push_back({std::string(detail::trimmed(fields[2])), *self, *cumulative});
  }
  std::ranges::sort(imports, [](const Report::Import& a, const Report::Import& b) {
    return std::tie(b.self, a.module) < std::tie(a.self, b.module);
  });
  return imports;
}

DAYPACK_DECL std::string Report::json() const {
  detail::JsonText json;
  json.open_object().line().member("format", std::uint64_t{1}).member("name", name).member("sha256", sha256);
  json.line().key("target").open_object().member("backend", backend).member("title", title);
  json.member("python", python).member("arch", arch).member("handler", handler).close_object();
  json.line().key("budget").open_object().member("unpacked", budget.unzipped).member("unpacked_limit", budget.limit);
  json.member("zipped", budget.zipped).member("zipped_limit", budget.zipped_limit).close_object();
  detail::write_report_lists(json, *this);
  if (findings) detail::write_report_findings(json, *findings);
  if (against) detail::write_report_against(json, *against);
  detail::write_report_parts(json, parts);
  return json.line().close_object().take() + '\n';
}

}  // namespace daypack
