// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/elf/inspect.hpp>

#include <gelf.h>
#include <libelf.h>
#include <algorithm>
#include <charconv>
#include <memory>
#include <span>
#include <string_view>

namespace daypack {

namespace detail {

// The dynamic section of one file, by its program headers: stripped files have no section headers.
class ElfReader {
 public:
  explicit ElfReader(ByteView file) : file_(file) {
    ::elf_version(EV_CURRENT);
    // libelf writes to the image of no file that it only reads.
    elf_.reset(::elf_memory(reinterpret_cast<char*>(const_cast<std::byte*>(file.data())), file.size()));
  }

  std::optional<elf::Facts> facts() {
    GElf_Ehdr header;
    if (!elf_ || ::elf_kind(elf_.get()) != ELF_K_ELF || !::gelf_getehdr(elf_.get(), &header)) return std::nullopt;
    facts_.machine = header.e_machine;
    facts_.bits = header.e_ident[EI_CLASS] == ELFCLASS64 ? 64 : 32;
    facts_.little_endian = header.e_ident[EI_DATA] == ELFDATA2LSB;
    if (!read_segments() || !read_dynamic()) return std::nullopt;
    std::ranges::sort(facts_.versions, {},
                      [](const elf::VersionNeed& need) { return std::tie(need.library, need.version); });
    return std::move(facts_);
  }

 private:
  struct End {
    void operator()(::Elf* elf) const noexcept { ::elf_end(elf); }
  };

  bool read_segments() {
    std::size_t count = 0;
    if (::elf_getphdrnum(elf_.get(), &count) != 0) return false;
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Phdr segment;
      if (!::gelf_getphdr(elf_.get(), static_cast<int>(i), &segment)) return false;
      if (segment.p_type == PT_LOAD) loaded_.push_back(segment);
      if (segment.p_type == PT_DYNAMIC) dynamic_ = segment;
    }
    return true;
  }

  // The bytes of the file from an address on, as far as its segment goes; empty when there are none.
  ByteView at(GElf_Addr address) const {
    for (const GElf_Phdr& segment : loaded_) {
      if (address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz) continue;
      const GElf_Off offset = segment.p_offset + (address - segment.p_vaddr);
      if (offset >= file_.size()) return {};
      return file_.subspan(
          offset, std::min<std::size_t>(segment.p_filesz - (address - segment.p_vaddr), file_.size() - offset));
    }
    return {};
  }

  ::Elf_Data* chunk(ByteView bytes, ::Elf_Type type) const {
    const auto offset = bytes.data() - file_.data();
    return bytes.empty() ? nullptr : ::elf_getdata_rawchunk(elf_.get(), offset, bytes.size(), type);
  }

  bool read_dynamic() {
    facts_.dynamic = dynamic_.p_filesz != 0;
    if (!facts_.dynamic) return true;
    if (dynamic_.p_offset > file_.size() || dynamic_.p_filesz > file_.size() - dynamic_.p_offset) return false;
    ::Elf_Data* const data = chunk(file_.subspan(dynamic_.p_offset, dynamic_.p_filesz), ELF_T_DYN);
    if (!data) return false;
    std::vector<GElf_Dyn> entries;
    GElf_Dyn entry;
    for (int i = 0; ::gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; ++i) entries.push_back(entry);
    return read_strings(entries) && read_entries(entries);
  }

  bool read_strings(const std::vector<GElf_Dyn>& entries) {
    GElf_Addr address = 0;
    GElf_Xword size = 0;
    for (const GElf_Dyn& entry : entries) {
      if (entry.d_tag == DT_STRTAB) address = entry.d_un.d_ptr;
      if (entry.d_tag == DT_STRSZ) size = entry.d_un.d_val;
    }
    const ByteView bytes = at(address);
    strings_ = as_text(bytes.first(std::min<std::size_t>(size, bytes.size())));
    for (std::string_view rest = strings_; !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find('\0'));
      rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      if (name.starts_with("PyInit_") && is_line(name)) facts_.modules.emplace_back(name.substr(7));
    }
    return !strings_.empty();
  }

  static bool is_line(std::string_view text) { return text.find('\n') == std::string_view::npos; }

  // Sets a text of the table of strings; false when it leads out of it.
  bool take(GElf_Xword offset, std::string& text) const {
    if (offset >= strings_.size()) return false;
    const std::size_t end = strings_.find('\0', offset);
    if (end == std::string_view::npos || !is_line(strings_.substr(offset, end - offset))) return false;
    text = strings_.substr(offset, end - offset);
    return true;
  }

  bool read_entries(const std::vector<GElf_Dyn>& entries) {
    for (const GElf_Dyn& entry : entries) {
      bool good = true;
      switch (entry.d_tag) {
        case DT_NEEDED:
          good = take(entry.d_un.d_val, facts_.needed.emplace_back());
          break;
        case DT_SONAME:
          good = take(entry.d_un.d_val, facts_.soname);
          break;
        case DT_RPATH:
          good = take(entry.d_un.d_val, facts_.rpath);
          break;
        case DT_RUNPATH:
          good = take(entry.d_un.d_val, facts_.runpath);
          break;
        case DT_VERNEED:
          good = read_versions(entry.d_un.d_ptr);
          break;
        default:
          break;
      }
      if (!good) return false;
    }
    return true;
  }

  bool read_versions(GElf_Addr address) {
    ::Elf_Data* const data = chunk(at(address), ELF_T_VNEED);
    if (!data) return false;
    for (std::size_t offset = 0;;) {
      GElf_Verneed need;
      if (offset > data->d_size || !::gelf_getverneed(data, static_cast<int>(offset), &need)) return false;
      std::string library;
      if (!take(need.vn_file, library) || !read_versions_of(library, data, offset + need.vn_aux, need.vn_cnt))
        return false;
      if (need.vn_next == 0) return true;
      offset += need.vn_next;
    }
  }

  bool read_versions_of(const std::string& library, ::Elf_Data* data, std::size_t offset, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Vernaux version;
      if (offset > data->d_size || !::gelf_getvernaux(data, static_cast<int>(offset), &version)) return false;
      elf::VersionNeed need{.library = library, .weak = (version.vna_flags & VER_FLG_WEAK) != 0};
      if (!take(version.vna_name, need.version)) return false;
      facts_.versions.push_back(std::move(need));
      offset += version.vna_next;
    }
    return true;
  }

  ByteView file_;
  std::unique_ptr<::Elf, End> elf_;
  elf::Facts facts_;
  std::vector<GElf_Phdr> loaded_;
  GElf_Phdr dynamic_{};
  std::string_view strings_;
};

inline constexpr std::string_view elf_facts_mark = "daypack elf facts 1";

// Takes one line of the text of facts; false for one that is none.
inline bool take_elf_line(elf::Facts& facts, std::string_view line) {
  if (line.size() < 2 || line[1] != ' ') return false;
  const std::string value(line.substr(2));
  switch (line[0]) {
    case 's':
      facts.soname = value;
      return true;
    case 'r':
      facts.rpath = value;
      return true;
    case 'R':
      facts.runpath = value;
      return true;
    case 'n':
      facts.needed.push_back(value);
      return true;
    case 'm':
      facts.modules.push_back(value);
      return true;
    case 'v':
    case 'w': {
      const std::size_t blank = value.find(' ');
      if (blank == std::string::npos) return false;
      facts.versions.push_back({value.substr(blank + 1), value.substr(0, blank), line[0] == 'w'});
      return true;
    }
    default:
      return false;
  }
}

}  // namespace detail

DAYPACK_DECL bool elf::Facts::runs_on(Arch arch) const {
  return bits == 64 && little_endian && machine == (arch == Arch::arm64 ? EM_AARCH64 : EM_X86_64);
}

DAYPACK_DECL std::string elf::Facts::machine_name() const {
  switch (machine) {
    case EM_X86_64:
      return bits == 64 ? "x86_64" : "x32";
    case EM_AARCH64:
      return "aarch64";
    case EM_386:
      return "i386";
    case EM_ARM:
      return "arm";
    case EM_PPC64:
      return little_endian ? "ppc64le" : "ppc64";
    case EM_S390:
      return "s390x";
    case EM_RISCV:
      return "riscv";
    default:
      return "machine " + std::to_string(machine);
  }
}

DAYPACK_DECL bool elf::is_elf(ByteView beginning) { return as_text(beginning).starts_with("\177ELF"); }

DAYPACK_DECL std::optional<elf::Facts> elf::inspect(ByteView file) {
  return is_elf(file) ? detail::ElfReader(file).facts() : std::nullopt;
}

DAYPACK_DECL std::string elf::text_of(const Facts& facts) {
  std::string text(detail::elf_facts_mark);
  for (const int number : {int{facts.machine}, facts.bits, int{facts.little_endian}, int{facts.dynamic}})
    text += ' ' + std::to_string(number);
  const auto add = [&](char kind, const std::string& value) {
    text.append(1, '\n').append(1, kind).append(1, ' ').append(value);
  };
  if (!facts.soname.empty()) add('s', facts.soname);
  if (!facts.rpath.empty()) add('r', facts.rpath);
  if (!facts.runpath.empty()) add('R', facts.runpath);
  for (const std::string& library : facts.needed) add('n', library);
  for (const std::string& module : facts.modules) add('m', module);
  for (const VersionNeed& need : facts.versions) add(need.weak ? 'w' : 'v', need.version + ' ' + need.library);
  return text;
}

DAYPACK_DECL std::optional<elf::Facts> elf::parse_facts(std::string_view text) {
  if (!text.starts_with(detail::elf_facts_mark)) return std::nullopt;
  text.remove_prefix(detail::elf_facts_mark.size());
  int numbers[4] = {};
  for (int& number : numbers) {
    if (!text.starts_with(' ')) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  Facts facts{.machine = static_cast<std::uint16_t>(numbers[0]),
              .bits = numbers[1],
              .little_endian = numbers[2] != 0,
              .dynamic = numbers[3] != 0};
  while (text.starts_with('\n')) {
    const std::string_view line = text.substr(1, text.find('\n', 1) - 1);
    if (!detail::take_elf_line(facts, line)) return std::nullopt;
    text.remove_prefix(line.size() + 1);
  }
  return text.empty() ? std::optional(std::move(facts)) : std::nullopt;
}

}  // namespace daypack
