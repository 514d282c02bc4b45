// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/service.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/impl/providers/service_call.ipp>

#include <array>
#include <deque>
#include <memory>

#include "support/aws_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::testing::FakeAnswer;
using daypack::testing::HttpFault;

BOOST_AUTO_TEST_SUITE(providers_service)

namespace {

const std::string url = "https://service.example.com/x";

// The least that a provider has to say of its services.
struct Tickets {
  struct Credentials {
    std::string ticket = {};
    std::string source = {};
  };
  static constexpr std::array<std::string_view, 1> busy{"Busy"}, moving{"Moving"}, late{"Late"}, over{"Over"};

  Context its_context;
  std::shared_ptr<std::deque<std::string>> tickets;
  detail::service::Manners its_manners = {};

  const Context& context() const { return its_context; }
  const detail::service::Manners& manners() const { return its_manners; }
  HttpRequest request_of(const ServiceCall& call) const {
    return {.method = call.method,
            .url = "https://service.example.com" + call.path,
            .headers = call.headers,
            .body = call.body};
  }
  Credentials credentials() const { return {tickets->front(), "the drawer"}; }
  bool renewed(const Credentials& used) const {
    if (tickets->size() > 1) tickets->pop_front();
    return tickets->front() != used.ticket;
  }
  void sign(HttpRequest& request, const Credentials& with, detail::answers::Time now) const {
    request.headers.emplace_back("Ticket", with.ticket + " at " + detail::answers::utc_text(now));
  }
  static ServiceError::Answer answer_of(const HttpResponse& response) {
    return {.status = response.status, .code = response.body};
  }
  static detail::service::Codes codes() { return {busy, moving, late, over}; }
  static Errc kind_of(const ServiceError::Answer& answer) {
    return answer.status == 413 ? Errc::over_limit : Errc::provider;
  }
  static std::string way_out(const ServiceError::Answer& answer, const ServiceCall&, const std::string&) {
    return answer.code == "Closed" ? "come back on Monday" : "";
  }
};

struct Window : support::AwsLab {
  explicit Window(std::deque<FakeAnswer> answers, std::deque<std::string> tickets = {"first"})
      : own{context(), std::make_shared<std::deque<std::string>>(std::move(tickets))} {
    http->answer(url, std::move(answers));
  }
  HttpResponse operator()(bool once = false) const {
    return detail::service::call_service(
        own, {.path = "/x", .permission = "to enter", .doing = "cannot enter", .subject = "the house", .once = once});
  }
  ServiceError refusal(bool once = false) const {
    try {
      (*this)(once);
    } catch (const ServiceError& error) {
      return error;
    }
    throw std::logic_error("nothing was refused");
  }
  std::string ticket(std::size_t index) const {
    const auto seen = http->seen();
    for (const auto& [name, value] : seen.at(index).headers) {
      if (name == "Ticket") return value;
    }
    return {};
  }
  std::size_t asked() const { return http->seen().size(); }

  Tickets own;
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_attempt_is_signed) {
  const Window window({{.status = 500}, {.body = "welcome"}});
  BOOST_TEST(window().body == "welcome");
  BOOST_TEST(window.asked() == 2u);
  BOOST_TEST(window.ticket(0) == "first at 2026-11-20T12:00:00Z");
  BOOST_TEST(window.ticket(1).starts_with("first at "));
}

BOOST_AUTO_TEST_CASE(what_the_codes_say_may_pass_is_tried_three_times) {
  for (const FakeAnswer& answer :
       {FakeAnswer{.status = 400, .body = "Busy"}, FakeAnswer{.status = 400, .body = "Moving"},
        FakeAnswer{.status = 429}, FakeAnswer{.status = 503}, FakeAnswer{.fault = HttpFault::refuse}}) {
    const Window window({answer, answer, {.body = "welcome"}});
    BOOST_TEST(window().status == 200);
    BOOST_TEST(window.asked() == 3u);
  }
  const Window final({{.status = 400, .body = "Closed"}, {.body = "welcome"}});
  BOOST_CHECK_THROW(final(), ServiceError);
  BOOST_TEST(final.asked() == 1u);
}

BOOST_AUTO_TEST_CASE(a_network_that_stays_away_has_a_way_out) {
  const Window window({FakeAnswer{.fault = HttpFault::refuse}});
  const Error error = error_of([&] { window(); });
  BOOST_TEST((error.code() == Errc::network));
  BOOST_TEST(error.hint() == "check the network and the endpoint, then run it again: it goes on where it stands");
}

BOOST_AUTO_TEST_CASE(what_must_arrive_once_is_repeated_only_where_nothing_has_begun) {
  const Window busy({{.status = 400, .body = "Busy"}, {.body = "welcome"}});
  BOOST_TEST(busy(true).status == 200);
  const Window moving({{.status = 400, .body = "Moving"}, {.body = "welcome"}});
  BOOST_CHECK_THROW(moving(true), ServiceError);
  BOOST_TEST(moving.asked() == 1u);
}

BOOST_AUTO_TEST_CASE(other_credentials_are_tried_once_where_these_have_ended) {
  const Window other({{.status = 403, .body = "Over"}, {.body = "welcome"}}, {"first", "second"});
  BOOST_TEST(other().status == 200);
  BOOST_TEST(other.ticket(1).starts_with("second"));
  const Window same({FakeAnswer{.status = 403, .body = "Over"}});
  BOOST_TEST(same.refusal().hint() == "log in again: the session of the drawer has ended");
  BOOST_TEST(same.asked() == 1u);
  const Window ended({FakeAnswer{.status = 403, .body = "Over"}}, {"first", "second", "third"});
  BOOST_CHECK_THROW(ended(), ServiceError);
  BOOST_TEST(ended.asked() == 2u);
}

BOOST_AUTO_TEST_CASE(the_services_clock_is_taken_where_ours_is_off) {
  const FakeAnswer late{.status = 403, .headers = {{"Date", "Fri, 20 Nov 2026 14:00:00 GMT"}}, .body = "Late"};
  const Window window({late, {.body = "welcome"}});
  BOOST_TEST(window().status == 200);
  BOOST_TEST(window.ticket(1) == "first at 2026-11-20T14:00:00Z");
  window();  // the client remembers
  BOOST_TEST(window.ticket(2) == "first at 2026-11-20T14:00:00Z");
  const FakeAnswer now{.status = 403, .headers = {{"Date", "Fri, 20 Nov 2026 12:00:10 GMT"}}, .body = "Late"};
  const Window wrong({now, {.body = "welcome"}});
  BOOST_TEST(wrong.refusal().hint() == "set the clock of this host");
  BOOST_TEST(wrong.asked() == 1u);
}

BOOST_AUTO_TEST_CASE(a_refusal_says_what_and_how_to_go_on) {
  const ServiceError closed = Window({FakeAnswer{.status = 400, .body = "Closed"}}).refusal();
  BOOST_TEST((closed.code() == Errc::provider));
  BOOST_TEST(closed.message() == "cannot enter");
  BOOST_TEST(closed.subject() == "the house (Closed, status 400)");
  BOOST_TEST(closed.hint() == "come back on Monday");
  BOOST_TEST(closed.is("Closed"));
  BOOST_TEST(Window({FakeAnswer{.status = 403, .body = "No"}}).refusal().hint() ==
             "allow to enter to whom the keys of the drawer belong");
  const ServiceError large = Window({FakeAnswer{.status = 413}}).refusal();
  BOOST_TEST((large.code() == Errc::over_limit));
  BOOST_TEST(large.subject() == "the house (status 413)");
}

BOOST_AUTO_TEST_SUITE_END()
