// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/net/retry.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

namespace daypack {

namespace detail {

// "Sun, 06 Nov 1994 08:49:37 GMT": the one form of a date that servers may send (RFC 9110, 5.6.7).
inline std::optional<std::chrono::system_clock::time_point> http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  bool digits = true;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + size, value);
    digits &= error == std::errc() && end == text.data() + at + size;
    return value;
  };
  const auto month = static_cast<unsigned>(std::find(months.begin(), months.end(), text.substr(8, 3)) - months.begin());
  const std::chrono::year_month_day date{std::chrono::year(number(12, 4)), std::chrono::month(month + 1),
                                         std::chrono::day(static_cast<unsigned>(number(5, 2)))};
  const auto time =
      std::chrono::hours(number(17, 2)) + std::chrono::minutes(number(20, 2)) + std::chrono::seconds(number(23, 2));
  if (!digits || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + time;
}

// How long to wait after an attempt; nothing when the server asks for more than the policy grants.
inline std::optional<std::chrono::milliseconds> wait_after(int attempt, const HttpResponse& response,
                                                           const RetryPolicy& policy, Clock& clock) {
  if (const auto field = response.header("Retry-After")) {
    if (const auto asked = retry_after(*field, clock.now())) {
      if (*asked > policy.longest_retry_after) return std::nullopt;
      return asked;
    }
  }
  thread_local std::minstd_rand random{std::random_device{}()};
  const double doubled =
      static_cast<double>(policy.first_wait.count()) * static_cast<double>(1LL << std::min(attempt - 1, 40));
  const double wait = std::min(doubled, static_cast<double>(policy.longest_wait.count()));
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(wait * std::uniform_real_distribution<>(0.75, 1.25)(random)));
}

}  // namespace detail

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
  for (int attempt = 1;; ++attempt) {
    const bool last = attempt >= policy.attempts;
    HttpRequest now = request;
    HttpResponse response;
    std::string reason;
    try {
      const BodySink sink = new_sink ? new_sink(now) : BodySink();
      response = http.send(now, sink, stop);
      if (last || !is_transient_status(response.status)) return response;
      reason = "status " + std::to_string(response.status);
    } catch (const LastingNetworkError&) {
      throw;
    } catch (const Error& error) {
      if (last || error.code() != Errc::network) throw;
      reason = error.message() + ": " + error.subject();
    }
    const auto wait = detail::wait_after(attempt, response, policy, clock);
    if (!wait) return response;
    if (on_retry) on_retry({redacted(request.url), redacted(reason), attempt, policy.attempts, *wait});
    clock.sleep(*wait, stop);
    if (stop.stop_requested()) throw Error(Errc::cancelled, "stopped on request");
  }
}

}  // namespace daypack
