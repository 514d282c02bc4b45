// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/aliyun_sts.ipp>

// Who gives credentials on hosts of Alibaba Cloud (alibabacloud_credentials 1.0.12, provider/{ecs_ram_role,uri}.py,
// read on 2026-11-22); only impl/credentials/aliyun.ipp includes this file.
namespace daypack::detail::aliyun_session {

inline const std::string instance_url = "http://100.100.100.200";

// Nothing where nobody answers: this host is no instance.
inline std::optional<HttpResponse> ask_instance(const Lookup& at, const char* method, const std::string& path,
                                                HttpHeaders headers) {
  const RetryPolicy policy{.attempts = 1, .first_wait = std::chrono::milliseconds(0), .judge = [](const HttpResponse&) {
                             return RetryVerdict::final;
                           }};
  try {
    return answers::ask_for_credentials(at.context,
                                        {.method = method,
                                         .url = instance_url + path,
                                         .headers = std::move(headers),
                                         .connect_timeout = std::chrono::seconds(1),
                                         .idle_timeout = std::chrono::seconds(1),
                                         .proxied = false},
                                        policy, way_without_asking);
  } catch (const Error& error) {
    if (error.code() != Errc::network) throw;
    return std::nullopt;
  }
}

// With a token of the metadata's second version; without one, unless that is forbidden, by the first.
inline Found instance_credentials(const Lookup& at, std::string role) {
  if (at.is_true("ALIBABA_CLOUD_ECS_METADATA_DISABLED")) return std::nullopt;
  const auto token =
      ask_instance(at, "PUT", "/latest/api/token", {{"X-aliyun-ecs-metadata-token-ttl-seconds", "21600"}});
  if (!token) return std::nullopt;
  HttpHeaders headers;
  if (token->status == 200)
    headers.emplace_back("X-aliyun-ecs-metadata-token", token->body);
  else if (at.is_true("ALIBABA_CLOUD_IMDSV1_DISABLED"))
    return std::nullopt;
  const std::string folder = "/latest/meta-data/ram/security-credentials/";
  if (role.empty()) role = at.environment("ALIBABA_CLOUD_ECS_METADATA");
  if (role.empty()) {
    const auto names = ask_instance(at, "GET", folder, headers);
    if (!names || names->status != 200) return std::nullopt;
    role = trimmed(names->body);
  }
  if (role.empty()) return std::nullopt;
  const auto given = ask_instance(at, "GET", folder + uri_encoded(role), headers);
  const auto answer = given && given->status == 200 ? object_in(given->body) : std::nullopt;
  if (!answer || member_text(*answer, "Code") != "Success") return std::nullopt;
  return credentials_in(*answer, "the instance's role " + role);
}

inline Credentials credentials_of_uri(const Lookup& at, const std::string& uri) {
  parse_url(uri);
  RetryPolicy policy = answers::service_policy();
  policy.judge = [](const HttpResponse& response) {
    return response.status / 100 == 5 ? RetryVerdict::transient : RetryVerdict::final;
  };
  const HttpResponse response = answers::ask_for_credentials(at.context,
                                                             {.url = uri,
                                                              .headers = {{"Accept", "application/json"}},
                                                              .connect_timeout = std::chrono::seconds(5),
                                                              .idle_timeout = std::chrono::seconds(10)},
                                                             policy, way_without_asking);
  const auto answer = response.status == 200 ? object_in(response.body) : std::nullopt;
  if (answer && member_text(*answer, "Code") == "Success") {
    if (Found found = credentials_in(*answer, "the credentials URI")) return std::move(*found);
  }
  throw Error(Errc::provider, "the credentials URI gives no credentials",
              redacted(uri) + " (status " + std::to_string(response.status) + ')',
              "it has to answer with JSON: Code \"Success\", AccessKeyId, AccessKeySecret, SecurityToken, Expiration");
}

}  // namespace daypack::detail::aliyun_session
