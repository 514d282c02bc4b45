// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/net/url.hpp>
#include <daypack/sign/hmac.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/sign/sigv4.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <vector>

namespace daypack {

namespace detail {

// "20261120T123456Z"; its first eight characters are the date.
inline std::string sigv4_time(std::chrono::system_clock::time_point now) {
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

// Without empty, "." and ".." segments (RFC 3986, 5.2.4; double slashes go too).
inline std::string sigv4_normal_path(std::string_view path) {
  std::vector<std::string> kept;
  for (std::string& segment : split_at(path, '/')) {
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(std::move(segment));
    }
  }
  return '/' + listed(kept, "/") + (path.ends_with('/') && !kept.empty() ? "/" : "");
}

// S3 signs the path as it is sent; all others what is left of it after normalising, encoded once more.
inline std::string sigv4_path(std::string_view path, std::string_view service) {
  return service == "s3" ? std::string(path) : uri_encoded(sigv4_normal_path(path), "/");
}

// Sorted by name, then value; a name without a value has "=" too.
inline std::string sigv4_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!query.empty()) {
    for (const std::string& part : split_at(query, '&')) {
      const auto [name, value] = split_once(part, '=');
      pairs.emplace_back(name, value);
    }
  }
  std::ranges::sort(pairs);
  return listed(pairs, "&", [](const auto& pair) { return pair.first + '=' + pair.second; });
}

// Fields that somebody on the way may add, change or take away (botocore 1.44.5, SIGNED_HEADERS_BLACKLIST).
inline bool sigv4_leaves_out(std::string_view lower_name) {
  static constexpr std::array<std::string_view, 15> names{"authorization",     "baggage",
                                                          "connection",        "expect",
                                                          "keep-alive",        "te",
                                                          "trailer",           "proxy-authenticate",
                                                          "traceparent",       "proxy-authorization",
                                                          "tracestate",        "user-agent",
                                                          "transfer-encoding", "upgrade",
                                                          "x-amzn-trace-id"};
  return std::ranges::find(names, lower_name) != names.end();
}

// Without blanks around it, and single ones inside.
inline std::string sigv4_value(std::string_view value) {
  std::string text;
  for (const char c : trimmed(value)) {
    const bool blank = blanks.find(c) != std::string_view::npos;
    if (!blank || text.back() != ' ') text += blank ? ' ' : c;
  }
  return text;
}

using Sigv4Fields = std::map<std::string, std::string>;  // lower-case names; several of one name are joined

inline Sigv4Fields sigv4_fields(const HttpRequest& request, const Url& url) {
  Sigv4Fields fields;
  for (const auto& [name, value] : request.headers) {
    const std::string lower = ascii_lowered(name);
    if (sigv4_leaves_out(lower)) continue;
    const auto [field, first] = fields.try_emplace(lower);
    field->second += (first ? "" : ",") + sigv4_value(value);
  }
  fields.try_emplace("host", url.authority());
  return fields;
}

inline std::string sigv4_names(const Sigv4Fields& fields) {
  return listed(fields, ";", [](const auto& field) { return field.first; });
}

inline std::string sigv4_payload(const HttpRequest& request, const Sigv4Fields& fields) {
  if (const auto named = fields.find("x-amz-content-sha256"); named != fields.end()) return named->second;
  Sha256Hasher hasher;
  for (const ByteView part : request.body) hasher.update(part);
  return hasher.finish().hex();
}

inline std::string sigv4_canonical(const HttpRequest& request, const Url& url, const Sigv4Fields& fields,
                                   std::string_view service, std::string_view payload) {
  const auto [path, query] = split_once(url.target, '?');
  std::string text = request.method + '\n' + sigv4_path(path, service) + '\n' + sigv4_query(query) + '\n';
  for (const auto& [name, value] : fields) text += name + ':' + value + '\n';
  return text + '\n' + sigv4_names(fields) + '\n' + std::string(payload);
}

// "20261120/eu-west-1/s3/aws4_request"
inline std::string sigv4_scope(const aws::Scope& scope, std::string_view time) {
  return std::string(time.substr(0, 8)) + '/' + scope.region + '/' + scope.service + "/aws4_request";
}

inline std::string sigv4_signature(std::string_view canonical, const aws::Keys& keys, const aws::Scope& scope,
                                   const std::string& time) {
  const std::string text =
      "AWS4-HMAC-SHA256\n" + time + '\n' + sigv4_scope(scope, time) + '\n' + sha256_of(as_bytes(canonical)).hex();
  Sha256 key = hmac_sha256(as_bytes("AWS4" + keys.secret), as_bytes(std::string_view(time).substr(0, 8)));
  for (const std::string_view step : {std::string_view(scope.region), std::string_view(scope.service),
                                      std::string_view("aws4_request"), std::string_view(text)})
    key = hmac_sha256(as_bytes(key), as_bytes(step));
  return key.hex();
}

inline bool has_field(const HttpRequest& request, std::string_view name) {
  return std::ranges::any_of(request.headers, [&](const auto& field) { return same_but_for_case(field.first, name); });
}

}  // namespace detail

DAYPACK_DECL void aws::sign(HttpRequest& request, const Keys& keys, const Scope& scope,
                            std::chrono::system_clock::time_point now) {
  const Url url = parse_url(request.url);
  const std::string time = daypack::detail::sigv4_time(now);
  std::erase_if(request.headers, [](const auto& field) {
    return daypack::detail::same_but_for_case(field.first, "authorization") ||
           daypack::detail::same_but_for_case(field.first, "x-amz-date") ||
           daypack::detail::same_but_for_case(field.first, "x-amz-security-token");
  });
  request.headers.emplace_back("X-Amz-Date", time);
  if (!keys.token.empty()) request.headers.emplace_back("X-Amz-Security-Token", keys.token);
  if (scope.service == "s3" && !daypack::detail::has_field(request, "x-amz-content-sha256"))
    request.headers.emplace_back("X-Amz-Content-Sha256", daypack::detail::sigv4_payload(request, {}));
  const daypack::detail::Sigv4Fields fields = daypack::detail::sigv4_fields(request, url);
  const std::string canonical = daypack::detail::sigv4_canonical(request, url, fields, scope.service,
                                                                 daypack::detail::sigv4_payload(request, fields));
  request.headers.emplace_back(
      "Authorization", "AWS4-HMAC-SHA256 Credential=" + keys.id + '/' + daypack::detail::sigv4_scope(scope, time) +
                           ", SignedHeaders=" + daypack::detail::sigv4_names(fields) +
                           ", Signature=" + daypack::detail::sigv4_signature(canonical, keys, scope, time));
}

DAYPACK_DECL std::string aws::presigned_url(const HttpRequest& request, const Keys& keys, const Scope& scope,
                                            std::chrono::system_clock::time_point now, std::chrono::seconds life) {
  if (life < std::chrono::seconds(1) || life > std::chrono::days(7))
    throw Error(Errc::usage, "a presigned URL cannot be good for so long",
                std::to_string(life.count()) + " seconds (expected 1 to 604800)");
  Url url = parse_url(request.url);
  const std::string time = daypack::detail::sigv4_time(now);
  const daypack::detail::Sigv4Fields fields = daypack::detail::sigv4_fields(request, url);
  std::string added = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" +
                      uri_encoded(keys.id + '/' + daypack::detail::sigv4_scope(scope, time)) + "&X-Amz-Date=" + time +
                      "&X-Amz-Expires=" + std::to_string(life.count()) +
                      "&X-Amz-SignedHeaders=" + uri_encoded(daypack::detail::sigv4_names(fields));
  if (!keys.token.empty()) added += "&X-Amz-Security-Token=" + uri_encoded(keys.token);
  const bool has_query = url.target.find('?') != std::string::npos;
  url.target += (!has_query ? "?" : url.target.ends_with('?') ? "" : "&") + added;
  const bool is_signed = scope.service != "s3" || fields.contains("x-amz-content-sha256");
  const std::string payload =
      is_signed ? daypack::detail::sigv4_payload(request, fields) : std::string(unsigned_payload);
  const std::string canonical = daypack::detail::sigv4_canonical(request, url, fields, scope.service, payload);
  return url.text() + "&X-Amz-Signature=" + daypack::detail::sigv4_signature(canonical, keys, scope, time);
}

}  // namespace daypack
