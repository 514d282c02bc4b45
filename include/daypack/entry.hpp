// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace daypack {

struct BuildSettings;

// The only modes that a package knows: 0644, 0755, and a symbolic link whose content is its target.
enum class Mode { file, executable, symlink };

constexpr std::string_view to_string(Mode mode) {
  return mode == Mode::file ? "file" : mode == Mode::executable ? "executable" : "symlink";
}

// The path of a file of the host, UTF-8, never changed once made. A copy costs one pointer.
class HostPath {
 public:
  HostPath() = default;
  // Implicit, so that a text can be given where a path is wanted.
  template <std::convertible_to<std::string_view> Text>
  HostPath(const Text& path) {
    take(path);
  }

  std::string text() const { return std::string(part(folder_)).append(part(name_)); }

 private:
  friend class HostPaths;
  struct Range {
    std::uint32_t begin = 0, size = 0;
  };

  DAYPACK_DECL void take(std::string_view path);
  std::string_view part(Range range) const { return {texts_.get() + range.begin, range.size}; }

  std::shared_ptr<const char[]> texts_ = {};
  Range folder_ = {}, name_ = {};  // in the texts
};

// Makes paths for many files: those that follow each other in one folder share its text, and all share few allocations,
// so that a path takes little more than the bytes of its name. What one path keeps alive is up to 64 KiB of such texts.
class HostPaths {
 public:
  DAYPACK_DECL HostPath make(std::string_view path);

 private:
  DAYPACK_DECL HostPath::Range put(std::string_view text);

  std::shared_ptr<char[]> texts_ = {};
  std::size_t used_ = 0, capacity_ = 0;
  HostPath::Range folder_ = {};  // of the path before, in these texts
};

// A range of a file on disk, read when it is needed.
struct FileRange {
  HostPath file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// A member of a zip as it lies there: still deflated, or stored.
struct ZipMember {
  Blob data;               // the compressed bytes, without any header
  std::uint64_t size = 0;  // of the content, inflated
  std::uint32_t crc32 = 0;
  bool deflated = true;
  // Set only by code that has hashed the whole archive and found the local header equal to the central record:
  // such a stream may be copied verbatim into another zip.
  bool trusted = false;
};

// Bytes in memory.
struct Owned {
  Blob data;
  // What they were made of and how, as a digest: equal names, equal bytes. Set only by code that has hashed what they
  // were made of, so that caches need not hash the bytes; empty where nobody knows.
  std::string name = {};
};

using Content = std::variant<FileRange, ZipMember, Owned>;

// Where an entry comes from: a distribution in its wheel. Shared by all entries of that wheel.
struct Distribution {
  std::string name = {};     // normalised, e.g. "charset-normalizer"
  std::string version = {};  // as the wheel says it
  std::string file = {};     // the wheel's file name
  std::string sha256 = {};   // of the wheel, hex
  // Where other versions of it are found, for advice; none for what did not come from an index.
  std::shared_ptr<const BuildSettings> index = {};
};

// One file of a package.
struct Entry {
  std::string path;  // UTF-8, relative, '/' between components, never "." or ".."
  Mode mode = Mode::file;
  Content content = Owned{};
  std::shared_ptr<const Distribution> origin = {};  // empty: the user's own
};

// The size of the content in bytes, inflated. Known without reading it.
DAYPACK_DECL std::uint64_t size_of(const Content& content);

// Of a content that lies in a zip, the bytes that it takes there; 0 of any other.
DAYPACK_DECL std::uint64_t compressed_size_of(const Content& content);

// The bytes themselves: read, inflated, checked against CRC and size.
// Throws Error{unreadable} when a file has changed its size or cannot be read, Error{damaged_zip} when a member is not
// what it claims.
DAYPACK_DECL Blob read_content(const Entry& entry);

// An entry that owns its text; the short way to make one.
inline Entry text_entry(std::string path, std::string text, Mode mode = Mode::file) {
  return {.path = std::move(path), .mode = mode, .content = Owned{blob_of(std::move(text))}};
}

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/entry.ipp>
#endif
