// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/aliyun.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/credentials/answers.ipp>
#include <daypack/impl/sign/canonical.ipp>

#include <boost/filesystem/operations.hpp>
#include <functional>
#include <map>

// What the profiles of the aliyun CLI and the environment say (alibabacloud_credentials 1.0.12,
// provider/cli_profile.py; Alibaba Cloud CLI, "Environment variables"; read on 2026-11-22); only
// impl/credentials/aliyun.ipp includes this file.
namespace daypack::detail::aliyun_session {

using aliyun::Credentials;
using answers::member_text;
using answers::object_in;
using answers::Time;
using Found = std::optional<Credentials>;
using Profile = boost::json::object;

struct Profiles {
  std::string path = {};
  std::string current = {};
  std::map<std::string, Profile, std::less<>> all = {};
};

inline Profiles read_profiles(const Environment& environment) {
  Profiles found{.path = environment("HOME") + "/.aliyun/config.json"};
  boost::system::error_code ignored;
  if (!boost::filesystem::is_regular_file(found.path, ignored)) return found;
  const auto document = object_in(read_file(found.path));
  if (!document)
    throw Error(Errc::syntax, "the configuration of the aliyun CLI is no JSON object", found.path,
                "correct it, or set ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true to go without it");
  found.current = member_text(*document, "current");
  const boost::json::value* const profiles = document->if_contains("profiles");
  if (!profiles || !profiles->is_array()) return found;
  for (const boost::json::value& profile : profiles->get_array()) {
    if (profile.is_object()) found.all.emplace(member_text(profile.get_object(), "name"), profile.get_object());
  }
  return found;
}

// Everything that an answer may depend on.
struct Lookup {
  Context context;
  aliyun::Access access;
  Environment environment;
  Profiles profiles = {};

  // The profile that counts; empty: none.
  std::string profile_name() const {
    if (!access.profile.empty()) return access.profile;
    if (ignores_profiles()) return {};
    const std::string named = environment("ALIBABA_CLOUD_PROFILE");
    return named.empty() ? profiles.current : named;
  }
  const Profile* profile(const std::string& name) const {
    const auto found = profiles.all.find(name);
    return found == profiles.all.end() ? nullptr : &found->second;
  }
  bool is_true(const char* variable) const { return ascii_lowered(environment(variable)) == "true"; }
  bool ignores_profiles() const {
    return is_true("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") || environment("ALIBABA_CLOUD_IGNORE_PROFILE") == "TRUE";
  }
};

// One that somebody names must exist; the current one need not.
inline void check_profile(const Lookup& at) {
  const std::string name = at.profile_name();
  if (name.empty() || at.profile(name)) return;
  if (at.access.profile.empty() && at.environment("ALIBABA_CLOUD_PROFILE").empty()) return;
  throw Error(Errc::usage, "there is no such profile of the aliyun CLI", name + " in " + at.profiles.path,
              at.profiles.all.empty()
                  ? "run `aliyun configure --profile " + name + "`"
                  : "take one of " + listed(at.profiles.all, ", ", [](const auto& one) { return one.first; }));
}

inline Lookup lookup_of(Context context, aliyun::Access access, Environment environment) {
  Lookup at{std::move(context), std::move(access), std::move(environment)};
  if (!at.access.profile.empty() || !at.ignores_profiles()) at.profiles = read_profiles(at.environment);
  check_profile(at);
  return at;
}

inline std::string region_of(const Lookup& at) {
  std::string region = at.access.region;
  if (region.empty() && at.access.profile.empty()) region = at.environment("ALIBABA_CLOUD_REGION_ID");
  const Profile* const profile = at.profile(at.profile_name());
  if (region.empty() && profile) region = member_text(*profile, "region_id");
  if (region.empty()) region = at.environment("ALIBABA_CLOUD_REGION_ID");
  if (region.empty())
    throw Error(Errc::usage, "no region of Alibaba Cloud is said",
                "looked at ALIBABA_CLOUD_REGION_ID and the profile in " + at.profiles.path,
                "set ALIBABA_CLOUD_REGION_ID, cn-hangzhou for example");
  const auto fine = [](char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; };
  if (!std::ranges::all_of(region, fine))
    throw Error(Errc::usage, "this is no region of Alibaba Cloud", region, "write it as in cn-hangzhou");
  return region;
}

// Empty when nobody has named one.
inline std::string named_endpoint(const Lookup& at, std::string_view service) {
  const bool oss = service == "oss";
  std::string url = oss ? at.access.oss_endpoint : at.access.endpoint;
  if (url.empty()) url = at.environment(oss ? "OSS_ENDPOINT" : "ALIBABA_CLOUD_ENDPOINT");
  if (url.empty()) return {};
  if (url.find("://") == std::string::npos) url.insert(0, "https://");
  url = without_last_slashes(std::move(url));
  parse_url(url);
  return url;
}

// Those of Function Compute are in alibabacloud_fc20230330 4.8.3 (client.py, endpoint map), those of OSS in "Regions
// and endpoints"; read on 2026-11-20.
inline std::string own_endpoint(const Lookup& at, std::string_view service) {
  const std::string region = region_of(at);
  const bool inside = ascii_lowered(at.environment("ALIBABA_CLOUD_ENDPOINT_TYPE")) == "vpc";
  if (service == "oss") return "https://oss-" + region + (inside ? "-internal" : "") + ".aliyuncs.com";
  if (inside || !at.access.account.empty()) {
    if (at.access.account.empty())
      throw Error(Errc::usage, "inside of its network Function Compute is asked at the host of an account",
                  "ALIBABA_CLOUD_ENDPOINT_TYPE is vpc", "say the number of the account");
    return "https://" + at.access.account + '.' + region + (inside ? "-internal" : "") + ".fc.aliyuncs.com";
  }
  if (region == "me-central-1" || region == "cn-shanghai-finance-1") return "https://" + region + ".fc.aliyuncs.com";
  return "https://fcv3." + region + ".aliyuncs.com";
}

}  // namespace daypack::detail::aliyun_session
