// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/aliyun.hpp>
#include <daypack/impl/providers/service_call.ipp>
#include <daypack/sign/oss4.hpp>

#include <array>
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <utility>

// Signed calls of Alibaba Cloud's services (alibabacloud_oss_v2 1.4.1, retry; alibabacloud_tea_openapi 0.4.6; error
// codes of the documents; read on 2026-11-20).
namespace daypack::detail::aliyun_client {

using service::Answer;

inline constexpr std::array<std::string_view, 7> throttled_codes{"Throttling",
                                                                 "Throttling.User",
                                                                 "Throttling.Api",
                                                                 "ResourceThrottled",
                                                                 "QpsLimitExceeded",
                                                                 "TooManyRequests",
                                                                 "UploadTrafficRateLimitExceeded"};
// A nonce is used twice where a connection that was kept has broken: the request goes out again as it is.
inline constexpr std::array<std::string_view, 5> transient_codes{"RequestTimeout", "InternalError", "BadRequest",
                                                                 "SignatureNonceUsed", "InvalidDigest"};
inline constexpr std::array<std::string_view, 3> skew_codes{"RequestTimeTooSkewed", "InvalidTimeStamp.Expired",
                                                            "InvalidTimeStamp"};
inline constexpr std::array<std::string_view, 3> expired_codes{"SecurityTokenExpired", "InvalidSecurityToken.Expired",
                                                               "InvalidSecurityToken"};

// <Error> of OSS; its Endpoint is where a bucket of another region lies: "oss-cn-beijing.aliyuncs.com".
inline void read_xml(Answer& answer, const HttpResponse& response) {
  pugi::xml_document document;
  if (!document.load_buffer(response.body.data(), response.body.size())) return;
  const pugi::xml_node error = document.document_element();
  answer.code = error.child_value("Code");
  answer.message = error.child_value("Message");
  answer.request_id = error.child_value("RequestId");
  std::string host = error.child_value("Endpoint");
  host = host.substr(0, host.find('.'));
  if (!host.starts_with("oss-")) return;
  if (host.ends_with("-internal")) host.resize(host.size() - 9);
  answer.region = host.substr(4);
}

inline Answer answer_of(const HttpResponse& response) {
  Answer answer{.status = response.status};
  const std::string_view body = trimmed(response.body);
  if (body.starts_with('<')) read_xml(answer, response);
  if (const auto said = answers::object_in(body)) {
    answer.code = answers::member_text(*said, "Code");
    answer.message = answers::member_text(*said, "Message");
    answer.request_id = answers::member_text(*said, "RequestId");
  }
  for (const char* name : {"x-oss-request-id", "x-acs-request-id", "x-fc-request-id"}) {
    if (const auto id = response.header(name); id && answer.request_id.empty()) answer.request_id = *id;
  }
  return answer;
}

// What all of its services have in common.
class Protocol {
 public:
  using Credentials = aliyun::Credentials;

  Protocol(Context context, std::shared_ptr<aliyun::Session> session)
      : context_(std::move(context)), session_(std::move(session)) {}

  const Context& context() const { return context_; }
  const service::Manners& manners() const { return manners_; }
  const std::shared_ptr<aliyun::Session>& session() const { return session_; }
  Credentials credentials() const { return session_->credentials(); }

  bool renewed(const Credentials& used) const {
    session_->forget_credentials();
    return session_->credentials().keys != used.keys;
  }

  static Answer answer_of(const HttpResponse& response) { return aliyun_client::answer_of(response); }
  static service::Codes codes() { return {throttled_codes, transient_codes, skew_codes, expired_codes}; }

  static Errc kind_of(const Answer& answer) {
    const bool too_large = answer.status == 413 || answer.code == "EntityTooLarge" ||
                           answer.message.find("exceeds the maximum allowed") != std::string::npos ||
                           answer.message.find("exceeds maximum allowed") != std::string::npos;
    return too_large ? Errc::over_limit : Errc::provider;
  }

  static std::string way_out(const Answer& answer, const ServiceCall&, const std::string& source) {
    if (answer.code.starts_with("InvalidAccessKeyId"))
      return "the service does not know the access key of " + source + ": check the profile and the account";
    if (answer.code == "SignatureDoesNotMatch")
      return "the secret of " + source + " does not belong to its access key: correct it";
    return {};
  }

 private:
  Context context_;
  std::shared_ptr<aliyun::Session> session_;
  service::Manners manners_;
};

// Calls about one object of a bucket, or about the bucket.
class OssProtocol : public Protocol {
 public:
  OssProtocol(const Protocol& common, std::string url, aliyun::OssScope scope)
      : Protocol(common), url_(std::move(url)), scope_(std::move(scope)) {}

  HttpRequest request_of(const ServiceCall& call) const {
    return {.method = call.method, .url = url_ + call.path, .headers = call.headers, .body = call.body};
  }
  void sign(HttpRequest& request, const Credentials& credentials, answers::Time now) const {
    aliyun::sign(request, credentials.keys, scope_, now);
  }

 private:
  std::string url_;
  aliyun::OssScope scope_;
};

// Function Compute 3.0. The permission that a call needs names its action: "fc:GetFunction".
class FcProtocol : public Protocol {
 public:
  explicit FcProtocol(const Protocol& common) : Protocol(common), url_(common.session()->endpoint("fc")) {}

  // Where calls go to, and how they are told what they are.
  HttpResponse call(const ServiceCall& call) const {
    FcProtocol own(*this);
    own.action_ = call.permission.substr(0, call.permission.find(' '));
    own.action_.erase(0, own.action_.find(':') + 1);
    return service::call_service(own, call);
  }

  HttpRequest request_of(const ServiceCall& call) const {
    HttpRequest request{.method = call.method, .url = url_ + call.path, .headers = call.headers, .body = call.body};
    request.headers.emplace_back("Accept", "application/json");
    return request;
  }
  void sign(HttpRequest& request, const Credentials& credentials, answers::Time now) const {
    aliyun::sign(request, credentials.keys, aliyun::Action{action_, "2023-03-30"}, now);
  }

 private:
  std::string url_;
  std::string action_;
};

}  // namespace daypack::detail::aliyun_client
