// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aliyun.hpp>
#include <daypack/deployment.hpp>
#include <daypack/stages/upload.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace daypack::aliyun {

// An object, as one upload has left it.
struct StoredObject {
  std::string bucket = {};
  std::string key = {};
  std::string version = {};  // empty where the bucket keeps no versions
  std::string etag = {};     // without quotes
  std::string url = {};      // without a signature
  std::string region = {};   // where the bucket really lies
  std::string crc64 = {};    // CRC-64/XZ in decimal, as OSS and Function Compute have it
  bool unchanged = false;    // these very bytes lay there already
};

// An object in a bucket of Alibaba Cloud's Object Storage Service: Upload{aliyun::Oss{.bucket = "packages"}}.
//
// Sizes are in bytes; the limits are those of the OSS documents, "Multipart upload" and "PutObject", and of
// alibabacloud_oss_v2 1.4.1, read on 2026-11-20.
struct Oss {
  using backend = AnyBackend;

  std::string bucket = {};
  std::string key = {};     // empty: the prefix, the archive's SHA-256 in hex, ".zip"; such a key is never overwritten
  std::string prefix = {};  // "packages/"; stands before a key that is given, too
  Access access = {};
  // The bucket in the path, not in the host. By itself where the endpoint is somebody's own and not of aliyuncs.com.
  std::optional<bool> path_style = {};
  bool cname = false;  // the endpoint is a domain that belongs to the bucket: neither host nor path names it

  std::uint64_t single_up_to = std::uint64_t{16} << 20;  // larger ones go in parts; at most 5 GiB
  std::uint64_t part_size = 0;  // 100 KiB to 5 GiB; 0: 8 MiB, or more where they would be more than 10,000
  int parallel = 0;             // parts that are on their way at once; 0: 8

  std::string encryption = {};     // "AES256", "KMS", "SM4"; empty: as the bucket is set
  std::string kms_key = {};        // ID; makes the encryption KMS
  std::string storage_class = {};  // "IA"; empty: the bucket's
  std::string content_type = "application/zip";
  std::map<std::string, std::string> metadata = {};  // x-oss-meta-NAME; ASCII, 8 KB in total

  // Puts the archive there, unless it lies there already: that costs one request. What was interrupted is continued by
  // the next call with the same bytes. Deployment{id = "oss://bucket/key", url, digest, version, unchanged}.
  //
  // Throws Error{usage} for options and names that OSS would refuse, before any request; ServiceError for what it
  // refuses; Error{conflict} when other bytes lie under the name that these would have; Error{verification} when OSS
  // has kept other bytes than were sent; Error{network}, Error{cancelled}. What OSS refuses leaves nothing behind; what
  // a network, a stop or a kill has interrupted leaves its parts, which the error tells.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;

  // The same with a session that is there already, and all that is known of the object.
  DAYPACK_DECL StoredObject put(const Archive& archive, std::shared_ptr<Session> session, const Context& context) const;
  // Deletes an object, or the one version that was put. There being none is no error.
  DAYPACK_DECL void remove(const StoredObject& object, std::shared_ptr<Session> session, const Context& context) const;
};

}  // namespace daypack::aliyun

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/oss.ipp>
#endif
