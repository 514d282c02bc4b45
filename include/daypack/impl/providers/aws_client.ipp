// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/providers/service_call.ipp>
#include <daypack/providers/aws_client.hpp>

#include <array>
#include <boost/json.hpp>
#include <pugixml.hpp>
#include <utility>

namespace daypack {

namespace detail::aws_client {

using service::Answer;

// botocore 1.44.5, retries/standard.py (read on 2026-11-20); SlowDown and RequestTimeout are S3's.
inline constexpr std::array<std::string_view, 14> throttled_codes{"Throttling",
                                                                  "ThrottlingException",
                                                                  "ThrottledException",
                                                                  "RequestThrottledException",
                                                                  "TooManyRequestsException",
                                                                  "ProvisionedThroughputExceededException",
                                                                  "TransactionInProgressException",
                                                                  "RequestLimitExceeded",
                                                                  "BandwidthLimitExceeded",
                                                                  "LimitExceededException",
                                                                  "RequestThrottled",
                                                                  "SlowDown",
                                                                  "PriorRequestNotComplete",
                                                                  "EC2ThrottledException"};
inline constexpr std::array<std::string_view, 4> transient_codes{"RequestTimeout", "RequestTimeoutException",
                                                                 "InternalError", "BadDigest"};
inline constexpr std::array<std::string_view, 4> skew_codes{"RequestTimeTooSkewed", "RequestInTheFuture",
                                                            "RequestExpired", "InvalidSignatureException"};
inline constexpr std::array<std::string_view, 3> expired_codes{"ExpiredToken", "ExpiredTokenException",
                                                               "TokenRefreshRequired"};
inline constexpr std::array<std::string_view, 4> unknown_key_codes{
    "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken"};

inline std::string way_out(const Answer& answer, const std::string& source) {
  if (service::among(answer.code, unknown_key_codes))
    return "the service does not know the access key of " + source + ": check the profile and the account";
  if (answer.code == "SignatureDoesNotMatch" || answer.code == "InvalidSignatureException")
    return "the secret key of " + source + " does not belong to its access key: correct it";
  if (answer.code == "CodeStorageExceededException") return "delete old versions of functions and layers";
  return {};
}

inline Errc kind_of(const Answer& answer) {
  const bool too_large = answer.status == 413 || answer.code == "CodeStorageExceededException" ||
                         answer.message.find("Unzipped size must be smaller") != std::string::npos;
  return too_large ? Errc::over_limit : Errc::provider;
}

// {"message": ...} beside the header x-amzn-ErrorType: Name[:url], as Lambda and SSO answer.
inline void read_json(Answer& answer, const HttpResponse& response) {
  const boost::json::object said = answers::object_in(response.body).value_or(boost::json::object());
  for (const char* key : {"__type", "code", "error"}) {
    if (answer.code.empty()) answer.code = answers::member_text(said, key);
  }
  answer.code = answer.code.substr(0, answer.code.find(':'));
  answer.code.erase(0, answer.code.rfind('#') + 1);
  for (const char* key : {"message", "Message", "error_description"}) {
    if (answer.message.empty()) answer.message = answers::member_text(said, key);
  }
}

// <Error> of S3, <ErrorResponse><Error> of the query services, and <Errors> around it.
inline void read_xml(Answer& answer, const HttpResponse& response) {
  pugi::xml_document document;
  if (!document.load_buffer(response.body.data(), response.body.size())) return;
  const pugi::xml_node root = document.document_element();
  const pugi::xml_node holder = root.child("Errors") ? root.child("Errors") : root;
  const pugi::xml_node error = holder.child("Error") ? holder.child("Error") : root;
  const auto text = [](const pugi::xml_node& node, const char* key) { return std::string(node.child_value(key)); };
  if (answer.code.empty()) answer.code = text(error, "Code");
  answer.message = text(error, "Message");
  answer.region = text(error, "Region");
  for (const pugi::xml_node& node : {error, root}) {
    for (const char* key : {"RequestId", "RequestID"}) {
      if (answer.request_id.empty()) answer.request_id = text(node, key);
    }
  }
}

}  // namespace detail::aws_client

namespace aws {

DAYPACK_DECL ServiceError::Answer service_answer(const HttpResponse& response) {
  ServiceError::Answer answer{.status = response.status};
  const auto header = [&](std::string_view name) { return std::string(response.header(name).value_or("")); };
  const std::string type = header("x-amzn-ErrorType");
  answer.code = type.substr(0, type.find(':'));
  const std::string_view body = daypack::detail::trimmed(response.body);
  if (body.starts_with('<')) {
    daypack::detail::aws_client::read_xml(answer, response);
  } else if (body.starts_with('{')) {
    daypack::detail::aws_client::read_json(answer, response);
  }
  for (const std::string_view name : {"x-amzn-RequestId", "x-amz-request-id"}) {
    if (std::string id = header(name); !id.empty()) answer.request_id = std::move(id);
  }
  if (const std::string region = header("x-amz-bucket-region"); !region.empty()) answer.region = region;
  return answer;
}

struct Client::Shared {
  using Credentials = aws::Credentials;

  Context its_context;
  std::shared_ptr<Session> session;
  Scope scope;
  std::string endpoint;
  daypack::detail::service::Manners its_manners = {};

  const Context& context() const { return its_context; }
  const daypack::detail::service::Manners& manners() const { return its_manners; }

  HttpRequest request_of(const Call& call) const {
    return {.method = call.method,
            .url = endpoint + call.path,
            .headers = call.headers,
            .body = call.body,
            .authorities = session->authorities(),
            .expect_continue = scope.service == "s3"};  // as botocore asks before large bodies
  }

  Credentials credentials() const { return session->credentials(); }

  bool renewed(const Credentials& used) const {
    session->forget_credentials();
    return session->credentials().keys != used.keys;
  }

  void sign(HttpRequest& request, const Credentials& credentials, std::chrono::system_clock::time_point now) const {
    aws::sign(request, credentials.keys, scope, now);
  }

  static ServiceError::Answer answer_of(const HttpResponse& response) { return service_answer(response); }

  static daypack::detail::service::Codes codes() {
    using namespace daypack::detail::aws_client;
    return {throttled_codes, transient_codes, skew_codes, expired_codes};
  }

  static Errc kind_of(const ServiceError::Answer& answer) { return daypack::detail::aws_client::kind_of(answer); }

  static std::string way_out(const ServiceError::Answer& answer, const Call&, const std::string& source) {
    return daypack::detail::aws_client::way_out(answer, source);
  }
};

DAYPACK_DECL Client::Client(Context context, std::shared_ptr<Session> session, std::string service) {
  Scope scope{std::move(service), session->region()};
  std::string endpoint = session->endpoint(scope.service);
  shared_ =
      std::make_shared<Shared>(Shared{std::move(context), std::move(session), std::move(scope), std::move(endpoint)});
}

DAYPACK_DECL HttpResponse Client::call(const Call& call) const {
  return daypack::detail::service::call_service(*shared_, call);
}

DAYPACK_DECL Client Client::in_region(std::string region) const {
  Client other(*this);
  other.shared_ = std::make_shared<Shared>(*shared_);
  other.shared_->endpoint = shared_->session->endpoint(shared_->scope.service, region);
  other.shared_->scope.region = std::move(region);
  return other;
}

DAYPACK_DECL Client Client::at_endpoint(std::string endpoint) const {
  Client other(*this);
  other.shared_ = std::make_shared<Shared>(*shared_);
  other.shared_->endpoint = std::move(endpoint);
  return other;
}

DAYPACK_DECL const std::string& Client::region() const noexcept { return shared_->scope.region; }

DAYPACK_DECL const std::string& Client::endpoint() const noexcept { return shared_->endpoint; }

DAYPACK_DECL const std::shared_ptr<Session>& Client::session() const noexcept { return shared_->session; }

}  // namespace aws

}  // namespace daypack
