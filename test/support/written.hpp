// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/zip/writer.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <span>
#include <string>

// The zip of the entries, with what the writer says of it checked.
inline std::string written(std::span<const daypack::Entry> entries, const daypack::zip::WriteOptions& options = {},
                           std::size_t threads = 2) {
  using namespace daypack;
  Pool pool(threads);
  std::string bytes;
  const zip::Written result = zip::write(entries, pool, options, [&](ByteView piece) { bytes += as_text(piece); });
  BOOST_TEST(result.size == bytes.size());
  BOOST_TEST(result.compressed.size() == entries.size());
  return bytes;
}
