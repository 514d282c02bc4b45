// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/sign/canonical.ipp>
#include <daypack/net/url.hpp>
#include <daypack/sign/hmac.hpp>
#include <daypack/sign/oss4.hpp>
#include <daypack/sign/sha256.hpp>

#include <array>

namespace daypack {

namespace detail {

// "Fri, 20 Nov 2026 12:34:56 GMT" (RFC 9110, 5.6.7), for a time as signatures write it.
inline std::string oss4_date(std::chrono::system_clock::time_point now) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::string time = signing_time(now);
  return std::string(days[std::chrono::weekday(day).c_encoding()]) + ", " + time.substr(6, 2) + ' ' +
         months[static_cast<unsigned>(date.month()) - 1] + ' ' + time.substr(0, 4) + ' ' + time.substr(9, 2) + ':' +
         time.substr(11, 2) + ':' + time.substr(13, 2) + " GMT";
}

inline bool oss4_always_signs(std::string_view lower_name) {
  return lower_name.starts_with("x-oss-") || lower_name == "content-type" || lower_name == "content-md5";
}

// Those that are signed because the caller wants it.
inline SigningFields oss4_additional(const HttpRequest& request, const aliyun::OssScope& scope) {
  SigningFields fields;
  for (const std::string& wanted : scope.additional_headers) {
    const std::string name = ascii_lowered(wanted);
    for (const auto& [given, value] : request.headers) {
      if (!oss4_always_signs(name) && same_but_for_case(given, name) && !value.empty()) fields.emplace(name, value);
    }
  }
  return fields;
}

// "/bucket/key", "/bucket/", "/"
inline std::string oss4_path(const aliyun::OssScope& scope) {
  return uri_encoded(scope.bucket.empty() ? '/' + scope.key : '/' + scope.bucket + '/' + scope.key, "/");
}

inline std::string oss4_canonical(const HttpRequest& request, const aliyun::OssScope& scope, std::string_view query) {
  const SigningFields additional = oss4_additional(request, scope);
  SigningFields fields = additional;
  for (const auto& [name, value] : request.headers) {
    const std::string lower = ascii_lowered(name);
    if (oss4_always_signs(lower)) fields.emplace(lower, trimmed(value));
  }
  return request.method + '\n' + oss4_path(scope) + '\n' + signing_query(query, EmptyValue::bare) + '\n' +
         signing_lines(fields) + '\n' + signing_names(additional) + "\nUNSIGNED-PAYLOAD";
}

// "20261120/cn-hangzhou/oss/aliyun_v4_request"
inline std::string oss4_scope(const aliyun::OssScope& scope, std::string_view time) {
  return std::string(time.substr(0, 8)) + '/' + scope.region + "/oss/aliyun_v4_request";
}

inline std::string oss4_signature(std::string_view canonical, const aliyun::Keys& keys, const aliyun::OssScope& scope,
                                  const std::string& time) {
  const std::string text =
      "OSS4-HMAC-SHA256\n" + time + '\n' + oss4_scope(scope, time) + '\n' + sha256_of(as_bytes(canonical)).hex();
  return chained_hmac("aliyun_v4" + keys.secret,
                      {std::string_view(time).substr(0, 8), scope.region, "oss", "aliyun_v4_request", text});
}

}  // namespace detail

DAYPACK_DECL void aliyun::sign(HttpRequest& request, const Keys& keys, const OssScope& scope,
                               std::chrono::system_clock::time_point now) {
  const Url url = parse_url(request.url);
  const std::string time = daypack::detail::signing_time(now);
  std::erase_if(request.headers, [](const auto& field) {
    return daypack::detail::same_but_for_case(field.first, "authorization") ||
           daypack::detail::same_but_for_case(field.first, "x-oss-security-token");
  });
  daypack::detail::set_field(request, "x-oss-date", time);
  daypack::detail::set_field(request, "Date", daypack::detail::oss4_date(now));
  daypack::detail::set_field(request, "x-oss-content-sha256", "UNSIGNED-PAYLOAD");
  if (!keys.token.empty()) request.headers.emplace_back("x-oss-security-token", keys.token);
  const std::string names = daypack::detail::signing_names(daypack::detail::oss4_additional(request, scope));
  const std::string canonical =
      daypack::detail::oss4_canonical(request, scope, daypack::detail::split_once(url.target, '?').second);
  request.headers.emplace_back(
      "Authorization", "OSS4-HMAC-SHA256 Credential=" + keys.id + '/' + daypack::detail::oss4_scope(scope, time) +
                           (names.empty() ? "" : ",AdditionalHeaders=" + names) +
                           ",Signature=" + daypack::detail::oss4_signature(canonical, keys, scope, time));
}

DAYPACK_DECL std::string aliyun::presigned_url(const HttpRequest& request, const Keys& keys, const OssScope& scope,
                                               std::chrono::system_clock::time_point now, std::chrono::seconds life) {
  daypack::detail::check_life(life);
  Url url = parse_url(request.url);
  const std::string time = daypack::detail::signing_time(now);
  const std::string names = daypack::detail::signing_names(daypack::detail::oss4_additional(request, scope));
  std::string added = "x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=" + time +
                      "&x-oss-expires=" + std::to_string(life.count()) +
                      "&x-oss-credential=" + uri_encoded(keys.id + '/' + daypack::detail::oss4_scope(scope, time));
  if (!keys.token.empty()) added += "&x-oss-security-token=" + uri_encoded(keys.token);
  if (!names.empty()) added += "&x-oss-additional-headers=" + uri_encoded(names);
  daypack::detail::add_query(url, added);
  const std::string canonical =
      daypack::detail::oss4_canonical(request, scope, daypack::detail::split_once(url.target, '?').second);
  return url.text() + "&x-oss-signature=" + daypack::detail::oss4_signature(canonical, keys, scope, time);
}

}  // namespace daypack
