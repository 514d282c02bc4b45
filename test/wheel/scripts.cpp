// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/scripts.hpp>  // self-contained

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/process/boost_runner.hpp>
#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(wheel_scripts)

BOOST_AUTO_TEST_CASE(entry_points_become_scripts) {
  const auto scripts = console_scripts(
      "[plugins]\nx = y:z\n\n[console_scripts]\r\n# comment\r\npip3.12 = pip._internal:cli.main "
      "[extra]\r\n[gui_scripts]\nwin=a:b",
      "x.whl");
  BOOST_TEST_REQUIRE(scripts.size() == 2u);
  BOOST_TEST(scripts[0].name == "pip3.12");
  BOOST_TEST(scripts[0].module == "pip._internal");
  BOOST_TEST(scripts[0].object == "cli.main");
  BOOST_TEST(script_text(scripts[0]) ==
             "#!/usr/bin/env python3\nimport sys\n\nfrom pip._internal import cli\n\nif __name__ == \"__main__\":\n    "
             "sys.exit(cli.main())\n");
  BOOST_TEST(console_scripts("", "x.whl").empty());
}

BOOST_AUTO_TEST_CASE(names_that_leave_the_folder_or_hide_the_interpreter_are_refused) {
  for (const char* name :
       {"../up", "a/b", "..", "a\\b", "python", "Python3", "python3.13t", "pythonw", "pypy3", "graalpy", ""}) {
    BOOST_CHECK_EXCEPTION(console_scripts("[console_scripts]\n" + std::string(name) + " = a:b\n", "x.whl"), Error,
                          [](const Error& error) {
                            return error.code() == Errc::damaged_wheel &&
                                   error.message() == "an entry point has a name that no script may have";
                          });
  }
}

BOOST_AUTO_TEST_CASE(other_names_are_as_good_as_for_pip) {
  for (const char* name : {"pypyr", "python-argcomplete", "pythonista", "c++x", "a b", ".dot", "\xc3\xbc"})
    BOOST_TEST(console_scripts("[console_scripts]\n" + std::string(name) + " = a:b\n", "x.whl").at(0).name == name);
}

BOOST_AUTO_TEST_CASE(a_value_must_name_an_object) {
  for (const char* value : {"a", "a:", ":b", "a b:c", "a:b; import os", "a..b:c", "1a:b"}) {
    BOOST_CHECK_EXCEPTION(console_scripts("[console_scripts]\nx = " + std::string(value) + "\n", "x.whl"), Error,
                          [](const Error& error) {
                            return error.message() == "an entry point does not name an object as module:object";
                          });
  }
}

BOOST_AUTO_TEST_CASE(shebangs_become_portable) {
  BOOST_TEST(with_portable_shebang("#!python3\r\nx") == "#!/usr/bin/env python3\nx");
  BOOST_TEST(with_portable_shebang("#!pythonista\nx") == "#!pythonista\nx");
  BOOST_TEST(with_portable_shebang("#!pythonw\n") == "#!/usr/bin/env python3\n");
  BOOST_TEST(with_portable_shebang("#!/bin/sh\n") == "#!/bin/sh\n");
}

BOOST_AUTO_TEST_CASE(arguments_of_a_shebang_reach_python) {
  const TemporaryFolder folder;
  const std::string script =
      with_portable_shebang("#!python -s -B\nimport sys\nprint(sys.flags.no_user_site, sys.argv[1:])\n");
  detail::write_file(folder / "tool", script);
  const Finished finished = BoostRunner().run({.argv = {"sh", folder / "tool", "a b", "c"}}, {});
  BOOST_TEST(finished.out == "1 ['a b', 'c']\n", finished.err);
}

BOOST_AUTO_TEST_SUITE_END()
