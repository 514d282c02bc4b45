// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/io_point.hpp>
#include <daypack/error.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace daypack::detail {

[[noreturn]] inline void throw_io(Errc code, std::string message, const std::string& path, int error) {
  std::string hint;
  if (error == ENOSPC || error == EDQUOT) hint = "free some space, or choose another folder";
  if (error == ENOENT) hint = "check the path";
  if (error == EACCES || error == EPERM || error == EROFS) hint = "check the permissions, or choose another folder";
  const Errc kind = error == ENOENT && code == Errc::unreadable ? Errc::not_found : code;
  throw Error(kind, std::move(message), path + " (" + std::strerror(error) + ")", std::move(hint));
}

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const noexcept { return fd_; }
  // For who must know whether closing failed.
  int close() noexcept { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

inline Descriptor open_to_read(const std::string& path, std::uint64_t& size) {
  int error = io_point();
  Descriptor file(error ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!error && file.get() < 0) error = errno;
  struct stat facts{};
  if (!error && ::fstat(file.get(), &facts) != 0) error = errno;
  if (!error && S_ISDIR(facts.st_mode)) error = EISDIR;
  if (error) throw_io(Errc::unreadable, "cannot read a file", path, error);
  size = static_cast<std::uint64_t>(facts.st_size);
  return file;
}

// Until the buffer is full or the file ends; the number of bytes read.
inline std::size_t read_fully(int fd, char* to, std::size_t size, std::uint64_t offset, const std::string& path) {
  std::size_t done = 0;
  while (done < size) {
    const int error = io_point();
    const ssize_t got = error ? -1 : ::pread(fd, to + done, size - done, static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got < 0) {
      const int why = error ? error : errno;
      if (why == EINTR) continue;
      throw_io(Errc::unreadable, "cannot read a file", path, why);
    }
    done += static_cast<std::size_t>(got);
  }
  return done;
}

inline void make_parents(const std::string& path) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    int error = io_point();
    if (!error && ::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
      error = errno;
      struct stat facts{};
      if (::stat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode))
        error = 0;  // e.g. a read-only parent that exists
    }
    if (error) throw_io(Errc::unwritable, "cannot make a folder", folder, error);
  }
}

// Up to this size, reading takes less time than to map and unmap, which disturbs all threads.
inline constexpr std::uint64_t worth_mapping = 16 << 10;

// What frees a mapped file; its type tells such blobs from all others.
struct UnmapFile {
  std::size_t size = 0;
  void operator()(const void* at) const { ::munmap(const_cast<void*>(at), size); }
};

// For pages that are a file's, in which nobody has written: nothing is lost.
inline void drop_pages(ByteView bytes) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(bytes.data()) + page - 1) / page * page,
             end = (reinterpret_cast<std::uintptr_t>(bytes.data()) + bytes.size()) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

DAYPACK_DECL Blob map_file(const std::string& path) {
  std::uint64_t size = 0;
  const Descriptor file = open_to_read(path, size);
  if (size <= worth_mapping) {
    std::string text(size, '\0');
    text.resize(read_fully(file.get(), text.data(), size, 0, path));
    return blob_of(std::move(text));
  }
  int error = io_point();
  void* at = error ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (!error && at == MAP_FAILED) error = errno;
  if (error) throw_io(Errc::unreadable, "cannot map a file", path, error);
  std::shared_ptr<const void> owner(at, UnmapFile{size});
  return {ByteView(static_cast<const std::byte*>(at), size), std::move(owner)};
}

DAYPACK_DECL void release_mapped(const Blob& blob) {
  static constexpr std::size_t worth_it = std::size_t{512} << 10;  // the call disturbs all threads
  if (blob.size() >= worth_it && std::get_deleter<UnmapFile>(blob.owner)) drop_pages(blob.bytes);
}

DAYPACK_DECL void ReleasingReader::release_behind(const Blob& blob) {
  if (!std::get_deleter<UnmapFile>(blob.owner)) return;
  if (blob.owner == run_.owner) {
    const std::byte* begin = std::min(run_.bytes.data(), blob.bytes.data());
    const std::byte* end = std::max(run_.bytes.data() + run_.size(), blob.bytes.data() + blob.size());
    run_.bytes = ByteView(begin, end);
  } else {
    release_mapped(std::exchange(run_, blob));
  }
  if (run_.size() >= long_run) release_mapped(std::exchange(run_, {}));
}

DAYPACK_DECL std::string read_file(const std::string& path) {
  std::uint64_t size = 0;
  const Descriptor file = open_to_read(path, size);
  std::string text(size, '\0');
  text.resize(read_fully(file.get(), text.data(), text.size(), 0, path));
  char more[4096];  // pipes and growing files
  while (const std::size_t got = size == 0 ? read_fully(file.get(), more, sizeof more, text.size(), path) : 0)
    text.append(more, got);
  return text;
}

DAYPACK_DECL std::string read_range(const std::string& path, std::uint64_t offset, std::uint64_t size) {
  std::uint64_t whole = 0;
  const Descriptor file = open_to_read(path, whole);
  const auto changed = [&](std::uint64_t got) {
    throw Error(Errc::unreadable, "a file changed while it was packed",
                path + " (got " + std::to_string(got) + " bytes, expected " + std::to_string(offset + size) + ")",
                "run again");
  };
  if (whole < offset || whole - offset < size) changed(whole);
  std::string text(size, '\0');
  const std::size_t got = read_fully(file.get(), text.data(), text.size(), offset, path);
  if (got != size) changed(offset + got);
  return text;
}

DAYPACK_DECL AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  static std::atomic<unsigned> counter{0};
  make_parents(path_);
  const std::size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path_.substr(0, slash + 1);
  for (int attempt = 0; attempt < 100 && descriptor_ < 0; ++attempt) {
    temporary_ = folder + ".daypack-" + std::to_string(::getpid()) + '-' + std::to_string(counter++) + ".part";
    const int error = io_point();
    descriptor_ = error ? -1 : ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && (error || errno != EEXIST))
      throw_io(Errc::unwritable, "cannot write a file", path_, error ? error : errno);
  }
  if (descriptor_ < 0) throw_io(Errc::unwritable, "cannot write a file", path_, EEXIST);
}

DAYPACK_DECL AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

DAYPACK_DECL void AtomicFile::reserve([[maybe_unused]] std::uint64_t size) {
#ifdef __linux__
  if (size == 0) return;
  int error = io_point();
  if (!error && ::fallocate(descriptor_, 0, 0, static_cast<off_t>(size)) != 0) error = errno;
  if (!error) reserved_ = size;
  // Where the file system, or a sandbox, knows no such thing, it is done without.
  const bool unknown = error == EOPNOTSUPP || error == ENOSYS || error == EINVAL || error == EPERM || error == EINTR;
  if (error && !unknown) throw_io(Errc::unwritable, "cannot write a file", path_, error);
#endif
}

DAYPACK_DECL void AtomicFile::write(ByteView bytes) {
  while (!bytes.empty()) {
    const int error = io_point();
    const ssize_t put = error ? -1 : ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0) {
      const int why = error ? error : errno;
      if (why == EINTR) continue;
      throw_io(Errc::unwritable, "cannot write a file", path_, why);
    }
    written_ += static_cast<std::uint64_t>(put);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
}

DAYPACK_DECL void AtomicFile::commit(bool durable) {
  int error = io_point();
  if (!error && written_ < reserved_ && ::ftruncate(descriptor_, static_cast<off_t>(written_)) != 0) error = errno;
  if (!error && durable && ::fsync(descriptor_) != 0) error = errno;
  if (!error && ::close(std::exchange(descriptor_, -1)) != 0) error = errno;
  if (!error) error = io_point();
  if (!error && ::rename(temporary_.c_str(), path_.c_str()) != 0) error = errno;
  if (error) throw_io(Errc::unwritable, "cannot write a file", path_, error);
  temporary_.clear();
}

DAYPACK_DECL void write_file(const std::string& path, std::string_view text) {
  AtomicFile file(path);
  file.write(as_bytes(text));
  file.commit();
}

}  // namespace daypack::detail
