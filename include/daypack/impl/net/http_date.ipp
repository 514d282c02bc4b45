// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>

namespace daypack::detail {

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

}  // namespace daypack::detail
