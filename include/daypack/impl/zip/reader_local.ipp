// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/zip/reader_directory.ipp>
#include <daypack/impl/zip/reader_end.ipp>

// A local header, which must say the same as the directory, and the data descriptor that may follow the data.
namespace daypack::zip::detail {

// The zip64 field of a local header: both sizes, or only those that are sentinels. Some writers add it where nothing
// needs it.
inline bool same_local_sizes(const LocalHeader& local, const Extra& extra, const Central& central) {
  std::uint64_t size = local.size, compressed = local.compressed;
  if (extra.zip64) {
    ByteView zip64 = *extra.zip64;
    if (zip64.size() == 16) {
      const bool same = load<std::uint64_t>(zip64.data()) == central.member.size &&
                        load<std::uint64_t>(zip64.data() + 8) == central.compressed;
      if (!same) return false;
    }
    if (!widen(size, zip64) || !widen(compressed, zip64) || (!zip64.empty() && extra.zip64->size() != 16)) return false;
    if (extra.zip64->size() == 16 && zip64.size() == 8)
      return false;  // one sentinel: the field's first value is not the size's
  }
  return size == central.member.size && compressed == central.compressed;
}

// With a descriptor to come each number may still be unknown: zero, in the field of zip64 too.
inline bool may_become_sizes(const LocalHeader& local, const Extra& extra, const Central& central) {
  const auto may_become = [&](std::uint32_t narrow, std::size_t at, std::uint64_t value) {
    if (extra.zip64 && extra.zip64->size() >= at + 8) {
      const auto wide = load<std::uint64_t>(extra.zip64->data() + at);
      if (wide != 0 && wide != value) return false;
      if (narrow == sentinel32) return true;
    }
    return narrow == 0 || narrow == value;
  };
  return may_become(local.size, 0, central.member.size) && may_become(local.compressed, 8, central.compressed);
}

// The descriptor after the data (APPNOTE.TXT 4.3.9): its signature is optional, and writers choose the width of sizes
// by rules of their own. Moves `end` behind it.
template <class Size>
bool skip_descriptor(ByteView rest, bool with_signature, const Central& central, std::uint64_t& end) {
  const std::size_t begin = with_signature ? 4 : 0, length = begin + 4 + 2 * sizeof(Size);
  if (rest.size() < length) return false;
  if (with_signature && load<std::uint32_t>(rest.data()) != 0x08074b50) return false;
  const std::byte* at = rest.data() + begin;
  if (load<std::uint32_t>(at) != central.member.crc32) return false;
  if (load<Size>(at + 4) != central.compressed || load<Size>(at + 4 + sizeof(Size)) != central.member.size)
    return false;
  end += length;
  return true;
}

inline Fault read_descriptor(ByteView file, std::uint64_t directory, const Central& central, std::uint64_t& end) {
  const ByteView rest = file.subspan(end, directory - end);
  const bool found = skip_descriptor<std::uint32_t>(rest, true, central, end) ||
                     skip_descriptor<std::uint64_t>(rest, true, central, end) ||
                     skip_descriptor<std::uint32_t>(rest, false, central, end) ||
                     skip_descriptor<std::uint64_t>(rest, false, central, end);
  return found ? Fault::none : Fault::descriptor_differs;
}

inline Fault compare_local(const LocalHeader& local, std::string_view name, const Central& central) {
  const bool described = central.member.flags & flag_data_descriptor;
  if (name != central.raw_name) return Fault::local_name_differs;
  if (local.method != central.member.method) return Fault::local_method_differs;
  if (local.flags != central.member.flags) return Fault::local_flags_differ;
  if (local.crc32 != central.member.crc32 && !(described && local.crc32 == 0)) return Fault::local_crc_differs;
  return Fault::none;
}

inline Fault compare_local_extra(const LocalHeader& local, ByteView fields, bool strict, const Central& central) {
  Extra extra;
  if (const Fault fault = read_extra(fields, strict, extra); fault != Fault::none) return fault;
  const auto second = unicode_path(extra, central.raw_name);
  const bool same_name = strict ? same_unicode_path(extra, central.raw_name)
                                : !second || without_dots(*second) == without_dots(central.member.name);
  if (!same_name) return Fault::unicode_path_differs;
  const bool same = central.member.flags & flag_data_descriptor ? may_become_sizes(local, extra, central)
                                                                : same_local_sizes(local, extra, central);
  return same ? Fault::none : Fault::local_size_differs;
}

// Compares the local header with the central record and sets the member's data; `end` is where that ends.
inline Fault read_local(const Blob& archive, const Directory& directory, bool strict, Central& central,
                        std::uint64_t& end) {
  Member& member = central.member;
  if (member.header_offset > directory.offset - directory.shift) return Fault::local_header_missing;
  const std::uint64_t at = member.header_offset += directory.shift;
  if (directory.offset - at < LocalHeader::length) return Fault::local_header_missing;
  const auto local = load_record<LocalHeader>(archive.bytes.data() + at);
  if (local.signature != LocalHeader::magic) return Fault::local_header_missing;
  const std::uint64_t head = LocalHeader::length + std::uint64_t{local.name_length} + local.extra_length;
  if (directory.offset - at < head || directory.offset - at - head < central.compressed) return Fault::overlap;
  const ByteView variable = archive.bytes.subspan(at + LocalHeader::length, head - LocalHeader::length);
  const std::string_view name = as_text(variable.first(local.name_length));
  if (const Fault fault = compare_local(local, name, central); fault != Fault::none) return fault;
  if (const Fault fault = check_version(local.version_needed, strict); fault != Fault::none) return fault;
  const ByteView fields = variable.subspan(local.name_length);
  if (const Fault fault = compare_local_extra(local, fields, strict, central); fault != Fault::none) return fault;
  member.data = archive.slice(at + head, central.compressed);
  end = at + head + central.compressed;
  return member.flags & flag_data_descriptor ? read_descriptor(archive.bytes, directory.offset, central, end)
                                             : Fault::none;
}

}  // namespace daypack::zip::detail
