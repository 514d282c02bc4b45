// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/sign/canonical.ipp>
#include <daypack/net/url.hpp>
#include <daypack/sign/acs3.hpp>
#include <daypack/sign/hmac.hpp>
#include <daypack/sign/sha256.hpp>

namespace daypack {

namespace detail {

// "2026-11-20T12:34:56Z"
inline std::string acs3_time(std::chrono::system_clock::time_point now) {
  std::string text = signing_time(now);
  for (const std::size_t at : {4U, 7U}) text.insert(at, 1, '-');
  for (const std::size_t at : {13U, 16U}) text.insert(at, 1, ':');
  return text;
}

inline std::string acs3_payload(const HttpRequest& request) {
  Sha256Hasher hasher;
  for (const ByteView part : request.body) hasher.update(part);
  return hasher.finish().hex();
}

// Several values of one name are sorted.
inline SigningFields acs3_fields(const HttpRequest& request, const Url& url) {
  std::map<std::string, std::vector<std::string_view>> values;
  for (const auto& [name, value] : request.headers) values[ascii_lowered(name)].push_back(trimmed(value));
  SigningFields fields;
  for (auto& [name, all] : values) {
    std::ranges::sort(all);
    fields.emplace(name, listed(all, ","));
  }
  fields.try_emplace("host", url.authority());
  return fields;
}

}  // namespace detail

DAYPACK_DECL void aliyun::sign(HttpRequest& request, const Keys& keys, const Action& action,
                               std::chrono::system_clock::time_point now, std::string_view nonce) {
  const Url url = parse_url(request.url);
  const std::string payload = daypack::detail::acs3_payload(request);
  std::erase_if(request.headers, [](const auto& field) {
    return daypack::detail::same_but_for_case(field.first, "authorization") ||
           daypack::detail::same_but_for_case(field.first, "x-acs-accesskey-id") ||
           daypack::detail::same_but_for_case(field.first, "x-acs-security-token");
  });
  daypack::detail::set_field(request, "x-acs-action", action.name);
  daypack::detail::set_field(request, "x-acs-version", action.version);
  daypack::detail::set_field(request, "x-acs-date", daypack::detail::acs3_time(now));
  daypack::detail::set_field(request, "x-acs-signature-nonce",
                             nonce.empty() ? daypack::detail::random_name() : std::string(nonce));
  daypack::detail::set_field(request, "x-acs-content-sha256", payload);
  if (!keys.token.empty()) {
    daypack::detail::set_field(request, "x-acs-accesskey-id", keys.id);
    daypack::detail::set_field(request, "x-acs-security-token", keys.token);
  }
  const daypack::detail::SigningFields fields = daypack::detail::acs3_fields(request, url);
  const auto [path, query] = daypack::detail::split_once(url.target, '?');
  const std::string names = daypack::detail::signing_names(fields);
  const std::string canonical = request.method + '\n' + std::string(path) + '\n' +
                                daypack::detail::signing_query(query, daypack::detail::EmptyValue::with_sign) + '\n' +
                                daypack::detail::signing_lines(fields) + '\n' + names + '\n' + payload;
  const std::string text = "ACS3-HMAC-SHA256\n" + sha256_of(as_bytes(canonical)).hex();
  request.headers.emplace_back("Authorization",
                               "ACS3-HMAC-SHA256 Credential=" + keys.id + ",SignedHeaders=" + names +
                                   ",Signature=" + hmac_sha256(as_bytes(keys.secret), as_bytes(text)).hex());
}

}  // namespace daypack
