// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/impl/credentials/answers.ipp>
#include <daypack/impl/net/http_date.ipp>
#include <daypack/providers/service.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

// How services are called, whoever's they are: each attempt signed anew, repeated as AWS's SDKs do in standard mode,
// with the server's clock where this host's is off, and with new credentials where the old ones have just expired.
namespace daypack::detail::service {

using Answer = ServiceError::Answer;

// What a service's codes mean.
struct Codes {
  std::span<const std::string_view> throttled = {};
  std::span<const std::string_view> transient = {};
  std::span<const std::string_view> skewed = {};   // the clocks differ
  std::span<const std::string_view> expired = {};  // the credentials have ended
};

inline bool among(std::string_view code, std::span<const std::string_view> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

// What the calls of one client share. Copies share it too.
struct Manners {
  std::shared_ptr<RetryQuota> quota = std::make_shared<RetryQuota>();
  // How far the service's clock is ahead of this host's, in seconds.
  std::shared_ptr<std::atomic<std::int64_t>> ahead = std::make_shared<std::atomic<std::int64_t>>(0);
};

// What is a provider's own about its services.
template <class P>
concept protocol = requires(const P& own, const ServiceCall& call, HttpRequest& request, const HttpResponse& response,
                            const typename P::Credentials& credentials, answers::Time now, const Answer& answer) {
  { own.context() } -> std::convertible_to<const Context&>;
  { own.manners() } -> std::convertible_to<const Manners&>;
  { own.request_of(call) } -> std::same_as<HttpRequest>;                  // not signed, without the sink
  { own.credentials() } -> std::convertible_to<typename P::Credentials>;  // with `source`, for messages
  { own.renewed(credentials) } -> std::same_as<bool>;                     // forgets them; whether there are others now
  own.sign(request, credentials, now);
  { P::answer_of(response) } -> std::same_as<Answer>;
  { P::codes() } -> std::convertible_to<Codes>;
  { P::kind_of(answer) } -> std::same_as<Errc>;
  { P::way_out(answer, call, credentials.source) } -> std::same_as<std::string>;  // empty: what is said of all
};

template <protocol P>
class Caller {
 public:
  explicit Caller(const P& own) : own_(own) {}

  // A 2xx answer. Throws ServiceError for any other.
  HttpResponse call(const ServiceCall& call) const {
    for (bool mended = false;; mended = true) {
      const typename P::Credentials used = own_.credentials();
      HttpResponse response = answered(call, used);
      if (response.status / 100 == 2) return response;
      Answer answer = P::answer_of(response);
      if (!mended && mends(answer, response, used)) continue;
      throw refusal(std::move(answer), call, used.source);
    }
  }

 private:
  // Whether a request that must arrive once may be sent again after this answer: the service has not begun.
  static RetryVerdict verdict_on(const HttpResponse& response, bool once) {
    if (response.status / 100 == 2) return RetryVerdict::final;
    const Answer answer = P::answer_of(response);
    const Codes codes = P::codes();
    if (response.status == 429 || among(answer.code, codes.throttled)) return RetryVerdict::throttled;
    const bool transient = response.status == 500 || response.status == 502 || response.status == 503 ||
                           response.status == 504 || among(answer.code, codes.transient);
    return transient && !once ? RetryVerdict::transient : RetryVerdict::final;
  }

  RetryPolicy policy(bool once) const {
    RetryPolicy policy = answers::service_policy();
    policy.repeats_errors = !once;
    policy.quota = own_.manners().quota;
    policy.judge = [once](const HttpResponse& response) { return verdict_on(response, once); };
    return policy;
  }

  // An error of the network has a way out, too.
  HttpResponse answered(const ServiceCall& call, const typename P::Credentials& credentials) const {
    try {
      return send(call, credentials);
    } catch (const LastingNetworkError&) {
      throw;
    } catch (const Error& error) {
      if (error.code() != Errc::network || !error.hint().empty()) throw;
      Fault fault = error.fault();
      fault.hint = "check the network and the endpoint, then run it again: it goes on where it stands";
      throw Error(std::move(fault));
    }
  }

  HttpResponse send(const ServiceCall& call, const typename P::Credentials& credentials) const {
    const Context& context = own_.context();
    HttpRequest request = own_.request_of(call);
    request.redirects = 0;
    request.once = call.once;
    request.netrc = false;
    const auto signed_anew = [&](HttpRequest& attempt) -> BodySink {
      own_.sign(attempt, credentials, context.clock().now() + std::chrono::seconds(own_.manners().ahead->load()));
      return call.sink;
    };
    const auto told = [&](const RetryNotice& notice) {
      context.note(notice.url, notice.reason + "; trying again (" + std::to_string(notice.attempt + 1) + " of " +
                                   std::to_string(notice.attempts) + ')');
    };
    return send_with_retry(context.http(), context.clock(), request, signed_anew, policy(call.once), context.stop(),
                           told);
  }

  // Whether the same call may succeed now: this host's clock is known to be off, or there are other credentials.
  bool mends(const Answer& answer, const HttpResponse& response, const typename P::Credentials& used) const {
    if (among(answer.code, P::codes().expired)) return own_.renewed(used);
    if (!among(answer.code, P::codes().skewed)) return false;
    const auto date = http_date(response.header("Date").value_or(""));
    if (!date) return false;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*date - own_.context().clock().now()).count();
    const std::int64_t before = own_.manners().ahead->exchange(seconds);
    return std::abs(seconds - before) > 60;  // a wrong secret answers with the same code, and with our own time
  }

  static std::string way_out(const Answer& answer, const ServiceCall& call, const std::string& source) {
    if (std::string own = P::way_out(answer, call, source); !own.empty()) return own;
    if (among(answer.code, P::codes().expired)) return "log in again: the session of " + source + " has ended";
    if (among(answer.code, P::codes().skewed)) return "set the clock of this host";
    if (answer.status == 403 && !call.permission.empty())
      return "allow " + call.permission + " to whom the keys of " + source + " belong";
    if (answer.status == 429) return "wait a little, or ask the provider for a higher rate";
    return {};
  }

  static ServiceError refusal(Answer answer, const ServiceCall& call, const std::string& source) {
    std::string subject = call.subject + " (" + (answer.code.empty() ? "status" : answer.code + ", status") + ' ' +
                          std::to_string(answer.status);
    if (!answer.message.empty()) subject += ": " + answer.message;
    if (!answer.request_id.empty()) subject += "; request " + answer.request_id;
    Fault fault{.code = P::kind_of(answer),
                .message = call.doing.empty() ? "a service refused a request" : call.doing,
                .subject = subject + ')',
                .hint = way_out(answer, call, source)};
    return {std::move(fault), std::move(answer)};
  }

  const P& own_;
};

template <protocol P>
HttpResponse call_service(const P& own, const ServiceCall& call) {
  return Caller<P>(own).call(call);
}

}  // namespace daypack::detail::service
