// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/tree.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

#include <algorithm>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(tree)

namespace {

std::vector<std::string> paths_of(const Tree& tree) {
  std::vector<std::string> paths;
  for (const Entry& entry : tree) paths.push_back(entry.path);
  return paths;
}

Entry from(std::string name, std::string path, std::string text) {
  Entry entry = text_entry(std::move(path), std::move(text));
  entry.origin = std::make_shared<const Distribution>(Distribution{name, "1", name + "-1-py3-none-any.whl", ""});
  return entry;
}

std::string failure_of(std::vector<Entry> entries) {
  try {
    Tree::of(std::move(entries));
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "";
}

using Paths = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(an_empty_tree_is_a_tree) {
  const Tree none;
  BOOST_TEST(none.empty());
  BOOST_TEST(none.find("a") == nullptr);
  BOOST_TEST(none.total().bytes == 0u);
  BOOST_TEST(none.ledger().empty());
  BOOST_TEST(none.filter([](const Entry&) { return true; }).empty());
  BOOST_TEST(none.with_ledger({{.path = "x"}}).ledger().size() == 1u);
  BOOST_TEST(none.without("**").empty());
  BOOST_TEST(none.under("x").empty());
  BOOST_TEST(none.merge(none).empty());
  BOOST_TEST(none.distributions().empty());
}

BOOST_AUTO_TEST_CASE(sorts_by_the_bytes_of_the_paths) {
  const Tree tree = Tree::of(
      {text_entry("b", ""), text_entry("a/b", ""), text_entry("a.py", ""), text_entry("B", ""), text_entry("ä", "")});
  BOOST_TEST(paths_of(tree) == (Paths{"B", "a.py", "a/b", "b", "ä"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(finds_and_counts) {
  const Tree tree = Tree::of({text_entry("a", "12"), text_entry("b/c", "345")});
  BOOST_TEST(tree.find("b/c")->path == "b/c");
  BOOST_TEST(tree.find("b") == nullptr);
  BOOST_TEST(tree.find("") == nullptr);
  BOOST_TEST(tree.find("z") == nullptr);
  BOOST_TEST(tree.total().entries == 2u);
  BOOST_TEST(tree.total().bytes == 5u);
}

BOOST_AUTO_TEST_CASE(unsafe_paths_are_refused_with_the_reason) {
  const std::vector<std::pair<std::string, std::string>> table{{"", "is empty"},
                                                               {"/a", "is absolute"},
                                                               {"C:/a", "drive letter"},
                                                               {"a//b", "empty component"},
                                                               {"a/", "empty component"},
                                                               {"./a", "a '.' component"},
                                                               {"a/..", "a '..' component"},
                                                               {"../a", "a '..' component"},
                                                               {"a\\b", "a backslash"},
                                                               {"a\nb", "a control character"},
                                                               {std::string("a\0b", 3), "a control character"},
                                                               {"a\x7f", "a control character"},
                                                               {"a\xff", "is not UTF-8"},
                                                               {"\xc0\xaf", "is not UTF-8"},
                                                               {"\xed\xa0\x80", "is not UTF-8"},
                                                               {std::string(4097, 'a'), "longer than 4096"}};
  for (const auto& [path, reason] : table) {
    BOOST_TEST_CONTEXT(path) {
      BOOST_TEST(std::string(unsafe_path_reason(path)).find(reason) != std::string::npos);
      BOOST_TEST(failure_of({text_entry(path, "")}).starts_with("unsafe_path: a path "));
    }
  }
  for (const char* path : {"a", "a..b", "..a", "a/.b", "…", "a b", "ab:c", "ü/日本.py", "\xf0\x9f\x90\x8d"})
    BOOST_TEST(unsafe_path_reason(path) == "");
}

BOOST_AUTO_TEST_CASE(equal_bytes_are_one_entry_and_others_a_conflict) {
  BOOST_TEST(Tree::of({from("a", "x/__init__.py", "same"), from("b", "x/__init__.py", "same")}).size() == 1u);
  const std::string text = failure_of({from("a", "x.py", "1"), from("b", "x.py", "2")});
  BOOST_TEST(
      text.find(
          "conflict: two sources give one path different content: x.py (a-1-py3-none-any.whl, b-1-py3-none-any.whl)") ==
      0u);
  Entry program = text_entry("x", "1", Mode::executable);
  BOOST_TEST(failure_of({text_entry("x", "1"), program}).starts_with("conflict"));
  BOOST_TEST(failure_of({text_entry("x", "1"), from("b", "x", "2")}).find("the user's own files") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_cannot_be_a_folder) {
  BOOST_TEST(failure_of({text_entry("a", ""), text_entry("a/b", "")}) ==
             "conflict: a path is both a file and a folder: a and a/b");
  BOOST_TEST(failure_of({text_entry("a", ""), text_entry("a-b", ""), text_entry("a/b/c", "")}).starts_with("conflict"));
  BOOST_TEST(failure_of({text_entry("a/b", ""), text_entry("a/b/c/d", "")}).starts_with("conflict"));
  BOOST_TEST(failure_of({text_entry("a/b", ""), text_entry("a/bc/d", ""), text_entry("a/c/e", "")}) == "");
}

BOOST_AUTO_TEST_CASE(filter_keeps_the_ledger_and_the_original) {
  const Tree tree = Tree::of({text_entry("a", ""), text_entry("b", "")}, {{.path = "gone"}});
  const Tree some = tree.filter([](const Entry& entry) { return entry.path == "b"; });
  BOOST_TEST(paths_of(some) == Paths{"b"}, boost::test_tools::per_element());
  BOOST_TEST(some.ledger().size() == 1u);
  BOOST_TEST(tree.size() == 2u);
}

BOOST_AUTO_TEST_CASE(rewrite_may_move_entries) {
  const Tree tree = Tree::of({text_entry("a", "1"), text_entry("b", "2")});
  const Tree moved =
      tree.rewrite([](const Entry& entry) { return entry.path == "a"; },
                   [](const Entry& entry) { return text_entry("z", std::string(read_content(entry).text()) + "!"); });
  BOOST_TEST(paths_of(moved) == (Paths{"b", "z"}), boost::test_tools::per_element());
  BOOST_TEST(read_content(*moved.find("z")).text() == "1!");
  const auto onto_b = [](const Entry&) { return text_entry("b", "other"); };
  BOOST_CHECK_THROW(tree.rewrite([](const Entry& entry) { return entry.path == "a"; }, onto_b), Error);
}

BOOST_AUTO_TEST_CASE(without_notes_what_it_removes) {
  const Tree tree = Tree::of({text_entry("a/testdata/x", "123"), from("d", "b/testdata/y", "4"), text_entry("c", "")});
  const Tree less = tree.without("**/testdata/**");
  BOOST_TEST(paths_of(less) == Paths{"c"}, boost::test_tools::per_element());
  BOOST_TEST_REQUIRE(less.ledger().size() == 2u);
  BOOST_TEST(less.ledger()[0].path == "a/testdata/x");
  BOOST_TEST(less.ledger()[0].bytes == 3u);
  BOOST_TEST(less.ledger()[0].rule == "without **/testdata/**");
  BOOST_TEST(less.ledger()[1].distribution == "d");
}

BOOST_AUTO_TEST_CASE(merge_joins_entries_and_ledgers) {
  const Tree both =
      Tree::of({text_entry("b", "")}, {{.path = "1"}}).merge(Tree::of({text_entry("a", "")}, {{.path = "2"}}));
  BOOST_TEST(paths_of(both) == (Paths{"a", "b"}), boost::test_tools::per_element());
  BOOST_TEST(both.ledger()[1].path == "2");
  BOOST_CHECK_THROW(Tree::of({text_entry("a", "1")}).merge(Tree::of({text_entry("a", "2")})), Error);
}

BOOST_AUTO_TEST_CASE(under_moves_everything_below_a_folder) {
  const Tree tree = Tree::of({text_entry("a", ""), text_entry("b/c", "")});
  BOOST_TEST(paths_of(tree.under("python")) == (Paths{"python/a", "python/b/c"}), boost::test_tools::per_element());
  BOOST_TEST(paths_of(tree.under("")) == paths_of(tree), boost::test_tools::per_element());
  BOOST_TEST(tree.with_ledger({{.path = "b/d"}}).under("python").ledger().front().path == "python/b/d");
  BOOST_CHECK_THROW(tree.under(".."), Error);
}

BOOST_AUTO_TEST_CASE(distributions_come_once_and_sorted) {
  const Entry b = from("b", "b.py", ""), a = from("a", "c.py", "");
  Entry more = text_entry("a.py", "");
  more.origin = b.origin;
  const auto found = Tree::of({b, a, more, text_entry("own.py", "")}).distributions();
  BOOST_TEST_REQUIRE(found.size() == 2u);
  BOOST_TEST(found[0]->name == "a");
  BOOST_TEST(found[1]->name == "b");
}

BOOST_AUTO_TEST_CASE(a_longer_ledger_shares_the_entries) {
  const Tree tree = Tree::of({text_entry("a", "")});
  const Tree more = tree.with_ledger({{.path = "x"}}).with_ledger({{.path = "y"}});
  BOOST_TEST(more.entries().data() == tree.entries().data());
  BOOST_TEST(more.ledger().size() == 2u);
  BOOST_TEST(tree.ledger().empty());
}

BOOST_AUTO_TEST_SUITE_END()
