// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/net/http_date.ipp>
#include <daypack/net/retry.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <random>
#include <utility>

namespace daypack {

namespace detail {

// "1500" of x-amz-retry-after.
inline std::optional<std::chrono::milliseconds> retry_after_milliseconds(const HttpResponse& response) {
  const auto field = response.header("x-amz-retry-after");
  std::uint32_t value = 0;
  if (!field) return std::nullopt;
  const auto [end, error] = std::from_chars(field->data(), field->data() + field->size(), value);
  if (error != std::errc() || end != field->data() + field->size()) return std::nullopt;
  return std::chrono::milliseconds(value);
}

// How one attempt has ended.
struct RetryAttempt {
  HttpResponse response = {};
  std::exception_ptr error = {};
  std::string reason = {};
  RetryVerdict verdict = RetryVerdict::transient;
};

// How long to wait after an attempt; nothing when the server asks for more than the policy grants.
inline std::optional<std::chrono::milliseconds> wait_after(int number, const RetryAttempt& attempt,
                                                           const RetryPolicy& policy, Clock& clock) {
  using std::chrono::milliseconds;
  if (const auto field = attempt.response.header("Retry-After")) {
    if (const auto asked = retry_after(*field, clock.now())) {
      if (*asked > policy.longest_retry_after) return std::nullopt;
      return asked;
    }
  }
  const bool throttled = attempt.verdict == RetryVerdict::throttled && policy.throttled_wait.count() != 0;
  const milliseconds first = throttled ? policy.throttled_wait : policy.first_wait;
  const double doubled = static_cast<double>(first.count()) * static_cast<double>(1LL << std::min(number - 1, 40));
  const double longest = std::min(doubled, static_cast<double>(policy.longest_wait.count()));
  thread_local std::minstd_rand random{std::random_device{}()};
  const double part = 1 - policy.spread * std::uniform_real_distribution<>(0, 1)(random);
  const milliseconds wait(static_cast<std::int64_t>(longest * part));
  const auto asked = retry_after_milliseconds(attempt.response);
  return asked ? std::max(wait, std::min(*asked, wait + std::chrono::seconds(5))) : wait;
}

inline RetryVerdict verdict_of(const HttpResponse& response, const RetryPolicy& policy) {
  if (policy.judge) return policy.judge(response);
  if (response.status == 429) return RetryVerdict::throttled;
  return is_transient_status(response.status) ? RetryVerdict::transient : RetryVerdict::final;
}

inline RetryAttempt attempt_once(Http& http, HttpRequest request, const SinkFactory& new_sink,
                                 const RetryPolicy& policy, std::stop_token stop) {
  RetryAttempt attempt;
  try {
    const BodySink sink = new_sink ? new_sink(request) : BodySink();
    attempt.response = http.send(request, sink, stop);
    attempt.verdict = verdict_of(attempt.response, policy);
    attempt.reason = "status " + std::to_string(attempt.response.status);
  } catch (const LastingNetworkError&) {
    throw;
  } catch (const Error& error) {
    if (error.code() != Errc::network) throw;
    attempt.error = std::current_exception();
    attempt.reason = error.message() + ": " + error.subject();
  }
  return attempt;
}

// What the quota gets back for an answer that counts. `spent`: by the last repetition.
inline void give_back(const RetryPolicy& policy, const HttpResponse& response, int spent) {
  if (policy.quota && response.status / 100 == 2) policy.quota->give(spent == 0 ? RetryQuota::success_gives : spent);
}

// What a repetition costs; nothing when the quota does not have that much.
inline std::optional<int> spend(const RetryPolicy& policy, RetryVerdict verdict) {
  const int cost = verdict == RetryVerdict::throttled ? RetryQuota::throttled_cost : RetryQuota::retry_cost;
  if (policy.quota && !policy.quota->take(cost)) return std::nullopt;
  return cost;
}

}  // namespace detail

DAYPACK_DECL bool RetryQuota::take(int tokens) {
  const std::scoped_lock lock(mutex_);
  if (tokens > left_) return false;
  left_ -= tokens;
  return true;
}

DAYPACK_DECL void RetryQuota::give(int tokens) {
  const std::scoped_lock lock(mutex_);
  left_ = std::min(left_ + tokens, most_);
}

DAYPACK_DECL int RetryQuota::left() const {
  const std::scoped_lock lock(mutex_);
  return left_;
}

DAYPACK_DECL bool is_transient_status(int status) {
  static constexpr std::array<int, 7> statuses{408, 425, 429, 500, 502, 503, 504};
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

DAYPACK_DECL std::optional<std::chrono::milliseconds> retry_after(std::string_view field,
                                                                  std::chrono::system_clock::time_point now) {
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), seconds);
  if (error == std::errc() && end == field.data() + field.size()) return std::chrono::seconds(seconds);
  const auto date = detail::http_date(field);
  if (!date) return std::nullopt;
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(*date - now), std::chrono::milliseconds(0));
}

DAYPACK_DECL HttpResponse send_with_retry(Http& http, Clock& clock, const HttpRequest& request,
                                          const SinkFactory& new_sink, const RetryPolicy& policy, std::stop_token stop,
                                          const std::function<void(const RetryNotice&)>& on_retry) {
  int spent = 0;
  for (int number = 1;; ++number) {
    detail::RetryAttempt attempt = detail::attempt_once(http, request, new_sink, policy, stop);
    if (attempt.verdict == RetryVerdict::final) {
      detail::give_back(policy, attempt.response, spent);
      return std::move(attempt.response);
    }
    std::optional<std::chrono::milliseconds> wait;
    const bool repeats = number < policy.attempts && (policy.repeats_errors || !attempt.error);
    if (repeats) wait = detail::wait_after(number, attempt, policy, clock);
    const std::optional<int> cost = wait ? detail::spend(policy, attempt.verdict) : std::nullopt;
    if (!cost) {
      if (attempt.error) std::rethrow_exception(attempt.error);
      return std::move(attempt.response);
    }
    spent = *cost;
    if (on_retry) on_retry({redacted(request.url), redacted(attempt.reason), number, policy.attempts, *wait});
    clock.sleep(*wait, stop);
    if (stop.stop_requested()) throw Error(Errc::cancelled, "stopped on request");
  }
}

}  // namespace daypack
