// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive_file.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/sign/sha256.hpp>

#include <unistd.h>

#include <utility>

namespace daypack {

DAYPACK_DECL const SavedManifest& ArchiveFile::manifest() const {
  const std::string at = manifest_path(path);
  if (!beside) {
    throw Error(Errc::not_found, "there is no manifest beside the zip", at,
                "build writes it; it has to be where the zip is");
  }
  if (!has_manifest()) {
    throw Error(Errc::hash_mismatch, "the manifest belongs to another zip",
                at + " (got " + beside->sha256 + ", expected " + sha256.hex() + ")",
                "build it again, or remove the manifest");
  }
  return *beside;
}

DAYPACK_DECL ArchiveFile read_archive_file(const std::string& path) {
  ArchiveFile file{.path = path, .bytes = detail::map_file(path)};
  Sha256Hasher hasher;
  detail::read_in_pieces(file.bytes, [&](ByteView bytes) { hasher.update(bytes); });
  file.sha256 = hasher.finish();
  const std::string at = manifest_path(path);
  if (::access(at.c_str(), F_OK) == 0) file.beside = read_manifest(at);
  return file;
}

DAYPACK_DECL Archive read_archive(const std::string& path) {
  ArchiveFile file = read_archive_file(path);
  if (!file.bytes.text().starts_with("PK"))
    throw Error(Errc::damaged_zip, "this is no zip", path, "name the zip that build wrote");
  SavedManifest manifest;
  if (file.beside) manifest = file.manifest();
  return Archive({std::move(file.bytes)}, file.sha256, std::move(manifest));
}

}  // namespace daypack
