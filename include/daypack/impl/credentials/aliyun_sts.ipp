// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/aliyun_profiles.ipp>

// Roles that Alibaba Cloud's Security Token Service lends (API version 2015-04-01; alibabacloud_credentials 1.0.12,
// provider/{ram_role_arn,oidc}.py, read on 2026-11-22); only impl/credentials/aliyun.ipp includes this file.
namespace daypack::detail::aliyun_session {

struct RoleWish {
  std::string arn = {};
  std::string session_name = {};
  std::string external_id = {};
  std::string policy = {};
  std::string duration = {};  // seconds
  std::string region = {};    // of STS; empty: one host for all
  bool inside = false;        // asked from Alibaba Cloud's network
};

using Form = std::vector<std::pair<std::string, std::string>>;

// Nothing when a key is absent.
inline Found credentials_in(const boost::json::object& object, std::string source) {
  Credentials found{.keys = {member_text(object, "AccessKeyId"), member_text(object, "AccessKeySecret"),
                             member_text(object, "SecurityToken")},
                    .expires = answers::time_of(member_text(object, "Expiration")),
                    .source = std::move(source)};
  if (found.keys.id.empty() || found.keys.secret.empty() || !found.expires) return std::nullopt;
  return found;
}

inline std::string sts_url(const Lookup& at, const RoleWish& wish, const Form& form) {
  const std::string region = wish.region.empty() ? at.environment("ALIBABA_CLOUD_STS_REGION") : wish.region;
  const bool inside = wish.inside || at.is_true("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
  return std::string("https://") + (inside ? "sts-vpc." : "sts.") + (region.empty() ? "" : region + '.') +
         "aliyuncs.com/?" +
         listed(form, "&", [](const auto& one) { return one.first + '=' + uri_encoded(one.second); });
}

inline Form form_of(const Lookup& at, const RoleWish& wish) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(at.context.clock().now().time_since_epoch());
  const std::string& name = wish.session_name;
  Form form{{"RoleArn", wish.arn},
            {"RoleSessionName", name.empty() ? "daypack-" + std::to_string(now.count()) : name},
            {"DurationSeconds", wish.duration.empty() ? "3600" : wish.duration}};
  if (!wish.policy.empty()) form.emplace_back("Policy", wish.policy);
  if (!wish.external_id.empty()) form.emplace_back("ExternalId", wish.external_id);
  return form;
}

inline const std::string way_without_asking = "set ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET, or go online";

inline RetryPolicy sts_policy() {
  RetryPolicy policy = answers::service_policy();
  policy.judge = [](const HttpResponse& response) {
    const auto answer = object_in(response.body);
    const std::string code = answer ? member_text(*answer, "Code") : "";
    if (response.status == 429 || code.starts_with("Throttling")) return RetryVerdict::throttled;
    return response.status / 100 == 5 ? RetryVerdict::transient : RetryVerdict::final;
  };
  return policy;
}

inline std::string way_to_role(const std::string& code) {
  if (code.starts_with("NoPermission"))
    return "let the role's trust policy name who asks, and allow sts:AssumeRole to who asks";
  if (code.starts_with("InvalidAccessKeyId") || code == "SignatureDoesNotMatch")
    return "the keys that the role was asked with are not valid: check the profile";
  if (code.starts_with("AuthenticationFail.OIDCToken") || code.starts_with("AuthenticationFail.IDToken"))
    return "the identity's token is not taken: check its file, its audience and the OIDC provider";
  return "check the role's ARN and the profile";
}

inline Credentials role_in(const HttpResponse& response, const RoleWish& wish, std::string source,
                           std::initializer_list<std::string_view> secrets) {
  const auto answer = object_in(response.body);
  if (response.status != 200) {
    const std::string code = answer ? member_text(*answer, "Code") : "";
    const std::string said = code.empty() ? "status " + std::to_string(response.status)
                                          : code + ": " + answers::without_keys(member_text(*answer, "Message"));
    throw Error(Errc::provider, "Alibaba Cloud does not lend a role",
                answers::without(wish.arn + " (" + said + ')', secrets), way_to_role(code));
  }
  const boost::json::value* const given = answer ? answer->if_contains("Credentials") : nullptr;
  if (given && given->is_object()) {
    if (Found found = credentials_in(given->get_object(), std::move(source))) return std::move(*found);
  }
  throw Error(Errc::provider, "STS answers without credentials", wish.arn, "ask again later");
}

// A nonce is taken once: every attempt is signed anew.
inline Credentials assumed_role(const Lookup& at, const RoleWish& wish, const aliyun::Keys& keys, std::string source) {
  const auto signed_anew = [&](HttpRequest& attempt) -> BodySink {
    aliyun::sign(attempt, keys, aliyun::Action{"AssumeRole", "2015-04-01"}, at.context.clock().now());
    return {};
  };
  const HttpResponse response = answers::ask_for_credentials(
      at.context,
      {.method = "POST", .url = sts_url(at, wish, form_of(at, wish)), .headers = {{"Accept", "application/json"}}},
      sts_policy(), way_without_asking, signed_anew);
  return role_in(response, wish, std::move(source), {keys.secret, keys.token});
}

// Not signed: the token is who asks.
inline Credentials role_by_oidc(const Lookup& at, const RoleWish& wish, const std::string& provider,
                                const std::string& token_file) {
  const std::string token(trimmed(read_file(token_file)));
  Form form{{"Action", "AssumeRoleWithOIDC"}, {"Format", "JSON"},
            {"Version", "2015-04-01"},        {"Timestamp", answers::utc_text(at.context.clock().now())},
            {"OIDCProviderArn", provider},    {"OIDCToken", token}};
  std::ranges::copy(form_of(at, wish), std::back_inserter(form));
  const HttpResponse response = answers::ask_for_credentials(
      at.context, {.method = "POST", .url = sts_url(at, wish, form)}, sts_policy(), way_without_asking);
  return role_in(response, wish, "role " + wish.arn + " by OIDC", {token});
}

}  // namespace daypack::detail::aliyun_session
