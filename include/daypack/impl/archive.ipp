// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/gathered.hpp>
#include <daypack/detail/spill.hpp>

#include <utility>

namespace daypack {

namespace detail {

DAYPACK_DECL void write_archive(const Archive& archive, AtomicFile& file) {
  file.reserve(archive.size());
  Gathered gathered([&](ByteView bytes) { file.write(bytes); });
  archive.pour([&](ByteView bytes) { gathered.take(bytes); });
  gathered.flush();
}

}  // namespace detail

DAYPACK_DECL Archive::Archive(std::vector<Blob> segments, Sha256 sha256, Manifest manifest) {
  std::promise<Digests> known;
  known.set_value({sha256});
  *this = of(std::move(segments), std::move(manifest), known.get_future().share());
}

DAYPACK_DECL Archive Archive::of(std::vector<Blob> segments, Manifest manifest, std::shared_future<Digests> digests) {
  Archive archive;
  for (const Blob& segment : segments) archive.size_ += segment.size();
  archive.data_ = std::make_shared<const Data>(Data{std::move(segments), std::move(manifest), std::move(digests)});
  return archive;
}

DAYPACK_DECL Archive Archive::with_manifest(Manifest manifest) const {
  Archive archive;
  archive.size_ = size_;
  const auto digests = data_ ? data_->digests : std::shared_future<Digests>();
  archive.data_ = std::make_shared<const Data>(Data{segments(), std::move(manifest), digests});
  return archive;
}

DAYPACK_DECL void Archive::pour(const Sink& sink) const {
  detail::ReleasingReader reader;
  for (const Blob& segment : segments()) {
    reader.pass(segment, sink);
    detail::release_pages(segment);
  }
}

DAYPACK_DECL void Archive::save(const std::string& path) const {
  detail::AtomicFile file(path);
  detail::write_archive(*this, file);
  file.commit(false);
}

}  // namespace daypack
