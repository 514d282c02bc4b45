// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// How --exclude-newer is told to uv and pip, so that both take the same files.
namespace daypack::detail {

inline constexpr const char* exclude_newer_hint =
    "write --exclude-newer as 2026-11-01, 2026-11-01T12:00:00Z or \"7 days\"";

inline std::optional<int> whole_number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = !digits.empty() && digits.front() != '-' && error == std::errc();
  return whole && end == digits.data() + digits.size() ? std::optional(value) : std::nullopt;
}

// Two digits at least.
inline std::string two_digits(unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// A date counts with its whole day, in UTC. To uv and pip it would be a day of the host's time zone, for pip without
// the day itself (uv 0.13.8, --exclude-newer; pip 26.3, --uploaded-prior-to). Other texts stay.
inline std::string moment_of(const std::string& text) {
  const auto year =
      text.size() == 10 && text[4] == '-' && text[7] == '-' ? whole_number(text.substr(0, 4)) : std::nullopt;
  const auto month = year ? whole_number(text.substr(5, 2)) : std::nullopt;
  const auto day = month ? whole_number(text.substr(8, 2)) : std::nullopt;
  if (!day) return text;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return text;
  const std::chrono::year_month_day next = std::chrono::sys_days(date) + std::chrono::days(1);
  return std::to_string(static_cast<int>(next.year())) + '-' + two_digits(static_cast<unsigned>(next.month())) + '-' +
         two_digits(static_cast<unsigned>(next.day())) + "T00:00:00Z";
}

// pip 26 knows moments and whole days, P7D; uv also takes "7 days" and "2 weeks".
inline std::string pip_moment_of(const std::string& text) {
  const auto [number, behind] = split_once(text, ' ');
  const auto count = whole_number(number);
  const std::string_view unit = trimmed(behind);
  if (count && (unit == "day" || unit == "days")) return 'P' + std::to_string(*count) + 'D';
  if (count && (unit == "week" || unit == "weeks")) return 'P' + std::to_string(*count * 7) + 'D';
  return moment_of(text);
}

}  // namespace daypack::detail
