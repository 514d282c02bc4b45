// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/manifest.hpp>

#include <cstdint>
#include <string>
#include <string_view>

// Reading manifests. Apart from manifest.hpp, because its bodies include Boost.JSON: not part of daypack.hpp.
namespace daypack {

// A manifest, and the zip that it belongs to.
struct SavedManifest : Manifest {
  std::string sha256 = {};  // of the zip, hex
  std::uint64_t size = 0;   // of the zip, bytes
};

// Reads NAME.daypack.json. Error{not_found, unreadable}; Error{syntax} for what is no JSON, misses a key, has one of
// another type, or is of a newer format.
DAYPACK_DECL SavedManifest read_manifest(const std::string& path);

// The same from text; `source` names it in errors.
DAYPACK_DECL SavedManifest parse_manifest(std::string_view text, const std::string& source);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/manifest_file.ipp>
#endif
