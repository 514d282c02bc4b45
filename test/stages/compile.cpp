// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/compile.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/compiled.hpp"

using namespace daypack;
using namespace daypack::support;

BOOST_AUTO_TEST_SUITE(stages_compile)

namespace {

// "312"
std::string tag_of(Python python) { return std::to_string(python.major) + std::to_string(python.minor); }

}  // namespace

BOOST_AUTO_TEST_CASE(bytecode_is_used_whatever_the_source_says_and_tracebacks_show_it) {
  const Tree tree = Tree::of({text_entry("pkg/__init__.py", "from . import mod\n"),
                              text_entry("pkg/mod.py", "def fail():\n    raise ValueError('no')\n"),
                              text_entry("pkg/data.txt", "text")});
  for (const Interpreter& python : pythons()) {
    if (python.python < Python{3, 7}) continue;
    BOOST_TEST_CONTEXT("Python " << python.version) {
      const Here here(python.python);
      Context context = context_for(here);
      const Tree done = Compile{}(tree, context);
      const std::string cached = "pkg/__pycache__/mod.cpython-" + tag_of(python.python) + ".pyc";
      BOOST_TEST_REQUIRE(done.size() == 5U);
      BOOST_TEST_REQUIRE((done.find(cached) && done.find("pkg/mod.py")));
      const TemporaryFolder folder;
      write_out(done, folder.path());
      const Finished run = BoostRunner().run(
          {.argv = {python.path, "-c",
                    "import pkg, traceback\n"
                    "print(pkg.mod.__cached__)\n"
                    "try: pkg.mod.fail()\n"
                    "except ValueError as e: print(e.__traceback__.tb_next.tb_frame.f_code.co_filename)"},
           .environment = {{"PYTHONPATH", folder.path().string()}}});
      BOOST_TEST_REQUIRE(run.ok(), run.err);
      BOOST_TEST(run.out.starts_with((folder.path() / cached).string() + '\n'), run.out);
      std::ofstream((folder.path() / "pkg/mod.py").string()) << "raise SystemExit('the source was read')\n";
      const Finished again = BoostRunner().run(
          {.argv = {python.path, "-c", "import pkg"}, .environment = {{"PYTHONPATH", folder.path().string()}}});
      BOOST_TEST(again.ok(), again.err);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_tag_of_optimized_bytecode) {
  const Python python = pythons().back().python;
  const Here here(python);
  Context context = context_for(here);
  const Tree tree = Tree::of({text_entry("a.py", "assert False\n")});
  const std::string begin = "__pycache__/a.cpython-" + tag_of(python);
  check_paths(Compile{}(tree, context), {begin + ".pyc", "a.py"});
  const Tree one = Compile{.optimize = 1}(tree, context);
  check_paths(one, {begin + ".opt-1.pyc", "a.py"});
  const TemporaryFolder folder;
  write_out(one, folder.path());
  const auto import = [&](const char* level) {
    return BoostRunner()
        .run({.argv = {pythons().back().path, "-B", "-c", "import a"},
              .environment = {{"PYTHONPATH", folder.path().string()}, {"PYTHONOPTIMIZE", level}}})
        .ok();
  };
  BOOST_TEST(import("1"));
  BOOST_TEST(!import(""));  // Python looks for another file, and compiles the source
}

BOOST_AUTO_TEST_CASE(what_is_not_compiled) {
  const Here here(pythons().back().python);
  std::vector<std::string> remarks;
  Context context = context_for(here, &remarks);
  const auto wheel =
      std::make_shared<Distribution>(Distribution{.name = "w", .version = "1", .file = "", .sha256 = ""});
  Entry program = text_entry("bin/tool.py", "x = 1\n");
  program.origin = wheel;
  const std::string tag = ".cpython-" + tag_of(here.runtime.python) + ".pyc";
  const Tree tree = Tree::of({program, text_entry("a.py", "def\n"), text_entry("b.py", "x = 1\n"),
                              text_entry("__pycache__/b" + tag, "stale"), text_entry("c.pyc", "somebody's"),
                              text_entry("link.py", "b.py", Mode::symlink)});
  const Tree done = Compile{}(tree, context);
  check_paths(done, {"__pycache__/b" + tag, "a.py", "b.py", "bin/tool.py", "c.pyc", "link.py"});
  BOOST_TEST((bad_pyc_reason(read_content(*done.find("__pycache__/b" + tag)).bytes, here.runtime.python) == ""));
  BOOST_TEST(line_of(done, "a.py")->note.starts_with("SyntaxError"));
  BOOST_TEST((line_of(done, "__pycache__/b" + tag)->change == Change::removed));
  BOOST_TEST(remarks == std::vector<std::string>{"a.py: 1 file does not compile for Python " +
                                                 to_string(here.runtime.python) + " and stay as source"});
}

BOOST_AUTO_TEST_CASE(columns_are_kept_unless_they_are_not_wanted) {
  const Interpreter& python = pythons().back();
  if (python.python < Python{3, 11}) return;
  const Here here(python.python);
  Context context = context_for(here);
  const Tree tree = Tree::of({text_entry("a.py", "def f(x): return x.a.b.c + x['d']['e']\n")});
  const auto bytes = [&](const Compile& stage) { return stage(tree, context).total().bytes; };
  BOOST_TEST(bytes({.debug_ranges = false}) < bytes({}));
}

BOOST_AUTO_TEST_CASE(python_3_6_compares_dates) {
  const Here here(3.6_py);
  Context context = context_for(here);
  BOOST_CHECK_EXCEPTION(Compile{}(Tree::of({text_entry("a.py", "")}), context), Error,
                        error_is(Errc::usage, "is of no use for this Python: 3.6"));
}

BOOST_AUTO_TEST_SUITE_END()
