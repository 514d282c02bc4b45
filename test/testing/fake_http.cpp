// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/testing/fake_http.hpp>  // self-contained

#include <boost/test/unit_test.hpp>
#include <daypack/error.hpp>
#include <thread>

using namespace daypack;
using namespace std::chrono_literals;
using daypack::testing::FakeHttp;
using daypack::testing::HttpFault;

BOOST_AUTO_TEST_SUITE(testing_fake_http)

BOOST_AUTO_TEST_CASE(answers_in_order_and_the_last_again) {
  FakeHttp http;
  http.answer("http://h/", {{.status = 503, .headers = {{"A", "b"}}}, {.body = "yes"}});
  BOOST_TEST(http.send({.url = "http://h/"}).header("a").value() == "b");
  std::string text;
  for (int i = 0; i < 2; ++i) http.send({.url = "http://h/"}, [&](ByteView bytes) { text += as_text(bytes); }, {});
  BOOST_TEST(text == "yesyes");
  const HttpResponse head = http.send({.method = "HEAD", .url = "http://h/"});
  BOOST_TEST(head.body.empty());
  BOOST_TEST(head.header("content-length").value() == "3");
}

BOOST_AUTO_TEST_CASE(remembers_what_it_saw) {
  FakeHttp http;
  http.answer("http://h/", {{}});
  http.send({.method = "PUT", .url = "http://h/", .headers = {{"A", "b"}}, .body = {as_bytes("1"), as_bytes("2")}});
  const auto seen = http.seen();
  BOOST_TEST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(seen[0].method == "PUT");
  BOOST_TEST(seen[0].body == "12");
  BOOST_TEST(seen[0].headers.at(0).second == "b");
}

BOOST_AUTO_TEST_CASE(faults) {
  FakeHttp http;
  http.answer("http://h/", {{.body = "12345", .fault = HttpFault::refuse},
                            {.body = "12345", .fault = HttpFault::reset, .after = 2},
                            {.body = "12345", .fault = HttpFault::truncate, .after = 2}});
  std::string text;
  const auto sink = [&](ByteView bytes) { text += as_text(bytes); };
  const auto network = [](const Error& error) { return error.code() == Errc::network; };
  BOOST_CHECK_EXCEPTION(http.send({.url = "http://h/"}, sink, {}), Error, network);
  BOOST_TEST(text.empty());
  BOOST_CHECK_EXCEPTION(http.send({.url = "http://h/"}, sink, {}), Error, network);
  BOOST_TEST(text == "12");
  BOOST_TEST(http.send({.url = "http://h/"}, sink, {}).header("Content-Length").value() == "5");
  BOOST_TEST(text == "1212");
  BOOST_CHECK_EXCEPTION(http.send({.url = "http://other/"}, sink, {}), Error, [](const Error& error) {
    return error.code() == Errc::not_found && error.subject() == "GET http://other/";
  });
}

BOOST_AUTO_TEST_CASE(a_delay_ends_when_stopped) {
  FakeHttp http;
  http.answer("http://h/", {{.delay = 60s}});
  std::stop_source source;
  const std::jthread later([&] { source.request_stop(); });
  BOOST_CHECK_EXCEPTION(http.send({.url = "http://h/"}, {}, source.get_token()), Error,
                        [](const Error& error) { return error.code() == Errc::cancelled; });
}

BOOST_AUTO_TEST_SUITE_END()
