// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/net/proxy.hpp>
#include <daypack/sign/sigv4.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daypack::aws {

// How AWS, or a server that speaks as it does, is reached. What is empty comes from the environment and the user's
// profiles, as AWS's own tools find it.
struct Access {
  // $AWS_PROFILE, $AWS_DEFAULT_PROFILE, else "default". One that is named here goes before keys of the environment.
  std::string profile = {};
  std::string region = {};  // $AWS_REGION, $AWS_DEFAULT_REGION, else the profile's
  // Of every service but those that are asked for credentials; $AWS_ENDPOINT_URL_LAMBDA and its kin, else the
  // profile's, else AWS's.
  std::string endpoint_url = {};

  friend bool operator==(const Access&, const Access&) = default;
};

// Keys and where they came from.
struct Credentials {
  Keys keys = {};
  std::optional<std::chrono::system_clock::time_point> expires = {};
  std::string source = {};  // in words, for messages: "the environment", "profile work", "the instance's role"
};

// What all calls of one user share: region, endpoints, and credentials, found once and renewed before they expire. Any
// number of threads may use one.
class Session {
 public:
  // Keeps a copy of the context. Error{usage} for a profile that does not exist, Error{syntax} for files that cannot
  // be read as AWS's tools read them.
  DAYPACK_DECL explicit Session(Context context, Access access = {}, Environment environment = process_environment);
  DAYPACK_DECL ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Good for at least some minutes. Error{usage} when there are none, with the places that were looked at;
  // Error{network}, Error{provider}, Error{tool_failed} from whoever was asked for them.
  DAYPACK_DECL Credentials credentials();
  // The credentials that were used are of no more use: the next call reads files anew, and asks again who gives some.
  DAYPACK_DECL void forget_credentials();

  // Error{usage} when nobody has said one.
  DAYPACK_DECL std::string region() const;
  // "https://lambda.eu-west-1.amazonaws.com", without a slash at its end, for the session's region or another; for
  // services of which each region has its own. Error{usage} for a region that is none, or a name that is no URL.
  DAYPACK_DECL std::string endpoint(std::string_view service, std::string_view region = {}) const;
  // Whether somebody has named the endpoint: it is not AWS's own, so buckets stand in the path.
  DAYPACK_DECL bool has_own_endpoint(std::string_view service) const;
  // A file of certificate authorities for AWS alone ($AWS_CA_BUNDLE, the profile's ca_bundle); empty: those of the
  // system.
  DAYPACK_DECL std::string authorities() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace daypack::aws

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/credentials/aws.ipp>
#endif
