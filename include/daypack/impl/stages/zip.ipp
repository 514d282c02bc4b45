// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/spill.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/stages/known_digests.ipp>
#include <daypack/impl/stages/stream_cache.ipp>
#include <daypack/sign/crc64.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/stages/zip.hpp>
#include <daypack/zip/writer.hpp>

#include <future>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>

namespace daypack::detail {

inline Manifest manifest_of(const Tree& tree, const Context& context, const zip::Written& written) {
  Manifest manifest;
  if (context.has_target()) {
    const TargetFacts& target = context.target();
    manifest.backend = target.backend->name;
    if (target.runtime)
      manifest.python =
          std::to_string(target.runtime->python.major) + '.' + std::to_string(target.runtime->python.minor);
    manifest.arch = to_string(target.arch);
  }
  manifest.items.reserve(tree.size());
  auto compressed = written.compressed.begin();
  for (const Entry& entry : tree) {
    const std::uint64_t size = size_of(entry.content);
    manifest.unzipped += size;
    if (entry.path.ends_with(".pyc")) ++manifest.bytecode.files;
    manifest.items.push_back({.path = entry.path,
                              .mode = entry.mode,
                              .size = size,
                              .compressed = *compressed++,
                              .distribution = entry.origin ? entry.origin->name : ""});
  }
  for (const auto& distribution : tree.distributions()) manifest.distributions.push_back(*distribution);
  manifest.ledger = tree.ledger();
  return manifest;
}

inline Digests computed_digests(const std::vector<Blob>& segments, bool crc64, const std::stop_token& stop) {
  Sha256Hasher hasher;
  Crc64 crc;
  ReleasingReader reader;
  for (const Blob& segment : segments) {
    if (stop.stop_requested()) throw Error(Errc::cancelled, "stopped on request");
    reader.pass(segment, [&](ByteView bytes) {
      hasher.update(bytes);
      if (crc64) crc.update(bytes);
    });
    release_pages(segment);
  }
  return Digests{hasher.finish(), crc64 ? std::optional(crc.value()) : std::nullopt};
}

// Known already, or computed beside what comes next, which is mostly the writing of the same bytes.
inline std::shared_future<Digests> digests_of(const zip::Rope& rope, const std::optional<CacheKey>& key, bool crc64,
                                              const Context& context) {
  const auto kept = key ? context.cache().get(*key) : std::nullopt;
  if (const auto known = kept ? read_digests(kept->bytes, crc64) : std::nullopt) {
    std::promise<Digests> promise;
    promise.set_value(*known);
    return promise.get_future().share();
  }
  // The archive may live longer than what its pipeline worked with: that is let go when the digests are there.
  auto compute = [segments = rope.segments, key, crc64, with = std::optional(context)]() mutable {
    const Digests digests = computed_digests(segments, crc64, with->stop());
    if (key) with->cache().put(*key, as_bytes(kept_digests(digests)));
    with.reset();
    return digests;
  };
  try {
    return std::async(std::launch::async, compute).share();
  } catch (const std::system_error&) {  // no more threads: when it is asked for
    return std::async(std::launch::deferred, compute).share();
  }
}

DAYPACK_DECL Archive seal(const Tree& tree, Context& context, const codec::AnyCodec& codec,
                          const SealOptions& seal_options) {
  std::optional<StreamCache> streams;
  if (context.has_cache()) streams.emplace(tree.entries(), codec, seal_options.effort, context);
  const zip::WriteOptions options{
      .effort = seal_options.effort,
      .codec = codec,
      .epoch = seal_options.epoch,
      .streams = streams ? &*streams : nullptr,
      .stop = context.stop(),
      .progress = [&](std::size_t done, std::size_t total) { context.advance(done, total, "files"); }};
  zip::Rope rope = zip::write_rope(tree.entries(), context.pool(), options);
  if (streams) streams->keep();
  Manifest manifest = manifest_of(tree, context, rope.written);
  manifest.codec = codec.id();
  manifest.level = seal_options.effort.level();
  const std::string recipe = deflate_words(codec, seal_options.effort) + (seal_options.crc64 ? " crc64" : "");
  const auto key = context.has_cache() ? digests_key(tree.entries(), rope, recipe) : std::nullopt;
  auto digests = digests_of(rope, key, seal_options.crc64, context);
  return Archive::of(std::move(rope.segments), std::move(manifest), std::move(digests));
}

}  // namespace daypack::detail
