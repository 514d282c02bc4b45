// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/detail/io_point.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/file.ipp>
#include <daypack/zip/name.hpp>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

// What extraction asks of the system: everything by name below an open folder. The functions give an errno, 0 for
// success.
namespace daypack::zip::detail {

using daypack::detail::Descriptor;
using daypack::detail::io_point;

// 0, or why the call that gave `result` failed.
inline int errno_of(int result) { return result < 0 ? errno : 0; }

inline int make_folder(int at, const std::string& name) {
  if (const int error = io_point()) return error;
  return errno_of(::mkdirat(at, name.c_str(), 0755));
}

inline int make_link(int at, const std::string& name, const std::string& target) {
  if (const int error = io_point()) return error;
  return errno_of(::symlinkat(target.c_str(), at, name.c_str()));
}

// Replaces what is there, but for a folder, only when asked to.
inline int move_file(int from, const std::string& old_name, int to, const std::string& name, bool replace) {
  if (const int error = io_point()) return error;
#ifdef RENAME_NOREPLACE
  if (!replace) {
    if (::renameat2(from, old_name.c_str(), to, name.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;  // a file system that cannot do this
  }
#endif
  struct stat facts{};
  if (!replace && ::fstatat(to, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return errno_of(::renameat(from, old_name.c_str(), to, name.c_str()));
}

// A folder by its path below another; no component may be a link.
inline int open_below(int root, std::string_view path, std::optional<Descriptor>& folder) {
  if (const int error = io_point()) return error;
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  folder.emplace(::openat(root, ".", flags));
  for (std::size_t begin = 0; folder->get() >= 0 && begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string part(path.substr(begin, end - begin));
    const int next = ::openat(folder->get(), part.c_str(), flags);
    const int error = errno;
    folder.emplace(next);
    if (next < 0) return error;
    begin = end + 1;
  }
  return errno_of(folder->get());
}

inline std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}
inline std::string base_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

// Opens the folders in which paths lie; for paths in order, each once.
class Parents {
 public:
  explicit Parents(int root) : root_(root) {}

  int open(std::string_view path, int& parent) {
    const std::string_view wanted = parent_of(path);
    if (!folder_ || wanted != path_) {
      const int error = open_below(root_, wanted, folder_);
      path_ = wanted;
      if (error) {
        folder_.reset();
        return error;
      }
    }
    parent = folder_->get();
    return 0;
  }

 private:
  int root_;
  std::string_view path_ = {};
  std::optional<Descriptor> folder_ = {};
};

// A file that is new, written from begin to end.
class NewFile {
 public:
  int open(int at, const std::string& name, bool executable) {
    if (const int error = io_point()) return error;
    file_.emplace(
        ::openat(at, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, executable ? 0755 : 0644));
    return errno_of(file_->get());
  }
  int write(ByteView bytes) {
    while (!bytes.empty()) {
      const int fault = io_point();
      const ssize_t put = fault ? -1 : ::write(file_->get(), bytes.data(), bytes.size());
      const int error = fault ? fault : errno;
      if (put < 0 && error != EINTR) return error;
      bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(0, put)));
    }
    return 0;
  }
  // Some file systems tell only now that the disk is full.
  int close() {
    if (const int error = io_point()) return error;
    return errno_of(file_->close());
  }

 private:
  std::optional<Descriptor> file_ = {};
};

}  // namespace daypack::zip::detail
