// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>
#include <daypack/policy.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What the dynamic loader of Linux asks of a file, read by libelf (elfutils). Nothing is run.
namespace daypack::elf {

// A version of symbols that must be in a library: {"libc.so.6", "GLIBC_2.34"}. The loader only warns when a weak one is
// missing.
struct VersionNeed {
  std::string library = {};
  std::string version = {};
  bool weak = false;
  friend bool operator==(const VersionNeed&, const VersionNeed&) = default;
};

// What one ELF file is and what it needs.
struct Facts {
  std::uint16_t machine = 0;  // e_machine: 62 is x86_64, 183 AArch64
  int bits = 64;
  bool little_endian = true;
  bool dynamic = false;  // a shared object or program that the dynamic loader loads
  std::string soname = {};
  std::string rpath = {};                // searched before LD_LIBRARY_PATH; unheeded where there is a runpath
  std::string runpath = {};              // searched after it
  std::vector<std::string> needed = {};  // libraries, in the file's order
  std::vector<VersionNeed> versions = {};
  std::vector<std::string> modules = {};  // of CPython, by its symbols PyInit_NAME
  friend bool operator==(const Facts&, const Facts&) = default;

  DAYPACK_DECL bool runs_on(Arch arch) const;
  // "x86_64", "aarch64", "i386", "arm", ..., or "machine 243".
  DAYPACK_DECL std::string machine_name() const;
};

// Whether a file that begins so is an ELF file.
DAYPACK_DECL bool is_elf(ByteView beginning);

// Nothing when it is no ELF file, or one whose headers or tables lead out of it.
DAYPACK_DECL std::optional<Facts> inspect(ByteView file);

// One line for each fact, for caches; parse_facts() gives nothing for any other text.
DAYPACK_DECL std::string text_of(const Facts& facts);
DAYPACK_DECL std::optional<Facts> parse_facts(std::string_view text);

}  // namespace daypack::elf

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/elf/inspect.ipp>
#endif
