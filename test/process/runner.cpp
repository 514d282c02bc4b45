// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/process/runner.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(process_runner)

BOOST_AUTO_TEST_CASE(only_exit_code_0_in_time_is_success) {
  BOOST_TEST((Finished{.exit_code = 0}).ok());
  BOOST_TEST(!(Finished{.exit_code = 1}).ok());
  BOOST_TEST(!(Finished{.signal = 9}).ok());
  BOOST_TEST(!(Finished{.exit_code = 0, .timed_out = true}).ok());
}

BOOST_AUTO_TEST_CASE(the_short_run_cannot_be_stopped) {
  struct Echo : Runner {
    using Runner::run;
    Finished run(const Command& command, std::stop_token stop) override {
      BOOST_TEST(!stop.stop_possible());
      return {.exit_code = 0, .out = command.argv.front()};
    }
    std::unique_ptr<Child> start(const Command&) override { return {}; }
  } echo;
  BOOST_TEST(echo.run({.argv = {"uv"}}).out == "uv");
}

BOOST_AUTO_TEST_SUITE_END()
