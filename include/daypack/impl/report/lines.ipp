// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/size_words.hpp>
#include <daypack/report/report.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

// The words that the terminal and the page have in common.
namespace daypack::detail {

inline std::string part_title(const Report::Part& part) {
  if (part.name.empty()) return "your own files";
  return part.name + (part.version.empty() ? "" : ' ' + part.version);
}

constexpr std::string_view kind_title(Report::Kind kind) {
  constexpr std::string_view titles[] = {"native libraries", "bytecode",           "source code",
                                         "metadata",         "text and documents", "data"};
  return titles[static_cast<int>(kind)];
}

struct KindSum {
  Report::Kind kind = Report::Kind::data;
  std::uint64_t files = 0, size = 0, compressed = 0;
};

// The kinds that there are, the largest first.
inline std::vector<KindSum> kind_sums(const Report& report) {
  std::vector<KindSum> sums(Report::kinds);
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i].kind = static_cast<Report::Kind>(i);
  for (const Report::Part& part : report.parts) {
    for (const Report::File& file : part.files) {
      KindSum& sum = sums[static_cast<std::size_t>(file.kind)];
      ++sum.files;
      sum.size += file.size;
      sum.compressed += file.compressed;
    }
  }
  std::erase_if(sums, [](const KindSum& sum) { return sum.files == 0; });
  std::ranges::stable_sort(sums, std::greater<>(), &KindSum::size);
  return sums;
}

// "AWS Lambda, Python 3.12, x86_64, app.handler"
inline std::string target_words(const Report& report) {
  std::string words = report.title;
  if (!report.python.empty()) words += ", Python " + report.python;
  for (const std::string& more : {report.arch, report.handler}) words += more.empty() ? "" : ", " + more;
  return words;
}

// "190.2 MB of 262.1 MB, 71.9 MB free"
inline std::string limit_words(std::uint64_t bytes, std::uint64_t limit) {
  if (limit == 0) return size_words(bytes);
  const std::string words = size_words(bytes) + " of " + size_words(limit) + ", ";
  return words + (bytes > limit ? size_words(bytes - limit) + " over" : size_words(limit - bytes) + " free");
}

inline std::string layer_line(const Manifest::Layer& layer) {
  std::string words =
      "layer " + layer.name + ": " + size_words(layer.unzipped) + " unpacked, " + size_words(layer.size) + " zip:";
  for (const std::string& name : layer.distributions) words += ' ' + name;
  return words;
}

inline std::string findings_summary(const std::vector<Finding>& findings) {
  std::string words;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    const auto count = static_cast<std::uint64_t>(std::ranges::count(findings, severity, &Finding::severity));
    if (count != 0) words += (words.empty() ? "" : ", ") + counted(count, std::string(to_string(severity)));
  }
  return words.empty() ? "nothing found" : words;
}

// How the sizes moved, then why the digest did.
inline std::vector<std::string> against_lines(const Report& report) {
  const Report::Against& against = *report.against;
  if (against.sha256 == report.sha256) return {"the same bytes"};
  std::int64_t unpacked = 0;
  for (const PackageDiff::Item& item : against.difference.items)
    unpacked += static_cast<std::int64_t>(item.size_after) - static_cast<std::int64_t>(item.size_before);
  const auto moved = [](std::int64_t by) {
    return (by < 0 ? "-" : "+") + size_words(static_cast<std::uint64_t>(by < 0 ? -by : by));
  };
  const auto zipped = static_cast<std::int64_t>(report.budget.zipped) - static_cast<std::int64_t>(against.size);
  std::vector<std::string> lines{moved(unpacked) + " unpacked, " + moved(zipped) + " zip"};
  lines.insert(lines.end(), against.reasons.begin(), against.reasons.end());
  if (against.reasons.empty()) lines.push_back("no entry differs");
  return lines;
}

// "12.3 ms" of microseconds.
inline std::string milliseconds(std::uint64_t microseconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ms", static_cast<double>(microseconds) / 1e3);
  return text;
}

}  // namespace daypack::detail
