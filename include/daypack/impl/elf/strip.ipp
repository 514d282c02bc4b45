// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/elf/strip.hpp>
#include <daypack/impl/elf/image.ipp>
#include <daypack/impl/elf/loading.ipp>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace daypack {

namespace detail {

// Sections of debuggers, by how their names begin: DWARF 5 (6.1, 7.3), also compressed or of link-time optimisation;
// gdb's index; stabs.
inline constexpr std::array<std::string_view, 5> debug_sections{".debug_", ".zdebug_", ".gnu.debuglto_", ".gdb_index",
                                                                ".stab"};

inline bool is_debug_section(std::string_view name) {
  return std::ranges::any_of(debug_sections, [&](std::string_view begin) { return name.starts_with(begin); });
}

// For each section whether it goes. What a section that stays refers to stays.
class DiscardedSections {
 public:
  DiscardedSections(const ElfImage& image, elf::Discard what) : image_(image), gone_(image.sections.size()) {
    for (std::size_t i = 1; i < gone_.size(); ++i) gone_[i] = i != image.names && is_unread(image.sections[i], what);
    take_out_what_belongs_to_them();
    keep_what_is_referred_to();
  }
  bool operator[](std::size_t section) const { return gone_[section]; }
  bool any() const { return std::ranges::find(gone_, true) != gone_.end(); }

 private:
  bool is_unread(const Elf64_Shdr& section, elf::Discard what) const {
    if ((section.sh_flags & SHF_ALLOC) != 0 || section.sh_type == SHT_NULL) return false;
    if (is_debug_section(image_.name(section))) return true;
    return what == elf::Discard::unneeded && section.sh_type == SHT_SYMTAB;
  }

  // The names of a table of symbols, and relocations of debug sections.
  void take_out_what_belongs_to_them() {
    const auto& sections = image_.sections;
    for (std::size_t i = 1; i < gone_.size(); ++i) {
      const Elf64_Shdr& one = sections[i];
      if (gone_[i] && one.sh_type == SHT_SYMTAB && one.sh_link < gone_.size() && one.sh_link != image_.names &&
          sections[one.sh_link].sh_type == SHT_STRTAB && (sections[one.sh_link].sh_flags & SHF_ALLOC) == 0) {
        gone_[one.sh_link] = true;
      }
      const bool relocates = one.sh_type == SHT_RELA || one.sh_type == SHT_REL;
      if (relocates && (one.sh_flags & SHF_ALLOC) == 0 && one.sh_info < gone_.size() && gone_[one.sh_info])
        gone_[i] = true;
      if (one.sh_type == SHT_SYMTAB_SHNDX && one.sh_link < gone_.size() && gone_[one.sh_link]) gone_[i] = true;
    }
  }

  void keep_what_is_referred_to() {
    for (bool changed = true; std::exchange(changed, false);) {
      const auto keep = [&](std::size_t section) {
        if (section < gone_.size() && gone_[section]) changed = true, gone_[section] = false;
      };
      for (std::size_t i = 1; i < gone_.size(); ++i) {
        if (gone_[i]) continue;
        keep(image_.sections[i].sh_link);
        if ((image_.sections[i].sh_flags & SHF_INFO_LINK) != 0) keep(image_.sections[i].sh_info);
      }
    }
  }

  const ElfImage& image_;
  std::vector<bool> gone_;
};

// Where the parts of a file lie, and where they will:
//
//   before  | headers, text ... | debug | data (patched in later) | symbols | section headers |
//   after   | headers, text ... | data | names | section headers |
//
// A block is all that segments, loaded sections and the headers of the file hold together, so it moves as one.
class ElfLayout {
 public:
  ElfLayout(const ElfImage& image, const DiscardedSections& gone) : image_(image), gone_(gone) {
    add(0, image.header.e_ehsize, 1);
    add(image.header.e_phoff, image.segments.size() * sizeof(Elf64_Phdr), 8);
    for (const Elf64_Phdr& segment : image.segments)
      add(segment.p_offset, segment.p_filesz, segment.p_type == PT_LOAD ? segment.p_align : 1);
    for (std::size_t i = 1; i < image.sections.size(); ++i) {
      const Elf64_Shdr& section = image.sections[i];
      const bool loaded = (section.sh_flags & SHF_ALLOC) != 0 && section.sh_type != SHT_NOBITS;
      if (loaded) add(section.sh_offset, section.sh_size, section.sh_addralign);
    }
    merge();
    close_up();
    place_sections();
  }

  // Whether all of it lies inside the file, and nothing behind it.
  bool whole() const { return whole_ && holds_all(); }
  std::uint64_t size() const { return headers_ + count_ * sizeof(Elf64_Shdr); }

  std::string file() const {
    std::string out(size(), '\0');
    for (const Block& block : blocks_) copy(out, block.begin, block.to, block.end - block.begin);
    for (std::size_t i = 1; i < places_.size(); ++i) {
      if (places_[i].copied) copy(out, image_.sections[i].sh_offset, places_[i].to, image_.sections[i].sh_size);
    }
    write_headers(out);
    return out;
  }

 private:
  struct Block {
    std::uint64_t begin = 0, end = 0, align = 1, to = 0;
  };
  struct Place {
    std::uint64_t to = 0;
    bool copied = false;  // not with a block
  };

  void add(std::uint64_t begin, std::uint64_t size, std::uint64_t align) {
    whole_ = whole_ && image_.holds(begin, size) && (align & (align - 1)) == 0;
    blocks_.push_back({begin, begin + size, std::max<std::uint64_t>(align, 1)});
  }

  void merge() {
    std::ranges::sort(blocks_, {}, [](const Block& block) { return std::pair(block.begin, ~block.end); });
    std::vector<Block> merged;
    for (const Block& block : blocks_) {
      if (merged.empty() || (block.begin >= merged.back().end && block.begin != block.end)) {
        merged.push_back(block);
      } else {  // an empty one moves with what begins there, or stands before it
        merged.back().end = std::max(merged.back().end, block.end);
        merged.back().align = std::max(merged.back().align, block.align);
      }
    }
    blocks_ = std::move(merged);
  }

  void close_up() {
    for (Block& block : blocks_) {
      block.to = end_ + (block.begin - end_) % block.align;
      end_ = block.to + (block.end - block.begin);
    }
  }

  // Where a place of the old file is in the new one, by the last block that begins at or before it.
  std::uint64_t moved(std::uint64_t offset) const {
    const auto next = std::ranges::upper_bound(blocks_, offset, {}, &Block::begin);
    return next == blocks_.begin() ? offset : offset - std::prev(next)->begin + std::prev(next)->to;
  }

  bool in_a_block(const Elf64_Shdr& section) const {
    return std::ranges::any_of(blocks_, [&](const Block& block) {
      return block.begin <= section.sh_offset && section.sh_offset + section.sh_size <= block.end;
    });
  }

  void place_sections() {
    places_.resize(image_.sections.size());
    for (std::size_t i = 1; i < places_.size(); ++i) {
      const Elf64_Shdr& section = image_.sections[i];
      if (gone_[i] || section.sh_type == SHT_NULL) continue;
      if (i != image_.names) count_ = i + 1;
      const bool empty = section.sh_type == SHT_NOBITS || section.sh_size == 0;
      if (empty || (section.sh_flags & SHF_ALLOC) != 0 || in_a_block(section)) {
        places_[i].to = moved(section.sh_offset);
        continue;
      }
      whole_ = whole_ && image_.holds(section.sh_offset, section.sh_size);
      places_[i] = {.to = aligned(end_, section.sh_addralign), .copied = true};
      end_ = places_[i].to + section.sh_size;
    }
    names_ = image_.names < count_ ? image_.names : count_++;  // nothing refers to it but the header of the file
    headers_ = aligned(end_, 8);
  }

  static std::uint64_t aligned(std::uint64_t offset, std::uint64_t align) {
    return align < 2 || align > 4096 ? offset : (offset + align - 1) / align * align;
  }

  bool holds_all() const {
    std::uint64_t end = blocks_.back().end;
    for (const Elf64_Shdr& section : image_.sections) {
      if (section.sh_type != SHT_NOBITS) end = std::max(end, section.sh_offset + section.sh_size);
    }
    end = std::max(end, image_.header.e_shoff + image_.sections.size() * sizeof(Elf64_Shdr));
    const std::string_view rest = as_text(image_.file.subspan(std::min<std::size_t>(end, image_.file.size())));
    return rest.find_first_not_of('\0') == std::string_view::npos;
  }

  void copy(std::string& out, std::uint64_t from, std::uint64_t to, std::uint64_t size) const {
    std::memcpy(out.data() + to, image_.file.data() + from, size);
  }

  void write_headers(std::string& out) const {
    std::vector<Elf64_Phdr> segments = image_.segments;
    for (Elf64_Phdr& segment : segments) segment.p_offset = moved(segment.p_offset);
    std::vector<Elf64_Shdr> sections(count_);  // what is gone is SHT_NULL, so that no symbol needs another number
    for (std::size_t i = 0; i < std::min(count_, places_.size()); ++i) {
      if (i == 0 || (!gone_[i] && image_.sections[i].sh_type != SHT_NULL)) sections[i] = image_.sections[i];
      if (i != 0 && sections[i].sh_type != SHT_NULL) sections[i].sh_offset = places_[i].to;
    }
    sections[names_] = image_.sections[image_.names];
    sections[names_].sh_offset = places_[image_.names].to;
    Elf64_Ehdr header = image_.header;
    header.e_phoff = moved(header.e_phoff);
    header.e_shoff = headers_;
    header.e_shnum = static_cast<Elf64_Half>(count_);
    header.e_shstrndx = static_cast<Elf64_Half>(names_);
    encode(out, 0, ELF_T_EHDR, &header, 1);
    encode(out, header.e_phoff, ELF_T_PHDR, segments.data(), segments.size());
    encode(out, header.e_shoff, ELF_T_SHDR, sections.data(), sections.size());
  }

  // In the file's order of bytes.
  template <class Header>
  void encode(std::string& out, std::uint64_t at, ::Elf_Type type, Header* headers, std::size_t count) const {
    ::Elf_Data from{}, to{};
    from.d_buf = headers;
    to.d_buf = out.data() + at;
    from.d_size = to.d_size = count * sizeof(Header);
    from.d_type = to.d_type = type;
    from.d_version = to.d_version = EV_CURRENT;
    ::elf64_xlatetof(&to, &from, image_.header.e_ident[EI_DATA]);
  }

  const ElfImage& image_;
  const DiscardedSections& gone_;
  std::vector<Block> blocks_;
  std::vector<Place> places_;
  std::uint64_t end_ = 0, headers_ = 0;
  std::size_t count_ = 1, names_ = 0;
  bool whole_ = true;
};

inline bool is_linked(const ElfImage& image) {
  return (image.header.e_type == ET_DYN || image.header.e_type == ET_EXEC) && !image.segments.empty() &&
         image.sections.size() > 1 && image.sections.size() < SHN_LORESERVE && image.segments.size() < PN_XNUM &&
         image.names < image.sections.size();
}

}  // namespace detail

DAYPACK_DECL elf::Stripped elf::strip(const Blob& file, Discard what, std::uint64_t least) {
  const auto image = is_elf(file.bytes) ? detail::elf_image(file.bytes) : std::nullopt;
  if (!image || !detail::is_linked(*image)) return {};
  const detail::DiscardedSections gone(*image, what);
  if (!gone.any()) return {};
  const detail::ElfLayout layout(*image, gone);
  if (!layout.whole()) return {.reason = "it has data behind its sections, or headers that lead out of it"};
  if (layout.size() + std::max<std::uint64_t>(least, 1) > file.size()) return {};
  std::string out = layout.file();
  if (std::string difference = loading_difference(file.bytes, as_bytes(out)); !difference.empty())
    return {.reason = std::move(difference)};
  return {.file = blob_of(std::move(out))};
}

}  // namespace daypack
