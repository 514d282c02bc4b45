// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>

namespace daypack::detail {

// Removes a file, or a folder that may have been made read-only. What cannot be removed now is left for the next time.
inline void discard(const boost::filesystem::path& path) {
  namespace fs = boost::filesystem;
  boost::system::error_code ignored;
  if (fs::is_directory(fs::symlink_status(path, ignored))) {
    fs::permissions(path, fs::owner_all, ignored);
    for (fs::recursive_directory_iterator at(path, ignored), end; at != end; at.increment(ignored)) {
      if (ignored) break;
      if (fs::is_directory(at->symlink_status(ignored))) fs::permissions(at->path(), fs::owner_all, ignored);
    }
  }
  fs::remove_all(path, ignored);
}

}  // namespace daypack::detail
