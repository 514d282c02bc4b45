// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/config.hpp>
#include <daypack/manifest_file.hpp>

#include <optional>
#include <string>

// Reading a saved zip back. Apart from archive.hpp, because its bodies include Boost.JSON: not part of daypack.hpp.
namespace daypack {

// A zip as it lies on a disk, and the manifest beside it.
struct ArchiveFile {
  std::string path = {};
  Blob bytes = {};  // mapped
  Sha256 sha256 = {};
  std::optional<SavedManifest> beside = {};  // none where no manifest lies beside it; may be that of another zip

  bool has_manifest() const { return beside && beside->sha256 == sha256.hex(); }
  // The manifest of this zip. Error{not_found} where none lies beside it; Error{hash_mismatch} when it is of another.
  DAYPACK_DECL const SavedManifest& manifest() const;
};

// The zip at a path, whatever is in it, and what is beside it. Error{not_found, unreadable}, Error{syntax} for a
// manifest that is none.
DAYPACK_DECL ArchiveFile read_archive_file(const std::string& path);

// The zip at a path and the manifest beside it, ready to be uploaded. A zip without one gets an empty manifest.
// Error{not_found, unreadable}; Error{damaged_zip} for what is no zip; Error{hash_mismatch} when the manifest is of
// another zip.
DAYPACK_DECL Archive read_archive(const std::string& path);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/archive_file.ipp>
#endif
