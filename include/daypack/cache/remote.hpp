// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/cache.hpp>
#include <daypack/config.hpp>
#include <daypack/event.hpp>
#include <daypack/net/http.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

namespace daypack {

struct RemoteCacheOptions {
  // http or https, with a path if the server wants one; user:password@ becomes basic authentication, else netrc is
  // asked. Empty: no remote cache.
  std::string url = {};
  bool read_only = false;
  HttpHeaders headers = {};  // of each request: Authorization, for instance
  // A server that says nothing for so long, or to which no connection comes about, has failed.
  std::chrono::milliseconds silence{1'000};
  // What look-ups may take beyond what they save: 5 ms for each hit, and a second for each 8 MB that came.
  std::chrono::milliseconds loss{2'000};
  // How long finish() waits for what is not put yet.
  std::chrono::milliseconds farewell{3'000};
  // What may wait to be put at once; more is not put. One value of any size may.
  std::size_t waiting_values = 4096;
  std::uint64_t waiting_bytes = std::uint64_t{1} << 30;
};

struct RemoteCacheUsage {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;    // wrong and unanswered ones too
  std::uint64_t received = 0;  // bytes of the hits
  std::uint64_t put = 0;
  std::uint64_t sent = 0;   // bytes of what was put
  std::uint64_t unput = 0;  // too much at once, too late, or refused
};

// A cache that many machines share, behind one of this machine: the HTTP protocol of Bazel's remote caches (GET, PUT
// and HEAD of ac/SHA256 and cas/SHA256: bazel.build/remote/caching, read 2026-11-22), as bazel-remote, nginx and others
// speak it. What `local` has not is looked for there, verified by its digest and kept in `local`; what is put goes
// there by threads of its own. An action is named by SHA-256 of the key; its result is an ActionResult
// (build/bazel/remote/execution/v2) of one file with that key for a path, which holds the value itself up to 64 KiB.
// Wheels lie in the content store alone, by the digest that is their key.
//
// Kinds that depend on this machine ("interpreters", "built") stay in `local`, and so does every kind that is not
// known.
//
// No server fails a build: whatever is wrong is a miss. After three failures in a row, a refused login, or when it
// costs more time than it saves, the server is left alone, and the observer told once. Whoever may write to the server
// decides what builds take from it: of a wheel the digest is known, of other values only that they are as they were
// put.
class RemoteCache : public Cache {
 public:
  // Error{usage} for a URL that is none. A stop ends what is under way with the server; nothing more goes there.
  DAYPACK_DECL RemoteCache(std::shared_ptr<Cache> local, std::shared_ptr<Http> http, RemoteCacheOptions options,
                           Observer observer = {}, std::stop_token stop = {});
  // As finish().
  DAYPACK_DECL ~RemoteCache() override;

  DAYPACK_DECL std::optional<Blob> get(const CacheKey& key) override;
  DAYPACK_DECL std::optional<Blob> get_unchecked(const CacheKey& key) override;
  // Brings what `local` has not, 16 at a time.
  DAYPACK_DECL void expect(std::span<const CacheKey> keys) override;
  DAYPACK_DECL std::unique_ptr<CacheWriter> writer(const CacheKey& key) override;
  DAYPACK_DECL std::unique_ptr<CachePart> part(const CacheKey& key) override;
  // Here alone, and it is not asked for again: the next value that is put takes its place there.
  DAYPACK_DECL void drop(const CacheKey& key) override;

  // Waits until all is put, as long as the options say, and notes what the server was good for. Nothing is put later.
  DAYPACK_DECL void finish();
  DAYPACK_DECL RemoteCacheUsage usage() const;
  // Without a login.
  DAYPACK_DECL std::string url() const;

 private:
  class Writer;
  class Part;
  struct Shared;
  DAYPACK_DECL std::optional<Blob> fetched(const CacheKey& key);
  DAYPACK_DECL void send(const CacheKey& key, const Blob& value);

  std::unique_ptr<Shared> shared_;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/cache/remote.ipp>
#endif
