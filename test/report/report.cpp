// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/report/report.hpp>  // self-contained

#include "support/report_sample.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/aws.hpp>
#include <daypack/stages/zip.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/tree_literal.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(report_report)

BOOST_AUTO_TEST_CASE(parts_and_files_are_sorted_by_size) {
  const Report report = report_of(support::sample_manifest(), 500, &aws::Lambda::policy);
  BOOST_TEST_REQUIRE(report.parts.size() == 3u);
  BOOST_TEST(report.parts[0].name == "numpy");
  BOOST_TEST(report.parts[0].version == "2.2.6");
  BOOST_TEST(report.parts[0].size == 1700u);
  BOOST_TEST(report.parts[0].compressed == 700u);
  BOOST_TEST(report.parts[0].files[0].path == "numpy/core.so");
  BOOST_TEST(report.parts[1].name == "six");
  BOOST_TEST(report.parts[2].name.empty());
  BOOST_TEST(report.files() == 5u);
  BOOST_TEST(report.title == "AWS Lambda");
}

BOOST_AUTO_TEST_CASE(limits_count_the_layers) {
  Manifest manifest = support::sample_manifest();
  manifest.layers.push_back(
      {.name = "1", .file = "out-layer-1.zip", .size = 10, .unzipped = aws::Lambda::policy.limits.unzipped});
  const Report report = report_of(manifest, 500, &aws::Lambda::policy);
  BOOST_TEST(report.budget.over);
  BOOST_TEST(report.budget.limit == aws::Lambda::policy.limits.unzipped);
  BOOST_TEST(report_of(manifest, 500).budget.limit == 0u);
}

BOOST_AUTO_TEST_CASE(rules_and_what_they_saved) {
  const auto savings = report_of(support::sample_manifest(), 500).savings;
  BOOST_TEST_REQUIRE(savings.size() == 2u);  // compiling and keeping save nothing
  BOOST_TEST(savings[0].rule == "tests");
  BOOST_TEST(savings[0].files == 2u);
  BOOST_TEST(savings[0].bytes == 90u);
  BOOST_TEST(savings[0].compressed == 50u);
  BOOST_TEST(savings[1].rule == "strip");
  BOOST_TEST(savings[1].bytes == 30u);
  BOOST_TEST(savings[1].compressed == 20u);  // the file is in the zip, smaller
}

BOOST_AUTO_TEST_CASE(kinds_go_by_names) {
  using Kind = Report::Kind;
  const std::pair<const char*, Kind> cases[] = {
      {"a/b.so", Kind::native},         {"numpy.libs/libz.so.1.2", Kind::native},
      {"a.pyc", Kind::bytecode},        {"a.PY", Kind::source},
      {"a/b.pyx", Kind::source},        {"a-1.0.dist-info/licenses/b.py", Kind::metadata},
      {"a/README.rst", Kind::document}, {"a/data.json.gz", Kind::data},
      {"a.so/readme", Kind::data},      {"", Kind::data}};
  for (const auto& [path, kind] : cases) BOOST_TEST(to_string(kind_of_file(path)) == to_string(kind), path);
}

BOOST_AUTO_TEST_CASE(a_zip_without_a_manifest_is_one_part) {
  auto context = testing::context();
  const Archive archive = Zip<>{}(testing::tree_literal({{"a.py", "print()"}, {"b/c.txt", "text"}}), context);
  std::string bytes;
  archive.pour([&](ByteView part) { bytes += as_text(part); });
  const Report report = report_of(zip::Reader::of(blob_of(bytes), "any.zip"), bytes.size());
  BOOST_TEST_REQUIRE(report.parts.size() == 1u);
  BOOST_TEST(report.parts[0].files.size() == 2u);
  BOOST_TEST(report.budget.unzipped == 11u);
  BOOST_TEST(report.budget.zipped == bytes.size());
  BOOST_TEST(!report.findings);
}

BOOST_AUTO_TEST_CASE(import_times_of_python) {
  const auto imports = import_times(
      "import time: self [us] | cumulative | imported package\n"
      "import time:       123 |        123 |   _io\n"
      "a warning | of | another\n"
      "import time:      4567 |       4690 | io\n"
      "import time: x | 1 | y\n");
  BOOST_TEST_REQUIRE(imports.size() == 2u);
  BOOST_TEST(imports[0].module == "io");
  BOOST_TEST(imports[0].self == 4567u);
  BOOST_TEST(imports[0].cumulative == 4690u);
  BOOST_TEST(imports[1].module == "_io");
}

BOOST_AUTO_TEST_CASE(json_has_what_is_known_and_no_more) {
  Report report = report_of(support::sample_manifest(), 500);
  const std::string text = report.json();
  BOOST_TEST(text.starts_with("{\n\"format\":1,"));
  BOOST_TEST(text.find("\"findings\"") == std::string::npos);
  BOOST_TEST(text.find("\"against\"") == std::string::npos);
  report.findings.emplace();
  report.against = Report::Against{.name = "old.zip"};
  BOOST_TEST(report.json().find("\"findings\":[]") != std::string::npos);
  BOOST_TEST(report.json().find("\"against\":{\"name\":\"old.zip\"") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
