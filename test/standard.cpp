// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/standard.hpp>  // self-contained

#include <daypack/error.hpp>
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(standard)

BOOST_AUTO_TEST_CASE(it_has_all_that_stages_ask_for) {
  const TemporaryFolder folder;
  Context context = standard_context({.jobs = 3, .cache_folder = folder / "cache", .offline = true});
  BOOST_TEST(context.pool().size() == 3U);
  BOOST_TEST(context.offline());
  BOOST_TEST(context.runner().run({.argv = {"echo", "here"}}).out == "here\n");
  context.cache().put({"wheels", "abcdef"}, as_bytes("kept"));
  BOOST_TEST(boost::filesystem::exists(folder / "cache"));
  BOOST_CHECK_EXCEPTION(context.http().send({.url = "http://127.0.0.1:1/"}), Error,
                        [](const Error& error) { return error.code() == Errc::network; });
}

BOOST_AUTO_TEST_CASE(its_clock_sleeps_until_it_is_stopped) {
  const TemporaryFolder folder;
  std::stop_source source;
  Context context = standard_context({.cache_folder = folder / "cache", .stop = source.get_token()});
  const auto begin = context.clock().now();
  context.clock().sleep(std::chrono::milliseconds(20), source.get_token());
  BOOST_TEST((context.clock().now() - begin >= std::chrono::milliseconds(15)));
  std::jthread stopper([&] { source.request_stop(); });
  context.clock().sleep(std::chrono::hours(1), source.get_token());  // hangs here when a stop does not wake it
}

BOOST_AUTO_TEST_CASE(what_the_cache_has_to_say_reaches_the_observer) {
  const TemporaryFolder folder;
  std::string said;
  Context context = standard_context({.cache_folder = "/proc/nowhere", .observer = [&](const Event& event) {
    if (const auto* remark = std::get_if<Remark>(&event)) said = remark->stage;
  }});
  context.cache().put({"wheels", "abcdef"}, as_bytes("kept"));
  BOOST_TEST(context.cache().get({"wheels", "abcdef"}).value().text() == "kept");
  BOOST_TEST(said == "cache");
}

BOOST_AUTO_TEST_SUITE_END()
