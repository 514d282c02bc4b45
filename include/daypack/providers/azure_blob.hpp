// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/azure.hpp>
#include <daypack/deployment.hpp>
#include <daypack/stages/upload.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace daypack::azure {

// A blob, as one upload has left it.
struct StoredBlob {
  std::string account = {};
  std::string container = {};
  std::string name = {};
  std::string version = {};  // empty where the account keeps no versions
  std::string etag = {};     // without quotes
  std::string url = {};      // without a signature
  bool unchanged = false;    // these very bytes lay there already
};

// A block blob in a container of Azure Storage: Upload{azure::Blob{.container = "packages"}}.
//
// Sizes are in bytes; the limits are those of the REST reference, "Put Blob", "Put Block", of version 2022-11-02, read
// on 2026-11-20.
struct Blob {
  using backend = AnyBackend;

  std::string container = {};
  std::string name = {};    // empty: the prefix, the archive's SHA-256 in hex, ".zip"; such a blob is never overwritten
  std::string prefix = {};  // "packages/"; stands before a name that is given, too
  Access access = {};

  std::uint64_t single_up_to = std::uint64_t{64} << 20;  // larger ones go in blocks; at most 5000 MiB
  std::uint64_t part_size = 0;  // of a block, at most 4000 MiB; 0: 8 MiB, or more where they would be more than 50,000
  int parallel = 0;             // blocks that are on their way at once; 0: 8

  std::string content_type = "application/zip";
  std::map<std::string, std::string> metadata = {};  // x-ms-meta-NAME; letters, digits and '_', 8 KB in total

  // Puts the archive there, unless it lies there already: that costs one request. What was interrupted is continued by
  // the next call with the same bytes. Deployment{id = "account/container/name", url, digest, version, unchanged}.
  //
  // Throws Error{usage} for options and names that Azure would refuse, before any request; ServiceError for what it
  // refuses; Error{conflict} when other bytes lie under the name that these would have; Error{verification} when it has
  // kept other bytes than were sent; Error{network}, Error{cancelled}. Blocks that nobody has made a blob of vanish
  // after a week.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;

  // The same with a session that is there already, and all that is known of the blob.
  DAYPACK_DECL StoredBlob put(const Archive& archive, std::shared_ptr<Session> session, const Context& context) const;
  // Deletes a blob, or the one version that was put. There being none is no error.
  DAYPACK_DECL void remove(const StoredBlob& blob, std::shared_ptr<Session> session, const Context& context) const;
};

// A URL by which anybody can read the blob until its end: signed by the account's key, or with the SAS that the session
// has itself, which may allow more. Error{usage} where there is neither.
DAYPACK_DECL std::string sas_url(const StoredBlob& blob, const Session& session,
                                 std::chrono::system_clock::time_point starts,
                                 std::chrono::system_clock::time_point expires);

// Makes a container in the session's account; whether it was not there. Error{usage} for a name that none can have,
// ServiceError, Error{network}.
DAYPACK_DECL bool make_container(const std::string& name, std::shared_ptr<Session> session, const Context& context);

}  // namespace daypack::azure

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/azure_blob.ipp>
#endif
