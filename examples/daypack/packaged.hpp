// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "console.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/zip/reader.hpp>

#include <string>

namespace cli {

// A zip that is looked at, and its manifest where one lies beside it and is of this zip; of another zip it is warned
// of.
struct Packaged {
  Packaged(const std::string& path, const daypack::zip::ReadOptions& options, Console& console);
  Packaged(const Packaged&) = delete;
  Packaged& operator=(const Packaged&) = delete;

  daypack::ArchiveFile file;
  daypack::zip::Reader reader;
  std::string sha256;
  const daypack::SavedManifest* manifest = nullptr;
};

}  // namespace cli
