// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/azure.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/credentials/answers.ipp>

#include <array>

// What the caller and the environment say about Azure; only impl/credentials/azure.ipp includes this file.
namespace daypack::detail::azure_session {

using answers::Time;

struct Cloud {
  std::string_view authority;
  std::string_view management;
  std::string_view storage_suffix;
};

// azure-cli 2.91.0, azure/cli/core/cloud.py (read on 2026-11-22). Authorities of no other one are of the first.
inline constexpr std::array<Cloud, 3> clouds{{
    {"login.microsoftonline.com", "https://management.azure.com", "core.windows.net"},
    {"login.chinacloudapi.cn", "https://management.chinacloudapi.cn", "core.chinacloudapi.cn"},
    {"login.microsoftonline.us", "https://management.usgovcloudapi.net", "core.usgovcloudapi.net"},
}};

// All that is asked before anybody is.
struct Lookup {
  Context context;
  azure::Access access = {};
  Environment environment = {};
  std::string authority = {};  // a URL, without a slash at its end
  const Cloud* cloud = &clouds.front();

  // What the caller says, else the environment.
  std::string said(const std::string& own, const char* variable) const {
    return own.empty() ? environment(variable) : own;
  }
  std::string tenant() const { return said(access.tenant, "AZURE_TENANT_ID"); }
  std::string client() const { return said(access.client, "AZURE_CLIENT_ID"); }
};

inline bool on_this_machine(const Url& url) {
  return url.host == "localhost" || url.host == "::1" || url.host.starts_with("127.");
}

// Secrets go there: never in plain text, but on this machine.
inline std::string checked_url(const std::string& text, const char* what) {
  const Url url = parse_url(text);
  if (!url.secure() && !on_this_machine(url))
    throw Error(Errc::usage, std::string(what) + " must be an https URL", redacted(text));
  return without_last_slashes(url.text());
}

inline Lookup lookup_of(Context context, azure::Access access, Environment environment) {
  Lookup at{.context = std::move(context), .access = std::move(access), .environment = std::move(environment)};
  std::string authority = at.said(at.access.authority, "AZURE_AUTHORITY_HOST");
  if (authority.empty()) authority = clouds.front().authority;
  if (authority.find("://") == std::string::npos) authority.insert(0, "https://");
  at.authority = checked_url(authority, "the authority of Azure");
  const std::string host = parse_url(at.authority).host;
  for (const Cloud& cloud : clouds) {
    if (cloud.authority == host) at.cloud = &cloud;
  }
  if (!at.access.management_url.empty())
    at.access.management_url = checked_url(at.access.management_url, "the resource manager's URL");
  return at;
}

// It becomes part of a URL.
inline std::string checked_tenant(const std::string& tenant) {
  const bool good = std::ranges::all_of(tenant, [](char c) { return is_ascii_alnum(c) || c == '-' || c == '.'; });
  if (!good) throw Error(Errc::usage, "this is no tenant of Azure", tenant, "write its id or its domain's name");
  return tenant;
}

}  // namespace daypack::detail::azure_session
