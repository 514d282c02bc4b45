// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/duplicates.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>
#include <daypack/stage.hpp>
#include <daypack/zip/inflate.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_duplicates)

namespace {

const std::string text(5000, 'l');

Tree chain() {
  const auto one = distribution_of("one"), two = distribution_of("two");
  return Tree::of({entry_of(one, "one.libs/libz.so", text), entry_of(one, "one.libs/libz.so.1", text),
                   entry_of(one, "one.libs/libz.so.1.2.11", text), entry_of(two, "two/sub/libz.so", text),
                   entry_of(two, "two/other.bin", std::string(4999, 'l') + 'x'), entry_of(two, "two/small.txt", "l"),
                   entry_of(two, "two/small2.txt", "l"), text_entry("own.bin", text)});
}

Observed observed_for(const TargetFacts& facts) {
  Observed observed;
  observed.context = observed.context.with_target(facts);
  return observed;
}

std::string link_at(const Tree& tree, const std::string& path) {
  const Entry* const entry = tree.find(path);
  BOOST_REQUIRE(entry);
  return entry->mode == Mode::symlink ? std::string(read_content(*entry).text()) : "";
}

}  // namespace

static_assert(stage<Duplicates> && std::same_as<takes<Duplicates>, Tree> && std::same_as<gives<Duplicates>, Tree>);

BOOST_AUTO_TEST_CASE(equal_files_are_told_and_stay) {
  Observed observed;
  const Tree after = Duplicates{}(chain(), observed.context);
  BOOST_TEST(observed.texts() ==
                 (std::vector<std::string>{"one.libs/libz.so.1.2.11: 20000 bytes in equal files: one.libs/libz.so.1, "
                                           "one.libs/libz.so, own.bin, two/sub/libz.so",
                                           "duplicates: 4 files repeat others, 20000 bytes"}),
             boost::test_tools::per_element());
  for (const Entry& entry : after) BOOST_TEST((entry.mode == Mode::file), entry.path);
  BOOST_TEST(after.ledger().empty());
}

BOOST_AUTO_TEST_CASE(a_soname_chain_becomes_links) {
  Observed observed = observed_for(target<aws::Lambda, 3.12_py>.facts());
  const Tree after = Duplicates{.link = true}(chain(), observed.context);
  BOOST_TEST(link_at(after, "one.libs/libz.so") == "libz.so.1.2.11");
  BOOST_TEST(link_at(after, "one.libs/libz.so.1") == "libz.so.1.2.11");
  BOOST_TEST(link_at(after, "two/sub/libz.so") == "../../one.libs/libz.so.1.2.11");
  BOOST_TEST(link_at(after, "one.libs/libz.so.1.2.11") == "");
  BOOST_TEST(link_at(after, "own.bin") == "");
  BOOST_TEST(link_at(after, "two/other.bin") == "");
  BOOST_TEST(link_at(after, "two/small2.txt") == "");
  const Ledger& ledger = after.ledger();
  BOOST_REQUIRE(ledger.size() == 3U);
  BOOST_TEST((ledger[0].change == Change::rewritten));
  BOOST_TEST(ledger[0].path == "one.libs/libz.so");
  BOOST_TEST(ledger[0].bytes == 5000U);
  BOOST_TEST(ledger[0].bytes_after == 14U);
  BOOST_TEST(ledger[0].rule == "duplicates");
  BOOST_TEST(ledger[0].note == "a link to one.libs/libz.so.1.2.11");
  BOOST_TEST(ledger[2].distribution == "two");
}

BOOST_AUTO_TEST_CASE(a_backend_that_keeps_no_links_gets_files) {
  Observed observed = observed_for(target<azure::Functions, 3.12_py>.facts());
  const Tree after = Duplicates{.link = true}(chain(), observed.context);
  for (const Entry& entry : after) BOOST_TEST((entry.mode == Mode::file), entry.path);
  BOOST_TEST(observed.texts().back() == "duplicates: Azure Functions keeps no symbolic links: equal files stay");
}

BOOST_AUTO_TEST_CASE(executables_and_files_are_not_equal) {
  const auto demo = distribution_of("demo");
  Entry program = entry_of(demo, "bin/tool", text);
  program.mode = Mode::executable;
  Observed observed;
  Duplicates{}(Tree::of({program, entry_of(demo, "demo/tool", text)}), observed.context);
  BOOST_TEST(observed.texts() == std::vector<std::string>{"duplicates: 0 files repeat others, 0 bytes"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(contents_of_one_crc_are_compared) {
  std::string other = text;
  const unsigned char generator[] = {0x41, 0x06, 0x71, 0xDB, 0x01};  // of CRC-32: it leaves the checksum as it is
  for (std::size_t i = 0; i < sizeof generator; ++i) other[i] = static_cast<char>(other[i] ^ generator[i]);
  BOOST_REQUIRE(zip::crc32_of(as_bytes(text)) == zip::crc32_of(as_bytes(other)));
  const auto demo = distribution_of("demo");
  Observed observed;
  Duplicates{}(Tree::of({entry_of(demo, "a", text), entry_of(demo, "b", other)}), observed.context);
  BOOST_TEST(observed.texts() == std::vector<std::string>{"duplicates: 0 files repeat others, 0 bytes"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(links_are_no_files) {
  const auto demo = distribution_of("demo");
  Entry a = entry_of(demo, "a", "c"), b = entry_of(demo, "b", "c");
  a.mode = b.mode = Mode::symlink;
  Observed observed;
  Duplicates{.least = 1}(Tree::of({a, b, entry_of(demo, "c", "x")}), observed.context);
  BOOST_TEST(observed.texts() == std::vector<std::string>{"duplicates: 0 files repeat others, 0 bytes"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_equals_a_file_of_the_users_own_stays) {
  const auto demo = distribution_of("demo");
  Observed observed = observed_for(target<aws::Lambda, 3.12_py>.facts());
  const Tree after = Duplicates{.link = true}(
      Tree::of({entry_of(demo, "a.bin", text), text_entry("the-longest-name.bin", text)}), observed.context);
  BOOST_TEST(link_at(after, "a.bin") == "");
}

BOOST_AUTO_TEST_CASE(the_most_bytes_come_first) {
  const auto demo = distribution_of("demo");
  const std::string larger(6000, 'x');
  Observed observed;
  Duplicates{}(Tree::of({entry_of(demo, "a", text), entry_of(demo, "b", text), entry_of(demo, "c", larger),
                         entry_of(demo, "d", larger)}),
               observed.context);
  BOOST_REQUIRE(observed.remarks->size() == 3U);
  BOOST_TEST(observed.remarks->front().subject == "c");
}

// Two names for one module would be one library to the loader, which CPython initialises twice.
BOOST_AUTO_TEST_CASE(extension_modules_stay) {
  const TemporaryFolder folder;
  python_output("make_libraries.py", "'" + folder.path().string() + "'");
  const auto demo = distribution_of("demo");
  const auto file = [&](const std::string& path, const std::string& from) {
    return Entry{.path = path, .content = Owned{daypack::detail::map_file(folder / from)}, .origin = demo};
  };
  Observed observed = observed_for(target<aws::Lambda, 3.12_py>.facts());
  const Tree after =
      Duplicates{.link = true}(Tree::of({file("a/lost.so", "demo/lost.so"), file("b/lost.so", "demo/lost.so"),
                                         file("a/plugin.so", "demo/plugin.so"), file("b/plugin.so", "demo/plugin.so")}),
                               observed.context);
  BOOST_TEST(link_at(after, "b/lost.so") == "");
  BOOST_TEST(link_at(after, "b/plugin.so") == "../a/plugin.so");
  BOOST_TEST(observed.remarks->size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
