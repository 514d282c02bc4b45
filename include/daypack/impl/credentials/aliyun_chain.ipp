// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/aliyun_metadata.ipp>

// Who is asked for credentials, in which order (alibabacloud_credentials 1.0.12, provider/default.py, read on
// 2026-11-22; without credentials.ini of the older SDKs); only impl/credentials/aliyun.ipp includes this file. What is
// configured and fails is an error: nobody wants to deploy as somebody else.
namespace daypack::detail::aliyun_session {

inline Found environment_credentials(const Lookup& at) {
  Credentials found{
      .keys = {at.environment("ALIBABA_CLOUD_ACCESS_KEY_ID"), at.environment("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
               at.environment("ALIBABA_CLOUD_SECURITY_TOKEN")},
      .source = "the environment"};
  if (found.keys.id.empty()) return std::nullopt;
  if (found.keys.secret.empty()) {
    throw Error(Errc::usage, "the environment has half of Alibaba Cloud's keys",
                "expected ALIBABA_CLOUD_ACCESS_KEY_SECRET", "set it, or unset ALIBABA_CLOUD_ACCESS_KEY_ID");
  }
  return found;
}

// RRSA: a service account of Kubernetes that has a role.
inline Found environment_role(const Lookup& at) {
  const RoleWish wish{.arn = at.environment("ALIBABA_CLOUD_ROLE_ARN"),
                      .session_name = at.environment("ALIBABA_CLOUD_ROLE_SESSION_NAME")};
  const std::string provider = at.environment("ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
                    file = at.environment("ALIBABA_CLOUD_OIDC_TOKEN_FILE");
  if (wish.arn.empty() || provider.empty() || file.empty()) return std::nullopt;
  return role_by_oidc(at, wish, provider, file);
}

// One profile of the aliyun CLI, and those that it names.
class ProfileCredentials {
 public:
  explicit ProfileCredentials(const Lookup& at) : at_(at) {}

  Credentials of(const std::string& name) {
    if (std::ranges::find(visited_, name) != visited_.end()) {
      visited_.push_back(name);
      throw Error(Errc::usage, "profiles assume each other's roles in a loop", listed(visited_, " -> "),
                  "let one of them have keys");
    }
    visited_.push_back(name);
    const Profile* const profile = at_.profile(name);
    if (!profile) refuse(name, "there is no such profile", "correct source_profile");
    const std::string mode = member_text(*profile, "mode");
    if (mode.empty() || mode == "AK") return keys_of(*profile, name, false);
    if (mode == "StsToken") return keys_of(*profile, name, true);
    if (mode == "RamRoleArn") return role_of(*profile, name, keys_of(*profile, name, false));
    if (mode == "ChainableRamRoleArn") return role_of(*profile, name, of(member_text(*profile, "source_profile")));
    if (mode == "OIDC")
      return role_by_oidc(at_, wish_of(*profile), member_text(*profile, "oidc_provider_arn"),
                          member_text(*profile, "oidc_token_file"));
    if (mode == "CredentialsURI") return credentials_of_uri(at_, member_text(*profile, "credentials_uri"));
    if (mode == "EcsRamRole") {
      if (Found found = instance_credentials(at_, member_text(*profile, "ram_role_name"))) return std::move(*found);
      refuse(name, "this host has no such role, or is no instance of ECS", "check ram_role_name");
    }
    if (mode == "CloudSSO" || mode == "OAuth" || mode == "External") return login_of(*profile, name);
    refuse(name, "its mode is " + mode, "take AK, StsToken, RamRoleArn, ChainableRamRoleArn, EcsRamRole or OIDC");
  }

 private:
  [[noreturn]] void refuse(const std::string& name, const std::string& why, const std::string& way_out) const {
    throw Error(Errc::usage, "a profile of the aliyun CLI gives no credentials",
                "profile " + name + " in " + at_.profiles.path + " (" + why + ')', way_out);
  }

  static std::string number(const Profile& profile, const char* name) {
    const boost::json::value* const value = profile.if_contains(name);
    const bool told = value && value->is_number() && value->to_number<std::int64_t>() > 0;
    return told ? std::to_string(value->to_number<std::int64_t>()) : "";
  }

  Credentials keys_of(const Profile& profile, const std::string& name, bool with_token) const {
    Credentials found{.keys = {member_text(profile, "access_key_id"), member_text(profile, "access_key_secret"),
                               with_token ? member_text(profile, "sts_token") : ""},
                      .source = "profile " + name};
    if (found.keys.id.empty() || found.keys.secret.empty() || (with_token && found.keys.token.empty()))
      refuse(name, "its keys are not whole", "run `aliyun configure --profile " + name + "`");
    return found;
  }

  // What the CLI has got by a login, and keeps while it is good; only the CLI can get more.
  Credentials login_of(const Profile& profile, const std::string& name) const {
    const std::string expires = number(profile, "sts_expiration");
    const Time end = Time(std::chrono::seconds(expires.empty() ? 0 : std::stoll(expires)));
    if (end <= at_.context.clock().now() + std::chrono::minutes(1))
      refuse(name, expires.empty() ? "it has no session" : "its session has ended on " + answers::utc_text(end),
             "let the aliyun CLI renew it: aliyun sts GetCallerIdentity --profile " + name);
    Credentials found = keys_of(profile, name, true);
    found.expires = end;
    return found;
  }

  static RoleWish wish_of(const Profile& profile) {
    const boost::json::value* const inside = profile.if_contains("enable_vpc");
    return {.arn = member_text(profile, "ram_role_arn"),
            .session_name = member_text(profile, "ram_session_name"),
            .external_id = member_text(profile, "external_id"),
            .policy = member_text(profile, "policy"),
            .duration = number(profile, "expired_seconds"),
            .region = member_text(profile, "sts_region"),
            .inside = inside && inside->is_bool() && inside->get_bool()};
  }

  Credentials role_of(const Profile& profile, const std::string& name, const Credentials& source) const {
    const RoleWish wish = wish_of(profile);
    if (wish.arn.empty()) refuse(name, "it names no role", "give it ram_role_arn");
    return assumed_role(at_, wish, source.keys, "role " + wish.arn + " of profile " + name);
  }

  const Lookup& at_;
  std::vector<std::string> visited_;
};

[[noreturn]] inline void throw_no_credentials(const Lookup& at) {
  const std::string name = at.profile_name();
  std::vector<std::string> places{"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"};
  places.push_back(at.ignores_profiles() ? "profiles of the aliyun CLI are ignored"
                                         : (name.empty() ? "" : "profile " + name + " in ") + at.profiles.path);
  const bool disabled = at.is_true("ALIBABA_CLOUD_ECS_METADATA_DISABLED");
  places.emplace_back(disabled ? "the instance's metadata is disabled" : "the instance's metadata");
  places.emplace_back("ALIBABA_CLOUD_CREDENTIALS_URI");
  throw Error(Errc::usage, "no credentials for Alibaba Cloud are found", "looked at " + listed(places, "; "),
              "run `aliyun configure`, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET");
}

inline Credentials found_credentials(const Lookup& at) {
  if (at.access.profile.empty()) {
    if (Found found = environment_credentials(at)) return std::move(*found);
    if (Found found = environment_role(at)) return std::move(*found);
  }
  if (const std::string name = at.profile_name(); at.profile(name)) return ProfileCredentials(at).of(name);
  if (Found found = instance_credentials(at, "")) return std::move(*found);
  if (const std::string uri = at.environment("ALIBABA_CLOUD_CREDENTIALS_URI"); !uri.empty())
    return credentials_of_uri(at, uri);
  throw_no_credentials(at);
}

}  // namespace daypack::detail::aliyun_session
