// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/report/text.hpp>  // self-contained

#include "support/report_sample.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <daypack/backends/aws.hpp>
#include <daypack/detail/text.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(report_text)

namespace {

using support::sample_report;

std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_keep_to_the_width) {
  Report report = sample_report();
  report.parts[0].files[0].path = std::string(300, 'p') + "\u00e4\u00e4\u00e4.so";
  report.parts[0].name = std::string(100, 'n');
  for (const std::size_t width : {60u, 80u, 133u}) {
    std::size_t widest = 0;
    for (const std::string& line : detail::split_at(text_of(report, {.width = width}), '\n'))
      widest = std::max(widest, columns(line));
    BOOST_TEST(widest <= width);
    BOOST_TEST(widest > width - 10);
  }
  BOOST_TEST(text_of(report, {.width = 0}) == text_of(report, {.width = 40}));
}

BOOST_AUTO_TEST_CASE(bars_are_as_long_as_their_share) {
  const std::string text = text_of(sample_report(), {.width = 80, .unicode = false});
  const auto marks = [&](std::string_view label) {
    const std::string line = text.substr(text.find(label), text.find('\n', text.find(label)) - text.find(label));
    return std::ranges::count(line, '#');
  };
  BOOST_TEST(marks("numpy 2.2.6") > 5 * marks("six 1.17.0") - 5);
  BOOST_TEST(marks("numpy 2.2.6") > marks("six 1.17.0"));
  BOOST_TEST(marks("your own files") == 1);  // what is there is seen
  BOOST_TEST(text_of(sample_report()).find("\u2588") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_utf8_terminal_gets_ascii) {
  Report report = sample_report();
  report.parts[0].files[0].path = "\u00e4\x1b[31m\xff";
  const std::string ascii = text_of(report, {.unicode = false});
  BOOST_TEST(std::ranges::all_of(ascii, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
  BOOST_TEST(ascii.find("\\x1b[31m") != std::string::npos);
  BOOST_TEST(text_of(report).find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(long_lists_are_summed_up) {
  Report report = sample_report();
  for (int i = 0; i < 30; ++i) report.parts.push_back({.name = "more-" + std::to_string(i), .size = 1});
  const std::string text = text_of(report, {.rows = 10});
  BOOST_TEST(text.find("and 23 smaller ones") != std::string::npos);
  BOOST_TEST(text.find("more-6") != std::string::npos);
  BOOST_TEST(text.find("more-7") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_known_is_told) {
  Report report = sample_report();
  BOOST_TEST(text_of(report).find("checks") == std::string::npos);
  report.findings = {{.check = "elf",
                      .severity = Severity::error,
                      .subject = "a.so",
                      .message = "needs glibc 2.40",
                      .hint = "build anew"}};
  report.against =
      Report::Against{.name = "old.zip", .sha256 = "1", .size = 400, .reasons = {"numpy 2.2.5 -> 2.2.6: 3 changed"}};
  report.imports = {{.module = "numpy", .self = 12300, .cumulative = 20000}};
  const std::string text = text_of(report);
  for (const char* words : {"out.zip\n", "AWS Lambda, Python 3.12, x86_64, app.handler", "of 262.1 MB", "saved by rule",
                            "checks: 1 error", "error: elf: a.so", "needs glibc 2.40", "build anew", "against old.zip",
                            "+500 B zip", "numpy 2.2.5 -> 2.2.6", "12.3 ms"})
    BOOST_TEST(text.find(words) != std::string::npos, words);
}

BOOST_AUTO_TEST_CASE(nothing_at_all) { BOOST_TEST(text_of(Report{}).find("0 parts, 0 files") != std::string::npos); }

BOOST_AUTO_TEST_SUITE_END()
