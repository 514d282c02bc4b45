// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/detail/content_name.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/elf/inspect.hpp>
#include <daypack/impl/zip/zlib_inflate.ipp>
#include <daypack/tree.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Which files of a tree are machine code, by their first bytes.
namespace daypack::detail {

enum class BinaryKind { other, elf, mach_o, pe };

// Endings of files whose first bytes are not looked at, to save the inflating: nothing that a loader of libraries or a
// Python takes for machine code has such a name.
inline constexpr std::array<std::string_view, 40> never_binary{
    ".py",   ".pyc",   ".pyi",  ".pyx", ".pxd", ".pxi", ".h",    ".hpp",   ".c",   ".cpp",
    ".cc",   ".txt",   ".md",   ".rst", ".csv", ".tsv", ".json", ".xml",   ".yml", ".yaml",
    ".toml", ".typed", ".html", ".css", ".js",  ".svg", ".png",  ".jpg",   ".gif", ".gz",
    ".zip",  ".npy",   ".npz",  ".pem", ".sql", ".cfg", ".ini",  ".ipynb", ".pth", ".f90"};

inline bool may_be_binary(const Entry& entry) {
  if (entry.mode == Mode::symlink || size_of(entry.content) < 4) return false;
  const std::string_view path = entry.path;
  if (path.find(".dist-info/") != std::string_view::npos) return false;
  const std::string_view name = last_component(path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || std::ranges::find(never_binary, name.substr(dot)) == never_binary.end();
}

// At most so many of the first bytes of a content; none of a stream that is damaged.
inline std::string first_bytes(const Content& content, std::size_t count) {
  if (const auto* range = std::get_if<FileRange>(&content))
    return read_range(range->file.text(), range->offset, std::min<std::uint64_t>(count, range->size));
  const auto* member = std::get_if<ZipMember>(&content);
  const Blob& bytes = member ? member->data : std::get<Owned>(content).data;
  if (!member || !member->deflated) return std::string(bytes.text().substr(0, count));
  std::string begin(std::min<std::uint64_t>(count, member->size), '\0');
  zip::detail::ZlibInflate stream;
  ByteView in = bytes.bytes;
  std::span<std::byte> room = std::as_writable_bytes(std::span(begin));
  stream.step(in, room);
  begin.resize(begin.size() - room.size());
  return begin;
}

inline std::uint32_t big_endian_at(std::string_view text, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(text[at + i]);
  return value;
}

// Mach-O in both orders of bytes, and fat ones (mach-o/loader.h, mach-o/fat.h of Apple's cctools). A Java class begins
// like a fat file: its version is above any number of architectures.
inline bool is_mach_o(std::string_view begin) {
  if (begin.size() < 8) return false;
  const std::uint32_t magic = big_endian_at(begin, 0);
  if (magic == 0xcafebabe || magic == 0xcafebabf) return big_endian_at(begin, 4) < 40;
  return magic == 0xfeedface || magic == 0xfeedfacf || magic == 0xcefaedfe || magic == 0xcffaedfe;
}

// "MZ", and "PE\0\0" where the header says (PE format, Microsoft Learn).
inline bool is_pe(std::string_view begin) {
  if (!begin.starts_with("MZ") || begin.size() < 0x40) return false;
  std::uint32_t at = 0;
  for (std::size_t i = 4; i-- > 0;) at = at << 8 | static_cast<unsigned char>(begin[0x3c + i]);
  return at + 4 <= begin.size() && begin.substr(at, 4) == std::string_view("PE\0\0", 4);
}

inline BinaryKind binary_kind(const Entry& entry) {
  if (!may_be_binary(entry)) return BinaryKind::other;
  const std::string begin = first_bytes(entry.content, 1024);
  if (elf::is_elf(as_bytes(begin))) return BinaryKind::elf;
  if (is_mach_o(begin)) return BinaryKind::mach_o;
  return is_pe(begin) ? BinaryKind::pe : BinaryKind::other;
}

// What several checks of one run want to know of a tree, which stays as long as the run.
struct CheckRun {
  std::map<const Entry*, std::vector<BinaryKind>> kinds = {};  // by the first entry
};

inline std::vector<BinaryKind> looked_at_kinds(const Tree& tree, const Context& context) {
  static constexpr std::size_t block = 64;
  std::vector<BinaryKind> kinds(tree.size());
  context.pool().for_each((tree.size() + block - 1) / block, [&](std::size_t index) {
    context.check_stop();
    for (std::size_t i = index * block; i < std::min(tree.size(), (index + 1) * block); ++i)
      kinds[i] = binary_kind(tree.entries()[i]);
  });
  return kinds;
}

// The kind of every entry, in their order; looked at once in a run of checks, which come one after the other.
inline std::vector<BinaryKind> binary_kinds(const Tree& tree, const Context& context) {
  CheckRun* const run = context.check_run();
  if (!run) return looked_at_kinds(tree, context);
  const auto known = run->kinds.find(tree.entries().data());
  if (known != run->kinds.end()) return known->second;
  return run->kinds[tree.entries().data()] = looked_at_kinds(tree, context);
}

// Whether the file name of a wheel has a platform, as in "...-cp312-cp312-macosx_11_0_arm64.whl".
inline bool is_platform_wheel(const Entry& entry) {
  return entry.origin && entry.origin->file.ends_with(".whl") && !entry.origin->file.ends_with("-any.whl");
}

// "six" of "six.py", "_a" of "_a.cpython-312-x86_64-linux-gnu.so", with its folder.
inline std::string_view module_stem(std::string_view path) {
  const std::size_t name = path.rfind('/') + 1;
  return path.substr(0, std::min(path.find('.', name), path.size()));
}

}  // namespace daypack::detail
