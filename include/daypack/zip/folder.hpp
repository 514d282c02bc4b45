// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/entry.hpp>
#include <daypack/walk/walk.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack::zip {

// What becomes of a symbolic link below a folder.
//   inside   it is what it leads to, as long as that lies in the folder; else an error
//   follow   it is what it leads to, wherever that lies
//   keep     it stays a link, as long as it leads into the folder; else an error, for nothing would be there once
//   unpacked refuse   an error
enum class Symlinks { inside, follow, keep, refuse };

struct FolderOptions {
  Symlinks symlinks = Symlinks::inside;
  // Asked for each path, relative to the folder, with whether it is a folder; what it is true for is left out. With a
  // pool it is called from several threads at once.
  std::function<bool(std::string_view path, bool folder)> skip = {};
  std::vector<std::string> ignore_files = {};  // see walk/ignore.hpp; a folder that a link leads to has its own only
  Pool* pool = nullptr;                        // whose threads walk
};

// All files below a folder of the host as entries, sorted by path. Their contents are read when the zip is written.
// Failures are collected: Error{not_found, unreadable} for what cannot be read and for pipes, sockets and devices;
// Error{unsafe_path} for links that may not be, that lead to nothing (but for keep) or back to a folder that they lie
// in.
DAYPACK_DECL std::vector<Entry> entries_of(const std::string& folder, const FolderOptions& options = {});

// One file of the host as an entry. Error{unreadable} for a pipe, socket or device.
DAYPACK_DECL Entry entry_of(const Found& found, HostPath file, std::string path);

}  // namespace daypack::zip

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/zip/folder.ipp>
#endif
