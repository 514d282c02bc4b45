// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/elf/inspect.hpp>
#include <daypack/elf/strip.hpp>
#include <daypack/impl/elf/image.ipp>

#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace daypack {

namespace detail {

// The same but for where the tables of headers stand.
inline bool same_elf_header(Elf64_Ehdr before, Elf64_Ehdr after) {
  for (Elf64_Ehdr* header : {&before, &after}) {
    header->e_phoff = header->e_shoff = 0;
    header->e_shnum = header->e_shstrndx = 0;
  }
  return std::memcmp(&before, &after, sizeof before) == 0;
}

inline bool same_segment(Elf64_Phdr before, Elf64_Phdr after) {
  before.p_offset = after.p_offset = 0;
  return std::memcmp(&before, &after, sizeof before) == 0;
}

// What the loader of glibc asks of a segment (elf/dl-load.c, "ELF load command address/offset not properly aligned"),
// and that no page of it lies wholly behind the end of the file.
inline std::string misplaced_segment(const ElfImage& image, const Elf64_Phdr& segment) {
  static constexpr std::uint64_t page = 4096;
  if (!image.holds(segment.p_offset, segment.p_filesz)) return "does not lie inside the file";
  if (segment.p_type != PT_LOAD) return {};
  if ((segment.p_align & (segment.p_align - 1)) != 0) return "has no alignment";
  if (segment.p_align > 1 && (segment.p_vaddr - segment.p_offset) % segment.p_align != 0)
    return "is not aligned in the file";
  const bool maps_nothing = segment.p_filesz == 0 && segment.p_vaddr % page == 0;
  return maps_nothing || segment.p_offset / page * page < image.file.size() ? "" : "begins behind the end of the file";
}

// Where the headers of a file lie in one of its segments, from its begin on.
inline void add_header_ranges(const ElfImage& image, const Elf64_Phdr& segment,
                              std::vector<std::pair<std::uint64_t, std::uint64_t>>& ranges) {
  const auto add = [&](std::uint64_t begin, std::uint64_t size) {
    const std::uint64_t from = std::max(begin, segment.p_offset);
    const std::uint64_t to = std::min(begin + size, segment.p_offset + segment.p_filesz);
    if (from < to) ranges.emplace_back(from - segment.p_offset, to - segment.p_offset);
  };
  add(0, image.header.e_ehsize);
  add(image.header.e_phoff, image.segments.size() * sizeof(Elf64_Phdr));
}

// Compares the bytes of a segment, but for the headers of the file that lie in it.
inline bool same_bytes(const ElfImage& before, const ElfImage& after, std::size_t segment) {
  const Elf64_Phdr &old_one = before.segments[segment], &new_one = after.segments[segment];
  std::vector<std::pair<std::uint64_t, std::uint64_t>> headers;
  add_header_ranges(before, old_one, headers);
  add_header_ranges(after, new_one, headers);
  std::ranges::sort(headers);
  headers.emplace_back(old_one.p_filesz, old_one.p_filesz);
  std::uint64_t at = 0;
  for (const auto& [from, to] : headers) {
    if (from > at && std::memcmp(before.file.data() + old_one.p_offset + at, after.file.data() + new_one.p_offset + at,
                                 from - at) != 0)
      return false;
    at = std::max(at, to);
  }
  return true;
}

// What is not loaded, and has to stay: who the file is, and where its debug data lie.
inline bool has_same_marks(const ElfImage& before, const ElfImage& after) {
  static constexpr std::array<std::string_view, 2> marks{".note.gnu.build-id", ".gnu_debuglink"};
  const auto mark = [](const ElfImage& image, std::string_view name) {
    for (const Elf64_Shdr& section : image.sections) {
      if (image.name(section) == name) return as_text(image.bytes(section));
    }
    return std::string_view();
  };
  return std::ranges::all_of(marks, [&](std::string_view name) { return mark(before, name) == mark(after, name); });
}

inline std::string segment_difference(const ElfImage& before, const ElfImage& after) {
  const auto first_of = [&](const auto& fault_of) -> std::string {
    for (std::size_t i = 0; i < before.segments.size(); ++i) {
      if (std::string fault = fault_of(i); !fault.empty()) return "segment " + std::to_string(i) + ' ' + fault;
    }
    return {};
  };
  std::string fault = first_of([&](std::size_t i) { return misplaced_segment(after, after.segments[i]); });
  if (!fault.empty()) return fault;
  return first_of([&](std::size_t i) -> std::string {
    if (!same_segment(before.segments[i], after.segments[i])) return "has another header";
    if (!before.holds(before.segments[i].p_offset, before.segments[i].p_filesz))
      return "did not lie inside the file before";
    return same_bytes(before, after, i) ? "" : "has other bytes";
  });
}

}  // namespace detail

DAYPACK_DECL std::string elf::loading_difference(ByteView before, ByteView after) {
  const auto old_image = detail::elf_image(before), new_image = detail::elf_image(after);
  if (!old_image || !new_image) return "its headers cannot be read";
  if (!detail::same_elf_header(old_image->header, new_image->header)) return "the header is another";
  if (old_image->segments.size() != new_image->segments.size()) return "there are other segments";
  if (std::string difference = detail::segment_difference(*old_image, *new_image); !difference.empty())
    return difference;
  for (const Elf64_Shdr& section : new_image->sections) {
    const bool has_bytes = section.sh_type != SHT_NOBITS && section.sh_type != SHT_NULL;
    if (has_bytes && !new_image->holds(section.sh_offset, section.sh_size)) return "a section leads out of the file";
  }
  if (!detail::has_same_marks(*old_image, *new_image)) return "the build id or the link to debug data is another";
  if (inspect(before) != inspect(after)) return "the dynamic section says something else";
  return {};
}

}  // namespace daypack
