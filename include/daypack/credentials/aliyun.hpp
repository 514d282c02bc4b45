// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/net/proxy.hpp>
#include <daypack/sign/acs3.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daypack::aliyun {

// How Alibaba Cloud, or a server that speaks as it does, is reached. What is empty comes from the environment and the
// profiles of the aliyun CLI, as its own tools find it.
struct Access {
  // $ALIBABA_CLOUD_PROFILE, else the current one of ~/.aliyun/config.json. One that is named here goes before keys of
  // the environment.
  std::string profile = {};
  std::string region = {};   // $ALIBABA_CLOUD_REGION_ID, else the profile's; "cn-hangzhou"
  std::string account = {};  // its number; where it is known, Function Compute is asked at the account's own host
  // Of Function Compute and of OSS; $ALIBABA_CLOUD_ENDPOINT and $OSS_ENDPOINT, else those of the region. A name of a
  // host means https.
  std::string endpoint = {};
  std::string oss_endpoint = {};

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
  // Keeps a copy of the context. Error{usage} for a profile that does not exist, Error{syntax} for a file that cannot
  // be read as the aliyun CLI reads it.
  DAYPACK_DECL explicit Session(Context context, Access access = {}, Environment environment = process_environment);
  DAYPACK_DECL ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Good for at least some minutes. Error{usage} when there are none, with the places that were looked at;
  // Error{network}, Error{provider} from whoever was asked for them.
  DAYPACK_DECL Credentials credentials();
  // The credentials that were used are of no more use: the next call reads files anew, and asks again who gives some.
  DAYPACK_DECL void forget_credentials();

  // Error{usage} when nobody has said one.
  DAYPACK_DECL std::string region() const;
  // "https://fcv3.cn-hangzhou.aliyuncs.com" of "fc", "https://oss-cn-hangzhou.aliyuncs.com" of "oss", without a slash
  // at its end. Inside of Alibaba Cloud's network ($ALIBABA_CLOUD_ENDPOINT_TYPE is vpc) those that are reached from
  // there. Error{usage} for a region that is none, or a name that is no URL.
  DAYPACK_DECL std::string endpoint(std::string_view service) const;
  // Whether somebody has named the endpoint: then it is not Alibaba Cloud's own.
  DAYPACK_DECL bool has_own_endpoint(std::string_view service) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace daypack::aliyun

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/credentials/aliyun.ipp>
#endif
