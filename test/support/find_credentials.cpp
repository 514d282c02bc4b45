// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// What aws::Session finds in this process's environment, as one JSON object: for test/interop/credentials.py.
// usage: find_credentials [PROFILE]
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

json::object all_of(daypack::aws::Session& session) {
  json::object found;
  found["region"] = value_or_error([&] { return json::value(session.region()); });
  for (const char* service : {"lambda", "s3", "sts", "sso", "sso-oidc"})
    found[service] = value_or_error([&] { return json::value(session.endpoint(service)); });
  found["authorities"] = session.authorities();
  found["credentials"] = value_or_error([&] {
    const daypack::aws::Credentials credentials = session.credentials();
    return json::value{
        {"id", credentials.keys.id},
        {"secret", credentials.keys.secret},
        {"token", credentials.keys.token},
        {"expires", credentials.expires ? credentials.expires->time_since_epoch() / std::chrono::seconds(1) : 0},
        {"source", credentials.source}};
  });
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  const daypack::Context context = daypack::standard_context();
  std::cout << json::serialize(value_or_error([&] {
    daypack::aws::Session session(context, {.profile = argc > 1 ? argv[1] : ""});
    return json::value(all_of(session));
  })) << '\n';
}
