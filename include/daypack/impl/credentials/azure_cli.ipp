// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/azure_tokens.ipp>
#include <daypack/process/runner.hpp>

// The login that the Azure CLI keeps (azure-identity 1.27.0, azure_cli.py; azure-cli 2.91.0, read on 2026-11-20); only
// impl/credentials/azure.ipp includes this file.
namespace daypack::detail::azure_session {

// "2026-11-20 13:34:56.000000", in the time zone of this host: what CLIs older than 2.54 have alone.
inline std::optional<Time> local_time(const std::string& text) {
  const auto told = answers::time_of(text);
  if (!told) return std::nullopt;
  const std::time_t seconds = std::chrono::system_clock::to_time_t(*told);
  std::tm parts{};
  if (!::gmtime_r(&seconds, &parts)) return std::nullopt;
  parts.tm_isdst = -1;
  return std::chrono::system_clock::from_time_t(std::mktime(&parts));
}

inline Found cli_token_in(const std::string& printed) {
  const auto answer = answers::object_in(printed);
  if (!answer) return std::nullopt;
  azure::Token found{.text = answers::member_text(*answer, "accessToken"), .source = "az"};
  if (const auto on = member_number(*answer, "expires_on")) {
    found.expires = Time(std::chrono::seconds(*on));
  } else {
    found.expires = local_time(answers::member_text(*answer, "expiresOn"));
  }
  return found.text.empty() || !found.expires ? std::nullopt : Found(std::move(found));
}

// Nothing where there is no az, and where nobody is logged in.
inline Found cli_token(const Lookup& at, std::string_view resource) {
  std::vector<std::string> words{"az",   "account",    "get-access-token",   "--output",
                                 "json", "--resource", std::string(resource)};
  if (const std::string tenant = at.access.tenant; !tenant.empty()) {
    words.emplace_back("--tenant");
    words.push_back(checked_tenant(tenant));
  }
  Finished finished;
  try {
    finished =
        at.context.runner().run({.argv = std::move(words), .timeout = std::chrono::seconds(30)}, at.context.stop());
  } catch (const Error& error) {
    if (error.code() != Errc::tool_missing) throw;
    return std::nullopt;
  }
  const std::string said(trimmed(finished.err));
  if (!finished.ok() && said.find("az login") != std::string::npos && said.find("AADSTS") == std::string::npos)
    return std::nullopt;
  if (!finished.ok()) {
    const std::string why =
        finished.timed_out ? "no answer for 30 seconds" : "exit code " + std::to_string(finished.exit_code);
    throw Error(Errc::tool_failed, "az gives no token",
                "az account get-access-token (" + why + (said.empty() ? "" : ": " + answers::without_keys(said)) + ')',
                "run `az login`, then again");
  }
  Found found = cli_token_in(finished.out);
  if (!found) {
    throw Error(Errc::tool_failed, "az gives no token",
                "az account get-access-token (expected JSON with accessToken and expires_on)", "update the Azure CLI");
  }
  return found;
}

}  // namespace daypack::detail::azure_session
