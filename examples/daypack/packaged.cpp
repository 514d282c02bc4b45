// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "packaged.hpp"

namespace cli {

Packaged::Packaged(const std::string& path, const daypack::zip::ReadOptions& options, Console& console)
    : file(daypack::read_archive_file(path)),
      reader(daypack::zip::Reader::of(file.bytes, path, options)),
      sha256(file.sha256.hex()) {
  if (file.has_manifest()) manifest = &file.manifest();
  if (file.beside && !manifest)
    console.say("warning: " + daypack::manifest_path(path) + " is of another zip and is left aside");
}

}  // namespace cli
