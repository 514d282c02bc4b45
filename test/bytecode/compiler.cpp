// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/bytecode/compiler.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/pythons.hpp"
#include "support/temporary_folder.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(bytecode_compiler)

namespace {

const std::string plain =
    "'''Doc.'''\n"
    "import os\n"
    "NAMES = ['b', 'a', 'c']\n"
    "def f(x, *, names=frozenset({'x', 'y'})):\n"
    "    '''Inner.'''\n"
    "    assert x in ('one', 'two', 'three')\n"
    "    return [os.path.join(n, x) for n in names]\n"
    "class A:\n"
    "    append = 1\n";

std::string name_of(std::size_t file) { return "/var/task/m" + std::to_string(file) + ".py"; }

std::vector<Bytecode> compile(const Interpreter& python, const std::vector<std::string>& sources,
                              std::size_t threads = 1, BytecodeOptions options = {}) {
  std::vector<Bytecode> all(sources.size());
  compile_bytecode(
      python, options, sources.size(), [&](std::size_t i) { return SourceFile{name_of(i), blob_of(sources[i])}; },
      [&](std::size_t i, Bytecode one) { all[i] = std::move(one); }, Context(services_with(threads)));
  return all;
}

// What CPython's own py_compile does, in a process as bare as the workers.
std::string reference(const Interpreter& python, const std::string& source, const std::string& name, int optimize) {
  const std::string script =
      "import sys, _imp, importlib._bootstrap_external as external\n"
      "def main(source, name, optimize):\n"
      "    code = compile(source, name, 'exec', 0, True, optimize)\n"
      "    if hasattr(external, '_code_to_hash_pyc'):\n"
      "        number = int.from_bytes(external.MAGIC_NUMBER, 'little')\n"
      "        return external._code_to_hash_pyc(code, _imp.source_hash(number, source), False)\n"
      "    return external._code_to_bytecode(code, 0, len(source))\n"
      "sys.stdout.buffer.write(main(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2])))\n";
  Command command{.argv = {python.path, "-S", "-s", "-B", "-W", "ignore", "-c", script, name, std::to_string(optimize)},
                  .environment = {{"PYTHONHASHSEED", "0"}, {"LC_ALL", "C.UTF-8"}, {"PYTHONNODEBUGRANGES", "1"}},
                  .input = source};
  const Finished finished = BoostRunner().run(command);
  BOOST_TEST_REQUIRE(finished.ok(), finished.err);
  return finished.out;
}

// An interpreter that is a shell script around a real one.
Interpreter wrapped(const TemporaryFolder& folder, const std::string& script) {
  Interpreter python = pythons().back();
  std::ofstream(folder / "python") << "#!/bin/sh\nreal=" << python.path << "\nmark=" << folder / "mark" << '\n'
                                   << script << '\n';
  boost::filesystem::permissions(folder / "python", boost::filesystem::owner_all);
  python.path = folder / "python";
  return python;
}

std::size_t lines_in(const std::string& path) {
  std::ifstream file(path);
  return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_bytes_of_cpython_itself) {
  for (const Interpreter& python : pythons()) {
    BOOST_TEST_CONTEXT("Python " << python.version) {
      for (int optimize : {0, 1, 2}) {
        const auto compiled = compile(python, {plain, "", "x = 'ü' if __debug__ else 2\n"}, 1, {.optimize = optimize});
        BOOST_TEST_REQUIRE(compiled[0].ok(), compiled[0].reason);
        BOOST_TEST((compiled[0].pyc.text() == reference(python, plain, "/var/task/m0.py", optimize)));
        BOOST_TEST((compiled[1].pyc.text() == reference(python, "", "/var/task/m1.py", optimize)));
        const auto header = read_pyc_header(compiled[2].pyc.bytes);
        BOOST_TEST_REQUIRE(header.has_value());
        BOOST_TEST(header->magic == python.magic);
        if (python.python >= 3.7_py) {
          BOOST_TEST((header->invalidation == Invalidation::unchecked_hash));
        } else {
          BOOST_TEST((header->invalidation == Invalidation::timestamp));
          BOOST_TEST(header->source_time == 0U);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(debug_ranges_are_an_option_of_3_11) {
  for (const Interpreter& python : pythons()) {
    const auto without = compile(python, {plain}), with = compile(python, {plain}, 1, {.debug_ranges = true});
    BOOST_TEST((with[0].pyc.size() > without[0].pyc.size()) == (python.python >= 3.11_py), "Python " << python.version);
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_compile_has_a_reason) {
  std::string nested;
  for (int i = 0; i < 300; ++i) nested += '(';
  const std::vector<std::string> sources = {"def f(:\n",
                                            "print 'two'\n",
                                            std::string("a = 1\0\n", 7),
                                            "# coding: no-such-codec\n",
                                            "x = '\xff'\n",
                                            "# coding: latin-1\nx = '\xff'\n",
                                            nested,
                                            "# coding: gbk\nx = '\xc4\xe3'\n",
                                            "\xef\xbb\xbfx = 1\n",
                                            "return 1\n",
                                            "x = 1"};
  for (const Interpreter& python : pythons()) {
    BOOST_TEST_CONTEXT("Python " << python.version) {
      const auto compiled = compile(python, sources);
      BOOST_TEST(compiled[0].reason == "SyntaxError: invalid syntax (line 1)");
      BOOST_TEST(compiled[1].reason.starts_with("SyntaxError: Missing parentheses in call to 'print'"));
      BOOST_TEST(compiled[2].reason.find("null bytes") != std::string::npos);
      BOOST_TEST(compiled[3].reason.find("no-such-codec") != std::string::npos);
      BOOST_TEST(!compiled[4].ok());
      BOOST_TEST(compiled[5].reason == "");
      BOOST_TEST(!compiled[6].ok());
      BOOST_TEST(compiled[7].reason == "");
      BOOST_TEST(compiled[8].reason == "");
      BOOST_TEST(compiled[9].reason == "SyntaxError: 'return' outside function (line 1)");
      BOOST_TEST(compiled[10].reason == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_bytes_for_any_number_of_processes_and_any_order) {
  std::vector<std::string> sources;
  for (int i = 0; i < 150; ++i) {
    sources.push_back(plain + "v" + std::to_string(i) + " = 'append', 'normalize', 'NFKC', 'numeric'\n");
    if (i % 3) {  // pairs of files with equal sets: met before by one, not by the other
      const std::string pair = std::to_string(i / 3), set = "{'de" + pair + "', 'gz" + pair + "'}";
      sources.back() += "def g(x):\n    return x in " + set + '\n';
      if (i % 3 == 1) sources.back() += "def h(x):\n    if x == 1 or x in " + set + ": return 2\n";
    }
    if (i % 10 == 0) sources.back() += "\u00e9 = 1\n";     // imports unicodedata
    if (i % 15 == 0) sources.back() += "w = 'ab' is 3\n";  // a SyntaxWarning
    if (i % 25 == 0) sources.back() += "# long " + std::string(100'000, '#') + '\n';
  }
  for (const Interpreter& python : pythons()) {
    const auto one = compile(python, sources, 1), seven = compile(python, sources, 7);
    const std::vector<std::string> reversed(sources.rbegin(), sources.rend());
    std::vector<Bytecode> backward(reversed.size());
    compile_bytecode(
        python, {}, reversed.size(),
        [&](std::size_t i) { return SourceFile{name_of(reversed.size() - 1 - i), blob_of(reversed[i])}; },
        [&](std::size_t i, Bytecode made) { backward[i] = std::move(made); }, Context(services_with(2)));
    std::size_t different = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      BOOST_TEST_REQUIRE(one[i].ok(), one[i].reason);
      different +=
          one[i].pyc.text() != seven[i].pyc.text() || one[i].pyc.text() != backward[sources.size() - 1 - i].pyc.text();
    }
    BOOST_TEST(different == 0U, "Python " << python.version);
  }
}

// From 3.11 on: a start costs as much as ten files.
BOOST_AUTO_TEST_CASE(what_compiling_imports_costs_no_process) {
  const TemporaryFolder folder;
  const Interpreter python = wrapped(folder, "echo >>$mark; exec $real \"$@\"");
  std::vector<std::string> sources;
  for (const char* codec : {"koi8-r", "cp1251", "iso8859-7", "mac-greek"})
    sources.push_back("# coding: " + std::string(codec) + "\nx = '\xc1'\n");
  for (const Bytecode& bytecode : compile(python, sources)) BOOST_TEST(bytecode.reason == "");
  BOOST_TEST(lines_in(folder / "mark") == (python.python >= 3.11_py ? 1U : sources.size()));
}

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_costs_nothing_but_time) {
  const TemporaryFolder folder;
  // The first two processes are killed from outside while they work.
  const Interpreter python = wrapped(
      folder, "echo >>$mark; if [ $(wc -l <$mark) -le 2 ]; then (sleep 0.15; kill -9 $$) & fi; exec $real \"$@\"");
  std::string slow = "x = [\n";
  for (int i = 0; i < 4000; ++i) slow += "  {'key': f" + std::to_string(i) + "(1)},\n";
  slow += "]\n";
  const auto compiled = compile(python, std::vector<std::string>(60, slow), 2);
  for (const Bytecode& bytecode : compiled) BOOST_TEST(bytecode.reason == "");
  BOOST_TEST(lines_in(folder / "mark") >= 3U);
}

BOOST_AUTO_TEST_CASE(a_file_that_kills_its_process_twice_has_failed) {
  const TemporaryFolder folder;
  // Dies of every file that says so, as a parser that overflows its stack does.
  std::ofstream(folder / "killer.py")
      << "import sys, os, signal\n"
         "script, sys.argv = sys.argv[1], ['-c'] + sys.argv[2:]\n"
         "class Compile:\n"
         "    def __call__(self, source, *rest):\n"
         "        if source[:5] == b'# die': os.kill(os.getpid(), signal.SIGSEGV)\n"
         "        if source[:6] == b'# exit': sys.stderr.write('sorry\\n'); os._exit(3)\n"
         "        return compile(source, *rest)\n"
         "exec(script, {'compile': Compile()})\n";
  const Interpreter python =
      wrapped(folder, "echo >>$mark; for last; do script=$before; before=$last; done; exec $real " +
                          (folder / "killer.py") + " \"$script\" \"$last\"");
  std::vector<std::string> sources(40, "x = 1\n");
  sources[7] = "# die\n";
  sources[20] = "# exit\n";
  const auto compiled = compile(python, sources);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string expected = i == 7    ? "the interpreter was ended by signal 11"
                                 : i == 20 ? "the interpreter ended with exit code 3: sorry"
                                           : "";
    BOOST_TEST(compiled[i].reason == expected);
  }
  // The first, and one more for each death: for each of the two one among others, then twice alone.
  BOOST_TEST(lines_in(folder / "mark") == 7U);
}

BOOST_AUTO_TEST_CASE(a_process_that_hangs_is_replaced) {
  const TemporaryFolder folder;
  // The first greets, then reads nothing; the source is larger than a pipe.
  const Interpreter python =
      wrapped(folder,
              "echo >>$mark; if [ $(wc -l <$mark) -gt 1 ]; then exec $real \"$@\"; fi\n"
              "$real -c 'import sys, importlib.util as u; sys.stdout.buffer.write(u.MAGIC_NUMBER)'; exec sleep 300");
  const std::string large = "x = 1\n#" + std::string(300'000, '#') + '\n';
  const auto compiled = compile(python, {large, "y = 1\n"}, 1, {.patience = 4000ms});
  BOOST_TEST(compiled[0].reason == "");
  BOOST_TEST(compiled[1].reason == "");
  BOOST_TEST(lines_in(folder / "mark") == 2U);
}

// It answers after all, when it has got a part of the next request: nothing is sent behind that.
BOOST_AUTO_TEST_CASE(a_process_that_reads_late_is_replaced) {
  const TemporaryFolder folder;
  std::ofstream(folder / "sleeper.py") << "import os, sys, time\n"
                                          "script, sys.argv = sys.argv[1], ['-c'] + sys.argv[2:]\n"
                                          "class Compile:\n"
                                          "    def __call__(self, source, *rest):\n"
                                          "        if source[:6] == b'# late' and not os.path.exists('" +
                                              (folder / "slept") +
                                              "'):\n"
                                              "            open('" +
                                              (folder / "slept") +
                                              "', 'w').close()\n"
                                              "            time.sleep(3)\n"
                                              "        return compile(source, *rest)\n"
                                              "exec(script, {'compile': Compile()})\n";
  const Interpreter python =
      wrapped(folder, "echo >>$mark; for last; do script=$before; before=$last; done; exec $real " +
                          (folder / "sleeper.py") + " \"$script\" \"$last\"");
  const std::string large = "y = 1\n#" + std::string(1'000'000, '#') + '\n';
  const auto compiled = compile(python, {"# late\nx = 1\n", large, "z = 1\n"}, 1, {.patience = 2000ms});
  for (const Bytecode& bytecode : compiled) BOOST_TEST(bytecode.reason == "");
  BOOST_TEST(lines_in(folder / "mark") == 2U);
}

BOOST_AUTO_TEST_CASE(an_interpreter_that_cannot_serve) {
  const TemporaryFolder folder;
  const auto fails = [&](const std::string& script, const std::string& words,
                         std::chrono::milliseconds patience = 60s) {
    const Interpreter python = wrapped(folder, script);
    BOOST_CHECK_EXCEPTION(compile(python, {plain}, 1, {.patience = patience}), Error,
                          error_is(Errc::tool_failed, words));
  };
  fails("echo 'no libpython' >&2; exit 1", "the interpreter ended with exit code 1: no libpython");
  fails("exec sleep 300", "no answer within", 500ms);
  fails("echo hello; sleep 300", "an unexpected answer");
  BOOST_CHECK_EXCEPTION(compile(pythons().back(), {plain}, 1, {.optimize = 3}), Error,
                        error_is(Errc::usage, "expected 0, 1 or 2"));
}

BOOST_AUTO_TEST_CASE(what_the_source_throws_ends_the_work) {
  BOOST_CHECK_EXCEPTION(compile_bytecode(
                            pythons().back(), {}, 100,
                            [](std::size_t i) -> SourceFile {
                              if (i == 40) throw Error(Errc::damaged_zip, "a member is not what it claims", "m40");
                              return {"m.py", blob_of("x = 1\n")};
                            },
                            [](std::size_t, const Bytecode&) {}, Context(services_with(2))),
                        Error, error_is(Errc::damaged_zip, "m40"));
}

BOOST_AUTO_TEST_CASE(what_is_thrown_at_the_result_ends_the_work) {
  std::atomic<int> made = 0;
  BOOST_CHECK_EXCEPTION(compile_bytecode(
                            pythons().back(), {}, 3000, [](std::size_t) { return SourceFile{"m.py", blob_of(plain)}; },
                            [&](std::size_t i, const Bytecode&) {
                              ++made;
                              if (i == 40) throw Error(Errc::unwritable, "no room", "m40");
                            },
                            Context(services_with(2))),
                        Error, error_is(Errc::unwritable, "m40"));
  BOOST_TEST(made < 1000);
}

BOOST_AUTO_TEST_CASE(a_stop_leaves_no_process) {
  const TemporaryFolder folder;
  const Interpreter python = wrapped(folder, "echo $$ >>$mark; exec $real \"$@\"");
  Services services = services_with(2);
  std::stop_source stop;
  services.stop = stop.get_token();
  std::atomic<int> asked = 0;
  BOOST_CHECK_EXCEPTION(compile_bytecode(
                            python, {}, 5000,
                            [&](std::size_t) {
                              if (++asked == 200) stop.request_stop();
                              return SourceFile{"m.py", blob_of(plain)};
                            },
                            [](std::size_t, const Bytecode&) {}, Context(services)),
                        Error, error_is(Errc::cancelled, "stopped"));
  BOOST_TEST(asked < 1000);
  std::ifstream mark(folder / "mark");
  int pids = 0;
  for (int pid = 0; mark >> pid; ++pids) BOOST_TEST(::kill(pid, 0) != 0);
  BOOST_TEST(pids >= 1);
}

BOOST_AUTO_TEST_SUITE_END()
