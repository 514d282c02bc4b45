// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/report/html.hpp>  // self-contained

#include "support/report_sample.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <daypack/backends/aws.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(report_html)

namespace {

Report sample() {
  Report report = support::sample_report();
  report.findings.emplace();
  return report;
}

std::string between(const std::string& text, std::string_view begin, std::string_view end) {
  const std::size_t at = text.find(begin) + begin.size();
  return text.substr(at, text.find(end, at) - at);
}

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(tables_stand_without_scripts) {
  const std::string page = html_of(sample());
  for (const char* words :
       {"<h1>out.zip</h1>", "<th scope=\"row\">numpy</th><td>2.2.6</td>", "<th scope=\"row\">your own files</th>",
        "<th scope=\"row\" class=\"path\">numpy/core.so</th><td>native</td>", "of 262.1 MB", "Nothing found."})
    BOOST_TEST(page.find(words) != std::string::npos, words);
  BOOST_TEST(count(page, "<details>") == 3u);
}

BOOST_AUTO_TEST_CASE(the_data_is_the_report) {
  const Report report = sample();
  const auto data = boost::json::parse(between(html_of(report), "id=\"data\">", "</script>"));
  BOOST_TEST(data == boost::json::parse(report.json()));
}

BOOST_AUTO_TEST_CASE(names_are_text_whatever_they_say) {
  Report report = sample();
  const std::string evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;";
  report.name = report.title = report.handler = evil;
  report.parts[0].name = report.parts[0].version = evil;
  report.parts[0].files[0].path = evil + "/a.so";
  report.savings[0].rule = evil;
  report.layers = {{.name = evil, .distributions = {evil}}};
  report.findings = {{.check = evil, .subject = evil, .message = evil, .hint = evil}};
  report.imports = {{.module = evil, .self = 1}};
  report.against = Report::Against{.name = evil, .sha256 = "1", .reasons = {evil}};
  report.against->difference.items = {{.path = evil}};
  report.against->difference.distributions = {{.name = evil, .before = evil, .after = evil}};
  const std::string page = html_of(report);
  BOOST_TEST(count(page, "<script") == 2u);
  BOOST_TEST(count(page, "</script>") == 2u);
  BOOST_TEST(count(page, "<img") == 0u);
  BOOST_TEST(count(page.substr(0, page.find("<script")), "\"'") == 0u);  // in no attribute, in no text
  const auto data = boost::json::parse(between(page, "id=\"data\">", "</script>"));
  BOOST_TEST(boost::json::value_to<std::string>(data.at("name")) == evil);
}

BOOST_AUTO_TEST_CASE(the_policy_names_script_and_style) {
  const std::string policy = between(html_of(sample()), "Content-Security-Policy\" content=\"", "\">");
  BOOST_TEST(policy.starts_with("default-src 'none';"));
  BOOST_TEST(policy.find("unsafe") == std::string::npos);
  BOOST_TEST(count(policy, "'sha256-") == 2u);
}

BOOST_AUTO_TEST_CASE(nothing_is_fetched) {
  const std::string page = html_of(sample());
  for (const char* words : {"http://", "https://", " src=", "@import", "url(", "eval(", "innerHTML"})
    BOOST_TEST(page.find(words) == std::string::npos, words);
}

BOOST_AUTO_TEST_CASE(equal_reports_give_equal_bytes) {
  BOOST_TEST(html_of(sample()) == html_of(sample()));
  BOOST_TEST(html_of(Report{}).ends_with("</html>\n"));
}

BOOST_AUTO_TEST_SUITE_END()
