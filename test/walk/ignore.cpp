// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/walk/ignore.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/programs.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/walk/walk.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(walk_ignore)

namespace {

using Texts = std::vector<std::string>;

// As a walk asks: nothing brings back what lies in an ignored folder.
bool ignored_with_parents(const Ignore& rules, const std::string& path, bool folder) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (rules.ignores(path.substr(0, slash), true)) return true;
  }
  return rules.ignores(path, folder);
}

}  // namespace

struct Row {
  const char* rules;
  const char* path;  // a folder when it ends with a slash
  bool ignored;
};

constexpr Row table[] = {
    {"", "a", false},
    {"a", "a", true},
    {"a", "x/a", true},
    {"a", "ab", false},
    {"*.pyc", "x/a.pyc", true},
    {"*", "x", true},
    // Anchored by a slash anywhere but at the end.
    {"/a", "a", true},
    {"/a", "x/a", false},
    {"x/a", "x/a", true},
    {"x/a", "y/x/a", false},
    {"a/", "x/a/", true},
    {"a/", "a", false},
    // The last match counts.
    {"*\n!a", "a", false},
    {"!a\n*", "a", true},
    {"*\n!a/", "a", true},
    {"*\n!a/", "a/", false},
    // Two stars are special as whole components only; and, as in git, behind a plain beginning.
    {"**/a", "a", true},
    {"**/a/b", "x/y/a/b", true},
    {"a/**", "a/", false},
    {"a/**", "a/b/c", true},
    {"a/**/b", "a/b", true},
    {"a/**/b", "a/x/y/b", true},
    {"?**/b", "ab/b", true},
    {"?**/b", "a/b/b", false},
    {"a**/b", "ab", true},
    {"/*/a", "x/y/a", false},
    // Comments, escapes, spaces, line ends.
    {"#a", "#a", false},
    {"\\#a", "#a", true},
    {"\\!a", "!a", true},
    {"a  ", "a", true},
    {"a\\ ", "a ", true},
    {"a\\ ", "a", false},
    {"a\t", "a", false},
    {"a\r\nb\r\n", "a", true},
    {"\xef\xbb\xbf"
     "a",
     "a", true},
    {"a\\", "a", false},
    {"\\a", "a", true},
    {"\\*", "x", false},
    // Sets.
    {"[ab]", "b", true},
    {"[!a]", "b", true},
    {"[^a]", "a", false},
    {"x[!a]y", "x/y", false},
    {"[a-c]", "b", true},
    {"[]a]", "]", true},
    {"[a-]", "-", true},
    {"[[:digit:]]", "7", true},
    {"[[:digit:]]", "d", false},
    {"[[:nope:]]", "n", false},
    {"[a", "[a", false},
    {"/", "a/", false},
};

BOOST_AUTO_TEST_CASE(follows_the_table) {
  for (const Row& row : table) {
    BOOST_TEST_CONTEXT(row.rules << " on " << row.path) {
      std::string path = row.path;
      const bool folder = path.ends_with('/');
      if (folder) path.pop_back();
      BOOST_TEST(Ignore().with("", row.rules).ignores(path, folder) == row.ignored);
    }
  }
}

BOOST_AUTO_TEST_CASE(deeper_files_win_below_their_folder) {
  const Ignore outer = Ignore().with("", "*.log\n/x/keep");
  const Ignore inner = outer.with("x", "!a.log\n/b");
  BOOST_TEST(!inner.ignores("x/a.log", false));
  BOOST_TEST(inner.ignores("a.log", false));
  BOOST_TEST(inner.ignores("x/b", false));
  BOOST_TEST(!inner.ignores("x/y/b", false));
  BOOST_TEST(!inner.ignores("b", false));
  BOOST_TEST(!inner.ignores("xb", false));
  BOOST_TEST(inner.ignores("x/keep", false));
  BOOST_TEST(outer.ignores("x/a.log", false));  // a value: not changed by what was made from it
}

BOOST_AUTO_TEST_CASE(many_stars_take_no_exponential_time) {
  std::string pattern = "/x";
  for (int i = 0; i < 30; ++i) pattern += "a*";
  std::string deep = "/";
  for (int i = 0; i < 30; ++i) deep += "**/a*/";
  std::string folders;
  for (int i = 0; i < 100; ++i) folders += "aa/";
  const Ignore rules = Ignore().with("", pattern + "b\n" + deep + "b");
  BOOST_TEST(!rules.ignores("x" + std::string(200, 'a'), false));
  BOOST_TEST(!rules.ignores(folders + "c", false));
}

BOOST_AUTO_TEST_CASE(agrees_with_git) {
  if (!installed("git")) return;
  const TemporaryFolder folder;
  std::map<std::string, Ignore> rules;
  std::map<std::string, Texts> kept;  // files, by case
  int cases = 0, ignored = 0;
  const auto rows = python_rows("ignore_cases.py", folder.path().string() + " 20261121 800");
  for (const auto& row : rows) {
    if (!row[1].ends_with(".gitignore")) continue;
    const std::string inside =
        row[1].substr(0, row[1].size() - std::string_view("/.gitignore").size() * (row[1].size() > 10));
    Ignore& all = rules[row[0]];
    all = all.with(row[1] == ".gitignore" ? "" : inside, detail::read_file(folder / (row[0] + "/" + row[1])));
  }
  for (const auto& row : rows) {
    const bool expected = row[3] == "1";
    if (ignored_with_parents(rules[row[0]], row[1], row[2] == "d") != expected)
      BOOST_ERROR(folder / row[0] << ": " << row[1] << (expected ? " is ignored" : " is not ignored") << " by git");
    if (row[2] == "f" && !expected) kept[row[0]].push_back(row[1]);
    ++cases, ignored += expected;
  }
  for (const auto& [name, files] : rules) {
    Texts expected = kept[name];
    std::ranges::sort(expected);
    const auto found = walk(folder / name, {.links = Links::report, .ignore_files = {".gitignore"}});
    BOOST_TEST(paths_in(found) == expected, boost::test_tools::per_element());
  }
  BOOST_TEST(cases > 20000);
  BOOST_TEST(ignored > 2000);
}

BOOST_AUTO_TEST_SUITE_END()
