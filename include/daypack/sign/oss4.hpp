// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/sign/acs3.hpp>

#include <chrono>
#include <string>
#include <vector>

// OSS4-HMAC-SHA256, the signature of Alibaba Cloud's Object Storage Service (alibabacloud_oss_v2 1.4.1, signer/v4.py,
// read on 2026-11-20).
namespace daypack::aliyun {

// What a request is about. Bucket and key are signed as if they stood in the path, however the URL names them.
struct OssScope {
  std::string region = {};  // "cn-hangzhou", without "oss-"
  std::string bucket = {};  // empty: the call is about no bucket
  std::string key = {};     // not encoded; empty: about the bucket
  // Fields to sign beside x-oss-*, Content-Type and Content-MD5; what the request does not have is passed over.
  std::vector<std::string> additional_headers = {};
};

// Signs a request in its header fields: x-oss-date, Date, x-oss-content-sha256 (always UNSIGNED-PAYLOAD: no body is
// signed), x-oss-security-token and Authorization are set, those of an earlier attempt replaced. The query must be
// encoded (RFC 3986). Error{usage} for a URL that is none.
DAYPACK_DECL void sign(HttpRequest& request, const Keys& keys, const OssScope& scope,
                       std::chrono::system_clock::time_point now);

// The URL of a request that carries its signature in the query, good for `life` (1 second to 7 days; Error{usage}).
// What is signed of the request's fields must be sent with it.
DAYPACK_DECL std::string presigned_url(const HttpRequest& request, const Keys& keys, const OssScope& scope,
                                       std::chrono::system_clock::time_point now, std::chrono::seconds life);

}  // namespace daypack::aliyun

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/sign/oss4.ipp>
#endif
