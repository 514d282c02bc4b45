// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive_file.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/manifest_file.hpp>
#include <daypack/sign/sha256.hpp>

#include <unistd.h>

namespace daypack {

DAYPACK_DECL Archive read_archive(const std::string& path) {
  Blob zip = detail::map_file(path);
  if (!zip.text().starts_with("PK")) {
    throw Error(Errc::damaged_zip, "this is no zip", path, "name the zip that build wrote");
  }
  const Sha256 digest = sha256_of(zip.bytes);
  SavedManifest manifest;
  const std::string beside = manifest_path(path);
  if (::access(beside.c_str(), F_OK) == 0) {
    manifest = read_manifest(beside);
    if (manifest.sha256 != digest.hex()) {
      throw Error(Errc::hash_mismatch, "the manifest belongs to another zip",
                  beside + " (got " + manifest.sha256 + ", expected " + digest.hex() + ")", "build it again, or remove the manifest");
    }
  }
  return Archive({std::move(zip)}, digest, std::move(manifest));
}

}  // namespace daypack
