// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/fc_api.ipp>
#include <daypack/providers/aliyun_functions.hpp>

namespace daypack {

namespace detail::fc {

inline aliyun_client::FcProtocol functions_client(const Context& context,
                                                  const std::shared_ptr<aliyun::Session>& session) {
  return aliyun_client::FcProtocol(aliyun_client::Protocol(context, session));
}

}  // namespace detail::fc

DAYPACK_DECL aliyun::Functions::Functions(Context context, std::shared_ptr<Session> session)
    : context_(std::move(context)), session_(std::move(session)) {}

DAYPACK_DECL std::vector<ListedFunction> aliyun::Functions::list(const std::string& prefix) const {
  using daypack::detail::answers::member_text;
  const daypack::detail::fc::Api api(daypack::detail::fc::functions_client(context_, session_), context_, "functions",
                                     false);
  std::vector<ListedFunction> found;
  for (const boost::json::object& one : daypack::detail::fc::listed_items(
           api, daypack::detail::fc::root + "functions", "functions", "nextToken", "nextToken", "fc:ListFunctions", "",
           prefix.empty() ? "" : "&prefix=" + uri_encoded(prefix))) {
    found.push_back({.name = member_text(one, "functionName"),
                     .arn = member_text(one, "functionArn"),
                     .memory = static_cast<int>(daypack::detail::json_api::number_at(one, "memorySize"))});
  }
  std::erase_if(found, [&](const ListedFunction& one) { return !one.name.starts_with(prefix); });
  std::ranges::sort(found, {}, &ListedFunction::name);
  return found;
}

DAYPACK_DECL FunctionAnswer aliyun::Functions::invoke(const std::string& name, const std::string& event) const {
  const HttpResponse answer =
      daypack::detail::fc::functions_client(context_, session_)
          .call({.method = "POST",
                 .path = daypack::detail::fc::root + "functions/" + uri_encoded(name) + "/invocations",
                 .headers = {{"Content-Type", "application/json"}},
                 .body = {as_bytes(event)},
                 .permission = "fc:InvokeFunction",
                 .doing = "cannot call the function",
                 .subject = name,
                 .once = true});
  return {answer.body, answer.header("X-Fc-Error-Type").has_value()};
}

DAYPACK_DECL void aliyun::Functions::remove(const std::string& name) const {
  try {
    daypack::detail::fc::functions_client(context_, session_)
        .call({.method = "DELETE",
               .path = daypack::detail::fc::root + "functions/" + uri_encoded(name),
               .permission = "fc:DeleteFunction",
               .doing = "cannot delete the function",
               .subject = name});
  } catch (const ServiceError& error) {
    if (!error.is("FunctionNotFound")) throw;
  }
}

}  // namespace daypack
