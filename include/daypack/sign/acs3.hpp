// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/net/http.hpp>

#include <chrono>
#include <string>
#include <string_view>

// ACS3-HMAC-SHA256, the signature of Alibaba Cloud's services but OSS (Alibaba Cloud, "V3 request body and signature";
// alibabacloud_tea_openapi 0.4.6, utils.py, read on 2026-11-20).
namespace daypack::aliyun {

// What proves who asks: an AccessKey pair.
struct Keys {
  std::string id = {};
  std::string secret = {};
  std::string token = {};  // of STS; empty for keys that last

  friend bool operator==(const Keys&, const Keys&) = default;
};

// What is asked for.
struct Action {
  std::string name = {};     // "CreateFunction"
  std::string version = {};  // of the product's API: "2023-03-30"
};

// Signs a request in its header fields: x-acs-action, x-acs-version, x-acs-date, x-acs-signature-nonce,
// x-acs-content-sha256, for keys with a token x-acs-accesskey-id and x-acs-security-token, and Authorization are set,
// those of an earlier attempt replaced. Every signature needs a nonce of its own, a random one unless it is given. The
// URL's path and query must be encoded (RFC 3986). All fields of the request are signed; Host is the URL's unless the
// request has one. Error{usage} for a URL that is none.
DAYPACK_DECL void sign(HttpRequest& request, const Keys& keys, const Action& action,
                       std::chrono::system_clock::time_point now, std::string_view nonce = {});

}  // namespace daypack::aliyun

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/sign/acs3.ipp>
#endif
