// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/bytecode/interpreter.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/pythons.hpp"
#include "support/temporary_folder.hpp"
#include "support/variable.hpp"

#include <cstdlib>
#include <fstream>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(bytecode_interpreter)

namespace {

std::string program(const TemporaryFolder& folder, const std::string& name, const std::string& script) {
  std::ofstream(folder / name) << "#!/bin/sh\n" << script << '\n';
  boost::filesystem::permissions(folder / name, boost::filesystem::owner_all);
  return folder / name;
}

std::string answer(const std::string& name, const std::string& version, int magic, const std::string& path) {
  return "printf 'daypack\\n" + name + "\\n" + version + "\\n7\\n" + std::to_string(magic) + "\\n" + path + "\\n'";
}

using support::Variable;

}  // namespace

BOOST_AUTO_TEST_CASE(the_real_ones) {
  BoostRunner runner;
  for (const Interpreter& python : pythons()) {
    BOOST_TEST(python.version.starts_with(to_string(python.python) + '.'));
    BOOST_TEST(python.magic == pyc_magic(python.python).value_or(python.magic));
    const Interpreter again = find_interpreter(python.python, python.path, runner, {});
    BOOST_TEST(again.version == python.version);
  }
}

BOOST_AUTO_TEST_CASE(a_chosen_one_must_be_right) {
  BoostRunner runner;
  const TemporaryFolder folder;
  const Interpreter& real = pythons().front();
  const Python other{3, real.python.minor + 1};
  BOOST_CHECK_EXCEPTION(
      find_interpreter(other, real.path, runner, {}), Error,
      error_is(Errc::usage, "(got CPython " + real.version + ", expected CPython " + to_string(other) + ")"));
  BOOST_CHECK_EXCEPTION(find_interpreter(3.12_py, "/bin/cat", runner, {}), Error,
                        error_is(Errc::usage, "/bin/cat (got no working Python interpreter, expected CPython 3)"));
  BOOST_CHECK_EXCEPTION(find_interpreter(3.12_py, folder / "none", runner, {}), Error,
                        error_is(Errc::interpreter_missing, "the interpreter cannot be started"));
  const auto pypy = program(folder, "pypy", answer("pypy", "3.12", 1, ""));
  BOOST_CHECK_EXCEPTION(find_interpreter(3.12_py, pypy, runner, {}), Error,
                        error_is(Errc::usage, "got pypy 3.12, expected CPython 3"));
  const auto alpha = program(folder, "alpha", answer("cpython", "3.12", 3500, ""));
  BOOST_CHECK_EXCEPTION(find_interpreter(3.12_py, alpha, runner, {}), Error,
                        error_is(Errc::usage, "got CPython 3.12.7 with bytecode magic 3500, expected 3531"));
}

BOOST_AUTO_TEST_CASE(python_2_says_what_it_is) {
  BoostRunner runner;
  const TemporaryFolder folder;
  const auto old = program(folder, "python", answer("python", "2.7", 0, "/usr/bin/python2.7"));
  BOOST_CHECK_EXCEPTION(interpreter_at(old, runner, {}), Error,
                        error_is(Errc::usage, "got python 2.7, expected CPython 3"));
}

BOOST_AUTO_TEST_CASE(shims_that_fail_are_passed_over) {
  BoostRunner runner;
  const TemporaryFolder shims, good;
  program(shims, "python3.12", "echo 'pyenv: python3.12: command not found' >&2; exit 127");
  program(good, "python3.12", answer("cpython", "3.12", 3531, "/real"));
  const Variable path("PATH", shims.path().string() + ":" + good.path().string());
  BOOST_TEST(find_interpreter(3.12_py, "", runner, {}).path == "/real");
}

BOOST_AUTO_TEST_CASE(pyenv_then_uv_then_an_error_that_helps) {
  BoostRunner runner;
  const TemporaryFolder bin, root;
  const Variable path("PATH", bin.path().string());
  const Variable pyenv("PYENV_ROOT", root.path().string());
  const Variable named("DAYPACK_UV", "");
  BOOST_CHECK_EXCEPTION(find_interpreter(3.12_py, "", runner, {}), Error, [](const Error& error) {
    return error.code() == Errc::interpreter_missing &&
           error.hint().find("uv python install 3.12") != std::string::npos &&
           error.hint().find("without bytecode") != std::string::npos;
  });
  // uv answers with what is there, and is told not to download.
  program(bin, "uv",
          "[ \"$UV_PYTHON_DOWNLOADS $5\" = 'never ' ] && [ $4 = cpython@3.12 ] && echo " + (bin / "from-uv"));
  program(bin, "from-uv", answer("cpython", "3.12", 3531, ""));
  BOOST_TEST(find_interpreter(3.12_py, "", runner, {}).path == bin / "from-uv");
  for (const char* version : {"3.12.4", "3.12.10", "3.12-dev", "3.1.2"}) {
    boost::filesystem::create_directories(root.path() / "versions" / version / "bin");
    program(root, std::string("versions/") + version + "/bin/python3.12", answer("cpython", "3.12", 3531, version));
  }
  BOOST_TEST(find_interpreter(3.12_py, "", runner, {}).path == "3.12.10");
  program(root, "versions/3.12.10/bin/python3.12", "kill -9 $$");
  BOOST_TEST(find_interpreter(3.12_py, "", runner, {}).path == "3.12.4");
}

BOOST_AUTO_TEST_SUITE_END()
