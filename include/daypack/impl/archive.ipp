// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/spill.hpp>

namespace daypack {

DAYPACK_DECL void Archive::pour(const Sink& sink) const {
  for (const Blob& segment : segments()) {
    sink(segment.bytes);
    detail::release_pages(segment);
  }
}

DAYPACK_DECL void Archive::save(const std::string& path) const {
  constexpr std::size_t gather = std::size_t{1}
                                 << 20;  // a rope has thousands of small segments: they are written together
  detail::AtomicFile file(path);
  std::vector<std::byte> small;
  small.reserve(gather);
  const auto flush = [&] {
    file.write(small);
    small.clear();
  };
  pour([&](ByteView bytes) {
    if (small.size() + bytes.size() > gather) flush();
    if (bytes.size() > gather / 8) {
      flush();
      file.write(bytes);
    } else {
      small.insert(small.end(), bytes.begin(), bytes.end());
    }
  });
  flush();
  file.commit();
}

}  // namespace daypack
