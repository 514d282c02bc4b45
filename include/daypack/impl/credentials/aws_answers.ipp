// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/answers.ipp>
#include <daypack/impl/credentials/aws_endpoints.ipp>

// Asking those who give credentials for AWS, and reading what they say; only impl/credentials/aws.ipp includes this
// file.
namespace daypack::detail::aws_session {

using answers::member_text, answers::object_in, answers::service_policy, answers::Time, answers::time_of;
using answers::utc_text, answers::without, answers::without_keys;
using aws::Credentials;
using Found = std::optional<Credentials>;

// How the four parts are called.
struct MemberNames {
  const char* id = "AccessKeyId";
  const char* secret = "SecretAccessKey";
  const char* token = "SessionToken";
  const char* expires = "Expiration";
};

// Nothing when a key is absent.
inline Found credentials_in(const boost::json::object& object, std::string source, const MemberNames& names = {}) {
  Credentials found{
      .keys = {member_text(object, names.id), member_text(object, names.secret), member_text(object, names.token)},
      .source = std::move(source)};
  if (found.keys.id.empty() || found.keys.secret.empty()) return std::nullopt;
  found.expires = time_of(member_text(object, names.expires));
  return found;
}

// One request to who gives credentials.
inline HttpResponse ask(const Lookup& at, HttpRequest request, const RetryPolicy& policy) {
  request.authorities = at.setting("AWS_CA_BUNDLE", "ca_bundle");
  return answers::ask_for_credentials(at.context, std::move(request), policy,
                                      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or go online");
}

}  // namespace daypack::detail::aws_session
