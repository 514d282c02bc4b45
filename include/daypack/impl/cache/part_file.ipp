// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/detail/io_point.hpp>
#include <daypack/impl/detail/file.ipp>

#include <sys/file.h>
#include <optional>

namespace daypack::detail {

// The beginning of the file PATH, kept beside it as .daypack-of-NAME.part, with a note in .daypack-note-NAME.part; both
// have the form of the names that sweep_parts removes. Whoever works on it holds a lock (flock) on the former, which
// ends with its process. All but the destructor throw Error{unwritable} or Error{unreadable}.
class PartFile {
 public:
  explicit PartFile(std::string path) : path_(std::move(path)) {
    const std::size_t slash = path_.rfind('/') + 1;
    part_ = path_.substr(0, slash) + ".daypack-of-" + path_.substr(slash) + ".part";
    note_ = path_.substr(0, slash) + ".daypack-note-" + path_.substr(slash) + ".part";
  }
  ~PartFile() {
    if (file_ && size_ == 0) remove();
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  std::string folder() const { return path_.substr(0, path_.rfind('/')); }

  bool acquire() {
    make_parents(part_);
    for (;;) {
      int error = io_point();
      Descriptor file(error ? -1 : ::open(part_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
      if (!error && file.get() < 0) error = errno;
      if (!error && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) error = errno;
      if (error == EWOULDBLOCK) return false;
      struct stat opened{};
      if (!error && ::fstat(file.get(), &opened) != 0) error = errno;
      if (error) throw_io(Errc::unwritable, "cannot write a file", part_, error);
      // The holder before may have given it its final name, or removed it, after it was opened here.
      struct stat named{};
      if (::stat(part_.c_str(), &named) != 0 || named.st_ino != opened.st_ino || named.st_dev != opened.st_dev)
        continue;
      ::futimens(file.get(), nullptr);  // young again, so that nobody sweeps it
      size_ = static_cast<std::uint64_t>(opened.st_size);
      file_.emplace(std::move(file));
      return true;
    }
  }

  // Also of one that another holds.
  std::uint64_t size() const {
    struct stat facts{};
    if (file_) return size_;
    return ::stat(part_.c_str(), &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
  }

  Blob kept() const { return size_ == 0 ? Blob() : map_file(part_); }
  std::string text() const {
    std::string text(size_, '\0');
    text.resize(read_fully(file_->get(), text.data(), text.size(), 0, part_));
    return text;
  }

  std::string note() const {
    try {
      return size_ == 0 ? std::string() : read_file(note_);
    } catch (const Error& error) {
      if (error.code() != Errc::not_found) throw;
      return {};
    }
  }

  void restart(const std::string& note) {
    int error = io_point();
    if (!error && ::ftruncate(file_->get(), 0) != 0) error = errno;
    if (error) throw_io(Errc::unwritable, "cannot write a file", part_, error);
    size_ = 0;
    ::unlink(note_.c_str());
    if (note.empty()) return;
    AtomicFile file(note_);
    file.write(as_bytes(note));
    file.commit(false);
  }

  void write(ByteView bytes) {
    append(bytes);
    size_ += bytes.size();
  }

  // Gives it its name, `end(value)` behind it. Mapped before: afterwards another process could already have dropped the
  // name.
  template <class End>
  Blob commit(End end) {
    Blob value = kept();
    append(as_bytes(end(value)));
    int error = io_point();
    if (!error && ::rename(part_.c_str(), path_.c_str()) != 0) error = errno;
    if (error) throw_io(Errc::unwritable, "cannot write a file", path_, error);
    ::unlink(note_.c_str());
    file_.reset();
    return value;
  }

  // While it is still held, so that it is not another's.
  void remove() noexcept {
    ::unlink(note_.c_str());
    ::unlink(part_.c_str());
    file_.reset();
  }

 private:
  void append(ByteView bytes) {
    while (!bytes.empty()) {
      const int error = io_point();
      const ssize_t put = error ? -1 : ::write(file_->get(), bytes.data(), bytes.size());
      if (put < 0) {
        const int why = error ? error : errno;
        if (why == EINTR) continue;
        throw_io(Errc::unwritable, "cannot write a file", part_, why);
      }
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
  }

  std::string path_;
  std::string part_;
  std::string note_;
  std::uint64_t size_ = 0;
  std::optional<Descriptor> file_;
};

}  // namespace daypack::detail
