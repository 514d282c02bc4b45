// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/codec.hpp>
#include <daypack/codec/default.hpp>
#include <daypack/config.hpp>
#include <daypack/entry.hpp>
#include <daypack/run/pool.hpp>
#include <daypack/sink.hpp>
#include <daypack/zip/known_streams.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace daypack::zip {

struct WriteOptions {
  Effort effort = Effort::balanced;
  codec::AnyCodec codec = codec::AnyCodec::of<codec::Default>();
  // The date of all entries in seconds since 1970, UTC, as in SOURCE_DATE_EPOCH; 1980-01-01 00:00:00 when absent. The
  // format knows 1980 to 2107, in steps of two seconds: others become the nearest.
  std::optional<std::int64_t> epoch = {};
  // Bytes of contents that may be in memory before they are written, unless one entry alone needs more. Of a file above
  // 8 MiB that is one part of 4 MiB, twice. When absent, 8 MiB for each thread and 16 more, from 32 to 80 MiB.
  std::optional<std::uint64_t> window = {};
  // Asked for contents before they are deflated, and told what deflate has made of them. Not for files above 8 MiB, nor
  // of streams above 32 MiB.
  KnownStreams* streams = nullptr;
  // When a stop is requested, writing ends as Error{cancelled}.
  std::stop_token stop = {};
  // Told after each entry, in order, how many of how many are written.
  std::function<void(std::size_t done, std::size_t total)> progress = {};
};

struct Written {
  std::uint64_t size = 0;                      // bytes of the zip
  std::vector<std::uint64_t> compressed = {};  // bytes of each entry's data in it
};

// A zip whose spliced and stored parts are still where they came from.
struct Rope {
  std::vector<Blob> segments = {};
  Written written = {};
};

// Writes a zip of the entries, which must be sorted by path. The bytes depend on the entries, the codec, the effort and
// the epoch, and on nothing else: not on the number of threads, the host, the time, the locale. Trusted members are
// copied verbatim (see zip/splice.hpp), the rest is deflated in the pool, or stored where deflate does not make it
// smaller; contents above 8 MiB in parts, which become one stream. Modes are 0644, 0755 and symbolic link; there are no
// folders, no data descriptors, no comments, no extra fields; zip64 only where a number does not fit otherwise. Throws,
// before the first byte, Error{unsafe_path} and Error{usage} for paths that may not stand there or are not in order,
// and Error{damaged_zip} for trusted members that cannot have the size they claim; then Error{unreadable} and
// Error{damaged_zip}, collected, for contents that cannot be read: what the sink has got by then is no zip.
DAYPACK_DECL Written write(std::span<const Entry> entries, Pool& pool, const WriteOptions& options, const Sink& sink);

// The same, to a file that appears whole or not at all: a failure or a kill leaves the old one, or none.
// Error{unwritable} when the disk is full. `seen` gets all bytes in order, for digests.
DAYPACK_DECL Written save(const std::string& path, std::span<const Entry> entries, Pool& pool,
                          const WriteOptions& options, const Sink& seen = {});

// The same, as a rope. What the zip owns beyond 64 MiB lies in an unlinked temporary file (in $TMPDIR, else /var/tmp,
// else /tmp). `seen` gets all bytes in order while they are made, for digests.
DAYPACK_DECL Rope write_rope(std::span<const Entry> entries, Pool& pool, const WriteOptions& options,
                             const Sink& seen = {});

// Bytes that stand before an entry's data in these zips, when the data takes `compressed` bytes.
DAYPACK_DECL std::uint64_t header_size(const Entry& entry, std::uint64_t compressed);

// The size of that zip, when it is known without deflating: all is spliced or stored (codec::Stored, empty files,
// links). Throws what write() throws before the first byte.
DAYPACK_DECL std::optional<std::uint64_t> predicted_size(std::span<const Entry> entries, const WriteOptions& options);

}  // namespace daypack::zip

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/zip/writer.ipp>
#endif
