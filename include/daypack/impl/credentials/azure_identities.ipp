// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/azure_tokens.ipp>

// The identities that Azure gives to machines and apps (azure-identity 1.27.0, imds.py and app_service.py, read on
// 2026-11-22). None is asked by a proxy: their addresses mean this machine alone. Only impl/credentials/azure.ipp
// includes this file.
namespace daypack::detail::azure_session {

inline std::string identity_query(const Lookup& at, const char* version, std::string_view resource) {
  std::string query = std::string("?api-version=") + version + "&resource=" + uri_encoded(resource);
  if (const std::string client = at.client(); !client.empty()) query += "&client_id=" + uri_encoded(client);
  return query;
}

[[noreturn]] inline void throw_no_identity(const HttpResponse& response, const std::string& whose,
                                           std::string_view secret) {
  throw Error(Errc::provider, whose + " gives no token", refusal_words(response, {secret}),
              "assign an identity to it; where it has several, name one by AZURE_CLIENT_ID");
}

// Of an app (App Service, Functions, Container Apps).
inline Found app_token(const Lookup& at, std::string_view resource) {
  const std::string endpoint = at.environment("IDENTITY_ENDPOINT"), secret = at.environment("IDENTITY_HEADER");
  if (endpoint.empty() || secret.empty()) return std::nullopt;
  const HttpResponse response = ask(at,
                                    {.url = endpoint + identity_query(at, "2019-08-01", resource),
                                     .headers = {{"X-IDENTITY-HEADER", secret}},
                                     .connect_timeout = std::chrono::seconds(5),
                                     .proxied = false},
                                    answers::service_policy());
  Found found =
      response.status == 200 ? token_in(response.body, "the app's identity", at.context.clock().now()) : std::nullopt;
  if (!found) throw_no_identity(response, "the app's identity", secret);
  return found;
}

// 410 says that the service is being updated, 404 that it is not there yet; other clouds have a 404 of their own.
inline RetryVerdict machine_verdict(const HttpResponse& response) {
  const bool soon = (response.status == 404 && answers::object_in(response.body)) || response.status == 410 ||
                    response.status / 100 == 5;
  return response.status == 429 ? RetryVerdict::throttled : soon ? RetryVerdict::transient : RetryVerdict::final;
}

// Of a virtual machine. Nothing where nobody answers within a second: this host is none; and where it has no identity.
inline Found machine_token(const Lookup& at, std::string_view resource) {
  std::string base = without_last_slashes(at.environment("AZURE_POD_IDENTITY_AUTHORITY_HOST"));
  if (base.empty()) base = "http://169.254.169.254";
  HttpRequest request{.url = base + "/metadata/identity/oauth2/token" + identity_query(at, "2018-02-01", resource),
                      .headers = {{"Metadata", "true"}},
                      .connect_timeout = std::chrono::seconds(1),
                      .idle_timeout = std::chrono::seconds(10),
                      .proxied = false};
  RetryPolicy policy{.attempts = 5, .first_wait = std::chrono::milliseconds(800), .judge = machine_verdict};
  policy.repeats_errors = false;
  HttpResponse response;
  try {
    response = ask(at, std::move(request), policy);
  } catch (const Error& error) {
    if (error.code() != Errc::network || at.context.offline()) throw;
    return std::nullopt;
  }
  Found found = response.status == 200 ? token_in(response.body, "the machine's identity", at.context.clock().now())
                                       : std::nullopt;
  // Who is no machine of Azure may have something else at that address; Docker Desktop says 403.
  const bool none = response.status == 400 || response.status == 403 || response.status == 404;
  if (!found && !(none && at.access.client.empty())) throw_no_identity(response, "the machine's identity", "");
  return found;
}

}  // namespace daypack::detail::azure_session
