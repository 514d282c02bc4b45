// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/config.hpp>

#include <string>

// Reading a saved zip back. Apart from archive.hpp, because its bodies include Boost.JSON: not part of daypack.hpp.
namespace daypack {

// The zip at a path and the manifest beside it, ready to be uploaded. A zip without one gets an empty manifest.
// Error{not_found, unreadable}; Error{damaged_zip} for what is no zip; Error{hash_mismatch} when the manifest is of another zip.
DAYPACK_DECL Archive read_archive(const std::string& path);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/archive_file.ipp>
#endif
