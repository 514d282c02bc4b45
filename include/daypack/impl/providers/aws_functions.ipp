// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/lambda_api.ipp>
#include <daypack/providers/aws_functions.hpp>

#include <pugixml.hpp>

namespace daypack {

namespace detail::lambda {

inline Api functions_api(const Context& context, const std::shared_ptr<aws::Session>& session,
                         const std::string& subject) {
  return Api(aws::Client(context, session, "lambda"), context, subject, false);
}

}  // namespace detail::lambda

DAYPACK_DECL aws::Functions::Functions(Context context, std::shared_ptr<Session> session)
    : context_(std::move(context)), session_(std::move(session)) {}

DAYPACK_DECL std::vector<ListedFunction> aws::Functions::list(const std::string& prefix) const {
  using daypack::detail::answers::member_text;
  const auto api = daypack::detail::lambda::functions_api(context_, session_, "functions");
  std::vector<ListedFunction> found;
  // Lambda itself takes no prefix. Its path has a slash at the end (botocore 1.44.5).
  for (const boost::json::object& one : api.list(daypack::detail::lambda::functions_path + '/', "Functions",
                                                 "lambda:ListFunctions", "cannot list the functions")) {
    ListedFunction function{.name = member_text(one, "FunctionName"),
                            .arn = member_text(one, "FunctionArn"),
                            .memory = static_cast<int>(daypack::detail::json_api::number_at(one, "MemorySize"))};
    if (function.name.starts_with(prefix)) found.push_back(std::move(function));
  }
  std::ranges::sort(found, {}, &ListedFunction::name);
  return found;
}

DAYPACK_DECL std::map<std::string, std::string> aws::Functions::tags(const ListedFunction& function) const {
  const auto api = daypack::detail::lambda::functions_api(context_, session_, function.name);
  const auto answer = api.find("/2017-03-31/tags/" + uri_encoded(function.arn), "lambda:ListTags",
                               "cannot read the tags of the function");
  return answer ? daypack::detail::json_api::text_map_at(*answer, "Tags") : std::map<std::string, std::string>();
}

DAYPACK_DECL FunctionAnswer aws::Functions::invoke(const std::string& name, const std::string& event) const {
  const HttpResponse answer =
      Client(context_, session_, "lambda")
          .call({.method = "POST",
                 .path = daypack::detail::lambda::functions_path + '/' + uri_encoded(name) + "/invocations",
                 .headers = {{"Content-Type", "application/json"}},
                 .body = {as_bytes(event)},
                 .permission = "lambda:InvokeFunction",
                 .doing = "cannot call the function",
                 .subject = name,
                 .once = true});
  return {answer.body, answer.header("X-Amz-Function-Error").has_value()};
}

DAYPACK_DECL void aws::Functions::remove(const std::string& name) const {
  try {
    Client(context_, session_, "lambda")
        .call({.method = "DELETE",
               .path = daypack::detail::lambda::functions_path + '/' + uri_encoded(name),
               .permission = "lambda:DeleteFunction",
               .doing = "cannot delete the function",
               .subject = name});
  } catch (const ServiceError& error) {
    if (!error.is("ResourceNotFoundException")) throw;
  }
}

DAYPACK_DECL std::string aws::user_id(const Context& context, std::shared_ptr<Session> session) {
  static constexpr std::string_view form = "Action=GetCallerIdentity&Version=2011-06-15";
  const HttpResponse answer = Client(context, std::move(session), "sts")
                                  .call({.method = "POST",
                                         .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                         .body = {as_bytes(form)},
                                         .doing = "cannot learn who calls",
                                         .subject = "the user"});
  pugi::xml_document document;
  document.load_buffer(answer.body.data(), answer.body.size());
  std::string id = document.select_node("//*[local-name()='UserId']").node().text().get();
  if (id.empty())
    throw Error(Errc::network, "STS does not say who calls", redacted(answer.url),
                "check the endpoint: something stands between");
  return id;
}

}  // namespace daypack
