// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/pyc_only.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/compiled.hpp"

using namespace daypack;
using namespace daypack::support;

BOOST_AUTO_TEST_SUITE(stages_pyc_only)

BOOST_AUTO_TEST_CASE(modules_run_without_sources_and_tracebacks_name_the_task_root) {
  const Tree tree =
      Tree::of({text_entry("pkg/__init__.py", "from . import mod\n"),
                text_entry("pkg/mod.py", "def fail():\n    raise ValueError('no')\n"),
                text_entry("pkg/__main__.py", "print('main', __name__)\n"), text_entry("pkg/data.txt", "text")});
  for (const Interpreter& python : pythons()) {
    BOOST_TEST_CONTEXT("Python " << python.version) {
      const Here here(python.python);
      Context context = context_for(here);
      const Tree done = PycOnly{}(tree, context);
      check_paths(done, {"pkg/__init__.pyc", "pkg/__main__.pyc", "pkg/data.txt", "pkg/mod.pyc"});
      const TemporaryFolder folder;
      write_out(done, folder.path());
      const Finished run = BoostRunner().run({.argv = {python.path, "-c",
                                                       "import pkg, traceback\n"
                                                       "print(pkg.__file__)\n"
                                                       "try: pkg.mod.fail()\n"
                                                       "except ValueError: traceback.print_exc()"},
                                              .environment = {{"PYTHONPATH", folder.path().string()}}});
      BOOST_TEST_REQUIRE(run.ok(), run.err);
      BOOST_TEST(run.out == folder.path().string() + "/pkg/__init__.pyc\n");
      BOOST_TEST(run.err.find("File \"/var/task/pkg/mod.py\", line 2, in fail") != std::string::npos, run.err);
      const Finished main =
          BoostRunner().run({.argv = {python.path, "-m", "pkg"}, .directory = folder.path().string()});
      BOOST_TEST(main.out == "main __main__\n");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_compile_stays_and_is_told) {
  const Here here(pythons().back().python);
  std::vector<std::string> remarks;
  Context context = context_for(here, &remarks);
  const auto wheel =
      std::make_shared<Distribution>(Distribution{.name = "old", .version = "1", .file = "old-1.whl", .sha256 = ""});
  Entry old = text_entry("old/two.py", "print 'two'\n");
  old.origin = wheel;
  Entry good = text_entry("old/good.py", "x = 1\n", Mode::executable);
  good.origin = wheel;
  const Tree tree = Tree::of({old, good, text_entry("old/zero.py", std::string("a\0", 2))});
  const Tree done = PycOnly{}(tree, context);
  check_paths(done, {"old/good.pyc", "old/two.py", "old/zero.py"});
  BOOST_TEST((done.find("old/good.pyc")->mode == Mode::file));
  BOOST_TEST(done.find("old/good.pyc")->origin == wheel);
  BOOST_TEST_REQUIRE(done.ledger().size() == 3U);
  const LedgerLine *changed = line_of(done, "old/good.py"), *kept = line_of(done, "old/two.py");
  BOOST_TEST((changed->change == Change::rewritten));
  BOOST_TEST(changed->bytes == 6U);
  BOOST_TEST(changed->bytes_after == size_of(done.find("old/good.pyc")->content));
  BOOST_TEST(changed->distribution == "old");
  BOOST_TEST(changed->rule == "pyc-only");
  BOOST_TEST((kept->change == Change::kept));
  BOOST_TEST(kept->bytes == kept->bytes_after);
  BOOST_TEST(kept->note.starts_with("SyntaxError: Missing parentheses"));
  BOOST_TEST_REQUIRE(remarks.size() == 1U);
  BOOST_TEST(remarks[0] == "old/two.py and 1 more: 2 files do not compile for Python " +
                               to_string(here.runtime.python) + " and stay as source");
}

BOOST_AUTO_TEST_CASE(what_must_keep_its_source) {
  Here here(pythons().back().python);
  constexpr std::string_view entries[] = {"/*.py"};
  here.policy.entry_sources = entries;
  here.policy.packages_folder = "lib/site";
  Context context = context_for(here);
  const auto wheel =
      std::make_shared<Distribution>(Distribution{.name = "w", .version = "1", .file = "w-1.whl", .sha256 = ""});
  std::vector<Entry> list;
  for (const char* path :
       {"function_app.py", "bin/tool.py", "lib/site/bin/script.py", "lib/site/cv2/__init__.py",
        "lib/site/cv2/config.py", "lib/site/cv2/config-3.py", "lib/site/transformers/models/bert/__init__.py",
        "lib/site/kept/a.py", "lib/site/linked.py"}) {
    list.push_back(text_entry(path, "x = 1\n"));
    if (list.back().path.starts_with("lib/")) list.back().origin = wheel;
  }
  list.push_back(text_entry("tool/wrapper.py", "#!/usr/bin/env python3\n", Mode::executable));
  list.push_back(text_entry("lib/other/link.py", "../site/linked.py", Mode::symlink));
  const Tree done = PycOnly{.keep_source = {"kept/**", "lib/site/kept/**"}}(Tree::of(list), context);
  const std::string tag =
      ".cpython-" + std::to_string(here.runtime.python.major) + std::to_string(here.runtime.python.minor) + ".pyc";
  check_paths(done, {"__pycache__/function_app" + tag, "bin/tool.pyc", "function_app.py", "lib/other/link.py",
                     "lib/site/__pycache__/linked" + tag, "lib/site/bin/script.py", "lib/site/cv2/__init__.pyc",
                     "lib/site/cv2/__pycache__/config-3" + tag, "lib/site/cv2/__pycache__/config" + tag,
                     "lib/site/cv2/config-3.py", "lib/site/cv2/config.py", "lib/site/kept/__pycache__/a" + tag,
                     "lib/site/kept/a.py", "lib/site/linked.py", "lib/site/transformers/models/bert/__init__.py",
                     "lib/site/transformers/models/bert/__pycache__/__init__" + tag, "tool/__pycache__/wrapper" + tag,
                     "tool/wrapper.py"});
  const Tree optimized =
      PycOnly{.optimize = 1, .keep_source = {"kept/**", "lib/site/kept/**"}}(Tree::of(list), context);
  BOOST_TEST(optimized.size() == list.size());  // Python looks for bytecode of -O under another name
  const Here old(3.6_py);
  if (pythons().front().python == Python{3, 6}) {
    Context for_old = context_for(old);
    check_paths(PycOnly{.keep_source = {"a.py"}}(Tree::of({text_entry("a.py", "x = 1\n")}), for_old), {"a.py"});
  }
  BOOST_TEST(line_of(done, "function_app.py")->note == "an entry file of Here");
  BOOST_TEST(line_of(done, "lib/site/cv2/config.py")->note == "its package reads this source");
  BOOST_TEST(line_of(done, "lib/site/bin/script.py")->note == "a program, not a module");
  BOOST_TEST(line_of(done, "lib/site/linked.py")->note == "a symbolic link points at it");
  BOOST_TEST(line_of(done, "lib/site/kept/a.py")->note == "asked for");
  BOOST_TEST(line_of(done, "tool/wrapper.py")->note == "a program of its own");
}

BOOST_AUTO_TEST_CASE(what_reads_its_own_source_keeps_it) {
  const Here here(pythons().back().python);
  std::vector<std::string> remarks;
  Context context = context_for(here, &remarks);
  const auto wheel =
      std::make_shared<Distribution>(Distribution{.name = "w", .version = "1", .file = "", .sha256 = ""});
  Entry packaged = text_entry("w/reader.py", "import inspect\ninspect.getsource(inspect)\n");
  packaged.origin = wheel;
  const Tree tree =
      Tree::of({packaged, text_entry("a.py", "import numba\n@numba.njit(cache=True)\ndef f(): ...\n"),
                text_entry("b.py", "import torch\n@torch.jit.script\ndef f(): ...\n"),
                text_entry("c.py", "cache=True\n"), text_entry("d.py", "import inspect\ninspect.getsource(len)\n")});
  for (int round = 0; round < 2; ++round) {
    const Tree done = PycOnly{}(tree, context);
    BOOST_TEST_REQUIRE((done.find("a.py") && done.find("b.py")));
    BOOST_TEST((!done.find("c.py") && !done.find("d.py") && !done.find("w/reader.py")));
    BOOST_TEST(done.size() == 7U);
    BOOST_TEST((line_of(done, "a.py")->change == Change::kept));
    BOOST_TEST(line_of(done, "a.py")->note == "numba's cache=True asks for this source");
    BOOST_TEST(line_of(done, "b.py")->note == "torch.jit.script reads this source");
  }
  BOOST_TEST(PycOnly{.optimize = 1}(tree, context).size() == 5U);
  BOOST_TEST_REQUIRE(remarks.size() == 3U);
  BOOST_TEST(remarks[0].starts_with("d.py: it uses inspect.getsource, and finds no source"), remarks[0]);
}

BOOST_AUTO_TEST_CASE(stale_bytecode_goes_and_the_rest_stays) {
  const Here here(pythons().back().python);
  Context context = context_for(here);
  const Tree tree =
      Tree::of({text_entry("a.py", "x = 1\n"), text_entry("a.pyc", "stale"), text_entry("alone.pyc", "of somebody"),
                text_entry("__pycache__/a.cpython-312.pyc", "stale"),
                text_entry("p/__pycache__/b.cpython-38.opt-1.pyc", "stale"), text_entry("p/b.py", "x = 1\n"),
                text_entry("p/__pycache__/gone.cpython-38.pyc", "orphan"), text_entry("p/bad.py", "def\n"),
                text_entry("p/bad.pyc", "theirs"), text_entry("p/__pycache__/bad.cpython-312.pyc", "theirs"),
                text_entry("p/my__pycache__/b.cpython-38.pyc", "data")});
  const Tree done = PycOnly{}(tree, context);
  check_paths(done, {"a.pyc", "alone.pyc", "p/__pycache__/bad.cpython-312.pyc", "p/__pycache__/gone.cpython-38.pyc",
                     "p/b.pyc", "p/bad.py", "p/bad.pyc", "p/my__pycache__/b.cpython-38.pyc"});
  BOOST_TEST((bad_pyc_reason(read_content(*done.find("a.pyc")).bytes, here.runtime.python) == ""));
  BOOST_TEST((line_of(done, "a.pyc")->change == Change::removed));
  BOOST_TEST((line_of(done, "__pycache__/a.cpython-312.pyc")->change == Change::removed));
}

BOOST_AUTO_TEST_CASE(nothing_to_compile_needs_no_interpreter) {
  const Here here(3.99_py);
  Context context = context_for(here);
  BOOST_TEST(PycOnly{}(Tree{}, context).empty());
  check_paths(PycOnly{}(Tree::of({text_entry("a.txt", "")}), context), {"a.txt"});
  BOOST_CHECK_EXCEPTION(PycOnly{}(Tree::of({text_entry("a.py", "")}), context), Error,
                        error_is(Errc::interpreter_missing, "no interpreter of the target's version"));
  BOOST_CHECK_EXCEPTION(PycOnly{.interpreter = pythons().back().path}(Tree::of({text_entry("a.py", "")}), context),
                        Error, error_is(Errc::usage, "expected CPython 3.99"));
}

BOOST_AUTO_TEST_CASE(the_same_tree_for_any_number_of_threads) {
  const Here here(pythons().back().python);
  std::vector<Entry> list;
  for (int i = 0; i < 100; ++i) {
    list.push_back(text_entry("p" + std::to_string(i % 7) + "/m" + std::to_string(i) + ".py",
                              i % 9 ? "def f(a=" + std::to_string(i) + "): return {'append', 'decode'}\n" : "def\n"));
  }
  const Tree tree = Tree::of(list);
  Context context_one = context_for(here, nullptr, 1), context_seven = context_for(here, nullptr, 7);
  const Tree one = PycOnly{}(tree, context_one), seven = PycOnly{}(tree, context_seven);
  check_paths(seven, paths_of(one));
  for (const Entry& entry : one)
    BOOST_TEST((read_content(entry).text() == read_content(*seven.find(entry.path)).text()));
  BOOST_TEST_REQUIRE(one.ledger().size() == seven.ledger().size());
  for (std::size_t i = 0; i < one.ledger().size(); ++i) BOOST_TEST(one.ledger()[i].note == seven.ledger()[i].note);
}

BOOST_AUTO_TEST_SUITE_END()
