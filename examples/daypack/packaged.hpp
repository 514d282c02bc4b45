// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "console.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/context.hpp>
#include <daypack/finding.hpp>
#include <daypack/policy.hpp>
#include <daypack/zip/reader.hpp>

#include <optional>
#include <string>
#include <vector>

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

// What the manifest's target is here; nothing for one that this program does not know, such as a backend of somebody's
// own.
std::optional<daypack::TargetFacts> target_of(const daypack::Manifest& manifest);

// What checks find in the finished package, which has a manifest. Imports are judged by build alone: here the sources
// may be gone.
std::vector<daypack::Finding> findings_of(const Packaged& package, const daypack::TargetFacts& target,
                                          const daypack::Context& context);

}  // namespace cli
