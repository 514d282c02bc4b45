// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/sign/canonical.ipp>
#include <daypack/net/url.hpp>
#include <daypack/sign/hmac.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/sign/sigv4.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace daypack {

namespace detail {

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

// Several of one name are joined.
inline SigningFields sigv4_fields(const HttpRequest& request, const Url& url) {
  SigningFields fields;
  for (const auto& [name, value] : request.headers) {
    const std::string lower = ascii_lowered(name);
    if (sigv4_leaves_out(lower)) continue;
    const auto [field, first] = fields.try_emplace(lower);
    field->second += (first ? "" : ",") + sigv4_value(value);
  }
  fields.try_emplace("host", url.authority());
  return fields;
}

inline std::string sigv4_payload(const HttpRequest& request, const SigningFields& fields) {
  if (const auto named = fields.find("x-amz-content-sha256"); named != fields.end()) return named->second;
  Sha256Hasher hasher;
  for (const ByteView part : request.body) hasher.update(part);
  return hasher.finish().hex();
}

inline std::string sigv4_canonical(const HttpRequest& request, const Url& url, const SigningFields& fields,
                                   std::string_view service, std::string_view payload) {
  const auto [path, query] = split_once(url.target, '?');
  return request.method + '\n' + sigv4_path(path, service) + '\n' + signing_query(query, EmptyValue::with_sign) + '\n' +
         signing_lines(fields) + '\n' + signing_names(fields) + '\n' + std::string(payload);
}

// "20261120/eu-west-1/s3/aws4_request"
inline std::string sigv4_scope(const aws::Scope& scope, std::string_view time) {
  return std::string(time.substr(0, 8)) + '/' + scope.region + '/' + scope.service + "/aws4_request";
}

inline std::string sigv4_signature(std::string_view canonical, const aws::Keys& keys, const aws::Scope& scope,
                                   const std::string& time) {
  const std::string text =
      "AWS4-HMAC-SHA256\n" + time + '\n' + sigv4_scope(scope, time) + '\n' + sha256_of(as_bytes(canonical)).hex();
  return chained_hmac("AWS4" + keys.secret,
                      {std::string_view(time).substr(0, 8), scope.region, scope.service, "aws4_request", text});
}

}  // namespace detail

DAYPACK_DECL void aws::sign(HttpRequest& request, const Keys& keys, const Scope& scope,
                            std::chrono::system_clock::time_point now) {
  const Url url = parse_url(request.url);
  const std::string time = daypack::detail::signing_time(now);
  std::erase_if(request.headers, [](const auto& field) {
    return daypack::detail::same_but_for_case(field.first, "authorization") ||
           daypack::detail::same_but_for_case(field.first, "x-amz-date") ||
           daypack::detail::same_but_for_case(field.first, "x-amz-security-token");
  });
  request.headers.emplace_back("X-Amz-Date", time);
  if (!keys.token.empty()) request.headers.emplace_back("X-Amz-Security-Token", keys.token);
  if (scope.service == "s3" && !daypack::detail::has_field(request, "x-amz-content-sha256"))
    request.headers.emplace_back("X-Amz-Content-Sha256", daypack::detail::sigv4_payload(request, {}));
  const daypack::detail::SigningFields fields = daypack::detail::sigv4_fields(request, url);
  const std::string canonical = daypack::detail::sigv4_canonical(request, url, fields, scope.service,
                                                                 daypack::detail::sigv4_payload(request, fields));
  request.headers.emplace_back(
      "Authorization", "AWS4-HMAC-SHA256 Credential=" + keys.id + '/' + daypack::detail::sigv4_scope(scope, time) +
                           ", SignedHeaders=" + daypack::detail::signing_names(fields) +
                           ", Signature=" + daypack::detail::sigv4_signature(canonical, keys, scope, time));
}

DAYPACK_DECL std::string aws::presigned_url(const HttpRequest& request, const Keys& keys, const Scope& scope,
                                            std::chrono::system_clock::time_point now, std::chrono::seconds life) {
  daypack::detail::check_life(life);
  Url url = parse_url(request.url);
  const std::string time = daypack::detail::signing_time(now);
  const daypack::detail::SigningFields fields = daypack::detail::sigv4_fields(request, url);
  std::string added = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" +
                      uri_encoded(keys.id + '/' + daypack::detail::sigv4_scope(scope, time)) + "&X-Amz-Date=" + time +
                      "&X-Amz-Expires=" + std::to_string(life.count()) +
                      "&X-Amz-SignedHeaders=" + uri_encoded(daypack::detail::signing_names(fields));
  if (!keys.token.empty()) added += "&X-Amz-Security-Token=" + uri_encoded(keys.token);
  daypack::detail::add_query(url, added);
  const bool is_signed = scope.service != "s3" || fields.contains("x-amz-content-sha256");
  const std::string payload =
      is_signed ? daypack::detail::sigv4_payload(request, fields) : std::string(unsigned_payload);
  const std::string canonical = daypack::detail::sigv4_canonical(request, url, fields, scope.service, payload);
  return url.text() + "&X-Amz-Signature=" + daypack::detail::sigv4_signature(canonical, keys, scope, time);
}

}  // namespace daypack
