// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/zip/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace daypack {
class Pool;
}

namespace daypack::zip {

struct ExtractOptions {
  std::function<bool(std::string_view name)> wanted = {};  // which members; all without it
  bool overwrite = false;                                  // replace files that are there
  Pool* pool = nullptr;                                    // whose threads inflate; without one, the caller's alone
  std::stop_token stop = {};
};

struct Extracted {
  std::size_t files = 0, links = 0;
  std::uint64_t bytes = 0;  // of the files
};

// Writes members below a folder, and never anywhere else: all is written by open descriptors, no name is followed
// through a link, whoever made it, and links are made last, only where their target lies inside. Files have mode 0644
// or 0755, less the umask, and the time of now. Members that are large pass through in pieces.
//
// All is written and checked under a temporary name (.daypack-PID-N.part) first: beside the folder when it is new,
// which then appears as a whole, by one rename, or not at all; inside of it when it is there, and then each file
// appears whole by a rename. The folder above it must be there. After a failure the temporary folder is gone; after a
// kill it is not, and nobody reads it.
//
// Error{damaged_zip} for contents, encryption and methods, all of them at once; Error{unsafe_path} for links that lead
// out, and for links of the folder where one of its folders is needed; Error{conflict} for what is there already;
// Error{unwritable, not_found} of the file system; Error{cancelled}. POSIX.1-2008.
DAYPACK_DECL Extracted extract(const Reader& reader, const std::string& folder, const ExtractOptions& options = {});

}  // namespace daypack::zip

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/zip/extract.ipp>
#endif
