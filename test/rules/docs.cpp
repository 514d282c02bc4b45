// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/docs.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_docs)

namespace {

using Texts = std::vector<std::string>;

}  // namespace

static_assert(prune_rule<rules::Docs>);

namespace {

Tree tree_of(std::initializer_list<const char*> paths) {
  std::vector<Entry> entries;
  for (const char* path : paths) entries.push_back(entry_of(distribution_of("d"), path));
  return Tree::of(std::move(entries));
}

}  // namespace

BOOST_AUTO_TEST_CASE(folders_without_code_go) {
  BOOST_TEST(
      removed_by<rules::Docs>(
          tree_of({"a/docs/x.html", "a/docs/y/z.png", "a/examples/x.rst", "examples/x.json", "share/man/man1/a.1",
                   "share/jupyter/a.json", "a/b/docs/c.yml", "a/docs.rst"})) ==
          (Texts{"a/docs/x.html", "a/docs/y/z.png", "a/examples/x.rst", "examples/x.json", "share/man/man1/a.1"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(folders_with_code_stay) {  // botocore/docs is imported by botocore/client.py
  BOOST_TEST(removed_by<rules::Docs>(tree_of(
                 {"botocore/docs/bcdoc/style.py", "botocore/docs/x.txt", "a/docs/x.txt"})) == (Texts{"a/docs/x.txt"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(texts_go_by_their_whole_names) {
  BOOST_TEST(removed_by<rules::Docs>(
                 tree_of({"README.md", "a/CHANGES", "a/b/News.rst", "a/readme.txt", "a/changes.py", "a/news.json",
                          "a/README.md.j2", "a/descr/iris.rst", "a-1.dist-info/AUTHORS.md", "a/LICENSE"})) ==
                 (Texts{"README.md", "a/CHANGES", "a/b/News.rst", "a/readme.txt"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(texts_that_are_material_stay) {
  BOOST_TEST(removed_by<rules::Docs>(tree_of({"ansible/galaxy/data/default/role/README.md", "h/templates/README.md"}))
                 .empty());
}

BOOST_AUTO_TEST_CASE(examples_of_services_go) {
  BOOST_TEST(removed_by<rules::Docs>(tree_of(
                 {"botocore/data/s3/2006-03-01/examples-1.json", "botocore/data/s3/2006-03-01/waiters-2.json"})) ==
                 (Texts{"botocore/data/s3/2006-03-01/examples-1.json"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_users_own_files_stay) {
  // A folder that is the user's too stays as it is.
  BOOST_TEST(
      removed_by<rules::Docs>(Tree::of({entry_of(distribution_of("d"), "docs/b.html"), text_entry("docs/a.html", "")}))
          .empty());
  BOOST_TEST(removed_by<rules::Docs>(Tree::of({text_entry("docs/a.html", ""), text_entry("README.md", "")})).empty());
}

BOOST_AUTO_TEST_SUITE_END()
