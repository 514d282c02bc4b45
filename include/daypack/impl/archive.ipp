// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/gathered.hpp>
#include <daypack/detail/spill.hpp>

namespace daypack {

DAYPACK_DECL void Archive::pour(const Sink& sink) const {
  for (const Blob& segment : segments()) {
    sink(segment.bytes);
    detail::release_pages(segment);
  }
}

DAYPACK_DECL void Archive::save(const std::string& path) const {
  detail::AtomicFile file(path);
  detail::Gathered gathered([&](ByteView bytes) { file.write(bytes); });
  pour([&](ByteView bytes) { gathered.take(bytes); });
  gathered.flush();
  file.commit(false);
}

}  // namespace daypack
