// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace daypack::detail {

inline constexpr std::array<std::string_view, 12> http_months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "Sun, 06 Nov 1994 08:49:37 GMT": the one form of a date that servers may send (RFC 9110, 5.6.7).
inline std::optional<std::chrono::system_clock::time_point> http_date(std::string_view text) {
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  bool digits = true;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + size, value);
    digits &= error == std::errc() && end == text.data() + at + size;
    return value;
  };
  const auto month =
      static_cast<unsigned>(std::find(http_months.begin(), http_months.end(), text.substr(8, 3)) - http_months.begin());
  const std::chrono::year_month_day date{std::chrono::year(number(12, 4)), std::chrono::month(month + 1),
                                         std::chrono::day(static_cast<unsigned>(number(5, 2)))};
  const auto time =
      std::chrono::hours(number(17, 2)) + std::chrono::minutes(number(20, 2)) + std::chrono::seconds(number(23, 2));
  if (!digits || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + time;
}

// The other way round.
inline std::string http_date_text(std::chrono::system_clock::time_point now) {
  static constexpr std::array<const char*, 7> names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", names[std::chrono::weekday(day).c_encoding()],
                static_cast<unsigned>(date.day()), http_months[static_cast<unsigned>(date.month()) - 1].data(),
                static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace daypack::detail
