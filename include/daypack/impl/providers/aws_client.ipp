// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/net/retry.ipp>
#include <daypack/providers/aws_client.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <pugixml.hpp>
#include <span>
#include <utility>

namespace daypack {

namespace detail::aws_client {

using aws::Call;
using aws::ServiceError;
using Answer = ServiceError::Answer;

inline bool among(std::string_view code, std::span<const std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

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
inline constexpr std::array<std::string_view, 5> denied_codes{
    "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "UnauthorizedOperation", "AuthorizationError"};
inline constexpr std::array<std::string_view, 4> unknown_key_codes{
    "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken"};

// Whether a request that must arrive once may be sent again after this answer: the service has not begun.
inline RetryVerdict verdict_on(const HttpResponse& response, bool once) {
  if (response.status / 100 == 2) return RetryVerdict::final;
  const Answer answer = aws::service_answer(response);
  if (response.status == 429 || among(answer.code, throttled_codes)) return RetryVerdict::throttled;
  const bool transient = response.status == 500 || response.status == 502 || response.status == 503 ||
                         response.status == 504 || among(answer.code, transient_codes);
  return transient && !once ? RetryVerdict::transient : RetryVerdict::final;
}

inline std::string way_out(const Answer& answer, const Call& call, const std::string& source) {
  if (among(answer.code, expired_codes)) return "log in again: the session of " + source + " has ended";
  if (among(answer.code, unknown_key_codes))
    return "the service does not know the access key of " + source + ": check the profile and the account";
  if (answer.code == "SignatureDoesNotMatch" || answer.code == "InvalidSignatureException")
    return "the secret key of " + source + " does not belong to its access key: correct it";
  if (among(answer.code, skew_codes)) return "set the clock of this host";
  if (answer.status == 403 && !call.permission.empty())
    return "allow " + call.permission + " to whom the keys of " + source + " belong";
  if (answer.status == 429) return "wait a little, or ask AWS for a higher rate";
  if (answer.code == "CodeStorageExceededException") return "delete old versions of functions and layers";
  return {};
}

inline Errc kind_of(const Answer& answer) {
  const bool too_large = answer.status == 413 || answer.code == "CodeStorageExceededException" ||
                         answer.message.find("Unzipped size must be smaller") != std::string::npos;
  return too_large ? Errc::over_limit : Errc::provider;
}

inline ServiceError refusal(Answer answer, const Call& call, const std::string& source) {
  std::string subject = call.subject + " (" + (answer.code.empty() ? "status" : answer.code + ", status") + ' ' +
                        std::to_string(answer.status);
  if (!answer.message.empty()) subject += ": " + answer.message;
  if (!answer.request_id.empty()) subject += "; request " + answer.request_id;
  Fault fault{.code = kind_of(answer),
              .message = call.doing.empty() ? "a service refused a request" : call.doing,
              .subject = subject + ')',
              .hint = way_out(answer, call, source)};
  return {std::move(fault), std::move(answer)};
}

// {"message": ...} beside the header x-amzn-ErrorType: Name[:url], as Lambda and SSO answer.
inline void read_json(Answer& answer, const HttpResponse& response) {
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(response.body, error);
  const boost::json::object* object = error ? nullptr : document.if_object();
  const auto text = [&](const char* key) -> std::string {
    const boost::json::value* value = object ? object->if_contains(key) : nullptr;
    return value && value->is_string() ? std::string(value->get_string()) : "";
  };
  for (const char* key : {"__type", "code", "error"}) {
    if (answer.code.empty()) answer.code = text(key);
  }
  answer.code = answer.code.substr(0, answer.code.find(':'));
  answer.code.erase(0, answer.code.rfind('#') + 1);
  for (const char* key : {"message", "Message", "error_description"}) {
    if (answer.message.empty()) answer.message = text(key);
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
  Context context;
  std::shared_ptr<Session> session;
  Scope scope;
  std::string endpoint;
  std::shared_ptr<RetryQuota> quota = std::make_shared<RetryQuota>();
  // How far the service's clock is ahead of this host's, in seconds.
  std::shared_ptr<std::atomic<std::int64_t>> ahead = std::make_shared<std::atomic<std::int64_t>>(0);

  std::chrono::system_clock::time_point now() const {
    return context.clock().now() + std::chrono::seconds(ahead->load());
  }

  RetryPolicy policy(bool once) const {
    RetryPolicy policy{.attempts = 3,
                       .first_wait = std::chrono::milliseconds(50),
                       .longest_wait = std::chrono::seconds(20),
                       .throttled_wait = std::chrono::seconds(1),
                       .spread = 1,
                       .repeats_errors = !once,
                       .quota = quota};
    policy.judge = [once](const HttpResponse& response) {
      return daypack::detail::aws_client::verdict_on(response, once);
    };
    return policy;
  }

  HttpResponse send(const Call& call, const Keys& keys) const {
    const HttpRequest request{.method = call.method,
                              .url = endpoint + call.path,
                              .headers = call.headers,
                              .body = call.body,
                              .redirects = 0,
                              .once = call.once,
                              .authorities = session->authorities(),
                              .expect_continue = scope.service == "s3",  // as botocore asks before large bodies
                              .netrc = false};
    const auto signed_anew = [&](HttpRequest& attempt) -> BodySink {
      sign(attempt, keys, scope, now());
      return call.sink;
    };
    const auto told = [&](const RetryNotice& notice) {
      context.note(notice.url, notice.reason + "; trying again (" + std::to_string(notice.attempt + 1) + " of " +
                                   std::to_string(notice.attempts) + ')');
    };
    return send_with_retry(context.http(), context.clock(), request, signed_anew, policy(call.once), context.stop(),
                           told);
  }

  // Whether the same call may succeed now: this host's clock is known to be off, or there are other credentials.
  bool mended(const ServiceError::Answer& answer, const HttpResponse& response, const Credentials& used) const {
    if (daypack::detail::aws_client::among(answer.code, daypack::detail::aws_client::expired_codes)) {
      session->forget_credentials();
      return session->credentials().keys != used.keys;
    }
    if (!daypack::detail::aws_client::among(answer.code, daypack::detail::aws_client::skew_codes)) return false;
    const auto date = daypack::detail::http_date(response.header("Date").value_or(""));
    if (!date) return false;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*date - context.clock().now()).count();
    const std::int64_t before = ahead->exchange(seconds);
    return std::abs(seconds - before) > 60;  // a wrong secret answers with the same code, and with our own time
  }
};

DAYPACK_DECL Client::Client(Context context, std::shared_ptr<Session> session, std::string service) {
  Scope scope{std::move(service), session->region()};
  std::string endpoint = session->endpoint(scope.service);
  shared_ =
      std::make_shared<Shared>(Shared{std::move(context), std::move(session), std::move(scope), std::move(endpoint)});
}

DAYPACK_DECL HttpResponse Client::call(const Call& call) const {
  for (bool mended = false;; mended = true) {
    const Credentials used = shared_->session->credentials();
    HttpResponse response = shared_->send(call, used.keys);
    if (response.status / 100 == 2) return response;
    ServiceError::Answer answer = service_answer(response);
    if (!mended && shared_->mended(answer, response, used)) continue;
    throw daypack::detail::aws_client::refusal(std::move(answer), call, used.source);
  }
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

DAYPACK_DECL Session& Client::session() const noexcept { return *shared_->session; }

}  // namespace aws

}  // namespace daypack
