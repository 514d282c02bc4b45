// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/providers/service.hpp>

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <string_view>

// The first call of what was deployed.
namespace daypack::detail::smoke {

namespace json = boost::json;

// Error{usage} for what is no JSON.
inline void check(const Smoke& wanted) {
  for (const std::string* text : {&wanted.payload, &wanted.expect}) {
    boost::system::error_code error;
    json::parse(*text, error);
    if (error && (text == &wanted.payload || !text->empty()))
      throw Error(Errc::usage, "a smoke call is made of JSON", text->substr(0, 200) + " (" + error.message() + ")");
  }
}

// Whether an answer is what was expected: the same JSON, or an object that has at least these members.
inline bool fits(const json::value& got, const json::value& expected) {
  if (!got.is_object() || !expected.is_object()) return got == expected;
  return std::ranges::all_of(expected.get_object(), [&](const auto& member) {
    const json::value* has = got.get_object().if_contains(member.key());
    return has && fits(*has, member.value());
  });
}

// Calls a version, and throws Error{verification} when it does not do what it should: its answer has the field of
// failures, or is something else. api is a JsonApi, invocation a call without its body.
template <class Api>
void call(const Api& api, ServiceCall invocation, const Smoke& wanted, std::string_view failure_field,
          const std::string& version, const std::string& meanwhile) {
  if (api.dry_run()) return api.context().note(api.subject(), "would call version " + version);
  invocation.method = "POST";
  invocation.headers.emplace_back("Content-Type", "application/json");
  invocation.body = {as_bytes(wanted.payload)};
  invocation.doing = "cannot call the function";
  invocation.subject = api.subject();
  invocation.once = true;
  const HttpResponse response = api.client().call(invocation);
  boost::system::error_code error;
  const json::value answer = json::parse(response.body, error);
  const bool failed = response.header(failure_field).has_value();
  if (!failed && (wanted.expect.empty() || (!error && fits(answer, json::parse(wanted.expect))))) return;
  const std::string words = redacted(std::string_view(response.body).substr(0, 2000));
  throw Error(Errc::verification, failed ? "the function fails" : "the function answers something else",
              api.subject() + ", version " + version + " (got " + words +
                  (wanted.expect.empty() ? ")" : ", expected " + wanted.expect + ")"),
              meanwhile);
}

}  // namespace daypack::detail::smoke
