// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/gcp.hpp>
#include <daypack/impl/credentials/answers.ipp>
#include <daypack/impl/providers/json_api.ipp>
#include <daypack/impl/providers/service_call.ipp>
#include <daypack/net/url.hpp>

#include <array>
#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

// Calls of Cloud Storage's JSON API (v1; errors: "Status codes and errors"; read on 2026-11-20).
namespace daypack::detail::gcp_storage {

using answers::member_text;

class StorageProtocol {
 public:
  using Credentials = gcp::Credentials;
  static constexpr std::array<std::string_view, 2> busy{"rateLimitExceeded", "userRateLimitExceeded"};
  static constexpr std::array<std::string_view, 2> passing{"backendError", "internalError"};
  static constexpr std::array<std::string_view, 1> ended{"authError"};

  StorageProtocol(std::shared_ptr<gcp::Session> session, Context context)
      : session_(std::move(session)), context_(std::move(context)) {}

  const Context& context() const { return context_; }
  const service::Manners& manners() const { return manners_; }
  const std::string& endpoint() const { return session_->endpoint(); }

  HttpRequest request_of(const ServiceCall& call) const {
    return {.method = call.method, .url = endpoint() + call.path, .headers = call.headers, .body = call.body};
  }
  Credentials credentials() const { return session_->credentials(); }
  bool renewed(const Credentials& used) const {
    session_->forget_credentials();
    return session_->credentials().token != used.token;
  }
  void sign(HttpRequest& request, const Credentials& with, answers::Time) const {
    std::erase_if(request.headers, [](const auto& field) { return field.first == "Authorization"; });
    if (!with.token.empty()) request.headers.emplace_back("Authorization", "Bearer " + with.token);
  }

  // {"error": {"code": 403, "message": ..., "errors": [{"reason": "forbidden", ...}]}}
  static service::Answer answer_of(const HttpResponse& response) {
    service::Answer answer{.status = response.status};
    const boost::json::object said = answers::object_in(response.body).value_or(boost::json::object());
    const boost::json::object& error = json_api::object_at(said, "error");
    answer.message = member_text(error, "message");
    if (const auto reasons = json_api::texts_at(error, "errors", "reason"); !reasons.empty())
      answer.code = reasons.front();
    answer.request_id = std::string(response.header("x-guploader-uploadid").value_or(""));
    return answer;
  }
  static service::Codes codes() { return {busy, passing, {}, ended}; }
  static Errc kind_of(const service::Answer& answer) {
    return answer.status == 413 ? Errc::over_limit : Errc::provider;
  }
  static std::string way_out(const service::Answer& answer, const ServiceCall&, const std::string& source) {
    if (answer.status == 401) return "log in again: Cloud Storage does not know the token of " + source;
    return {};
  }

  HttpResponse call(const ServiceCall& call) const { return service::call_service(*this, call); }

 private:
  std::shared_ptr<gcp::Session> session_;
  Context context_;
  service::Manners manners_ = {};
};

// What Cloud Storage tells of an object.
struct ObjectFacts {
  std::uint64_t size = 0;
  std::string etag = {}, version = {}, md5 = {}, storage_class = {}, content_type = {};
  std::map<std::string, std::string> metadata = {};
};

inline std::uint64_t number_in(const std::string& text) { return std::strtoull(text.c_str(), nullptr, 10); }

inline ObjectFacts object_facts(const HttpResponse& response) {
  const auto said = answers::object_in(response.body);
  if (!said)
    throw Error(Errc::network, "a store answered with something else than JSON",
                "status " + std::to_string(response.status),
                "check the endpoint: something stands between, or it is no Cloud Storage");
  ObjectFacts facts{.size = number_in(member_text(*said, "size")),
                    .etag = member_text(*said, "etag"),
                    .version = member_text(*said, "generation"),
                    .md5 = member_text(*said, "md5Hash"),
                    .storage_class = member_text(*said, "storageClass"),
                    .content_type = member_text(*said, "contentType")};
  for (const auto& [name, value] : json_api::object_at(*said, "metadata"))
    if (value.is_string()) facts.metadata.emplace(name, value.get_string());
  return facts;
}

}  // namespace daypack::detail::gcp_storage
