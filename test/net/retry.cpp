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
      BOOST_TEST((slept >= expected * 3 / 5 && slept <= expected));
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

BOOST_AUTO_TEST_CASE(spread_from_none_to_all) {
  Run even({{.status = 500}});
  even.policy.spread = 0;
  BOOST_TEST(even().status == 500);
  BOOST_TEST((even.clock.slept() == std::vector{500ms, 1000ms, 2000ms}));
  auto shortest = 500ms, longest = 0ms;
  for (int i = 0; i < 200; ++i) {
    Run full({{.status = 500}});
    full.policy.attempts = 2;
    full.policy.spread = 1;
    full();
    shortest = std::min(shortest, full.clock.slept().at(0));
    longest = std::max(longest, full.clock.slept().at(0));
  }
  BOOST_TEST((shortest < 50ms && longest > 450ms && longest <= 500ms));
}

BOOST_AUTO_TEST_CASE(throttled_answers_wait_otherwise) {
  Run run({{.status = 429}, {.status = 500}, {.status = 429}, {}});
  run.policy.spread = 0;
  run.policy.first_wait = 50ms;
  run.policy.throttled_wait = 1000ms;
  BOOST_TEST(run().status == 200);
  BOOST_TEST((run.clock.slept() == std::vector{1000ms, 100ms, 4000ms}));
}

BOOST_AUTO_TEST_CASE(who_judges_decides) {
  Run run({{.status = 400, .body = "SlowDown"}, {.status = 400, .body = "RequestTimeout"}, {.status = 503}});
  run.policy.spread = 0;
  run.policy.throttled_wait = 1000ms;
  run.policy.judge = [](const HttpResponse& response) {
    if (response.body == "SlowDown") return RetryVerdict::throttled;
    return response.status == 400 ? RetryVerdict::transient : RetryVerdict::final;
  };
  BOOST_TEST(run().status == 503);
  BOOST_TEST((run.clock.slept() == std::vector{1000ms, 1000ms}));
  BOOST_TEST(run.notices.at(0).reason == "status 400");
}

BOOST_AUTO_TEST_CASE(a_quota_is_shared_and_given_back) {
  const auto quota = std::make_shared<RetryQuota>(40);
  const auto with_quota = [&](std::initializer_list<FakeAnswer> answers) {
    Run run(answers);
    run.policy.quota = quota;
    run();
    return run.http.seen().size();
  };
  BOOST_TEST(with_quota({{.status = 500}, {.status = 500}, {}}) == 3u);
  BOOST_TEST(quota->left() == 26);  // the last repetition's tokens are given back
  BOOST_TEST(with_quota({{}}) == 1u);
  BOOST_TEST(quota->left() == 27);
  BOOST_TEST(with_quota({{.status = 429}, {.status = 404}}) == 2u);
  BOOST_TEST(quota->left() == 22);
  BOOST_TEST(with_quota({{.status = 500}}) == 2u);  // the second repetition would cost more than is left
  BOOST_TEST(quota->left() == 8);
  Run refused({{.fault = HttpFault::refuse}});
  refused.policy.quota = quota;
  BOOST_CHECK_EXCEPTION(refused(), Error, [](const Error& error) { return error.code() == Errc::network; });
  BOOST_TEST(refused.http.seen().size() == 1u);
  BOOST_TEST(refused.notices.empty());
  quota->give(1000);
  BOOST_TEST(quota->left() == 40);
  BOOST_TEST(!quota->take(41));
  BOOST_TEST(RetryQuota().left() == 500);
}

BOOST_AUTO_TEST_CASE(aws_asks_for_more_in_milliseconds) {
  const auto waited = [](const char* field) {
    Run run({{.status = 503, .headers = {{"x-amz-retry-after", field}}}, {}});
    run.policy.spread = 0;
    run();
    return run.clock.slept().at(0);
  };
  BOOST_TEST((waited("2500") == 2500ms));
  BOOST_TEST((waited("10") == 500ms));
  BOOST_TEST((waited("60000") == 5500ms));
  for (const char* field : {"", "-5", "1.5", "soon", "99999999999999"}) BOOST_TEST((waited(field) == 500ms), field);
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
