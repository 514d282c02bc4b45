// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/gcp.hpp>
#include <daypack/deployment.hpp>
#include <daypack/stages/upload.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace daypack::gcp {

// An object, as one upload has left it.
struct StoredObject {
  std::string bucket = {};
  std::string key = {};
  std::string version = {};  // its generation
  std::string etag = {};
  std::string url = {};    // without a signature
  bool unchanged = false;  // these very bytes lay there already
};

// An object in a bucket of Google Cloud Storage: Upload{gcp::Storage{.bucket = "packages"}}. For
// `gcloud run deploy --no-build`, and for Cloud Functions that take their source from a bucket.
//
// Sizes are in bytes. Cloud Storage JSON API v1, "Resumable uploads", "Objects: insert"; google-cloud-storage 3.17.1;
// read on 2026-11-20.
struct Storage {
  using backend = AnyBackend;

  std::string bucket = {};
  std::string key = {};     // empty: the prefix, the archive's SHA-256 in hex, ".zip"; such a key is never overwritten
  std::string prefix = {};  // "packages/"; stands before a key that is given, too
  Access access = {};

  std::uint64_t single_up_to = std::uint64_t{8} << 20;  // larger ones go by an upload that can be continued
  std::string storage_class = {};                       // "NEARLINE"; empty: as the bucket is set
  std::string content_type = "application/zip";
  std::map<std::string, std::string> metadata = {};

  // Puts the archive there, unless it lies there already: that costs one request. What a network has interrupted is
  // continued, as long as this runs. Deployment{id = "gs://bucket/key", url, digest, version, unchanged}.
  //
  // Throws Error{usage} for names that Cloud Storage would refuse, before any request; ServiceError for what it
  // refuses; Error{conflict} when other bytes lie under the name that these would have; Error{verification} when other
  // bytes were kept than were sent; Error{network}, Error{cancelled}.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;

  // The same with a session that is there already, and all that is known of the object.
  DAYPACK_DECL StoredObject put(const Archive& archive, std::shared_ptr<Session> session, const Context& context) const;
  // Deletes an object, in the generation that was put. There being none is no error.
  DAYPACK_DECL void remove(const StoredObject& object, std::shared_ptr<Session> session, const Context& context) const;
};

}  // namespace daypack::gcp

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/gcp_storage.ipp>
#endif
