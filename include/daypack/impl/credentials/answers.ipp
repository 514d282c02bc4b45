// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/net/retry.hpp>
#include <daypack/net/url.hpp>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

// What services and those who give credentials say, and how they are asked.
namespace daypack::detail::answers {

using Time = std::chrono::system_clock::time_point;

// "2026-11-20T12:34:56Z", also with a fraction, an offset, or the "UTC" of older AWS CLIs (ISO 8601). Without a zone it
// is UTC.
inline std::optional<Time> time_of(std::string_view text) {
  const auto number = [&](std::size_t at, std::size_t size) -> int {
    int value = -1;
    if (at + size > text.size()) return -1;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + size, value);
    return error == std::errc() && end == text.data() + at + size ? value : -1;
  };
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (std::min({year, month, day, hour, minute, second}) < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  std::string_view zone = text.substr(19);
  if (zone.starts_with('.')) zone.remove_prefix(std::min(zone.find_first_not_of("0123456789", 1), zone.size()));
  const Time time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                    std::chrono::seconds(second);
  if (zone.empty() || zone == "Z" || zone == "UTC") return time;
  if (zone.front() != '+' && zone.front() != '-') return std::nullopt;
  text = zone.substr(1);
  const int hours = number(0, 2), minutes = text.size() > 2 ? number(text[2] == ':' ? 3 : 2, 2) : 0;
  if (hours < 0 || minutes < 0) return std::nullopt;
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return zone.front() == '+' ? time - offset : time + offset;
}

// "2026-11-20T12:34:56Z".
inline std::string utc_text(Time time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - days));
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

// A text without what nobody may read: servers repeat what they were sent.
inline std::string without(std::string text, std::initializer_list<std::string_view> secrets) {
  for (const std::string_view secret : secrets) {
    if (secret.size() < 4) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
      text.replace(at, secret.size(), "***");
  }
  return text;
}

// The words of another program or server without those that look like keys: long, of letters in both cases and digits.
inline std::string without_keys(std::string_view text) {
  std::string out;
  const auto in_key = [](char c) {
    return is_ascii_alnum(c) || c == '+' || c == '/' || c == '=' || c == '_' || c == '-';
  };
  while (!text.empty()) {
    std::size_t size = 0;
    bool digit = false, upper = false, lower = false;
    for (; size < text.size() && in_key(text[size]); ++size) {
      digit |= is_ascii_digit(text[size]);
      upper |= text[size] >= 'A' && text[size] <= 'Z';
      lower |= text[size] >= 'a' && text[size] <= 'z';
    }
    out += size >= 20 && digit && upper && lower ? "***" : text.substr(0, size);
    text.remove_prefix(size);
    if (text.empty()) break;
    out += static_cast<unsigned char>(text.front()) < 0x20 ? ' ' : text.front();
    text.remove_prefix(1);
  }
  return out.size() > 300 ? out.substr(0, 300) + "..." : out;
}

// Nothing for what is no object.
inline std::optional<boost::json::object> object_in(std::string_view text) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

// Empty when it is absent or no text.
inline std::string member_text(const boost::json::object& object, std::string_view name) {
  const boost::json::value* const value = object.if_contains(name);
  const boost::json::string* const text = value ? value->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : "";
}

// As AWS's SDKs repeat calls of a service (botocore 1.44.5, retries/standard.py, read on 2026-11-22).
inline RetryPolicy service_policy() {
  return {.attempts = 3,
          .first_wait = std::chrono::milliseconds(50),
          .longest_wait = std::chrono::seconds(20),
          .throttled_wait = std::chrono::seconds(1),
          .spread = 1};
}

// One request to who gives credentials; `each` may change every attempt. No redirect is followed: it could lead
// anywhere.
inline HttpResponse ask_for_credentials(const Context& context, HttpRequest request, const RetryPolicy& policy,
                                        const std::string& way_out, const SinkFactory& each = {}) {
  if (context.offline())
    throw Error(Errc::network, "cannot ask for credentials while offline", redacted(request.url), way_out);
  request.redirects = 0;
  request.netrc = false;
  request.total_timeout = std::max(request.total_timeout, request.connect_timeout + request.idle_timeout);
  return send_with_retry(context.http(), context.clock(), request, each, policy, context.stop());
}

}  // namespace daypack::detail::answers
