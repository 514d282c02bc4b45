// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// What aws::Session finds in this process's environment, or aliyun::Session, as one JSON object: for
// test/interop/{credentials,aliyun_credentials}.py.
// usage: find_credentials [--aliyun] [PROFILE]
#include <daypack/credentials/aliyun.hpp>
#include <daypack/credentials/aws.hpp>
#include <daypack/standard.hpp>

#include <boost/json.hpp>
#include <iostream>

namespace {

namespace json = boost::json;

// The value, or {"error": ...}.
template <class Work>
json::value value_or_error(const Work& work) {
  try {
    return work();
  } catch (const daypack::Error& error) {
    return json::object{{"error", error.what()}, {"kind", daypack::to_string(error.code())}};
  }
}

template <class Session>
json::value credentials_of(Session& session) {
  return value_or_error([&] {
    const auto credentials = session.credentials();
    return json::value{
        {"id", credentials.keys.id},
        {"secret", credentials.keys.secret},
        {"token", credentials.keys.token},
        {"expires", credentials.expires ? credentials.expires->time_since_epoch() / std::chrono::seconds(1) : 0},
        {"source", credentials.source}};
  });
}

json::object all_of(daypack::aws::Session& session) {
  json::object found;
  found["region"] = value_or_error([&] { return json::value(session.region()); });
  for (const char* service : {"lambda", "s3", "sts", "sso", "sso-oidc"})
    found[service] = value_or_error([&] { return json::value(session.endpoint(service)); });
  found["authorities"] = session.authorities();
  found["credentials"] = credentials_of(session);
  return found;
}

json::object all_of(daypack::aliyun::Session& session) { return {{"credentials", credentials_of(session)}}; }

}  // namespace

int main(int argc, char** argv) {
  const daypack::Context context = daypack::standard_context();
  const bool aliyun = argc > 1 && std::string_view(argv[1]) == "--aliyun";
  const std::string profile = argc > (aliyun ? 2 : 1) ? argv[argc - 1] : "";
  std::cout << json::serialize(value_or_error([&]() -> json::value {
    if (aliyun) {
      daypack::aliyun::Session session(context, {.profile = profile});
      return all_of(session);
    }
    daypack::aws::Session session(context, {.profile = profile});
    return all_of(session);
  })) << '\n';
}
