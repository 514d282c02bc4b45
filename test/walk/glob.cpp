// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/walk/glob.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <string>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(walk_glob)

struct Row {
  const char* pattern;
  const char* path;
  bool matches;
};

// Agrees with git's wildmatch (WM_PATHNAME), and with glob.translate(recursive=True, include_hidden=True) of
// Python 3.13 but for
// [!x], which there also matches a "/".
constexpr Row table[] = {
    // Without a slash: the last component, anywhere.
    {"*.py", "a.py", true},
    {"*.py", "x/y/a.py", true},
    {"*.py", "a.pyc", false},
    {"*.py", "a.py/b", false},
    {"a", "b/a", true},
    {"a", "ba", false},
    {"*", "x/y", true},
    {".*", ".env", true},
    {"*.py", ".py", true},
    // With one: the whole path. A leading slash only anchors.
    {"/*.py", "a.py", true},
    {"/*.py", "x/a.py", false},
    {"x/*.py", "x/a.py", true},
    {"x/*.py", "y/x/a.py", false},
    {"*/__init__.py", "a/__init__.py", true},
    {"*/__init__.py", "__init__.py", false},
    {"*/__init__.py", "a/b/__init__.py", false},
    {"a/*", "a/b/c", false},
    {"a*c", "a/c", false},
    // Two stars cross components.
    {"**", "a/b", true},
    {"**/a", "a", true},
    {"**/a", "x/a", true},
    {"**/a", "x/y/a", true},
    {"**/a", "xa", false},
    {"a/**", "a/b/c", true},
    {"a/**", "a", false},
    {"a/**/b", "a/b", true},
    {"a/**/b", "a/x/b", true},
    {"a/**/b", "a/x/y/b", true},
    {"a/**/b", "ab", false},
    {"a/**/b", "a/xb", false},
    {"**/testdata/**", "a/testdata/b/c", true},
    {"**/testdata/**", "testdata/b", true},
    {"**/testdata/**", "a/testdatas/b", false},
    {"**/*.so", "a/b.so", true},
    {"a/**/*.py", "a/b/c.py", true},
    {"a/**/*.py", "a/c.py", true},
    {"**/a/**/b", "x/a/y/a/b", true},
    {"**/a/b", "a/a/b", true},
    // "?" and sets are one character, never a slash.
    {"a?c", "abc", true},
    {"a?c", "ac", false},
    {"x/a?c", "x/a/c", false},
    {"[ab].py", "b.py", true},
    {"[ab].py", "c.py", false},
    {"[a-c]x", "bx", true},
    {"[a-c]x", "dx", false},
    {"[!a]x", "bx", true},
    {"[^a]x", "ax", false},
    {"y[!a]x", "y/x", false},
    {"[]a]x", "]x", true},
    {"[a-]x", "-x", true},
    {"[\\]]x", "]x", true},
    {"[ab", "[ab", true},  // never closed: no set
    {"[ab", "a", false},
    // A backslash takes the next character as it is.
    {"\\*.py", "*.py", true},
    {"\\*.py", "a.py", false},
    {"a\\", "a\\", true},
    // Restarts.
    {"*a*b", "xaxxb", true},
    {"*a*b", "xaxxbc", false},
    {"*.tar.gz", "a.tar.tar.gz", true},
    {"**/x*y/z", "a/xby/xcy/z", true},
    {"", "a", false},
};

BOOST_AUTO_TEST_CASE(follows_the_table) {
  for (const Row& row : table) {
    BOOST_TEST_CONTEXT(row.pattern << " on " << row.path) {
      BOOST_TEST(Glob(row.pattern).matches(row.path) == row.matches);
    }
  }
}

BOOST_AUTO_TEST_CASE(many_stars_take_no_exponential_time) {
  std::string pattern = "x/";
  for (int i = 0; i < 30; ++i) pattern += "a*";
  const std::string path = "x/" + std::string(200, 'a');
  BOOST_TEST(!Glob(pattern + "b").matches(path));
  std::string deep;
  for (int i = 0; i < 30; ++i) deep += "**/a/";
  std::string folders;
  for (int i = 0; i < 100; ++i) folders += "a/";
  BOOST_TEST(!Glob(deep + "b").matches(folders + "c"));
}

BOOST_AUTO_TEST_SUITE_END()
