// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>
#include <daypack/python.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace daypack {

// The magic number of a release of CPython: the first two bytes of its .pyc files, then "\r\n". It does not change
// within a minor release after the first release candidate.
struct PycMagic {
  Python python = {};
  std::uint16_t magic = 0;
};

// Sources: importlib.util.MAGIC_NUMBER of 3.6.15 to 3.13.0 themselves; 3.14: Include/internal/pycore_magic_number.h
// (2026-11).
inline constexpr std::array<PycMagic, 9> pyc_magics = {{{{3, 6}, 3379},
                                                        {{3, 7}, 3394},
                                                        {{3, 8}, 3413},
                                                        {{3, 9}, 3425},
                                                        {{3, 10}, 3439},
                                                        {{3, 11}, 3495},
                                                        {{3, 12}, 3531},
                                                        {{3, 13}, 3571},
                                                        {{3, 14}, 3627}}};

// Nothing for a release that the table does not know.
constexpr std::optional<std::uint16_t> pyc_magic(Python python) {
  for (const PycMagic& known : pyc_magics) {
    if (known.python == python) return known.magic;
  }
  return {};
}

constexpr std::optional<Python> python_of_magic(std::uint16_t magic) {
  for (const PycMagic& known : pyc_magics) {
    if (known.magic == magic) return known.python;
  }
  return {};
}

// How an interpreter decides whether a .pyc still belongs to its source (PEP 552). An unchecked hash is never compared.
enum class Invalidation { timestamp, unchecked_hash, checked_hash };

// The first bytes of a .pyc: 16, or 12 for Python 3.6 and before, which know timestamps only.
struct PycHeader {
  std::uint16_t magic = 0;
  Invalidation invalidation = Invalidation::timestamp;
  std::uint32_t source_time = 0;  // timestamp only: seconds since 1970
  std::uint32_t source_size = 0;  // timestamp only: modulo 2^32
  std::uint64_t source_hash = 0;  // hashes only: SipHash of the source, keyed with the magic
  std::size_t size = 0;           // of the header itself; the marshalled code follows
};

// Nothing when the bytes are no .pyc: too short, no "\r\n", unknown flags, no code behind the header.
DAYPACK_DECL std::optional<PycHeader> read_pyc_header(ByteView bytes);

// Why this Python would not load these bytes as a module, e.g. "is bytecode of Python 3.11 (magic 3495, expected
// 3531)"; empty when it would.
DAYPACK_DECL std::string bad_pyc_reason(ByteView bytes, Python python);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/bytecode/pyc.ipp>
#endif
