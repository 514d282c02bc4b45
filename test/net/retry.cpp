// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/net/retry.hpp>  // self-contained

#include <boost/test/unit_test.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/fake_http.hpp>

#include "support/still_clock.hpp"

using namespace daypack;
using namespace std::chrono_literals;
using daypack::testing::FakeAnswer;
using daypack::testing::FakeHttp;
using daypack::testing::HttpFault;

BOOST_AUTO_TEST_SUITE(net_retry)

namespace {

struct Run {
  explicit Run(std::initializer_list<FakeAnswer> answers) { http.answer("http://u:hidden@h/", answers); }

  HttpResponse operator()() {
    const auto begin = [this](HttpRequest&) -> BodySink {
      text.clear();
      return [this](ByteView bytes) { text += as_text(bytes); };
    };
    return send_with_retry(http, clock, {.url = "http://u:hidden@h/"}, begin, policy, stop.get_token(),
                           [this](const RetryNotice& notice) { notices.push_back(notice); });
  }

  FakeHttp http;
  StillClock clock;
  RetryPolicy policy;
  std::stop_source stop;
  std::string text;
  std::vector<RetryNotice> notices;
};

}  // namespace

BOOST_AUTO_TEST_CASE(statuses) {
  for (int status = 100; status < 600; ++status) {
    const bool expected =
        status == 408 || status == 425 || status == 429 || status == 500 || (status >= 502 && status <= 504);
    BOOST_TEST(is_transient_status(status) == expected);
  }
}

BOOST_AUTO_TEST_CASE(retry_after_fields) {
  using std::chrono::sys_days;
  const auto noon = sys_days(std::chrono::year(2026) / 11 / 20) + 12h;
  const auto asked = [&](std::string_view text) { return retry_after(text, noon).value_or(-1ms).count(); };
  BOOST_TEST(asked("0") == 0);
  BOOST_TEST(asked("120") == 120'000);
  BOOST_TEST(asked("Fri, 20 Nov 2026 12:00:07 GMT") == 7'000);
  BOOST_TEST(asked("Sat, 21 Nov 2026 12:00:00 GMT") == 86'400'000);
  BOOST_TEST(asked("Fri, 20 Nov 2026 11:00:00 GMT") == 0);
  for (const char* text : {"", "-1", "1.5", "1 ", " 1", "99999999999999", "soon", "Fri, 20 Nov 2026 12:00:07 CET",
                           "Fri, 20 Foo 2026 12:00:07 GMT", "Fri, 40 Nov 2026 12:00:07 GMT",
                           "Fri, xx Nov 2026 12:00:07 GMT", "Fri, 20 Nov 2026 1x:00:07 GMT"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(asked(text) == -1); }
  }
}

BOOST_AUTO_TEST_CASE(until_it_works) {
  Run run({{.status = 503},
           {.fault = HttpFault::refuse},
           {.body = "whole", .fault = HttpFault::reset, .after = 3},
           {.body = "whole"}});
  BOOST_TEST(run().status == 200);
  BOOST_TEST(run.text == "whole");  // begun again from zero
  BOOST_TEST_REQUIRE(run.notices.size() == 3u);
  BOOST_TEST(run.notices[0].reason == "status 503");
  BOOST_TEST(run.notices[0].url == "http://***@h/");
  BOOST_TEST(run.notices[1].reason == "cannot connect to a server: http://***@h/ (Connection refused)");
  BOOST_TEST(run.notices[2].attempt == 3);
  BOOST_TEST(run.notices[2].attempts == 4);
}

BOOST_AUTO_TEST_CASE(waits_grow_and_are_spread) {
  std::vector<std::vector<std::chrono::milliseconds>> all;
  for (int i = 0; i < 5; ++i) {
    Run run({{.status = 500}});
    run.policy.attempts = 9;
    BOOST_TEST(run().status == 500);
    BOOST_TEST(run.http.seen().size() == 9u);
    all.push_back(run.clock.slept());
    BOOST_TEST_REQUIRE(all.back().size() == 8u);
    std::chrono::milliseconds expected = 500ms;
    for (const auto slept : all.back()) {
      BOOST_TEST((slept >= expected * 3 / 4 && slept <= expected * 5 / 4));
      expected = std::min(expected * 2, run.policy.longest_wait);
    }
  }
  BOOST_TEST((all[0] != all[1] || all[0] != all[2] || all[0] != all[3]));
}

BOOST_AUTO_TEST_CASE(the_server_says_when) {
  Run run({{.status = 429, .headers = {{"Retry-After", "7"}}}, {.status = 503, .headers = {{"retry-after", "0"}}}, {}});
  BOOST_TEST(run().status == 200);
  BOOST_TEST((run.clock.slept() == std::vector{7000ms, 0ms}));
  Run late({{.status = 503, .headers = {{"Retry-After", "3600"}}}, {}});
  BOOST_TEST(late().status == 503);
  BOOST_TEST(late.clock.slept().empty());
}

BOOST_AUTO_TEST_CASE(at_last_the_last_answer_or_error) {
  Run refused({{.fault = HttpFault::refuse}});
  BOOST_CHECK_EXCEPTION(refused(), Error, [](const Error& error) { return error.code() == Errc::network; });
  BOOST_TEST(refused.http.seen().size() == 4u);
  Run once({{.status = 503}});
  once.policy.attempts = 1;
  BOOST_TEST(once().status == 503);
  BOOST_TEST(once.http.seen().size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_not_repeated) {
  for (const int status : {200, 301, 400, 401, 404, 501}) {
    Run run({{.status = status}});
    BOOST_TEST(run().status == status);
    BOOST_TEST(run.http.seen().size() == 1u);
  }
  struct Lasting : Http {
    int calls = 0;
    HttpResponse send(const HttpRequest&, const BodySink&, std::stop_token) override {
      ++calls;
      throw LastingNetworkError(Errc::network, "certificate");
    }
  } lasting;
  StillClock clock;
  BOOST_CHECK_THROW(send_with_retry(lasting, clock, {}, {}, {}, {}), LastingNetworkError);
  BOOST_TEST(lasting.calls == 1);
  FakeHttp http;
  http.answer("http://h/", {{.body = "x"}});
  const auto full = [](HttpRequest&) -> BodySink { return [](ByteView) { throw Error(Errc::unwritable, "full"); }; };
  BOOST_CHECK_EXCEPTION(send_with_retry(http, clock, {.url = "http://h/"}, full, {}, {}), Error,
                        [](const Error& error) { return error.code() == Errc::unwritable; });
  BOOST_TEST(http.seen().size() == 1u);
}

BOOST_AUTO_TEST_CASE(stopped_while_waiting) {
  Run run({{.status = 503}});
  run.http.answer("http://u:hidden@h/", {{.status = 503}});
  struct Stopping : StillClock {
    std::stop_source* stop = nullptr;
    void sleep(std::chrono::milliseconds, std::stop_token) override { stop->request_stop(); }
  } clock;
  clock.stop = &run.stop;
  BOOST_CHECK_EXCEPTION(send_with_retry(run.http, clock, {.url = "http://u:hidden@h/"}, {}, {}, run.stop.get_token()),
                        Error, [](const Error& error) { return error.code() == Errc::cancelled; });
  BOOST_TEST(run.http.seen().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
