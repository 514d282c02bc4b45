// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/testing/fake_runner.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

using namespace daypack;
using daypack::testing::FakeRunner;

BOOST_AUTO_TEST_SUITE(testing_fake_runner)

BOOST_AUTO_TEST_CASE(answers_come_in_order_and_the_last_stays) {
  FakeRunner runner;
  runner.answer({"tool", "go"}, {{.exit_code = 0, .out = "first"}, {.exit_code = 1, .err = "second"}});
  BOOST_TEST(runner.run({.argv = {"/opt/bin/tool", "-v", "go", "there"}}).out == "first");
  BOOST_TEST(runner.run({.argv = {"tool", "go"}}).err == "second");
  BOOST_TEST(runner.run({.argv = {"tool", "go"}}).exit_code == 1);
  BOOST_TEST(runner.seen().size() == 3u);
  BOOST_TEST(runner.seen().front().argv.at(1) == "-v");
}

BOOST_AUTO_TEST_CASE(the_latest_script_that_fits_is_taken) {
  FakeRunner runner;
  runner.answer({"tool"}, {{.exit_code = 0, .out = "any"}});
  runner.answer({"tool", "a", "b"},
                [](const Command& command) { return Finished{.exit_code = 0, .out = command.input}; });
  BOOST_TEST(runner.run({.argv = {"tool", "a", "x", "b"}, .input = "in"}).out == "in");
  BOOST_TEST(runner.run({.argv = {"tool", "b", "a"}}).out == "any");
}

BOOST_AUTO_TEST_CASE(without_a_script_there_is_no_program) {
  FakeRunner runner;
  runner.answer({"tool"}, {{.exit_code = 0}});
  const auto missing = [](const Error& error) {
    return error.code() == Errc::tool_missing && error.subject() == "other";
  };
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {"other"}}), Error, missing);
  BOOST_CHECK_EXCEPTION(runner.start({.argv = {"other"}}), Error, missing);
  BOOST_CHECK_THROW(runner.start({.argv = {"tool"}}), Error);  // it was scripted for run
}

BOOST_AUTO_TEST_CASE(children_come_from_their_own_scripts) {
  FakeRunner runner;
  runner.child({"tool"}, [](const Command&) { return std::unique_ptr<Child>(); });
  BOOST_TEST(!runner.start({.argv = {"tool"}}));
  BOOST_CHECK_THROW(runner.run({.argv = {"tool"}}), Error);
}

BOOST_AUTO_TEST_CASE(a_stop_request_cancels) {
  FakeRunner runner;
  runner.answer({"tool"}, {{.exit_code = 0}});
  std::stop_source stop;
  stop.request_stop();
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {"tool"}}, stop.get_token()), Error,
                        [](const Error& error) { return error.code() == Errc::cancelled; });
}

BOOST_AUTO_TEST_SUITE_END()
