// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/impl/credentials/azure_lookup.ipp>
#include <daypack/impl/sign/canonical.ipp>

#include <charconv>
#include <ctime>
#include <initializer_list>
#include <vector>

// Asking Microsoft Entra ID and its kin for tokens, and reading what they say (azure-identity 1.27.0, read on
// 2026-11-20); only impl/credentials/azure.ipp includes this file.
namespace daypack::detail::azure_session {

using Found = std::optional<azure::Token>;
using Form = std::vector<std::pair<std::string, std::string>>;

// A number, or the text of one.
inline std::optional<std::int64_t> member_number(const boost::json::object& object, std::string_view name) {
  const boost::json::value* const value = object.if_contains(name);
  if (!value) return std::nullopt;
  if (value->is_int64()) return value->get_int64();
  const std::string text = answers::member_text(object, name);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                                   : std::nullopt;
}

// {"access_token": ..., "expires_in": 3599} of the authority, with "expires_on" of a machine's identity.
inline Found token_in(std::string_view body, std::string source, Time now) {
  const auto answer = answers::object_in(body);
  if (!answer) return std::nullopt;
  azure::Token found{.text = answers::member_text(*answer, "access_token"), .source = std::move(source)};
  if (found.text.empty()) return std::nullopt;
  if (const auto on = member_number(*answer, "expires_on")) {
    found.expires = Time(std::chrono::seconds(*on));
  } else if (const auto in = member_number(*answer, "expires_in")) {
    found.expires = now + std::chrono::seconds(*in);
  }
  return found.expires ? Found(std::move(found)) : std::nullopt;
}

inline HttpResponse ask(const Lookup& at, HttpRequest request, const RetryPolicy& policy) {
  return answers::ask_for_credentials(at.context, std::move(request), policy,
                                      "give a storage account's key or a SAS where that will do, or go online");
}

// AADSTS codes (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes, 2026-11-20).
inline std::string way_to_token(const std::string& words) {
  struct Way {
    std::string_view code, words;
  };
  static constexpr std::array<Way, 6> ways{{
      {"AADSTS7000215", "the secret is not the application's: give its value, not its id"},
      {"AADSTS7000222", "the secret has expired: make a new one"},
      {"AADSTS700016", "the tenant does not know the application: check AZURE_CLIENT_ID and AZURE_TENANT_ID"},
      {"AADSTS90002", "there is no such tenant: check AZURE_TENANT_ID"},
      {"AADSTS70021", "no federated credential of the application fits the token: check its issuer and subject"},
      {"AADSTS500011", "the tenant does not know the resource: check the cloud that AZURE_AUTHORITY_HOST names"},
  }};
  for (const Way& way : ways) {
    if (words.find(way.code) != std::string::npos) return std::string(way.words);
  }
  return "check AZURE_TENANT_ID, AZURE_CLIENT_ID and what proves them";
}

// "invalid_client: AADSTS7000215: Invalid client secret provided." of {"error": ..., "error_description": ...}.
inline std::string refusal_words(const HttpResponse& response, std::initializer_list<std::string_view> secrets) {
  const auto said = answers::object_in(response.body).value_or(boost::json::object());
  std::string words = "status " + std::to_string(response.status);
  if (const std::string code = answers::member_text(said, "error"); !code.empty()) words += ", " + code;
  const std::string more = answers::member_text(said, "error_description");
  const std::string_view line = split_once(more, '\n').first;
  if (!more.empty()) words += ": " + answers::without_keys(trimmed(line));
  return answers::without(std::move(words), secrets);
}

// What an application proves itself with: a secret, or the token that another authority has signed for it.
struct Proof {
  Form fields = {};
  std::string secret = {};
  std::string source = {};
};

inline Proof asserted(const std::string& assertion, std::string source) {
  return {.fields = {{"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                     {"client_assertion", assertion}},
          .secret = assertion,
          .source = std::move(source)};
}

inline std::string token_url(const Lookup& at) {
  return at.authority + '/' + checked_tenant(at.tenant()) + "/oauth2/v2.0/token";
}

inline azure::Token application_token(const Lookup& at, std::string_view resource, const Proof& proof) {
  Form form{
      {"grant_type", "client_credentials"}, {"client_id", at.client()}, {"scope", std::string(resource) + "/.default"}};
  form.insert(form.end(), proof.fields.begin(), proof.fields.end());
  const std::string body = listed(form, "&", [](const auto& one) { return one.first + '=' + uri_encoded(one.second); });
  const std::string url = token_url(at);
  const HttpResponse response = ask(at,
                                    {.method = "POST",
                                     .url = url,
                                     .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                     .body = {as_bytes(body)}},
                                    answers::service_policy());
  Found found = response.status == 200 ? token_in(response.body, proof.source, at.context.clock().now()) : std::nullopt;
  if (found) return std::move(*found);
  if (response.status == 200)
    throw Error(Errc::provider, "Azure answers without a token", url, "check AZURE_AUTHORITY_HOST");
  const std::string words = refusal_words(response, {proof.secret, uri_encoded(proof.secret)});
  throw Error(Errc::provider, "Azure gives no token to " + proof.source, "client " + at.client() + " (" + words + ')',
              way_to_token(words));
}

}  // namespace daypack::detail::azure_session
