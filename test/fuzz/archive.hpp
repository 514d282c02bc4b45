// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/zip/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// How the targets open an archive: the one place that knows.
inline constexpr daypack::zip::Limits fuzz_limits{
    .members = 1000, .member_size = std::uint64_t{1} << 20, .total_size = std::uint64_t{8} << 20};

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline daypack::zip::Problem open(daypack::zip::Reader& reader, daypack::Blob archive,
                                  daypack::zip::Profile profile = daypack::zip::Profile::strict) {
  return reader.open(std::move(archive), {.profile = profile, .limits = fuzz_limits});
}

inline daypack::zip::Problem open(daypack::zip::Reader& reader, std::string archive) {
  return open(reader, daypack::blob_of(std::move(archive)));
}

// A content that holds what looks like an end record, and says that its comment reaches the very end of the zip: the
// writer stores it as any other bytes, and the strict reader refuses the zip. By chance this does not happen.
inline bool ends_within(const daypack::zip::Problem& problem, std::string_view content) {
  return problem.fault == daypack::zip::Fault::several_end_records && content.find("PK\5\6") != std::string_view::npos;
}
