// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/net/http.hpp>

#include <chrono>
#include <string>
#include <string_view>

// AWS Signature Version 4 (AWS General Reference, "Signing AWS API requests"; botocore 1.44.5, auth.py, read on
// 2026-11-20).
namespace daypack::aws {

// What proves who asks.
struct Keys {
  std::string id = {};
  std::string secret = {};
  std::string token = {};  // of a session; empty for keys that last

  friend bool operator==(const Keys&, const Keys&) = default;
};

// What a signature is good for.
struct Scope {
  std::string service = {};  // "lambda", "s3", "sts", ...
  std::string region = {};
};

// The X-Amz-Content-Sha256 of a body that is not signed: for S3 over TLS, and for its presigned URLs.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

// Signs a request in its header fields: X-Amz-Date, X-Amz-Security-Token and Authorization are set, those of an earlier
// attempt replaced; S3 gets X-Amz-Content-Sha256 where the request has none. The body is hashed unless
// X-Amz-Content-Sha256 names its hash, or a literal, already. The URL's path and query must be encoded (RFC 3986). All
// fields are signed but those that proxies and tracers change; Host is the URL's unless the request has one.
// Error{usage} for a URL that is none.
DAYPACK_DECL void sign(HttpRequest& request, const Keys& keys, const Scope& scope,
                       std::chrono::system_clock::time_point now);

// The URL of a request that carries its signature in the query, good for `life` (1 second to 7 days; Error{usage}).
// Fields of the request, and its body except for S3, are signed and must be sent with it.
DAYPACK_DECL std::string presigned_url(const HttpRequest& request, const Keys& keys, const Scope& scope,
                                       std::chrono::system_clock::time_point now, std::chrono::seconds life);

}  // namespace daypack::aws

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/sign/sigv4.ipp>
#endif
