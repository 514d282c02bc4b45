// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/net/http.hpp>
#include <daypack/net/url.hpp>
#include <daypack/sign/hmac.hpp>
#include <daypack/sign/sha256.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

// What the signatures of several clouds write in the same way.
namespace daypack::detail {

// "20261120T123456Z"; its first eight characters are the date.
inline std::string signing_time(std::chrono::system_clock::time_point now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

// What a query's name without a value looks like where it is signed.
enum class EmptyValue { with_sign, bare };  // "uploads=", "uploads"

// Sorted by name, then value.
inline std::string signing_query(std::string_view query, EmptyValue empty) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!query.empty()) {
    for (const std::string& part : split_at(query, '&')) {
      const auto [name, value] = split_once(part, '=');
      pairs.emplace_back(name, value);
    }
  }
  std::ranges::sort(pairs);
  return listed(pairs, "&", [&](const auto& pair) {
    return pair.second.empty() && empty == EmptyValue::bare ? pair.first : pair.first + '=' + pair.second;
  });
}

using SigningFields = std::map<std::string, std::string>;  // by lower-case names

inline std::string signing_names(const SigningFields& fields) {
  return listed(fields, ";", [](const auto& field) { return field.first; });
}

inline std::string signing_lines(const SigningFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += name + ':' + value + '\n';
  return text;
}

inline bool has_field(const HttpRequest& request, std::string_view name) {
  return std::ranges::any_of(request.headers, [&](const auto& field) { return same_but_for_case(field.first, name); });
}

// In place of those of an earlier attempt.
inline void set_field(HttpRequest& request, std::string_view name, std::string value) {
  std::erase_if(request.headers, [&](const auto& field) { return same_but_for_case(field.first, name); });
  request.headers.emplace_back(name, std::move(value));
}

// The keyed digest of the last step, whose key is that of the step before, and so on.
inline std::string chained_hmac(std::string_view key, std::initializer_list<std::string_view> steps) {
  ByteView secret = as_bytes(key);
  Sha256 digest;
  for (const std::string_view step : steps) {
    digest = hmac_sha256(secret, as_bytes(step));
    secret = as_bytes(digest);
  }
  return digest.hex();
}

inline void check_life(std::chrono::seconds life) {
  if (life < std::chrono::seconds(1) || life > std::chrono::days(7))
    throw Error(Errc::usage, "a presigned URL cannot be good for so long",
                std::to_string(life.count()) + " seconds (expected 1 to 604800)");
}

inline void add_query(Url& url, const std::string& added) {
  const bool has_query = url.target.find('?') != std::string::npos;
  url.target += (!has_query ? "?" : url.target.ends_with('?') ? "" : "&") + added;
}

// 32 hex digits that nobody has used before: a nonce, the ID of a token.
inline std::string random_name() {
  static constexpr char digits[] = "0123456789abcdef";
  std::random_device random;
  std::string name;
  for (int word = 0; word < 4; ++word) {
    std::uint32_t bits = random();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4) name += digits[bits & 15];
  }
  return name;
}

}  // namespace daypack::detail
