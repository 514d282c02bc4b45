// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/zip/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// How the targets open an archive: the one place that knows.
inline constexpr daypack::zip::Limits fuzz_limits{
    .members = 1000, .member_size = std::uint64_t{1} << 20, .total_size = std::uint64_t{8} << 20};

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline daypack::zip::Problem open(daypack::zip::Reader& reader, std::string archive) {
  return reader.open(daypack::blob_of(std::move(archive)), fuzz_limits);
}

// Every content that the archive holds; nothing where one is not what it claims to be.
inline std::optional<std::vector<daypack::Blob>> contents_of(const daypack::zip::Reader& reader) {
  std::vector<daypack::Blob> contents;
  for (const daypack::zip::Member& member : reader.members()) {
    if (daypack::zip::Reader::inflate(member, contents.emplace_back()) != daypack::zip::Fault::none)
      return std::nullopt;
  }
  return contents;
}
