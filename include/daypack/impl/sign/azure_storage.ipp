// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/impl/credentials/answers.ipp>
#include <daypack/impl/net/http_date.ipp>
#include <daypack/impl/sign/azure_fields.ipp>
#include <daypack/impl/sign/canonical.ipp>
#include <daypack/sign/azure_storage.hpp>

#include <array>
#include <cstdint>

namespace daypack {

namespace detail::azure_storage {

using Time = std::chrono::system_clock::time_point;

// "x-ms-date:...\n" and so on.
inline std::string canonical_fields(const HttpRequest& request) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [name, value] : request.headers) {
    std::string lower = ascii_lowered(name);
    if (lower.starts_with("x-ms-")) fields.emplace_back(std::move(lower), trimmed(value));
  }
  std::ranges::sort(fields, field_before, [](const auto& field) -> const std::string& { return field.first; });
  std::string text;
  for (const auto& [name, value] : fields) text += name + ':' + value + '\n';
  return text;
}

// "/account/container/blob\ncomp:block": the values of one name are joined.
inline std::string canonical_resource(const std::string& account, std::string_view target) {
  const auto [path, query] = split_once(target, '?');
  std::map<std::string, std::vector<std::string>> parameters;
  if (!query.empty()) {
    for (const std::string& part : split_at(query, '&')) {
      const auto [name, value] = split_once(part, '=');
      parameters[ascii_lowered(percent_decoded(name))].push_back(percent_decoded(value));
    }
  }
  std::string text = '/' + account + std::string(path);
  for (auto& [name, values] : parameters) {
    std::ranges::sort(values);
    text += '\n' + name + ':' + listed(values, ",");
  }
  return text;
}

inline std::string text_to_sign(const HttpRequest& request, const std::string& account) {
  static constexpr std::array<std::string_view, 11> names{
      "content-encoding",  "content-language", "content-length", "content-md5",         "content-type", "date",
      "if-modified-since", "if-match",         "if-none-match",  "if-unmodified-since", "range"};
  std::uint64_t size = 0;
  for (const ByteView part : request.body) size += part.size();
  std::string text = request.method + '\n';
  for (const std::string_view name : names) {
    if (name == "content-length") {
      text += size == 0 ? "" : std::to_string(size);
    } else {
      const auto field =
          std::ranges::find_if(request.headers, [&](const auto& one) { return same_but_for_case(one.first, name); });
      if (field != request.headers.end()) text += trimmed(field->second);
    }
    text += '\n';
  }
  return text + canonical_fields(request) + canonical_resource(account, parse_url(request.url).target);
}

inline std::string keyed_digest(const azure::SharedKey& key, std::string_view text) {
  const auto secret = base64_decoded(trimmed(key.key));
  if (!secret || secret->empty()) {
    throw Error(Errc::usage, "the key of a storage account is no base64", "account " + key.account,
                "copy the whole key, with the = at its end");
  }
  return base64_of(as_bytes(hmac_sha256(as_bytes(*secret), as_bytes(text))));
}

inline void check_sas(const azure::Sas& sas) {
  if (sas.version < "2020-12-06")
    throw Error(Errc::usage, "a SAS of this version is not made", sas.version + " (expected 2020-12-06 or younger)");
  if (!sas.expires && sas.policy.empty())
    throw Error(Errc::usage, "a SAS needs an end", "got none", "say when it expires, or which stored policy says it");
}

inline std::string sas_time(const std::optional<Time>& time) { return time ? answers::utc_text(*time) : ""; }

}  // namespace detail::azure_storage

DAYPACK_DECL void azure::sign(HttpRequest& request, const SharedKey& key, std::chrono::system_clock::time_point now) {
  using namespace daypack::detail::azure_storage;
  daypack::detail::set_field(request, "x-ms-date", daypack::detail::http_date_text(now));
  const std::string signature = keyed_digest(key, text_to_sign(request, key.account));
  daypack::detail::set_field(request, "Authorization", "SharedKey " + key.account + ':' + signature);
}

DAYPACK_DECL std::string azure::service_sas(const SharedKey& key, std::string_view container, std::string_view blob,
                                            const Sas& sas) {
  using namespace daypack::detail::azure_storage;
  check_sas(sas);
  const std::string starts = sas_time(sas.starts), expires = sas_time(sas.expires), kind = blob.empty() ? "c" : "b";
  const std::string resource =
      "/blob/" + key.account + '/' + std::string(container) + (blob.empty() ? "" : '/' + std::string(blob));
  // Snapshot, encryption scope and the five fields of an answer are empty.
  const std::string text = daypack::detail::listed(
      std::array<std::string_view, 16>{sas.permissions, starts, expires, resource, sas.policy, sas.addresses,
                                       sas.protocol, sas.version, kind, "", "", "", "", "", "", ""},
      "\n");
  std::string query;
  const auto add = [&](const char* name, std::string_view value) {
    if (value.empty()) return;
    query += (query.empty() ? "" : "&") + std::string(name) + '=' + uri_encoded(value, "/");
  };
  add("st", starts);
  add("se", expires);
  add("sp", sas.permissions);
  add("sip", sas.addresses);
  add("spr", sas.protocol);
  add("sv", sas.version);
  add("si", sas.policy);
  add("sr", kind);
  add("sig", keyed_digest(key, text));
  return query;
}

}  // namespace daypack
