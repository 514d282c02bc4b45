// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>

// Linked ELF files without what nothing reads when they are loaded and run: docs/design/strip.md.
namespace daypack::elf {

// What is taken out: debug sections (DWARF, stabs, the index of gdb); and the table of symbols that only debuggers and
// profilers read (.symtab, not .dynsym), too.
enum class Discard { debug, unneeded };

constexpr std::string_view to_string(Discard what) { return what == Discard::debug ? "debug" : "unneeded"; }

// A file that was made smaller, or why it stays.
struct Stripped {
  Blob file = {};           // empty: it stays as it is
  std::string reason = {};  // why, when there is something to discard and it stays all the same
  bool ok() const noexcept { return file.size() != 0; }
};

// The file without these sections. Segments keep their addresses, sizes and bytes; in the file they close up by
// multiples of their alignment. Sections keep their numbers. Symbols of the dynamic table, notes, the build id and
// .gnu_debuglink stay. The bytes depend on the input alone: no tool is run, any machine and either order of bytes will
// do. Nothing is done to what is no 64-bit program or shared object, to a file that has data of its own behind its
// sections (a self-extracting program), and where less than `least` bytes would be saved.
DAYPACK_DECL Stripped strip(const Blob& file, Discard what, std::uint64_t least = 0);

// What a loader would find otherwise in the second file than in the first, e.g. "segment 1 is not aligned in the file";
// empty when nothing. Headers, the place of every segment (p_vaddr - p_offset is a multiple of p_align, and it lies
// inside the file), its bytes, and with them the dynamic section, symbols, versions, hash tables and notes. Whoever has
// changed the file: the result of strip() has passed it.
DAYPACK_DECL std::string loading_difference(ByteView before, ByteView after);

}  // namespace daypack::elf

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/elf/strip.ipp>
#endif
