// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>
#include <daypack/error.hpp>
#include <daypack/sink.hpp>
#include <daypack/zip/fault.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daypack::zip {

// One file, folder or symbolic link of a zip. Its views live as long as the archive's bytes and a Reader of it.
struct Member {
  std::string_view name = {};  // UTF-8; a folder's ends with '/'
  std::uint16_t method = 0;    // method_stored, method_deflated; any other in the general profile
  std::uint16_t flags = 0;
  std::uint32_t crc32 = 0;
  std::uint64_t size = 0;       // bytes, inflated
  std::uint32_t unix_mode = 0;  // type and permissions, e.g. 0100644; 0 where the archive does not say
  std::uint64_t header_offset = 0;
  Blob data = {};  // the compressed bytes as they lie in the archive

  bool deflated() const noexcept { return method == 8; }
  bool encrypted() const noexcept { return (flags & 1) != 0; }
  bool folder() const noexcept { return name.ends_with('/'); }
  // Its content is the link's target.
  bool symlink() const noexcept { return (unix_mode & 0170000) == 0120000; }
  bool executable() const noexcept { return (unix_mode & 0111) != 0 && !symlink(); }
};

// What is wrong, and with which member; the member is empty when it is the archive as a whole.
struct Problem {
  Fault fault = Fault::none;
  std::string member = {};
  std::string detail = {};  // "got 3, expected at most 2", where numbers or names tell more

  explicit operator bool() const noexcept { return fault != Fault::none; }
};

// How much an archive may ask for. Checked before anything is allocated.
struct Limits {
  std::uint64_t members = 1'000'000;
  std::uint64_t member_size = std::uint64_t{16} << 30;  // bytes, inflated
  std::uint64_t total_size = std::uint64_t{64} << 30;   // bytes, inflated, of all members
  // total_size by the size of the archive. No limit by default: deflate reaches 1032, and some honest data does.
  std::uint64_t ratio = UINT64_MAX;
};

// strict: wheels, and whatever is spliced. general: any honest zip.
enum class Profile { strict, general };

struct ReadOptions {
  Profile profile = Profile::strict;
  Limits limits = {};
  bool refuse_case_clash = false;  // names that differ only in the case of ASCII letters
};

// Reads a zip that lies in memory or is mapped. It trusts nothing: every number is checked before it is used, no memory
// is taken by a number that the file merely claims.
//
// Strict, it refuses an archive that two readers could read differently: one end record at the very end (with a comment
// that no reader takes for records, or none), the directory right before it, members that fill the bytes from 0 to the
// directory without overlap or gap, local headers equal to the directory, names that are safe, unique and marked as
// UTF-8, methods stored and deflated only.
//
// General, it also takes what honest writers do: bytes before the archive, between members and in comments, data
// descriptors, names in older encodings, other methods and encryption (listed, not inflated). What would give another
// tree to a reader that goes by the directory too is refused: several end records or directories, overlaps, unsafe or
// double names, headers that contradict the directory.
class Reader {
 public:
  Reader() = default;

  // Checks all of it but the contents. Returns the problem; the reader is empty then.
  DAYPACK_DECL Problem open(Blob archive, const ReadOptions& options = {});
  // The same, throwing. `name` is what errors call the archive: Error{damaged_zip}, Error{over_limit} beyond the
  // limits.
  DAYPACK_DECL static Reader of(Blob archive, std::string name, const ReadOptions& options = {});

  // In the order of the directory.
  std::span<const Member> members() const noexcept { return members_; }
  // The member of that name; nothing when there is none. Logarithmic.
  DAYPACK_DECL const Member* find(std::string_view name) const;
  // What errors call the archive.
  const std::string& name() const noexcept { return name_; }

  // Why the content cannot be read before it is looked at: encrypted, unsupported_method.
  DAYPACK_DECL static Problem refusal(const Member& member);

  // The content. Checked: CRC, size, and that the stream ends at its last byte. `out` is set only without a fault.
  DAYPACK_DECL static Fault inflate(const Member& member, Blob& out);
  // The same, throwing Error{damaged_zip} with both names.
  DAYPACK_DECL Blob inflate(const Member& member) const;
  // In pieces, in bounded memory. Without Fault::none what `out` has been given is no content.
  DAYPACK_DECL static Fault inflate_to(const Member& member, const Sink& out);

 private:
  std::vector<Member> members_;
  std::vector<std::uint32_t> by_name_;
  std::shared_ptr<const std::deque<std::string>> names_;  // those that do not stand in the archive as they are
  std::string name_;
};

// "stored", "deflated", "bzip2", "zstd" and the like; "method 200" for one of no name here (APPNOTE.TXT 4.4.5).
DAYPACK_DECL std::string method_name(std::uint16_t method);

// What an Error says of a problem in the archive of that name.
DAYPACK_DECL daypack::Fault error_of(const Problem& problem, const std::string& archive);
// The same, thrown.
DAYPACK_DECL void throw_problem(const Problem& problem, const std::string& archive);

}  // namespace daypack::zip

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/zip/reader.ipp>
#endif
