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
#include <cstdlib>
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
  std::string_view name;  // a NUL stands behind it
  std::optional<FileKind> kind;
};

struct Names {
  std::vector<Named> all = {};
  std::vector<std::unique_ptr<char[]>> texts = {};  // where the names stand

  const char* keep(const char* text, std::size_t size) {
    texts.push_back(std::make_unique_for_overwrite<char[]>(size));
    return static_cast<const char*>(std::memcpy(texts.back().get(), text, size));
  }

  // The name has been kept.
  void add(std::string_view name, unsigned char type) {
    if (name == "." || name == "..") return;
    std::optional<FileKind> kind = FileKind::special;
    if (type == DT_UNKNOWN) kind.reset();
    if (type == DT_REG) kind = FileKind::file;
    if (type == DT_DIR) kind = FileKind::folder;
    if (type == DT_LNK) kind = FileKind::symlink;
    all.push_back({name, kind});
  }
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

inline int facts_by_stat(int folder, const char* name, bool follow, FileFacts& facts) {
  if (const int error = io_point()) return error;
  struct stat found{};
  if (::fstatat(folder, name, &found, follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0) return errno;
  facts = facts_of(found.st_mode, static_cast<std::uint64_t>(found.st_size));
  return 0;
}

inline int open_stream(int folder, DIR*& stream) {
  if (const int error = io_point()) return error;
  const int copy = ::fcntl(folder, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return errno;
  int error = io_point();
  if (!error && !(stream = ::fdopendir(copy))) error = errno;
  if (error) ::close(copy);
  return error;
}

// The next names in a folder; none at its end.
inline int names_by_readdir(int folder, Names& names) {
  DIR* opened = nullptr;
  if (const int error = open_stream(folder, opened)) return error;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opened, ::closedir);
  for (;;) {
    if (const int error = io_point()) return error;
    errno = 0;  // the end of a folder leaves it as it is
    const dirent* item = ::readdir(stream.get());
    if (!item) return errno;
    names.add(names.keep(item->d_name, std::strlen(item->d_name) + 1), item->d_type);
  }
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
inline void add_records(const char* records, std::size_t size, Names& names) {
  constexpr std::size_t length_at = 16, type_at = 18, name_at = 19;
  records = names.keep(records, size);
  for (std::size_t at = 0; at < size;) {
    const char* record = records + at;
    unsigned short length = 0;
    std::memcpy(&length, record + length_at, sizeof length);
    names.add(record + name_at, static_cast<unsigned char>(record[type_at]));
    at += length;
  }
}

inline int names_at(int folder, Names& names) {
  constexpr std::size_t capacity = std::size_t{1} << 16;
  thread_local const auto buffer = std::make_unique<char[]>(capacity);
  for (long got = 1; got > 0 && names.all.empty();) {  // the first may be "." and ".." only
    if (const int error = io_point()) return error;
    got = ::syscall(SYS_getdents64, folder, buffer.get(), capacity);
    if (got < 0) return errno;
    if (got > 0) add_records(buffer.get(), static_cast<std::size_t>(got), names);
  }
  return 0;
}

#else

inline int facts_at(int folder, const char* name, bool follow, FileFacts& facts) {
  return facts_by_stat(folder, name, follow, facts);
}
inline int names_at(int folder, Names& names) { return names_by_readdir(folder, names); }

#endif

// Never waits for a pipe's other end.
inline int open_at(int folder, const char* path, int flags, int& descriptor) {
  if (const int error = io_point()) return error;
  descriptor = ::openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
  return descriptor < 0 ? errno : 0;
}

inline int stat_of(int descriptor, struct stat& facts) {
  if (const int error = io_point()) return error;
  return ::fstat(descriptor, &facts) != 0 ? errno : 0;
}

inline int id_of(int folder, FolderId& id) {
  struct stat facts{};
  const int error = stat_of(folder, facts);
  if (!error) id = {facts.st_dev, facts.st_ino};
  return error;
}

// With every link resolved; nothing, and errno, where it leads to nothing or cannot be read.
inline std::optional<std::string> real_path(const std::string& path) {
  if (const int error = io_point()) return errno = error, std::nullopt;
  const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr), std::free);
  return resolved ? std::optional<std::string>(resolved.get()) : std::nullopt;
}

}  // namespace daypack::detail
