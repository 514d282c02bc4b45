// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/report/sbom.hpp>  // self-contained

#include "support/raw_zip.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(report_sbom)

namespace {

using Texts = std::vector<std::string>;

Distribution wheel(const std::string& name, const std::string& version) {
  return {.name = name, .version = version, .file = name + "-py3-none-any.whl", .sha256 = std::string(64, 'a')};
}

// The document of packages, each with what follows "Metadata-Version" in its METADATA.
std::string bom(const std::vector<std::pair<Distribution, std::string>>& packages) {
  Manifest manifest{.backend = "aws_lambda", .python = "3.12", .arch = "x86_64"};
  RawZip zip{.members = {}};
  for (const auto& [distribution, headers] : packages) {
    const std::string path = distribution.name + "-1.dist-info/METADATA";
    manifest.distributions.push_back(distribution);
    if (headers.empty()) continue;
    manifest.items.push_back({.path = path, .distribution = distribution.name});
    zip.members.push_back(raw_member(path, "Metadata-Version: 2.1\n" + headers + '\n', true));
  }
  if (zip.members.empty()) zip.members.push_back(raw_member("a", "", false));
  const auto reader = zip::Reader::of(blob_of(zip.bytes()), "made.zip");
  return cyclonedx(manifest, reader, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "out.zip");
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(licences_as_they_are_declared) {
  const auto names = [](const std::string& headers) { return declared_licences(headers).names; };
  const auto both =
      declared_licences("License-Expression: MIT OR Apache-2.0\nLicense: MIT\nClassifier: License :: X\n");
  BOOST_TEST(both.expression == "MIT OR Apache-2.0");
  BOOST_TEST(both.names.empty());
  BOOST_TEST(
      names("License: BSD\nClassifier: License :: OSI Approved :: MIT License\n"
            "Classifier: License :: OSI Approved\nClassifier: Topic :: X\nClassifier: License :: Public Domain\n") ==
          (Texts{"MIT License", "Public Domain"}),
      boost::test_tools::per_element());
  BOOST_TEST(names("License: BSD-3-Clause\n") == Texts{"BSD-3-Clause"}, boost::test_tools::per_element());
  BOOST_TEST(names("License: UNKNOWN\n").empty());
  BOOST_TEST(names("License: Permission is hereby granted,\n  free of charge\n").empty());
  BOOST_TEST(names("License: " + std::string(101, 'x') + '\n').empty());
  BOOST_TEST(names("").empty());
}

BOOST_AUTO_TEST_CASE(package_urls) {
  BOOST_TEST(package_url("Ruamel.YAML", "0.18.6") == "pkg:pypi/ruamel-yaml@0.18.6");
  BOOST_TEST(package_url("torch", "1!2.0+cpu") == "pkg:pypi/torch@1%212.0%2Bcpu");
}

BOOST_AUTO_TEST_CASE(components_and_who_requires_whom) {
  const std::string text = bom({{wheel("app", "1"),
                                 "Requires-Dist: Lib (>=1)\nRequires-Dist: win; sys_platform == 'win32'\n"
                                 "Requires-Dist: more; extra == 'all'\nRequires-Dist: absent\n"
                                 "Requires-Dist: !!\nLicense-Expression: MIT\n"},
                                {wheel("lib", "2"), "License: Zlib\nRequires-Dist: lib[self]\n"},
                                {wheel("more", "3"), ""},
                                {wheel("win", "4"), "Name: win\n"}});
  BOOST_TEST(has(text, R"({"ref":"package","dependsOn":["pkg:pypi/app@1","pkg:pypi/more@3","pkg:pypi/win@4"]})"));
  BOOST_TEST(has(text, R"({"ref":"pkg:pypi/app@1","dependsOn":["pkg:pypi/lib@2"]})"));
  BOOST_TEST(has(text, R"({"ref":"pkg:pypi/lib@2","dependsOn":[]})"));
  BOOST_TEST(has(text, R"("licenses":[{"expression":"MIT"}])"));
  BOOST_TEST(has(text, R"("licenses":[{"license":{"name":"Zlib"}}])"));
  BOOST_TEST(
      has(text, R"("name":"more","version":"3","purl":"pkg:pypi/more@3","hashes":[{"alg":"SHA-256","content":")" +
                    std::string(64, 'a') + R"("}],"properties")"));
}

BOOST_AUTO_TEST_CASE(the_serial_number_is_that_of_the_digest) {
  BOOST_TEST(has(bom({}), R"("serialNumber":"urn:uuid:01234567-89ab-8def-8123-456789abcdef","version":1)"));
  BOOST_TEST(bom({}) == bom({}));
}

BOOST_AUTO_TEST_SUITE_END()
