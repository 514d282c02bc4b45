// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/run/pool.hpp>
#include <daypack/zip/reader.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// One row of RECORD: a file of the wheel with what its content must hash to.
struct RecordRow {
  std::string path = {};
  std::string algorithm = {};  // "sha256"; empty where the row has no hash
  std::string digest = {};     // the raw bytes
  std::optional<std::uint64_t> size = {};
};

// Reads RECORD: CSV of path, algorithm=urlsafe-base64, size (the wheel format page, read 2026-11). What real tools
// write is understood: "./x", "/x", "\" for "/", padded base64. Throws Error{damaged_wheel} with the wheel's file name
// and the line.
DAYPACK_DECL std::vector<RecordRow> parse_record(std::string_view text, const std::string& wheel);

// Checks that RECORD and the wheel name the same files, and the size and hash of every content. Signatures (RECORD.jws,
// .p7s) and RECORD itself are not listed with a hash. Inflates every member, on the pool. Throws Error{damaged_wheel}
// with everything that differs, sorted; Error{damaged_zip} for a stream that does not inflate.
DAYPACK_DECL void check_record(const zip::Reader& archive, std::string_view dist_info, const std::string& wheel,
                               Pool& pool);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/record.ipp>
#endif
