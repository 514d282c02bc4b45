// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/disk.hpp>
#include <daypack/detail/environment.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/io_point.hpp>
#include <daypack/detail/little_endian.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/cache/part_file.ipp>
#include <daypack/zip/inflate.hpp>

#include <unistd.h>
#include <atomic>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <ctime>
#include <map>
#include <mutex>

namespace daypack {

namespace detail {

// The end of each cache file, behind the value: CRC-32 and size of the value, little-endian, and a mark.
//
//   | value ... | crc32 (4) | size (8) | "daypack1" (8) |
//
// It stands at the end so that a value that is mapped begins at a page.
inline constexpr std::string_view cache_mark = "daypack1";
inline constexpr std::size_t cache_trailer_size = 4 + 8 + cache_mark.size();

// All of it but the CRC-32.
inline std::string cache_trailer_end(std::uint64_t size) { return little_endian(size, 64).append(cache_mark); }

inline std::string cache_trailer(const Blob& value) {
  std::uint32_t crc = 0;
  read_in_pieces(value, [&](ByteView bytes) { crc = zip::crc32_of(bytes, crc); });
  return little_endian(crc, 32) + cache_trailer_end(value.size());
}

inline std::string cache_path(const CacheKey& key) {
  const auto made_of = [](std::string_view text, std::string_view more) {
    for (const char c : text) {
      if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && more.find(c) == std::string_view::npos) return false;
    }
    return !text.empty();
  };
  const bool dotted =
      key.name.substr(0, 3).find('.') != std::string::npos;  // would allow "..", and names of temporary files
  if (!made_of(key.kind, "-") || !made_of(key.name, ".-") || key.name.size() < 3 || dotted) {
    throw Error(Errc::usage, "this is no cache key", key.kind + '/' + key.name);
  }
  return key.kind + '/' + key.name.substr(0, 2) + '/' + key.name.substr(2);
}

// Removes what killed runs have left in a folder of the cache. A day is more than any download that still goes on.
inline void sweep_parts(const std::string& folder) {
  static constexpr std::time_t day = 24 * 60 * 60;
  boost::system::error_code error;
  boost::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != boost::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(".daypack-") || !name.ends_with(".part")) continue;
    boost::system::error_code gone;
    const std::time_t written = boost::filesystem::last_write_time(entry->path(), gone);
    if (!gone && std::time(nullptr) - written > day) boost::filesystem::remove(entry->path(), gone);
  }
}

// The time of a file is when it was last of use, to ten minutes: prune_cache() goes by it. Where it cannot be set, a
// value counts as used when it was written.
inline void mark_as_used(const std::string& path) {
  static constexpr std::time_t often_enough = 10 * 60;
  boost::system::error_code ignored;
  const std::time_t now = std::time(nullptr), used = boost::filesystem::last_write_time(path, ignored);
  if (!ignored && now - used > often_enough) boost::filesystem::last_write_time(path, now, ignored);
}

}  // namespace detail

DAYPACK_DECL std::string cache_folder() {
  if (const std::string named = detail::environment_text("DAYPACK_CACHE_DIR"); !named.empty()) return named;
  if (const std::string base = detail::environment_text("XDG_CACHE_HOME"); base.starts_with('/'))
    return base + "/daypack";
  const std::string home = detail::environment_text("HOME");
  if (home.empty())
    throw Error(Errc::usage, "there is no folder for the cache: $HOME is not set", {}, "name one in DAYPACK_CACHE_DIR");
  return home + "/.cache/daypack";
}

struct DiskCache::Memory {
  std::mutex mutex;
  std::map<std::string, Blob> values;
  std::atomic<bool> warned{false};

  std::optional<Blob> find(const std::string& path) {
    const std::scoped_lock lock(mutex);
    const auto found = values.find(path);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
};

class DiskCache::Writer : public CacheWriter {
 public:
  Writer(DiskCache& cache, std::string path) : cache_(cache), path_(std::move(path)) {
    try {
      file_.emplace(cache_.folder_ + '/' + path_);
      detail::sweep_parts(file_->temporary_path().substr(0, file_->temporary_path().rfind('/')));
    } catch (const Error& error) {
      turn_to_memory(error, {});
    }
  }

  void write(ByteView bytes) override {
    crc32_ = zip::crc32_of(bytes, crc32_);
    if (file_ && text_.size() + bytes.size() > gathered_most) flush();
    if (file_ && bytes.size() > gathered_most) {
      write_file(bytes);
    } else {
      text_ += as_text(bytes);
    }
  }

  Blob commit() override {
    if (file_) flush();
    if (file_) {
      try {
        return commit_file();
      } catch (const Error& error) {
        turn_to_memory(error, {});
      }
    }
    const Blob value = blob_of(std::move(text_));
    const std::scoped_lock lock(cache_.memory_->mutex);
    cache_.memory_->values[path_] = value;
    return value;
  }

 private:
  // Values come in small parts, which cost half as much when they reach the disk together.
  static constexpr std::size_t gathered_most = 256 << 10;

  void flush() {
    write_file(as_bytes(text_));
    if (file_) text_.clear();
  }

  void write_file(ByteView bytes) {
    try {
      file_->write(bytes);
      written_ += bytes.size();
    } catch (const Error& error) {
      turn_to_memory(error, bytes);
    }
  }

  // Mapped before the rename: afterwards another process could already have dropped the name.
  Blob commit_file() {
    Blob value = detail::map_file(file_->temporary_path());
    file_->write(as_bytes(detail::little_endian(crc32_, 32) + detail::cache_trailer_end(written_)));
    file_->commit(false);
    return value;
  }

  // What has reached the disk is read back, once.
  void turn_to_memory(const Error& why, ByteView unwritten) {
    if (file_) text_ = detail::read_range(file_->temporary_path(), 0, written_).append(as_text(unwritten));
    file_.reset();
    cache_.warn(why.subject(),
                "the cache cannot be written, so what it should keep is lost after this run: " + why.message());
  }

  DiskCache& cache_;
  std::string path_;
  std::optional<detail::AtomicFile> file_;
  std::uint64_t written_ = 0;
  std::uint32_t crc32_ = 0;
  std::string text_;  // what is not in the file
};

// A file that stays, as long as the folder can be written; else what a Writer makes of it.
class DiskCache::Part : public CachePart {
 public:
  Part(DiskCache& cache, std::string path)
      : cache_(cache), path_(std::move(path)), file_(std::in_place, cache.folder_ + '/' + path_) {
    detail::sweep_parts(file_->folder());
  }

  bool acquire() override {
    try {
      return file_->acquire();
    } catch (const Error&) {
      file_.reset();  // the Writer meets the same, and tells it
      return true;
    }
  }

  std::uint64_t size() override { return file_ ? file_->size() : 0; }
  Blob kept() override {
    return guarded(Blob(), [&] { return file_->kept(); });
  }
  std::string note() override {
    return guarded(std::string(), [&] { return file_->note(); });
  }

  void restart(const std::string& note) override {
    writer_.reset();
    guarded(0, [&] { return file_->restart(note), 0; });
    if (!file_) writer_ = std::make_unique<Writer>(cache_, path_);
  }

  void write(ByteView bytes) override {
    if (file_) {
      try {
        return file_->write(bytes);
      } catch (const Error&) {
        turn_to_writer();
      }
    }
    writer_->write(bytes);
  }

  Blob commit() override {
    if (file_) {
      try {
        return file_->commit(detail::cache_trailer);
      } catch (const Error&) {
        turn_to_writer();
      }
    }
    return writer_->commit();
  }

 private:
  template <class Value, class Work>
  Value guarded(Value otherwise, Work work) {
    if (!file_) return otherwise;
    try {
      return work();
    } catch (const Error&) {
      file_->remove();
      file_.reset();
      return otherwise;
    }
  }

  // What has arrived is read back and removed: on a full disk that is the room it needs.
  void turn_to_writer() {
    const std::string arrived = file_->text();
    file_->remove();
    file_.reset();
    writer_ = std::make_unique<Writer>(cache_, path_);
    writer_->write(as_bytes(arrived));
  }

  DiskCache& cache_;
  std::string path_;
  std::optional<detail::PartFile> file_;
  std::unique_ptr<CacheWriter> writer_;
};

DAYPACK_DECL DiskCache::DiskCache(std::string folder, Warning on_warning)
    : folder_(std::move(folder)), on_warning_(std::move(on_warning)), memory_(std::make_unique<Memory>()) {}

DAYPACK_DECL DiskCache::~DiskCache() = default;

DAYPACK_DECL std::optional<Blob> DiskCache::get(const CacheKey& key) { return find(key, true); }

DAYPACK_DECL std::optional<Blob> DiskCache::get_unchecked(const CacheKey& key) { return find(key, false); }

DAYPACK_DECL std::optional<Blob> DiskCache::find(const CacheKey& key, bool checked) {
  const std::string path = detail::cache_path(key);
  if (auto value = memory_->find(path)) return value;
  Blob file;
  try {
    file = detail::map_file(folder_ + '/' + path);
  } catch (const Error& error) {
    boost::system::error_code ignored;
    if (error.code() == Errc::not_found) return std::nullopt;
    if (boost::filesystem::is_directory(folder_ + '/' + path, ignored)) {
      drop(key);
    } else {
      warn(error.subject(), "the cache cannot be read: " + error.message());
    }
    return std::nullopt;
  }
  if (file.size() >= detail::cache_trailer_size) {
    const Blob value = file.slice(0, file.size() - detail::cache_trailer_size);
    const std::string_view trailer = file.text().substr(value.size());
    const bool whole = checked ? trailer == detail::cache_trailer(value)
                               : trailer.substr(4) == detail::cache_trailer_end(value.size());
    if (whole) {
      detail::mark_as_used(folder_ + '/' + path);
      return value;
    }
  }
  drop(key);
  return std::nullopt;
}

DAYPACK_DECL std::unique_ptr<CacheWriter> DiskCache::writer(const CacheKey& key) {
  return std::make_unique<Writer>(*this, detail::cache_path(key));
}

DAYPACK_DECL std::unique_ptr<CachePart> DiskCache::part(const CacheKey& key) {
  return std::make_unique<Part>(*this, detail::cache_path(key));
}

DAYPACK_DECL void DiskCache::drop(const CacheKey& key) {
  const std::string path = detail::cache_path(key);
  {
    const std::scoped_lock lock(memory_->mutex);
    memory_->values.erase(path);
  }
  boost::system::error_code ignored;  // where it cannot be removed, it is found damaged again
  if (detail::io_point() == 0) boost::filesystem::remove_all(folder_ + '/' + path, ignored);
}

DAYPACK_DECL void DiskCache::warn(const std::string& subject, const std::string& message) {
  if (!memory_->warned.exchange(true) && on_warning_) on_warning_(subject, message);
}

}  // namespace daypack
