// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/aws_metadata.ipp>
#include <daypack/impl/credentials/aws_process.ipp>
#include <daypack/impl/credentials/aws_sso.ipp>
#include <daypack/impl/credentials/aws_sts.ipp>

// Who is asked for credentials, in which order (botocore 1.44.5, create_credential_resolver, read on 2026-11-22;
// without the files of boto 2 and of the first EC2 tools); only impl/credentials/aws.ipp includes this file.
namespace daypack::detail::aws_session {

inline Found environment_credentials(const Lookup& at) {
  Credentials found{.keys = {at.environment("AWS_ACCESS_KEY_ID"), at.environment("AWS_SECRET_ACCESS_KEY"),
                             at.environment("AWS_SECURITY_TOKEN")},
                    .source = "the environment"};
  if (found.keys.id.empty()) return std::nullopt;
  if (found.keys.secret.empty()) {
    throw Error(Errc::usage, "the environment has half of AWS's keys", "expected AWS_SECRET_ACCESS_KEY",
                "set it, or unset AWS_ACCESS_KEY_ID");
  }
  if (found.keys.token.empty()) found.keys.token = at.environment("AWS_SESSION_TOKEN");
  const std::string expires = at.environment("AWS_CREDENTIAL_EXPIRATION");
  found.expires = time_of(expires);
  if (!expires.empty() && !found.expires)
    throw Error(Errc::usage, "AWS_CREDENTIAL_EXPIRATION is no time", expires, "write it as 2026-11-20T12:34:56Z");
  return found;
}

// Keys that stand in a file.
inline Found keys_in(const SectionMap& sections, const std::string& profile, const std::string& file) {
  const Section& section = section_in(sections, profile);
  if (!section.contains("aws_access_key_id")) return std::nullopt;
  Credentials found{
      .keys = {text_of(section, "aws_access_key_id"), text_of(section, "aws_secret_access_key"),
               text_of(section, section.contains("aws_security_token") ? "aws_security_token" : "aws_session_token")},
      .source = "profile " + profile + " in " + file};
  if (found.keys.id.empty() || found.keys.secret.empty()) {
    throw Error(Errc::usage, "a profile has half of AWS's keys", "profile " + profile + " in " + file,
                "give it aws_access_key_id and aws_secret_access_key");
  }
  return found;
}

inline Found web_identity_credentials(const Lookup& at, const std::string& profile, bool with_environment) {
  const auto said = [&](const char* variable, const char* key) {
    const std::string value = with_environment ? at.environment(variable) : "";
    return value.empty() ? text_of(section_in(at.profiles.all, profile), key) : value;
  };
  const std::string token_file = said("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  if (token_file.empty()) return std::nullopt;
  const RoleWish wish{.arn = said("AWS_ROLE_ARN", "role_arn"),
                      .session_name = said("AWS_ROLE_SESSION_NAME", "role_session_name")};
  if (wish.arn.empty()) {
    throw Error(Errc::usage, "there is a web identity, but no role for it", token_file,
                "set AWS_ROLE_ARN, or role_arn in the profile");
  }
  return web_identity_role(at, wish, token_file);
}

// What a profile says itself, but for roles that it assumes from others.
inline Found profile_credentials(const Lookup& at, const std::string& profile, bool with_environment) {
  if (Found found = web_identity_credentials(at, profile, with_environment)) return found;
  if (const auto sso = sso_of(at, profile)) return sso_credentials(at, *sso);
  if (Found found = keys_in(at.profiles.credentials, profile, at.profiles.credentials_path)) return found;
  if (Found found = login_credentials(at, profile)) return found;
  if (Found found = process_credentials(at, profile)) return found;
  return keys_in(at.profiles.config, profile, at.profiles.config_path);
}

inline bool assumes_role(const Section& section) {
  return section.contains("role_arn") && !section.contains("web_identity_token_file");
}

inline bool has_keys(const Section& section) {
  return section.contains("aws_access_key_id") || section.contains("aws_secret_access_key");
}

[[noreturn]] inline void throw_bad_role(const std::string& profile, const std::string& why) {
  throw Error(Errc::usage, "a profile's role has no source that can be used", "profile " + profile + " (" + why + ')',
              "give it source_profile, or credential_source, one of them");
}

inline Credentials named_source(const Lookup& at, const std::string& profile, const std::string& source) {
  Found found;
  if (source == "Environment") {
    found = environment_credentials(at);
  } else if (source == "EcsContainer") {
    found = container_credentials(at);
  } else if (source == "Ec2InstanceMetadata") {
    found = instance_credentials(at);
  } else {
    throw_bad_role(profile,
                   "credential_source got " + source + ", expected Environment, EcsContainer or Ec2InstanceMetadata");
  }
  if (!found) throw_bad_role(profile, "nothing found in credential_source " + source);
  return *found;
}

inline Credentials role_credentials(const Lookup& at, const std::string& profile, std::vector<std::string> visited);

// A profile may name itself, so that its keys assume its role; any other way back is a loop.
inline Credentials source_credentials(const Lookup& at, const std::string& profile, const std::string& source,
                                      std::vector<std::string> visited) {
  const auto found = at.profiles.all.find(source);
  if (found == at.profiles.all.end()) throw_bad_role(profile, "there is no source_profile " + source);
  const Section& section = found->second;
  const bool again = std::ranges::find(visited, source) != visited.end();
  if (again && !(source == profile && has_keys(section))) {
    visited.push_back(source);
    throw Error(Errc::usage, "profiles assume each other's roles in a loop", listed(visited, " -> "),
                "let one of them have keys");
  }
  visited.push_back(source);
  if (!has_keys(section) && assumes_role(section)) return role_credentials(at, source, std::move(visited));
  if (const Found own = profile_credentials(at, source, false)) return *own;
  throw_bad_role(profile, "source_profile " + source + " has no credentials");
}

inline Credentials role_credentials(const Lookup& at, const std::string& profile, std::vector<std::string> visited) {
  const Section& section = section_in(at.profiles.all, profile);
  const std::string source_profile = text_of(section, "source_profile");
  const std::string credential_source = text_of(section, "credential_source");
  if (source_profile.empty() == credential_source.empty())
    throw_bad_role(profile, source_profile.empty() ? "it names none" : "it has source_profile and credential_source");
  if (section.contains("mfa_serial")) {
    throw Error(
        Errc::usage, "a profile's role wants a code of a device (mfa_serial), which nobody can be asked for here",
        "profile " + profile,
        "let the AWS CLI ask: eval \"$(aws configure export-credentials --profile " + profile + " --format env)\"");
  }
  const Credentials source = source_profile.empty()
                                 ? named_source(at, profile, credential_source)
                                 : source_credentials(at, profile, source_profile, std::move(visited));
  const RoleWish wish{text_of(section, "role_arn"), text_of(section, "role_session_name"),
                      text_of(section, "external_id"), duration_in(section)};
  return assumed_role(at, wish, source.keys, "role " + wish.arn + " of profile " + profile);
}

[[noreturn]] inline void throw_no_credentials(const Lookup& at) {
  std::vector<std::string> places;
  if (!at.named_by_caller) places.emplace_back("AWS_ACCESS_KEY_ID");
  places.push_back("profile " + at.profile + " in " + at.profiles.credentials_path + " and " + at.profiles.config_path);
  places.emplace_back("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI");
  const bool disabled = ascii_lowered(at.environment("AWS_EC2_METADATA_DISABLED")) == "true";
  places.emplace_back(disabled ? "the instance's metadata is disabled" : "the instance's metadata");
  throw Error(Errc::usage, "no credentials for AWS are found", "looked at " + listed(places, "; "),
              "run `aws configure` or `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}

inline Credentials found_credentials(const Lookup& at) {
  if (!at.named_by_caller) {
    if (const Found found = environment_credentials(at)) return *found;
  }
  if (assumes_role(at.section())) return role_credentials(at, at.profile, {at.profile});
  if (const Found found = profile_credentials(at, at.profile, !at.named_by_caller)) return *found;
  if (const Found found = container_credentials(at)) return *found;
  if (const Found found = instance_credentials(at)) return *found;
  throw_no_credentials(at);
}

}  // namespace daypack::detail::aws_session
