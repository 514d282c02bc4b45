// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/scripts.hpp>  // self-contained

#include <daypack/error.hpp>

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
  for (const char* name : {"../up", "a/b", "..", ".hidden", "python", "Python3", "pypy3", "graalpy", "", "a b"}) {
    BOOST_CHECK_EXCEPTION(console_scripts("[console_scripts]\n" + std::string(name) + " = a:b\n", "x.whl"), Error,
                          [](const Error& error) {
                            return error.code() == Errc::damaged_wheel &&
                                   error.message() == "an entry point has a name that no script may have";
                          });
  }
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
  BOOST_TEST(with_portable_shebang("#!python -s\nx") == "#!/usr/bin/env python3 -s\nx");
  BOOST_TEST(with_portable_shebang("#!pythonw\n") == "#!/usr/bin/env python3\n");
  BOOST_TEST(with_portable_shebang("#!/bin/sh\n") == "#!/bin/sh\n");
}

BOOST_AUTO_TEST_SUITE_END()
