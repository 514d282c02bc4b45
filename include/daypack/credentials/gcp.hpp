// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/net/proxy.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace daypack::gcp {

// How Google Cloud, or a server that speaks as it does, is reached. What is empty is found as Google's own libraries
// find it.
struct Access {
  // A service account's or a user's JSON; $GOOGLE_APPLICATION_CREDENTIALS, else what `gcloud auth application-default
  // login` has left, else the service account of the machine.
  std::string credentials_file = {};
  std::string endpoint_url = {};  // of Cloud Storage; $STORAGE_EMULATOR_HOST, else Google's

  friend bool operator==(const Access&, const Access&) = default;
};

// An access token, and where it came from.
struct Credentials {
  std::string token = {};  // empty: none is sent
  std::optional<std::chrono::system_clock::time_point> expires = {};
  std::string source = {};  // in words, for messages: "the service account deploy@project.iam.gserviceaccount.com"

  friend bool operator==(const Credentials&, const Credentials&) = default;
};

// What all calls of one user share: the endpoint, and a token for Cloud Storage that is renewed before it expires. Any
// number of threads may use one. Sources: google-auth 2.62.2, _default.py and oauth2/service_account.py; RFC 7523;
// read on 2026-11-20.
class Session {
 public:
  // Keeps a copy of the context.
  DAYPACK_DECL explicit Session(Context context, Access access = {}, Environment environment = process_environment);
  DAYPACK_DECL ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Good for at least some minutes. Error{usage} when there are none, or a file of a kind that is not supported;
  // Error{syntax} for one that is not understood; Error{network}, Error{provider} from whoever was asked for them.
  DAYPACK_DECL Credentials credentials();
  // The token that was used is of no more use.
  DAYPACK_DECL void forget_credentials();

  // Without a slash at its end.
  DAYPACK_DECL const std::string& endpoint() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace daypack::gcp

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/credentials/gcp.ipp>
#endif
