// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/io_point.hpp>
#include <daypack/walk/walk.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

// What a walk asks of the system. All functions give an errno, 0 for success.
namespace daypack::detail {

struct FolderId {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const FolderId&, const FolderId&) = default;
};

// A name in a folder, with its kind where the file system tells it along (few old ones do not).
struct Named {
  std::string name;
  std::optional<FileKind> kind;
};

// The part of a file's facts that a Found has.
struct FileFacts {
  FileKind kind = FileKind::file;
  std::uint64_t size = 0;
  bool executable = false;
};

inline FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::file;
  if (S_ISDIR(mode)) return FileKind::folder;
  return S_ISLNK(mode) ? FileKind::symlink : FileKind::special;
}

inline FileFacts facts_of(mode_t mode, std::uint64_t size) {
  const FileKind kind = kind_of(mode);
  const bool file = kind == FileKind::file;
  return {.kind = kind, .size = file ? size : 0, .executable = file && (mode & 0111) != 0};
}

inline void add_name(std::vector<Named>& names, const char* name, unsigned char type) {
  if (std::string_view(name) == "." || std::string_view(name) == "..") return;
  std::optional<FileKind> kind = FileKind::special;
  if (type == DT_UNKNOWN) kind.reset();
  if (type == DT_REG) kind = FileKind::file;
  if (type == DT_DIR) kind = FileKind::folder;
  if (type == DT_LNK) kind = FileKind::symlink;
  names.push_back({name, kind});
}

inline int facts_by_stat(int folder, const char* name, bool follow, FileFacts& facts) {
  if (const int error = io_point()) return error;
  struct stat found{};
  if (::fstatat(folder, name, &found, follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0) return errno;
  facts = facts_of(found.st_mode, static_cast<std::uint64_t>(found.st_size));
  return 0;
}

inline int names_by_readdir(int folder, std::vector<Named>& names) {
  if (const int error = io_point()) return error;
  const int copy = ::fcntl(folder, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return errno;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy), ::closedir);
  if (!stream) {
    const int error = errno;
    ::close(copy);
    return error;
  }
  for (errno = 0; const dirent* item = ::readdir(stream.get()); errno = 0) add_name(names, item->d_name, item->d_type);
  return errno;
}

#if defined(__linux__) && defined(SYS_getdents64) && defined(STATX_MODE)

// statx asks for no more than is needed, which spares network file systems a round trip.
inline int facts_at(int folder, const char* name, bool follow, FileFacts& facts) {
  if (const int error = io_point()) return error;
  struct statx found{};
  const int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | (follow ? 0 : AT_SYMLINK_NOFOLLOW);
  if (::statx(folder, name, flags, STATX_TYPE | STATX_MODE | STATX_SIZE, &found) != 0) return errno;
  facts = facts_of(found.stx_mode, found.stx_size);
  return 0;
}

// The layout that getdents64(2) gives: inode 8 bytes, offset 8, length of the record 2, type 1, name with its NUL.
inline int names_at(int folder, std::vector<Named>& names) {
  constexpr std::size_t length_at = 16, type_at = 18, name_at = 19;
  thread_local std::unique_ptr<char[]> buffer;
  constexpr std::size_t capacity = std::size_t{1} << 16;
  if (!buffer) buffer = std::make_unique<char[]>(capacity);
  for (;;) {
    if (const int error = io_point()) return error;
    const long got = ::syscall(SYS_getdents64, folder, buffer.get(), capacity);
    if (got <= 0) return got < 0 ? errno : 0;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      const char* record = buffer.get() + at;
      unsigned short length = 0;
      std::memcpy(&length, record + length_at, sizeof length);
      add_name(names, record + name_at, static_cast<unsigned char>(record[type_at]));
      at += length;
    }
  }
}

#else

inline int facts_at(int folder, const char* name, bool follow, FileFacts& facts) {
  return facts_by_stat(folder, name, follow, facts);
}
inline int names_at(int folder, std::vector<Named>& names) { return names_by_readdir(folder, names); }

#endif

// A file or folder by its path below an open folder; no descriptor of a folder in between stays open. Never waits for a
// pipe's other end.
inline int open_at(int folder, const char* path, int flags, int& descriptor) {
  if (const int error = io_point()) return error;
  descriptor = ::openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
  return descriptor < 0 ? errno : 0;
}

inline int id_of(int folder, FolderId& id) {
  if (const int error = io_point()) return error;
  struct stat facts{};
  if (::fstat(folder, &facts) != 0) return errno;
  id = {facts.st_dev, facts.st_ino};
  return 0;
}

}  // namespace daypack::detail
