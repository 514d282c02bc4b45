// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/report/statement.hpp>  // self-contained

#include "support/error_of.hpp"
#include "support/raw_zip.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <daypack/report/sbom.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(report_statement)

namespace {

const std::string digest(64, 'd');

Manifest manifest_of() {
  return {.backend = "aws_lambda",
          .python = "3.12",
          .arch = "arm64",
          .handler = "app.handler",
          .codec = "libdeflate 1.14",
          .level = 6,
          .distributions = {{.name = "six",
                             .version = "1.17.0",
                             .file = "six-1.17.0-py2.py3-none-any.whl",
                             .sha256 = std::string(64, 'a')},
                            {.name = "own", .version = "1+cpu", .file = "own-1+cpu-py3-none-any.whl"}}};
}

boost::json::value parsed(const std::string& text) { return boost::json::parse(text); }

std::string text_of(const boost::json::value& value) { return std::string(value.as_string()); }

}  // namespace

BOOST_AUTO_TEST_CASE(provenance_says_of_what_and_for_whom) {
  const auto document = parsed(provenance_statement(manifest_of(), digest, "out.zip"));
  BOOST_TEST(text_of(document.at("_type")) == "https://in-toto.io/Statement/v1");
  BOOST_TEST(text_of(document.at("predicateType")) == provenance_type);
  BOOST_TEST(boost::json::serialize(document.at("subject")) ==
             R"([{"name":"out.zip","digest":{"sha256":")" + digest + R"("}}])");
  const auto& built = document.at("predicate").at("buildDefinition");
  const boost::json::value asked{
      {"backend", "aws_lambda"}, {"python", "3.12"}, {"architecture", "arm64"}, {"handler", "app.handler"}};
  BOOST_TEST((built.at("externalParameters") == asked));
  BOOST_TEST(text_of(built.at("internalParameters").at("deflate")) == "libdeflate 1.14");
  BOOST_TEST(built.at("internalParameters").at("level").as_int64() == 6);
}

BOOST_AUTO_TEST_CASE(wheels_are_what_was_resolved) {
  const auto document = parsed(provenance_statement(manifest_of(), digest, "out.zip"));
  const auto& wheels = document.at("predicate").at("buildDefinition").at("resolvedDependencies").as_array();
  BOOST_REQUIRE(wheels.size() == 2U);
  const boost::json::value six{{"name", "six-1.17.0-py2.py3-none-any.whl"},
                               {"uri", "pkg:pypi/six@1.17.0"},
                               {"digest", {{"sha256", std::string(64, 'a')}}}};
  BOOST_TEST((wheels[0] == six));
  const boost::json::value own{{"name", "own-1+cpu-py3-none-any.whl"}, {"uri", "pkg:pypi/own@1%2Bcpu"}};
  BOOST_TEST((wheels[1] == own));
}

BOOST_AUTO_TEST_CASE(the_builder_is_named_by_a_uri) {
  const auto document = parsed(provenance_statement(manifest_of(), digest, "out.zip", {.id = "https://ci.example/x"}));
  BOOST_TEST(text_of(document.at("predicate").at("runDetails").at("builder").at("id")) == "https://ci.example/x");
  const auto code_of = [](const std::string& id) {
    return error_of([&] { provenance_statement(manifest_of(), digest, "out.zip", {.id = id}); }).code();
  };
  for (const char* id : {"", "ci", ":x", "1a:x", "a:", "https://ci example", "a/b:c"})
    BOOST_TEST((code_of(id) == Errc::usage), id);
}

BOOST_AUTO_TEST_CASE(a_bill_of_materials_is_a_predicate_too) {
  const auto reader = zip::Reader::of(blob_of(RawZip{.members = {raw_member("a", "", false)}}.bytes()), "made.zip");
  const auto document = parsed(cyclonedx_statement(manifest_of(), reader, digest, "out.zip"));
  BOOST_TEST(text_of(document.at("predicateType")) == cyclonedx_type);
  BOOST_TEST((document.at("predicate") == parsed(cyclonedx(manifest_of(), reader, digest, "out.zip"))));
  BOOST_TEST(text_of(document.at("subject").at(0).at("digest").at("sha256")) == digest);
}

BOOST_AUTO_TEST_CASE(equal_packages_have_equal_statements) {
  BOOST_TEST(provenance_statement(manifest_of(), digest, "a.zip") ==
             provenance_statement(manifest_of(), digest, "a.zip"));
}

BOOST_AUTO_TEST_SUITE_END()
