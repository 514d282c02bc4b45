// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/json_text.hpp>
#include <daypack/detail/sha1.hpp>
#include <daypack/impl/credentials/aws_answers.ipp>
#include <daypack/sign/sha256.hpp>

#include <sys/stat.h>

// What `aws sso login` and `aws login` have left behind (botocore 1.44.5, tokens.py and credentials.py, read on
// 2026-11-22); only impl/credentials/aws.ipp includes this file.
namespace daypack::detail::aws_session {

struct SingleSignOn {
  std::string profile = {};
  std::string session = {};  // empty in the older kind, of which the start URL names the token
  std::string start_url = {};
  std::string region = {};
  std::string account = {};
  std::string role = {};
};

[[noreturn]] inline void throw_signed_out(const SingleSignOn& sso, const std::string& why) {
  throw Error(Errc::provider, "single sign-on of AWS has ended, or has not begun",
              "profile " + sso.profile + " (" + why + ')',
              "run `aws sso login --profile " + sso.profile + "`, then again");
}

inline std::optional<SingleSignOn> sso_of(const Lookup& at, const std::string& profile) {
  Section section = section_in(at.profiles.all, profile);
  if (!section.contains("sso_role_name") && !section.contains("sso_account_id")) return std::nullopt;
  const auto refuse = [&](const std::string& message, const std::string& subject) {
    throw Error(Errc::usage, message, "profile " + profile + " (" + subject + ')', "run `aws configure sso`");
  };
  const std::string session = text_of(section, "sso_session");
  if (!session.empty()) {
    const auto found = at.profiles.sso_sessions.find(session);
    if (found == at.profiles.sso_sessions.end())
      refuse("a profile names an sso-session that is not there", "expected a section [sso-session " + session + ']');
    for (const auto& [name, setting] : found->second) {
      if (!section.emplace(name, setting).second && text_of(section, name) != setting.text)
        refuse("a profile and its sso-session do not agree", name + " of " + session);
    }
  }
  SingleSignOn sso{profile,
                   session,
                   text_of(section, "sso_start_url"),
                   text_of(section, "sso_region"),
                   text_of(section, "sso_account_id"),
                   text_of(section, "sso_role_name")};
  for (const char* name : {"sso_role_name", "sso_account_id", "sso_start_url", "sso_region"}) {
    if (text_of(section, name).empty())
      refuse("a profile of single sign-on is not complete", std::string("expected ") + name);
  }
  return sso;
}

inline std::string sso_token_path(const Lookup& at, const SingleSignOn& sso) {
  return at.environment("HOME") + "/.aws/sso/cache/" + sha1_hex(sso.session.empty() ? sso.start_url : sso.session) +
         ".json";
}

inline std::string sso_endpoint(const Lookup& at, const char* service, const SingleSignOn& sso) {
  const std::string named = named_endpoint(at, service, false);
  return named.empty() ? endpoint_of(at, service, sso.region) : named;
}

// As botocore writes it, so that AWS's tools go on with it. Only the user may read it.
inline void save_sso_token(const std::string& path, const boost::json::object& token) {
  AtomicFile file(path);
  if (::chmod(file.temporary_path().c_str(), S_IRUSR | S_IWUSR) != 0)
    throw Error(Errc::unwritable, "cannot keep a token to its user", path, "check the folder's permissions");
  std::string text = "{";
  for (const auto& [name, value] : token) {
    text += (text.size() == 1 ? "\"" : ", \"") + std::string(name.data(), name.size()) +
            "\": " + std::string(boost::json::serialize(value));
  }
  file.write(as_bytes(text + '}'));
  file.commit();
}

// Nothing when it cannot be renewed, or the service says no.
inline std::optional<boost::json::object> renewed_sso_token(const Lookup& at, const SingleSignOn& sso,
                                                            const boost::json::object& old) {
  for (const char* name : {"refreshToken", "clientId", "clientSecret", "registrationExpiresAt"}) {
    if (member_text(old, name).empty()) return std::nullopt;
  }
  const Time now = at.context.clock().now();
  const auto registered = time_of(member_text(old, "registrationExpiresAt"));
  if (!registered || *registered <= now) return std::nullopt;
  const std::string body = JsonText()
                               .open_object()
                               .member("grantType", "refresh_token")
                               .member("clientId", member_text(old, "clientId"))
                               .member("clientSecret", member_text(old, "clientSecret"))
                               .member("refreshToken", member_text(old, "refreshToken"))
                               .close_object()
                               .take();
  const HttpResponse response = ask(at,
                                    {.method = "POST",
                                     .url = sso_endpoint(at, "sso-oidc", sso) + "/token",
                                     .headers = {{"Content-Type", "application/json"}},
                                     .body = {as_bytes(body)}},
                                    service_policy());
  const auto answer = object_in(response.body);
  if (response.status != 200 || !answer || member_text(*answer, "accessToken").empty()) return std::nullopt;
  const boost::json::value* const life = answer->if_contains("expiresIn");
  const std::chrono::seconds seconds(life && life->is_int64() ? life->as_int64() : 0);
  boost::json::object token{{"startUrl", sso.start_url},
                            {"region", sso.region},
                            {"accessToken", member_text(*answer, "accessToken")},
                            {"expiresAt", utc_text(now + seconds)},
                            {"clientId", member_text(old, "clientId")},
                            {"clientSecret", member_text(old, "clientSecret")},
                            {"registrationExpiresAt", member_text(old, "registrationExpiresAt")}};
  if (const std::string next = member_text(*answer, "refreshToken"); !next.empty()) token["refreshToken"] = next;
  return token;
}

inline std::string sso_token(const Lookup& at, const SingleSignOn& sso) {
  static constexpr std::chrono::minutes window{15};
  const std::string path = sso_token_path(at, sso);
  boost::system::error_code ignored;
  if (!boost::filesystem::is_regular_file(path, ignored)) throw_signed_out(sso, "there is no token");
  auto token = object_in(read_file(path));
  auto expires = token ? time_of(member_text(*token, "expiresAt")) : std::nullopt;
  if (!expires || member_text(*token, "accessToken").empty())
    throw_signed_out(sso, "its token cannot be read: " + path);
  const Time now = at.context.clock().now();
  if (!sso.session.empty() && *expires - now < window) {
    if (auto renewed = renewed_sso_token(at, sso, *token)) {
      save_sso_token(path, *renewed);
      return member_text(*renewed, "accessToken");
    }
  }
  if (*expires <= now) throw_signed_out(sso, "its token has expired");
  return member_text(*token, "accessToken");
}

inline Credentials sso_credentials(const Lookup& at, const SingleSignOn& sso) {
  const std::string token = sso_token(at, sso);
  const HttpResponse response =
      ask(at,
          {.url = sso_endpoint(at, "sso", sso) + "/federation/credentials?role_name=" + uri_encoded(sso.role) +
                  "&account_id=" + uri_encoded(sso.account),
           .headers = {{"x-amz-sso_bearer_token", token}}},
          service_policy());
  if (response.status == 401) throw_signed_out(sso, "its token is no longer accepted");
  const auto answer = object_in(response.body);
  if (response.status != 200) {
    const std::string said = answer ? without_keys(member_text(*answer, "message")) : "";
    throw Error(Errc::provider, "single sign-on of AWS gives no credentials",
                without("role " + sso.role + " of account " + sso.account + " (status " +
                            std::to_string(response.status) + (said.empty() ? "" : ": " + said) + ')',
                        {token}),
                "check sso_role_name and sso_account_id of profile " + sso.profile);
  }
  const boost::json::value* const given = answer ? answer->if_contains("roleCredentials") : nullptr;
  const boost::json::object* const role = given ? given->if_object() : nullptr;
  Found found = role ? credentials_in(*role, "single sign-on of profile " + sso.profile,
                                      {"accessKeyId", "secretAccessKey", "sessionToken", ""})
                     : std::nullopt;
  const boost::json::value* const expires = role ? role->if_contains("expiration") : nullptr;
  if (!found || !expires || !expires->is_int64())
    throw Error(Errc::provider, "single sign-on answers without credentials", "profile " + sso.profile,
                "check the endpoint of sso");
  found->expires = Time(std::chrono::milliseconds(expires->as_int64()));
  return *found;
}

// Usable until it expires: renewing it needs a proof of possession, which the AWS CLI makes.
inline Found login_credentials(const Lookup& at, const std::string& profile) {
  const std::string session = text_of(section_in(at.profiles.all, profile), "login_session");
  if (session.empty()) return std::nullopt;
  std::string folder = expanded_path(at.environment("AWS_LOGIN_CACHE_DIRECTORY"), at.environment);
  if (folder.empty()) folder = at.environment("HOME") + "/.aws/login/cache";
  const std::string path = folder + '/' + sha256_of(as_bytes(session)).hex() + ".json";
  boost::system::error_code ignored;
  const bool there = boost::filesystem::is_regular_file(path, ignored);
  const auto token = there ? object_in(read_file(path)) : std::nullopt;
  const boost::json::value* const access = token ? token->if_contains("accessToken") : nullptr;
  Found found = access && access->is_object()
                    ? credentials_in(access->as_object(), "aws login of profile " + profile,
                                     {"accessKeyId", "secretAccessKey", "sessionToken", "expiresAt"})
                    : std::nullopt;
  if (!found || !found->expires || *found->expires <= at.context.clock().now()) {
    throw Error(Errc::provider, "the login to AWS has ended, or has not begun",
                "profile " + profile + (found ? " (its credentials have expired)" : " (expected " + path + ')'),
                "run `aws login --profile " + profile + "`, then again");
  }
  return found;
}

}  // namespace daypack::detail::aws_session
