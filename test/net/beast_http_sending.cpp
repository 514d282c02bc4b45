// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <daypack/detail/file.hpp>
#include <daypack/net/beast_http.hpp>
#include <thread>

#include "support/http.hpp"

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(net_beast_http_sending)

namespace {

const std::string large_body = pattern(3'000'000);

HttpResponse put_large(Http& http, const MisbehavingServer& to, const std::string& path) {
  return http.send({.method = "PUT", .url = to.url(path), .body = {as_bytes(large_body)}, .expect_continue = true});
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_limit_for_the_whole_attempt) {
  BeastHttp http(environment());
  const auto fails = [&](HttpRequest request) {
    const auto begun = std::chrono::steady_clock::now();
    BOOST_CHECK_EXCEPTION(http.send(request), Error, says(Errc::network, "not done within 400 ms"));
    const auto took = std::chrono::steady_clock::now() - begun;
    BOOST_TEST((took >= 380ms && took < 1300ms));
  };
  fails({.url = server().url("/drip"), .total_timeout = 400ms});  // a byte each 30 ms: there is progress
  fails({.url = server().url("/silent"), .total_timeout = 400ms});
  fails({.url = server().url("/to?url=/to%3Furl=/drip"), .total_timeout = 400ms});
  BOOST_CHECK_EXCEPTION(http.send({.url = server().url("/silent"), .idle_timeout = 200ms, .total_timeout = 5s}), Error,
                        says(Errc::network, "no progress within 200 ms"));
  BOOST_TEST(http.send({.url = server().url("/drip"), .total_timeout = 10s}).body == "0123456789");
  BOOST_TEST(get(http, server().url("/drip")) == "0123456789");  // the connection has kept no limit
}

BOOST_AUTO_TEST_CASE(leave_is_asked_for_large_bodies) {
  const MisbehavingServer own;
  BeastHttp http(environment());
  BOOST_TEST(put_large(http, own, "/expect?say=100").body == "3000000 asked");
  BOOST_TEST(put_large(http, own, "/expect?say=100").body == "3000000 asked");
  BOOST_TEST(http.send({.method = "PUT",
                        .url = own.url("/expect?say=403"),
                        .body = {as_bytes("small")},
                        .expect_continue = true})
                 .body == "5 told");
  BOOST_TEST(http.send({.method = "PUT", .url = own.url("/expect?say=403"), .body = {as_bytes(large_body)}}).body ==
             "3000000 told");
  BOOST_TEST(get(http, own.url("/counters")) == "1");
}

BOOST_AUTO_TEST_CASE(a_refused_body_is_not_sent) {
  const MisbehavingServer own;
  BeastHttp http(environment());
  std::uint64_t sent = 0;
  const HttpResponse refused = http.send({.method = "PUT",
                                          .url = own.url("/expect?say=403"),
                                          .body = {as_bytes(large_body)},
                                          .expect_continue = true,
                                          .on_sent = [&](std::uint64_t size) { sent = size; }});
  BOOST_TEST(refused.status == 403);
  BOOST_TEST(refused.body == "no");
  BOOST_TEST(sent == 0u);
  BOOST_TEST(get(http, own.url("/counters")) == "2");  // what comes next has a connection of its own
  BOOST_TEST(put_large(http, own, "/expect?say=417").body == "3000000 told");  // who does not know is not asked
}

BOOST_AUTO_TEST_CASE(a_server_without_leave_gets_the_body_after_a_second) {
  const MisbehavingServer own;
  BeastHttp http(environment());
  for (const char* path : {"/expect", "/expect?say=103"}) {
    const auto begun = std::chrono::steady_clock::now();
    BOOST_TEST(put_large(http, own, path).body == "3000000 asked");
    const auto took = std::chrono::steady_clock::now() - begun;
    BOOST_TEST((took >= 950ms && took < 3s), path);
  }
  BOOST_TEST(get(http, own.url("/counters")) == "1");
  // A connection that the server has closed meanwhile is replaced here too.
  get(http, own.url("/stale"));
  BOOST_TEST(put_large(http, own, "/expect?say=100").body == "3000000 asked");
}

BOOST_AUTO_TEST_CASE(stopped_while_it_waits_for_leave) {
  BeastHttp http(environment());
  std::stop_source source;
  const std::jthread later([&] {
    std::this_thread::sleep_for(100ms);
    source.request_stop();
  });
  const auto begun = std::chrono::steady_clock::now();
  BOOST_CHECK_EXCEPTION(
      http.send(
          {.method = "PUT", .url = server().url("/expect"), .body = {as_bytes(large_body)}, .expect_continue = true},
          {}, source.get_token()),
      Error, says(Errc::cancelled, "stopped"));
  BOOST_TEST((std::chrono::steady_clock::now() - begun < 900ms));
}

BOOST_AUTO_TEST_CASE(how_much_has_been_sent) {
  BeastHttp http(environment());
  std::vector<std::uint64_t> told;
  const std::string first = pattern(10), second = pattern(2'000'000);
  http.send({.method = "PUT",
             .url = server().url("/echo"),
             .body = {as_bytes(first), {}, as_bytes(second)},
             .on_sent = [&](std::uint64_t sent) { told.push_back(sent); }});
  BOOST_TEST_REQUIRE(!told.empty());
  BOOST_TEST(told.front() == 10u);
  BOOST_TEST(told.back() == 2'000'010u);
  BOOST_TEST(std::is_sorted(told.begin(), told.end()));
}

BOOST_AUTO_TEST_CASE(without_the_environments_proxy_and_logins) {
  TemporaryFolder folder;
  detail::write_file(folder / "netrc", "default login daypack password \"secret word\"");
  BeastHttp http(environment({{"http_proxy", "http://127.0.0.1:" + free_port()}, {"NETRC", folder / "netrc"}}));
  BOOST_CHECK_THROW(get(http, server().url("/ok")), Error);
  BOOST_TEST(http.send({.url = server().url("/private"), .proxied = false}).status == 200);
  BOOST_TEST(http.send({.url = server().url("/private"), .proxied = false, .netrc = false}).status == 401);
  BOOST_TEST(http.send({.url = server().url("/to?url=" + server().url("/private", "localhost")),
                        .proxied = false,
                        .netrc = false})
                 .status == 401);
}

BOOST_AUTO_TEST_SUITE_END()
