// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/azure_certificate.ipp>
#include <daypack/impl/credentials/azure_cli.ipp>
#include <daypack/impl/credentials/azure_identities.ipp>

// Who is asked for a token, in which order (azure-identity 1.27.0, DefaultAzureCredential, read on 2026-11-22; without
// Visual Studio Code, PowerShell, azd and brokers); only impl/credentials/azure.ipp includes this file.
namespace daypack::detail::azure_session {

[[noreturn]] inline void throw_half(const char* variable) {
  throw Error(Errc::usage, "the environment has half of a login to Azure",
              std::string(variable) + " without AZURE_TENANT_ID and AZURE_CLIENT_ID", "set all of them, or none");
}

inline bool is_named(const Lookup& at) { return !at.tenant().empty() && !at.client().empty(); }

inline Found principal_token(const Lookup& at, std::string_view resource) {
  const std::string secret = at.environment("AZURE_CLIENT_SECRET");
  if (!secret.empty()) {
    if (!is_named(at)) throw_half("AZURE_CLIENT_SECRET");
    return application_token(
        at, resource,
        {.fields = {{"client_secret", secret}}, .secret = secret, .source = "the environment's service principal"});
  }
  const std::string certificate = at.environment("AZURE_CLIENT_CERTIFICATE_PATH");
  if (certificate.empty()) return std::nullopt;
  if (!is_named(at)) throw_half("AZURE_CLIENT_CERTIFICATE_PATH");
  return certificate_token(at, resource, certificate);
}

inline Found workload_token(const Lookup& at, std::string_view resource) {
  const std::string file = at.environment("AZURE_FEDERATED_TOKEN_FILE");
  if (file.empty()) return std::nullopt;
  if (!is_named(at)) throw_half("AZURE_FEDERATED_TOKEN_FILE");
  const std::string token(trimmed(read_file(file)));
  return application_token(at, resource, asserted(token, "the workload identity of " + file));
}

// One way to a token. $AZURE_TOKEN_CREDENTIALS names one, or those of a stage.
struct Way {
  std::string_view name;
  std::string_view stage;
  const char* place;  // for who finds none
  Found (*ask)(const Lookup&, std::string_view);
};

inline constexpr std::array<Way, 5> ways{{
    {"environmentcredential", "prod", "AZURE_CLIENT_SECRET and AZURE_CLIENT_CERTIFICATE_PATH", principal_token},
    {"workloadidentitycredential", "prod", "AZURE_FEDERATED_TOKEN_FILE", workload_token},
    {"managedidentitycredential", "prod", "IDENTITY_ENDPOINT and IDENTITY_HEADER", app_token},
    {"managedidentitycredential", "prod", "the machine's identity", machine_token},
    {"azureclicredential", "dev", "az account get-access-token", cli_token},
}};

inline std::vector<const Way*> ways_of(const Lookup& at) {
  const std::string wish = ascii_lowered(trimmed(at.environment("AZURE_TOKEN_CREDENTIALS")));
  std::vector<const Way*> chosen;
  for (const Way& way : ways) {
    if (wish.empty() || wish == way.stage || wish == way.name) chosen.push_back(&way);
  }
  if (chosen.empty()) {
    throw Error(Errc::usage, "AZURE_TOKEN_CREDENTIALS is not understood", wish,
                "write prod, dev, EnvironmentCredential, WorkloadIdentityCredential, ManagedIdentityCredential or "
                "AzureCliCredential");
  }
  return chosen;
}

inline azure::Token found_token(const Lookup& at, std::string_view resource) {
  const std::vector<const Way*> chosen = ways_of(at);
  for (const Way* way : chosen) {
    if (Found found = way->ask(at, resource)) return std::move(*found);
  }
  throw Error(Errc::usage, "no credentials for Azure are found",
              "looked at " + listed(chosen, "; ", [](const Way* way) { return std::string(way->place); }),
              "run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET");
}

}  // namespace daypack::detail::azure_session
