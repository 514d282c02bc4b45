// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>

#include <libelf.h>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace daypack::detail {

// The headers of a 64-bit ELF file, in this machine's order of bytes. All that they say of places may be wrong.
struct ElfImage {
  ByteView file = {};
  Elf64_Ehdr header = {};
  std::vector<Elf64_Phdr> segments = {};
  std::vector<Elf64_Shdr> sections = {};
  std::size_t names = 0;  // the number of the section with their names

  bool holds(std::uint64_t offset, std::uint64_t size) const {
    return offset <= file.size() && size <= file.size() - offset;
  }
  ByteView bytes(const Elf64_Shdr& section) const {
    const bool none = section.sh_type == SHT_NOBITS || !holds(section.sh_offset, section.sh_size);
    return none ? ByteView() : file.subspan(section.sh_offset, section.sh_size);
  }
  std::string_view name(const Elf64_Shdr& section) const {
    if (names >= sections.size()) return {};
    const std::string_view all = as_text(bytes(sections[names]));
    const std::string_view rest = all.substr(std::min<std::size_t>(section.sh_name, all.size()));
    return rest.substr(0, rest.find('\0'));
  }
};

// Nothing for other files, and for those whose tables of headers libelf finds to lead out of them.
inline std::optional<ElfImage> elf_image(ByteView file) {
  struct End {
    void operator()(::Elf* elf) const noexcept { ::elf_end(elf); }
  };
  ::elf_version(EV_CURRENT);
  // libelf writes to the image of no file that it only reads.
  const std::unique_ptr<::Elf, End> elf(
      ::elf_memory(reinterpret_cast<char*>(const_cast<std::byte*>(file.data())), file.size()));
  if (!elf || ::elf_kind(elf.get()) != ELF_K_ELF) return std::nullopt;
  const Elf64_Ehdr* const header = ::elf64_getehdr(elf.get());
  std::size_t segments = 0, sections = 0;
  ElfImage image{.file = file};
  if (!header || ::elf_getphdrnum(elf.get(), &segments) != 0 || ::elf_getshdrnum(elf.get(), &sections) != 0 ||
      (sections != 0 && ::elf_getshdrstrndx(elf.get(), &image.names) != 0)) {
    return std::nullopt;
  }
  image.header = *header;
  if (!image.holds(header->e_phoff, segments * sizeof(Elf64_Phdr)) ||
      !image.holds(header->e_shoff, sections * sizeof(Elf64_Shdr))) {
    return std::nullopt;
  }
  if (const Elf64_Phdr* const first = segments ? ::elf64_getphdr(elf.get()) : nullptr)
    image.segments.assign(first, first + segments);
  for (std::size_t i = 0; i < sections; ++i) {
    ::Elf_Scn* const section = ::elf_getscn(elf.get(), i);
    const Elf64_Shdr* const one = section ? ::elf64_getshdr(section) : nullptr;
    if (!one) return std::nullopt;
    image.sections.push_back(*one);
  }
  if (image.segments.size() != segments) return std::nullopt;
  return image;
}

}  // namespace daypack::detail
