// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/imports.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/cache/disk.hpp>
#include <daypack/impl/detail/source_scanner.ipp>
#include <daypack/stages/prune.hpp>
#include <daypack/zip/inflate.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(checks_imports)

namespace {

using Texts = std::vector<std::string>;

// "a.b", "..a: b c", with "?" behind those of functions, "!" behind those that may fail.
struct StatementWords : daypack::detail::SourceSink {
  void statement(daypack::detail::ImportStatement statement) override {
    all += (all.empty() ? "" : "; ") + std::string(statement.level, '.') + statement.module;
    if (!statement.names.empty()) all += ':';
    for (const std::string& name : statement.names) all += ' ' + name;
    if (statement.in_function) all += '?';
    if (statement.guarded) all += statement.never_runs ? "#" : "!";
  }
  std::string all = {};
};

std::string statements_of(std::string_view source) {
  StatementWords words;
  daypack::detail::SourceScanner(source, words).scan();
  return words.all;
}

// What is found once the tests of "demo" are pruned.
Texts found_with(const std::string& path, const std::string& source) {
  const auto demo = distribution_of("demo", "1");
  auto context = targeted();
  const Tree tree = Tree::of(
      {entry_of(demo, "demo/tests/__init__.py"), entry_of(demo, "demo/tests/helper.py"), entry_of(demo, path, source)});
  return words_of(checks::Imports{}(Prune<rules::Tests>{}(tree, context), context));
}

}  // namespace

BOOST_AUTO_TEST_CASE(statements_are_read_as_python_reads_them) {
  BOOST_TEST(statements_of("import a\nimport b.c as d, e\n") == "a; b.c; e");
  BOOST_TEST(statements_of("from a.b import c as d, e\nfrom . import f\nfrom ..g import (\n  h,  # one\n  i)\n") ==
             "a.b: c e; .: f; ..g: h i");
  BOOST_TEST(statements_of("x = 1; import a\r\nfrom b import \\\n  c\n") == "a; b: c");
  BOOST_TEST(statements_of("def f():\n  import a\nimport b\nclass C:\n  import c\n") == "a?; b; c");
  BOOST_TEST(statements_of("from a import *") == "a: *");
  BOOST_TEST(statements_of("if x: import a; import b\nimport c\n") == "a; b; c");
  BOOST_TEST(statements_of("try: import a\nexcept ImportError: import b\nelse: x = {1: 2}\nimport c\n") == "a!; b!; c");
  BOOST_TEST(statements_of("def f(x: int = (1)): import a\nwhile (y := 1): import b\n") == "a?; b");
}

BOOST_AUTO_TEST_CASE(strings_comments_and_guards_do_not_count) {
  BOOST_TEST(statements_of("'''\nimport a\n'''\n# import b\nx = \"\"\"\\\"\"\"\nimport c\n\"\"\"\nimport d\n") == "d");
  BOOST_TEST(statements_of("try:\n  import a\nexcept ImportError:\n  import b\nimport c\n") == "a!; b!; c");
  BOOST_TEST(statements_of("if typing.TYPE_CHECKING:\n  import a\nif True:\n  import b\n") == "a#; b");
  BOOST_TEST(statements_of("if not TYPE_CHECKING:\n  import a\nelse:\n  import b\n") == "a!; b");
  BOOST_TEST(statements_of("important = 1\nfromage = 2\nimport_module('a')\n").empty());
  for (const char* odd : {"'''", "'", "\"\\", "import", "from", "from .", "from . import", "(", "\\"})
    BOOST_TEST(statements_of(odd).find("tests") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_kept_module_that_imports_a_pruned_one) {
  const std::string subject = "warning demo 1 (demo-1-py3-none-any.whl): ";
  const Texts absolute{subject + "imports demo.tests, which the rule tests removed (demo/a.py)",
                       subject + "imports demo.tests.helper, which the rule tests removed (demo/a.py)"};
  BOOST_TEST(found_with("demo/a.py", "from demo.tests import helper\n") == absolute, boost::test_tools::per_element());
  BOOST_TEST(found_with("demo/a.py", "from .tests import helper\n") == absolute, boost::test_tools::per_element());
  const Texts one{subject + "imports demo.tests.helper, which the rule tests removed (demo/__init__.py)"};
  BOOST_TEST(found_with("demo/__init__.py", "from .tests.helper import x\n") == one, boost::test_tools::per_element());
  BOOST_TEST(found_with("demo/sub/__init__.py", "from .. import tests\n").size() == 1U);
  BOOST_TEST(found_with("other.py", "import demo.tests\n").size() == 1U);
}

BOOST_AUTO_TEST_CASE(in_a_function_it_is_a_note) {
  const auto found = found_with("demo/a.py", "def test():\n  import demo.tests\n");
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(says(found[0], "note demo 1"));
  BOOST_TEST(says(found[0], "a function imports demo.tests"));
}

BOOST_AUTO_TEST_CASE(what_is_not_missed) {
  BOOST_TEST(found_with("demo/a.py", "import demo.testing\nimport tests\n").empty());
  BOOST_TEST(found_with("demo/conftest.py", "import demo.tests\n").empty());
  // Where another distribution brings the module, nothing is missing.
  const auto demo = distribution_of("demo"), more = distribution_of("more");
  const Tree tree = Tree::of({entry_of(demo, "a.py", "import b\n"), entry_of(more, "b.pyc", "x")})
                        .with_ledger({{.path = "b.py", .rule = "r"}});
  BOOST_TEST(checks::Imports{}(tree, targeted()).empty());
}

BOOST_AUTO_TEST_CASE(modules_of_attached_layers_are_there) {
  const Tree tree =
      Tree::of({entry_of(distribution_of("demo"), "a.py", "import b\n")}).with_ledger({{.path = "b.py", .rule = "r"}});
  const auto found_beside = [&](const std::string& path) {
    return checks::Imports{.layers = {{.name = "layer", .files = Tree::of({text_entry(path, "")})}}}(tree, targeted())
        .size();
  };
  BOOST_TEST(found_beside("python/b.py") == 0U);
  BOOST_TEST(found_beside("python/b/__init__.pyc") == 0U);
  BOOST_TEST(found_beside("python/lib/python3.12/site-packages/b.py") == 0U);
  BOOST_TEST(found_beside("python/lib/python3.11/site-packages/b.py") == 1U);
  BOOST_TEST(found_beside("lib/b.py") == 1U);
  BOOST_TEST(found_beside("b.py") == 1U);
}

BOOST_AUTO_TEST_CASE(without_anything_pruned_nothing_is_read) {
  Entry unreadable{.path = "a.py", .content = FileRange{HostPath("/nowhere"), 0, 10}};
  BOOST_TEST(checks::Imports{}(Tree::of({unreadable}), targeted()).empty());
}

BOOST_AUTO_TEST_CASE(what_wheels_import_is_kept) {
  const TemporaryFolder folder;
  const auto context = testing::context(Services{.cache = std::make_shared<DiskCache>(folder.path().string())})
                           .with_target(target<aws::Lambda, 3.12_py>.facts());
  // The tree as Prune leaves it; the wheel's one source lies there, what it says may be another text of that length.
  const std::string says_tests = "import demo.tests, demo.more\n";
  const auto found = [&](const std::string& removed, const std::string& text) {
    const auto demo = std::make_shared<const Distribution>(Distribution{"demo", "1", "demo.whl", std::string(64, 'a')});
    ZipMember member{.data = blob_of(text),
                     .size = text.size(),
                     .crc32 = zip::crc32_of(as_bytes(says_tests)),
                     .deflated = false,
                     .trusted = true};
    const Entry source{.path = "demo/a.py", .content = member, .origin = demo};
    const Tree tree =
        Tree::of({source, text_entry("own.py", "import " + removed)})
            .with_ledger({{.path = "demo/" + removed.substr(removed.rfind('.') + 1) + ".py", .rule = "r"}});
    return words_of(checks::Imports{}(tree, context));
  };
  const Texts first = found("demo.tests", says_tests);
  BOOST_TEST(first.size() == 2U);
  // It is not read again, wrong as that is here; where something else is removed, it is.
  const std::string says_nothing(says_tests.size(), '#');
  BOOST_TEST(found("demo.tests", says_nothing) == first, boost::test_tools::per_element());
  BOOST_TEST(found("demo.more", says_tests).size() == 2U);
  BOOST_TEST(found("demo.other", says_tests).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
