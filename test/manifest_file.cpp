// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/manifest_file.hpp>  // self-contained

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(manifest_file)

namespace {

Manifest sample() {
  return {.backend = "aws_lambda",
          .python = "3.12",
          .arch = "arm64",
          .handler = "app.handler",
          .unzipped = 1ull << 63,
          .codec = "zlib 1.2.13",
          .level = 12,
          .bytecode = {.files = 5, .proven = 4},
          .distributions = {{"six", "1.17.0", "six.whl", "00ff"}, {"a", "1!2+local", "", ""}},
          .items = {{.path = "a/\"\\\b\t\x7f 日本 \xf0\x9f\x90\x8d.py",
                     .mode = Mode::symlink,
                     .size = 3,
                     .compressed = 2,
                     .distribution = "six"}},
          .ledger = {{.change = Change::rewritten,
                      .path = "x",
                      .bytes = 5,
                      .bytes_after = 4,
                      .compressed = 5,
                      .distribution = "a",
                      .rule = "strip",
                      .note = "line\nbreak"},
                     {.change = Change::kept, .path = "y"}}};
}

std::string failure_of(const std::string& text) {
  try {
    parse_manifest(text, "out.daypack.json");
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "";
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  BOOST_TEST_REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
  const TemporaryFolder folder;
  const std::string text = sample().json("abcd", 99), path = folder / "out.daypack.json";
  detail::write_file(path, text);
  const SavedManifest read = read_manifest(path);
  BOOST_TEST(read.sha256 == "abcd");
  BOOST_TEST(read.size == 99u);
  BOOST_TEST(read.handler == "app.handler");
  BOOST_TEST((read.bytecode == Manifest::Bytecode{5, 4}));
  BOOST_TEST(read.items[0].path == sample().items[0].path);
  BOOST_TEST((read.items[0].mode == Mode::symlink));
  BOOST_TEST(read.ledger[0].note == "line\nbreak");
  BOOST_TEST(read.json(read.sha256, read.size) == text);  // nothing is lost
}

BOOST_AUTO_TEST_CASE(layers_are_read_where_there_are_some) {
  Manifest split = sample();
  BOOST_TEST(parse_manifest(split.json("", 0), "x").layers.empty());
  split.layers = {{"1", "out-layer-1.zip", "ab", 7, 20, {"numpy", "six"}},
                  {"two", "out-layer-two.zip", "cd", 8, 30, {}}};
  const SavedManifest read = parse_manifest(split.json("abcd", 99), "x");
  BOOST_REQUIRE(read.layers.size() == 2U);
  BOOST_TEST(read.layers[0].distributions[1] == "six");
  BOOST_TEST(read.json("abcd", 99) == split.json("abcd", 99));  // nothing is lost
  BOOST_TEST(failure_of(replaced(split.json("", 0), "[\"numpy\"", "[7,\"numpy\""))
                 .find("(layers[0].distributions: expected texts)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_empty_manifest_is_one) {
  BOOST_TEST(parse_manifest(Manifest{}.json("", 0), "x").items.empty());
}

BOOST_AUTO_TEST_CASE(other_texts_are_refused_with_the_place) {
  const std::string text = sample().json("abcd", 99);
  BOOST_TEST(failure_of("") ==
             "syntax: this is not a manifest of daypack: out.daypack.json (no JSON: incomplete JSON)\n  hint: build "
             "the package again");
  BOOST_TEST(failure_of(text.substr(0, text.size() / 2)).find("(no JSON: incomplete JSON)") != std::string::npos);
  const std::vector<std::pair<std::string, std::string>> table{
      {"[]", "(: expected an object)"},
      {"{}", "(format: expected a whole number)"},
      {replaced(text, "\"format\":1", "\"format\":\"1\""), "(format: expected a whole number)"},
      {replaced(text, "\"level\":12", "\"level\":-1"), "(level: expected a whole number)"},
      {replaced(text, "\"level\":12", "\"level\":1.5"), "(level: expected a whole number)"},
      {replaced(text, "\"sha256\":\"abcd\"", "\"sha256\":7"), "(archive.sha256: expected a text)"},
      {replaced(text, "\"entries\":[", "\"entries\":7,\"x\":["), "(entries: expected an array)"},
      {replaced(text, "\"symlink\"", "\"folder\""), "(entries[0].mode: expected a known word)"},
      {replaced(text, "\"rule\":\"\",", ""), "(ledger[1].rule: expected a text)"},
      {replaced(text, "\"target\":{", "\"target\":[],\"x\":{"), "(target: expected an object)"}};
  for (const auto& [broken, words] : table) {
    BOOST_TEST_CONTEXT(words) { BOOST_TEST(failure_of(broken).find(words) != std::string::npos, failure_of(broken)); }
  }
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_refused) {
  BOOST_TEST(
      failure_of(replaced(sample().json("", 0), "\"format\":1", "\"format\":2")) ==
      "syntax: a manifest of a newer daypack: out.daypack.json (got format 2, expected 1)\n  hint: update daypack");
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_not_found) {
  BOOST_CHECK_EXCEPTION(read_manifest("/nonexistent/out.daypack.json"), Error,
                        [](const Error& error) { return error.code() == Errc::not_found; });
}

BOOST_AUTO_TEST_SUITE_END()
