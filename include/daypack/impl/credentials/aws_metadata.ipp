// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/aws_answers.ipp>

#include <arpa/inet.h>
#include <random>

// Whom a machine asks for the credentials of its role: ECS, EKS, EC2 (botocore 1.44.5, utils.py and credentials.py,
// read on 2026-11-22). None is asked by a proxy: their addresses mean this machine alone. Only impl/credentials/aws.ipp
// includes this file.
namespace daypack::detail::aws_session {

// A token that reached another machine in plain text would be anybody's.
inline bool may_hear_token(const Url& url) {
  if (url.secure() || url.host == "localhost") return true;
  for (const char* host : {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"}) {
    if (url.host == host) return true;
  }
  in_addr old{};
  in6_addr address{};
  if (::inet_pton(AF_INET, url.host.c_str(), &old) == 1) return ntohl(old.s_addr) >> 24 == 127;
  return ::inet_pton(AF_INET6, url.host.c_str(), &address) == 1 && IN6_IS_ADDR_LOOPBACK(&address);
}

inline std::string container_token(const Lookup& at) {
  const std::string file = at.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  const std::string token = file.empty() ? at.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN") : read_file(file);
  if (token.find_first_of("\r\n") != std::string::npos) {
    throw Error(Errc::usage, "the token of a container's role cannot be sent: it has more than one line",
                file.empty() ? "AWS_CONTAINER_AUTHORIZATION_TOKEN" : file, "take out the ends of lines");
  }
  return token;
}

inline Found container_credentials(const Lookup& at) {
  const std::string relative = at.environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const std::string url =
      relative.empty() ? at.environment("AWS_CONTAINER_CREDENTIALS_FULL_URI") : "http://169.254.170.2" + relative;
  if (url.empty()) return std::nullopt;
  if (!may_hear_token(parse_url(url))) {
    throw Error(
        Errc::usage, "a container's role must not be asked for at this address", redacted(url),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is https, or http to this machine, 169.254.170.2, 169.254.170.23 or "
        "[fd00:ec2::23]");
  }
  const std::string token = container_token(at);
  HttpRequest request{.url = url,
                      .headers = {{"Accept", "application/json"}},
                      .connect_timeout = std::chrono::seconds(2),
                      .idle_timeout = std::chrono::seconds(2),
                      .proxied = false};
  if (!token.empty()) request.headers.emplace_back("Authorization", token);
  const RetryPolicy policy{.attempts = 3,
                           .first_wait = std::chrono::seconds(1),
                           .longest_wait = std::chrono::seconds(1),
                           .spread = 0,
                           .judge = [](const HttpResponse& response) {
                             return response.status == 200 && object_in(response.body) ? RetryVerdict::final
                                                                                       : RetryVerdict::transient;
                           }};
  const HttpResponse response = ask(at, std::move(request), policy);
  const auto answer = response.status == 200 ? object_in(response.body) : std::nullopt;
  const Found found = answer ? credentials_in(*answer, "the container's role", {.token = "Token"}) : std::nullopt;
  if (!found || !found->expires) {
    throw Error(Errc::provider, "the container's role gives no credentials",
                without(redacted(url) + " (status " + std::to_string(response.status) + ')', {token}),
                "check that the task or pod has a role");
  }
  return found;
}

inline std::string instance_endpoint(const Lookup& at) {
  std::string url = at.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  const std::string mode =
      ascii_lowered(at.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode"));
  if (!mode.empty() && mode != "ipv4" && mode != "ipv6")
    throw Error(Errc::usage, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is not understood", mode, "write IPv4 or IPv6");
  if (url.empty()) url = mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  parse_url(url);
  return without_last_slashes(url);
}

// Nothing where nobody answers: this host is no instance.
inline std::optional<HttpResponse> ask_instance(const Lookup& at, const char* method, const std::string& url,
                                                HttpHeaders headers) {
  const std::string limit = at.setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout");
  const std::string count = at.setting("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts");
  const auto number = [](const std::string& text) {
    int value = 1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::clamp(value, 1, 1000);
  };
  const std::chrono::seconds patience(number(limit));
  const RetryPolicy policy{
      .attempts = number(count), .first_wait = std::chrono::milliseconds(0), .judge = [](const HttpResponse& response) {
        return response.status / 100 == 5 ? RetryVerdict::transient : RetryVerdict::final;
      }};
  try {
    return ask(at,
               {.method = method,
                .url = url,
                .headers = std::move(headers),
                .connect_timeout = patience,
                .idle_timeout = patience,
                .proxied = false},
               policy);
  } catch (const Error& error) {
    if (error.code() != Errc::network) throw;
    return std::nullopt;
  }
}

// A service that cannot renew keeps giving what it has: such credentials are used on, and asked for again later.
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html, read on 2026-11-22)
inline void extend_stale(Credentials& found, Time now) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto later = std::chrono::minutes(15) + std::chrono::seconds(std::uniform_int_distribution<>(120, 600)(random));
  if (found.expires && *found.expires - later <= now) found.expires = now + later;
}

inline Found instance_credentials(const Lookup& at) {
  if (ascii_lowered(at.environment("AWS_EC2_METADATA_DISABLED")) == "true") return std::nullopt;
  const std::string base = instance_endpoint(at);
  const auto token =
      ask_instance(at, "PUT", base + "/latest/api/token", {{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}});
  if (token && token->status == 400) return std::nullopt;
  HttpHeaders headers;
  if (token && token->status == 200) {
    headers.emplace_back("x-aws-ec2-metadata-token", token->body);
  } else if (at.is_set("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")) {
    return std::nullopt;
  }
  const std::string folder = base + "/latest/meta-data/iam/security-credentials/";
  const auto role = ask_instance(at, "GET", folder, headers);
  if (!role || role->status != 200 || trimmed(role->body).empty()) return std::nullopt;
  const std::string name(trimmed(role->body));
  const auto given = ask_instance(at, "GET", folder + uri_encoded(name), headers);
  const auto answer = given && given->status == 200 ? object_in(given->body) : std::nullopt;
  Found found = answer ? credentials_in(*answer, "the instance's role " + name, {.token = "Token"}) : std::nullopt;
  if (!found || !found->expires) return std::nullopt;
  extend_stale(*found, at.context.clock().now());
  return found;
}

}  // namespace daypack::detail::aws_session
