// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/pyc.hpp>
#include <daypack/detail/little_endian.hpp>

namespace daypack {

namespace detail {

// PEP 552 came with 3.7, whose first alpha had magic 3390.
constexpr std::uint16_t first_magic_with_flags = 3390;

}  // namespace detail

DAYPACK_DECL std::optional<PycHeader> read_pyc_header(ByteView bytes) {
  if (bytes.size() < 4 || bytes[2] != std::byte{'\r'} || bytes[3] != std::byte{'\n'}) return {};
  PycHeader header;
  header.magic = static_cast<std::uint16_t>(detail::little_endian(bytes.first(2)));
  const bool flagged = header.magic >= detail::first_magic_with_flags;
  header.size = flagged ? 16 : 12;
  if (bytes.size() <= header.size) return {};
  const std::uint64_t flags = flagged ? detail::little_endian(bytes.subspan(4, 4)) : 0;
  const ByteView rest = bytes.subspan(header.size - 8, 8);
  if (flags == 0) {
    header.source_time = static_cast<std::uint32_t>(detail::little_endian(rest.first(4)));
    header.source_size = static_cast<std::uint32_t>(detail::little_endian(rest.last(4)));
  } else if (flags == 1 || flags == 3) {
    header.invalidation = flags == 1 ? Invalidation::unchecked_hash : Invalidation::checked_hash;
    header.source_hash = detail::little_endian(rest);
  } else {
    return {};
  }
  return header;
}

DAYPACK_DECL std::string bad_pyc_reason(ByteView bytes, Python python) {
  const auto header = read_pyc_header(bytes);
  if (!header) return "is no bytecode file";
  const auto expected = pyc_magic(python);
  if (!expected) return "is bytecode for Python " + to_string(python) + ", whose magic number is not known";
  if (header->magic == *expected) return {};
  const auto other = python_of_magic(header->magic);
  return "is bytecode of " + (other ? "Python " + to_string(*other) : std::string("an unknown Python")) + " (magic " +
         std::to_string(header->magic) + ", expected " + std::to_string(*expected) + ")";
}

}  // namespace daypack
