// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/report/licences.hpp>  // self-contained

#include "support/raw_zip.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/licence_files.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(report_licences)

namespace {

using Texts = std::vector<std::string>;

// A package of one distribution, with METADATA of these headers unless they are empty, and files of these names.
std::vector<PackageLicences> overview(const std::string& headers, const Texts& files, Ledger ledger = {}) {
  Manifest manifest{.distributions = {{.name = "six", .version = "1"}, {.name = "absent", .version = "2"}},
                    .ledger = std::move(ledger)};
  RawZip zip{.members = {raw_member("app.py", "", false)}};
  manifest.items.push_back({.path = "app.py"});
  const auto add = [&](const std::string& path, const std::string& text) {
    manifest.items.push_back({.path = path, .distribution = "six"});
    zip.members.push_back(raw_member(path, text, true));
  };
  for (const std::string& path : files) add(path, "x");
  if (!headers.empty()) add("six-1.dist-info/METADATA", "Metadata-Version: 2.4\n" + headers + '\n');
  return licences(manifest, zip::Reader::of(blob_of(zip.bytes()), "made.zip"));
}

LedgerLine removed(const std::string& path) {
  return {.change = Change::removed, .path = path, .distribution = "six", .rule = "globs"};
}

}  // namespace

BOOST_AUTO_TEST_CASE(names_of_licences) {
  for (const char* path :
       {"LICENSE", "a/LICENSE.txt", "a/licence", "a/COPYING.LESSER", "a/NOTICE", "a/NOTICES.md", "LICENSE-APACHE",
        "LICENSE_cpp.txt", "UNLICENSE", "six-1.dist-info/licenses/AUTHORS", "six-1.dist-info/licenses/a/b.py"})
    BOOST_TEST(daypack::detail::is_licence_file(path), path);
  for (const char* path : {"a/license.py", "a/license.pyc", "a/notice.svg", "a/noticeboard", "a/LICENSE/x",
                           "a/my_license", "six-1.dist-info/AUTHORS", "a/copyright", ""})
    BOOST_TEST(!daypack::detail::is_licence_file(path), path);
}

BOOST_AUTO_TEST_CASE(what_is_there_and_what_is_declared) {
  const auto found = overview(
      "License-Expression: MIT\nLicense-File: LICENSE\nLicense-File: docs/EULA.rtf\n",
      {"six-1.dist-info/licenses/LICENSE", "six-1.dist-info/licenses/docs/EULA.rtf", "six.py", "six/_vendor/COPYING"});
  BOOST_REQUIRE(found.size() == 1U);  // what has no file in the package is left out
  BOOST_TEST(found[0].name == "six");
  BOOST_TEST(found[0].version == "1");
  BOOST_TEST(found[0].declared_words() == "MIT");
  BOOST_TEST(found[0].files == (Texts{"six-1.dist-info/licenses/LICENSE", "six-1.dist-info/licenses/docs/EULA.rtf",
                                      "six/_vendor/COPYING"}),
             boost::test_tools::per_element());
  BOOST_TEST(found[0].missing.empty());
  BOOST_TEST(found[0].removed.empty());
}

BOOST_AUTO_TEST_CASE(files_beside_metadata_as_before_metadata_2_4) {
  const auto found = overview("License-File: EULA.rtf\n", {"six-1.dist-info/EULA.rtf", "six.py"});
  BOOST_TEST(found.at(0).files == Texts{"six-1.dist-info/EULA.rtf"}, boost::test_tools::per_element());
  BOOST_TEST(found.at(0).missing.empty());
}

BOOST_AUTO_TEST_CASE(what_is_gone_and_what_never_was) {
  const auto found = overview("License-File: LICENSE\nLicense-File: NOTICE\nLicense-File: EULA.rtf\n", {"six.py"},
                              {removed("six-1.dist-info/licenses/LICENSE"),
                               removed("six-1.dist-info/EULA.rtf"),
                               removed("six-1.dist-info/RECORD"),
                               {.change = Change::kept, .path = "six/COPYING", .distribution = "six"}});
  BOOST_TEST(found.at(0).files.empty());
  BOOST_TEST(found.at(0).missing == Texts{"NOTICE"}, boost::test_tools::per_element());
  BOOST_REQUIRE(found.at(0).removed.size() == 2U);
  BOOST_TEST(found[0].removed[0].rule == "globs");
}

BOOST_AUTO_TEST_CASE(words_for_what_is_declared) {
  BOOST_TEST(overview("", {"six.py"}).at(0).declared_words() == "not known");
  BOOST_TEST(overview("Name: six\n", {"six.py"}).at(0).declared_words() == "not declared");
  BOOST_TEST(
      overview("Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: Public Domain\n", {"six.py"})
          .at(0)
          .declared_words() == "MIT License, Public Domain");
}

BOOST_AUTO_TEST_SUITE_END()
