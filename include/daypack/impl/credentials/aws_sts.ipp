// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/aws_answers.ipp>

#include <pugixml.hpp>

// Roles that AWS's Security Token Service lends (API version 2011-06-15); only impl/credentials/aws.ipp includes this
// file.
namespace daypack::detail::aws_session {

using Form = std::vector<std::pair<std::string, std::string>>;

struct RoleWish {
  std::string arn = {};
  std::string session_name = {};
  std::string external_id = {};
  std::string duration = {};  // seconds
};

// Numbers alone; AWS's tools pass over anything else.
inline std::string duration_in(const Section& section) {
  const std::string text = text_of(section, "duration_seconds");
  return !text.empty() && std::ranges::all_of(text, is_ascii_digit) ? text : "";
}

inline Form form_of(const Lookup& at, const char* action, const RoleWish& wish) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(at.context.clock().now().time_since_epoch());
  Form form{
      {"Action", action},
      {"Version", "2011-06-15"},
      {"RoleArn", wish.arn},
      {"RoleSessionName", wish.session_name.empty() ? "daypack-" + std::to_string(now.count()) : wish.session_name}};
  if (!wish.external_id.empty()) form.emplace_back("ExternalId", wish.external_id);
  if (!wish.duration.empty()) form.emplace_back("DurationSeconds", wish.duration);
  return form;
}

inline std::string form_text(const Form& form) {
  return listed(form, "&", [](const auto& one) { return one.first + '=' + uri_encoded(one.second); });
}

inline std::string way_to_role(const std::string& code) {
  if (code == "AccessDenied" || code == "AccessDeniedException")
    return "let the role's trust policy name who asks, and allow sts:AssumeRole to who asks";
  if (code.starts_with("ExpiredToken")) return "log in again: what the role was asked with has expired";
  if (code == "InvalidClientTokenId" || code == "SignatureDoesNotMatch")
    return "the keys that the role was asked with are not valid: check the source profile";
  if (code == "RegionDisabledException") return "switch the region on in the account, or use another";
  return "check the role's ARN and the profile";
}

// InternalFailure and the like come with 5xx; an identity provider that does not answer is worth another attempt
// (botocore 1.44.5, retries/special.py).
inline RetryVerdict sts_verdict(const HttpResponse& response) {
  if (response.status == 429 || response.body.find("<Code>Throttling") != std::string::npos)
    return RetryVerdict::throttled;
  const bool transient = response.body.find("<Code>IDPCommunicationError<") != std::string::npos;
  return transient || (response.status != 501 && response.status / 100 == 5) ? RetryVerdict::transient
                                                                             : RetryVerdict::final;
}

inline Credentials role_in(const HttpResponse& response, const std::string& result, const std::string& role,
                           std::string source, std::initializer_list<std::string_view> secrets) {
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  if (response.status != 200) {
    const pugi::xml_node error = document.document_element().child("Error");
    const std::string code = error.child_value("Code");
    const std::string said = code.empty() ? "status " + std::to_string(response.status)
                                          : code + ": " + without_keys(error.child_value("Message"));
    throw Error(Errc::provider, "AWS does not lend a role", without(role + " (" + said + ')', secrets),
                way_to_role(code));
  }
  const pugi::xml_node given = document.document_element().child(result.c_str()).child("Credentials");
  Credentials found{.keys = {given.child_value("AccessKeyId"), given.child_value("SecretAccessKey"),
                             given.child_value("SessionToken")},
                    .expires = time_of(given.child_value("Expiration")),
                    .source = std::move(source)};
  if (found.keys.id.empty() || found.keys.secret.empty() || !found.expires)
    throw Error(Errc::provider, "STS answers without credentials", role, "check the endpoint of sts");
  return found;
}

// Signed with the keys, unless there are none. Without a region, STS has a host for all.
inline HttpResponse ask_sts(const Lookup& at, const Form& form, const aws::Keys& keys) {
  std::string region = at.access.region;
  if (region.empty()) region = at.environment("AWS_REGION");
  const bool everywhere = region.empty() && at.setting("AWS_DEFAULT_REGION", "region").empty();
  region = everywhere ? "us-east-1" : region_of(at);
  std::string url = named_endpoint(at, "sts", false);
  if (url.empty()) url = everywhere ? "https://sts.amazonaws.com" : endpoint_of(at, "sts", region);
  const std::string body = form_text(form);
  HttpRequest request{.method = "POST",
                      .url = url + '/',
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
                      .body = {as_bytes(body)}};
  if (!keys.id.empty()) aws::sign(request, keys, {"sts", region}, at.context.clock().now());
  RetryPolicy policy = service_policy();
  policy.judge = sts_verdict;
  return ask(at, std::move(request), policy);
}

inline Credentials assumed_role(const Lookup& at, const RoleWish& wish, const aws::Keys& keys, std::string source) {
  const HttpResponse response = ask_sts(at, form_of(at, "AssumeRole", wish), keys);
  return role_in(response, "AssumeRoleResult", wish.arn, std::move(source), {keys.secret, keys.token});
}

inline Credentials web_identity_role(const Lookup& at, const RoleWish& wish, const std::string& token_file) {
  const std::string token = read_file(expanded_path(token_file, at.environment));
  Form form = form_of(at, "AssumeRoleWithWebIdentity", wish);
  form.emplace_back("WebIdentityToken", token);
  const HttpResponse response = ask_sts(at, form, {});
  return role_in(response, "AssumeRoleWithWebIdentityResult", wish.arn, "role " + wish.arn + " by web identity",
                 {trimmed(token)});
}

}  // namespace daypack::detail::aws_session
