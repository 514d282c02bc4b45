// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/azure.hpp>
#include <daypack/detail/base64.hpp>
#include <daypack/impl/providers/json_api.ipp>
#include <daypack/impl/providers/service_call.ipp>
#include <daypack/impl/sign/canonical.ipp>

#include <array>
#include <utility>

// Calls of Azure's resource manager and of the deployment sites of apps (azure-cli 2.91.0, KuduLite of 2021-09; read on
// 2026-11-20).
namespace daypack::detail::azure_app {

using json_api::Change, json_api::member_text, json_api::object_at;
using service::Answer;
namespace json = boost::json;

inline constexpr std::array<std::string_view, 2> busy_codes{"TooManyRequests", "SubscriptionRequestsThrottled"};
inline constexpr std::array<std::string_view, 3> ended_codes{"ExpiredAuthenticationToken", "InvalidAuthenticationToken",
                                                             "Unauthorized"};

// A token, or the login of a publish profile as a field has it.
struct Login {
  azure::Token token = {};
  std::string basic = {};
  std::string source = {};
};

// {"error": {"code", "message"}} of the resource manager, {"Code", "Message"} of App Service, {"Message"} or plain text
// of deployment sites.
inline Answer app_answer(const HttpResponse& response) {
  Answer answer{.status = response.status, .request_id = std::string(response.header("x-ms-request-id").value_or(""))};
  const json::object whole = answers::object_in(response.body).value_or(json::object());
  const json::object& said = whole.contains("error") ? object_at(whole, "error") : whole;
  for (const char* name : {"code", "Code"}) {
    if (answer.code.empty()) answer.code = member_text(said, name);
  }
  for (const char* name : {"message", "Message", "ExceptionMessage"}) {
    if (answer.message.empty()) answer.message = member_text(said, name);
  }
  const std::string_view text = trimmed(response.body);
  if (whole.empty() && !text.starts_with('<')) answer.message = split_once(text, '\n').first;
  answer.message = answers::without_keys(answer.message);
  if (answer.code.empty() && answer.status == 401) answer.code = "Unauthorized";
  return answer;
}

class AppClient {
 public:
  using Credentials = Login;

  // With the login of a publish profile, or where there is none, tokens of the session.
  AppClient(const Context& context, std::shared_ptr<azure::Session> session, std::string url,
            const azure::PublishProfile& profile = {})
      : context_(&context), session_(std::move(session)), url_(std::move(url)) {
    if (!profile.user.empty()) basic_ = "Basic " + base64_of(as_bytes(profile.user + ':' + profile.password));
  }

  HttpResponse call(const ServiceCall& call) const { return service::call_service(*this, call); }

  // What is this provider's own about its services.
  const Context& context() const { return *context_; }
  const service::Manners& manners() const { return manners_; }

  // A site that has taken all bytes may look at them for minutes before it answers.
  HttpRequest request_of(const ServiceCall& call) const {
    return {.method = call.method,
            .url = url_ + call.path,
            .headers = call.headers,
            .body = call.body,
            .idle_timeout = std::chrono::minutes(4)};
  }

  Login credentials() const {
    if (!basic_.empty()) return {.basic = basic_, .source = "the publish profile"};
    Login login{.token = session_->token(session_->management_url())};
    login.source = login.token.source;
    return login;
  }

  bool renewed(const Login& used) const {
    if (!used.basic.empty()) return false;
    session_->forget_tokens();
    return session_->token(session_->management_url()).text != used.token.text;
  }

  void sign(HttpRequest& request, const Login& with, answers::Time) const {
    set_field(request, "Authorization", with.basic.empty() ? "Bearer " + with.token.text : with.basic);
  }

  static Answer answer_of(const HttpResponse& response) { return app_answer(response); }
  static service::Codes codes() { return {busy_codes, {}, {}, ended_codes}; }
  static Errc kind_of(const Answer& answer) { return answer.status == 413 ? Errc::over_limit : Errc::provider; }
  static std::string way_out(const Answer& answer, const ServiceCall&, const std::string& source) {
    if (answer.status == 401 && source == "the publish profile")
      return "the profile is an old one, or the app's policy has switched basic authentication off: download it anew, "
             "or "
             "log in by `az login`";
    if (answer.code == "ResourceGroupNotFound" || answer.code == "SubscriptionNotFound")
      return "check the resource group and the subscription";
    return {};
  }

 private:
  const Context* context_;
  std::shared_ptr<azure::Session> session_;
  std::string url_;
  std::string basic_ = {};
  service::Manners manners_ = {};
};

using Arm = json_api::JsonApi<AppClient>;

}  // namespace daypack::detail::azure_app
