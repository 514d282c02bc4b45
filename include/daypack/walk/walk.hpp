// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

class Pool;

// What stands at a path.
enum class FileKind : std::uint8_t { file, folder, symlink, special };  // special: a device, a pipe, a socket

// One thing that a walk found.
struct Found {
  std::string path = {};  // relative to the root, '/' between components
  std::uint64_t size = 0;
  bool executable = false;  // for anybody
  FileKind kind = FileKind::file;
};

// follow: a link is what it leads to, as long as that lies inside the root. report: a link is a Found of its own kind.
enum class Links { follow, report };

struct WalkOptions {
  Links links = Links::follow;
  // Asked for each path, with whether it is a folder; what it is true for is left out, a folder with all that lies in
  // it. With a pool it is called from several threads at once.
  std::function<bool(std::string_view path, bool folder)> skip = {};
  // Names of files with ignore rules (walk/ignore.hpp), such as ".gitignore": one in any folder leaves out what its
  // rules say, for that folder and below. Of two in one folder, the one named later here wins.
  std::vector<std::string> ignore_files = {};
  // Without them no file is looked at where the file system tells kinds along with names, as most do: `size` and
  // `executable` of what is found mean nothing then.
  bool attributes = true;
  Pool* pool = nullptr;  // whose threads walk; without one, the caller's alone. The result is the same
};

// All that lies below a folder, but for folders themselves: sorted by the bytes of the paths, whatever the file
// system's order. Error{not_found, unreadable} when the root is no folder that can be read; below it, failures are
// collected: Error{unreadable} for what cannot be read, Error{unsafe_path} for a link that leads out of the root, to
// nothing, or back to a folder that it lies in, and for a file of ignore rules that is a link.
DAYPACK_DECL std::vector<Found> walk(const std::string& root, const WalkOptions& options = {});

// The same, given one after the other with how many they are in all: in far less memory. All calls come from the
// caller's thread.
DAYPACK_DECL void walk(const std::string& root, const WalkOptions& options,
                       const std::function<void(Found found, std::size_t count)>& each);

// What stands at one path of the host, links followed. Its `path` is the argument. Error{not_found, unreadable}.
DAYPACK_DECL Found look_at(const std::string& path);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/walk/walk.ipp>
#endif
