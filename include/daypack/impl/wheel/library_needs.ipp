// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/policy.hpp>

#include <elf.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a shared library demands of the system that loads it.
namespace daypack::detail {

struct LibraryNeeds {
  int machine = EM_NONE;
  std::vector<std::string> libraries = {};  // DT_NEEDED
  std::vector<std::string> versions = {};   // "GLIBC_2.34": of the version needs, without the weak ones
};

// A reader of one dynamic ELF file: the gABI (https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html) and the
// version needs of LSB Core 5.0, 10.7.4, both read 2026-11-21. It goes by the segments, as the loader does: section
// headers may have been stripped. Offsets that lead out of the file end the reading.
class ElfNeeds {
 public:
  explicit ElfNeeds(std::string_view file) : file_(file) {}

  // Nothing for what is no 64-bit little-endian ELF file, or a damaged one.
  std::optional<LibraryNeeds> read() {
    const auto header = at<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 ||
        header->e_ident[EI_DATA] != ELFDATA2LSB)
      return {};
    LibraryNeeds needs{.machine = header->e_machine};
    for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
      const auto segment = at<Elf64_Phdr>(header->e_phoff + i * header->e_phentsize);
      if (!segment) return {};
      if (segment->p_type == PT_LOAD) loads_.push_back(*segment);
      if (segment->p_type == PT_DYNAMIC) dynamic_ = *segment;
    }
    if (dynamic_ && !read_dynamic(needs)) return {};
    return needs;
  }

 private:
  template <class T>
  std::optional<T> at(std::uint64_t offset) const {
    if (offset > file_.size() || file_.size() - offset < sizeof(T)) return {};
    T value;
    std::memcpy(&value, file_.data() + offset, sizeof value);
    return value;
  }

  std::optional<std::uint64_t> offset_of(std::uint64_t address) const {
    for (const Elf64_Phdr& load : loads_) {
      if (address >= load.p_vaddr && address - load.p_vaddr < load.p_filesz)
        return load.p_offset + (address - load.p_vaddr);
    }
    return {};
  }

  std::optional<std::string> text(std::uint64_t index) const {
    const std::uint64_t begin = strings_ + index;
    if (begin < strings_ || begin >= file_.size()) return {};
    const std::size_t end = file_.find('\0', begin);
    if (end == std::string_view::npos) return {};
    return std::string(file_.substr(begin, end - begin));
  }

  bool read_dynamic(LibraryNeeds& needs) {
    std::vector<std::uint64_t> needed;
    std::uint64_t version_needs = 0, version_count = 0, strings = 0;
    for (std::uint64_t i = 0; (i + 1) * sizeof(Elf64_Dyn) <= dynamic_->p_filesz; ++i) {
      const auto entry = at<Elf64_Dyn>(dynamic_->p_offset + i * sizeof(Elf64_Dyn));
      if (!entry) return false;
      if (entry->d_tag == DT_NULL) break;
      if (entry->d_tag == DT_NEEDED) needed.push_back(entry->d_un.d_val);
      if (entry->d_tag == DT_STRTAB) strings = entry->d_un.d_ptr;
      if (entry->d_tag == DT_VERNEED) version_needs = entry->d_un.d_ptr;
      if (entry->d_tag == DT_VERNEEDNUM) version_count = entry->d_un.d_val;
    }
    const auto table = offset_of(strings);
    if (!table) return needed.empty() && version_count == 0;
    strings_ = *table;
    for (const std::uint64_t index : needed) {
      const auto name = text(index);
      if (!name) return false;
      needs.libraries.push_back(*name);
    }
    const auto versions = offset_of(version_needs);
    return version_count == 0 || (versions && read_versions(*versions, version_count, needs));
  }

  // Two linked lists, each of which goes forward only; a step of 0 ends it.
  bool read_versions(std::uint64_t offset, std::uint64_t count, LibraryNeeds& needs) const {
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto library = at<Elf64_Verneed>(offset);
      if (!library || !read_versions_of(offset, *library, needs)) return false;
      if (library->vn_next < sizeof(Elf64_Verneed)) return library->vn_next == 0;
      offset += library->vn_next;
    }
    return true;
  }

  bool read_versions_of(std::uint64_t offset, const Elf64_Verneed& library, LibraryNeeds& needs) const {
    offset += library.vn_aux;
    for (int i = 0; i < library.vn_cnt; ++i) {
      const auto version = at<Elf64_Vernaux>(offset);
      const auto name = version ? text(version->vna_name) : std::nullopt;
      if (!name || needs.versions.size() == most_versions) return false;
      if ((version->vna_flags & VER_FLG_WEAK) == 0) needs.versions.push_back(*name);
      if (version->vna_next < sizeof(Elf64_Vernaux)) return version->vna_next == 0;
      offset += version->vna_next;
    }
    return true;
  }

  static constexpr std::size_t most_versions = 10000;  // real libraries have dozens

  std::string_view file_;
  std::vector<Elf64_Phdr> loads_ = {};
  std::optional<Elf64_Phdr> dynamic_ = {};
  std::uint64_t strings_ = 0;  // offset in the file
};

// What the compiler's own libraries offer beside a C library: the newest versions that a manylinux wheel may ask for
// (auditwheel's manylinux-policy.json, https://github.com/pypa/auditwheel, read 2026-11-21).
struct CompilerRuntime {
  int glibc_minor;
  std::string_view glibcxx;
  std::string_view cxxabi;
  std::string_view gcc;
};
inline constexpr std::array<CompilerRuntime, 9> compiler_runtimes{{
    {5, "3.4.8", "1.3.1", "4.2.0"},
    {12, "3.4.13", "1.3.3", "4.3.0"},
    {17, "3.4.19", "1.3.7", "4.8.0"},
    {24, "3.4.22", "1.3.10", "4.8.0"},
    {27, "3.4.24", "1.3.11", "7.0.0"},
    {31, "3.4.28", "1.3.12", "7.0.0"},
    {34, "3.4.29", "1.3.13", "7.0.0"},
    {35, "3.4.30", "1.3.13", "12.0.0"},
    {39, "3.4.33", "1.3.15", "14.0.0"},
}};

// "3.4.30" as numbers; empty for what is none.
inline std::vector<int> numbers_of(std::string_view version) {
  std::vector<int> numbers;
  while (true) {
    int number = 0;
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
    if (error != std::errc()) return {};
    numbers.push_back(number);
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (version.empty()) return numbers;
    if (version[0] != '.') return {};
    version.remove_prefix(1);
  }
}

// The newest version of this prefix ("GLIBC_") that is demanded; empty when none is.
inline std::vector<int> newest_demanded(const LibraryNeeds& needs, std::string_view prefix) {
  std::vector<int> newest;
  for (const std::string& version : needs.versions) {
    if (version.starts_with(prefix))
      newest = std::max(newest, numbers_of(std::string_view(version).substr(prefix.size())));
  }
  return newest;
}

inline std::string dotted(const std::vector<int>& numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ".") + std::to_string(number);
  return text;
}

// Whether a library comes with every system of that C library, or with the Python that loads the module.
inline bool is_of_the_system(std::string_view library) {
  static constexpr std::array<std::string_view, 17> known{"libc.so.6",
                                                          "libm.so.6",
                                                          "libmvec.so.1",
                                                          "libdl.so.2",
                                                          "libpthread.so.0",
                                                          "librt.so.1",
                                                          "libutil.so.1",
                                                          "libresolv.so.2",
                                                          "libnsl.so.1",
                                                          "libanl.so.1",
                                                          "libgcc_s.so.1",
                                                          "libstdc++.so.6",
                                                          "libz.so.1",
                                                          "libexpat.so.1",
                                                          "libatomic.so.1",
                                                          "ld-linux-x86-64.so.2",
                                                          "ld-linux-aarch64.so.1"};
  return std::ranges::find(known, library) != known.end() || library.starts_with("libpython3");
}

// Why the versions that a library demands are not those of a system with this C library; empty when they are.
inline std::string version_misfit(const LibraryNeeds& needs, Glibc has) {
  std::vector<int> glibc = newest_demanded(needs, "GLIBC_");
  // Relative relocations: known since 2.36 (the release notes of glibc 2.36, read 2026-11-21).
  if (std::ranges::find(needs.versions, "GLIBC_ABI_DT_RELR") != needs.versions.end())
    glibc = std::max(glibc, std::vector<int>{2, 36});
  if (glibc.size() > 2) glibc.resize(2);  // 2.2.5 is no newer than 2.2
  if (glibc > std::vector<int>{has.major, has.minor})
    return "it needs glibc " + dotted(glibc) + ", the target has " + dotted({has.major, has.minor});
  const CompilerRuntime* offered = &compiler_runtimes.front();
  for (const CompilerRuntime& row : compiler_runtimes) {
    if (Glibc{2, row.glibc_minor} <= has) offered = &row;
  }
  const std::array<std::pair<std::string_view, std::string_view>, 3> limits{
      {{"GLIBCXX_", offered->glibcxx}, {"CXXABI_", offered->cxxabi}, {"GCC_", offered->gcc}}};
  for (const auto& [prefix, newest] : limits) {
    const std::vector<int> demanded = newest_demanded(needs, prefix);
    if (demanded > numbers_of(newest))
      return "it needs " + std::string(prefix) + dotted(demanded) + " of the compiler's runtime, systems with glibc " +
             dotted({has.major, has.minor}) + " have " + std::string(prefix) + std::string(newest);
  }
  return {};
}

}  // namespace daypack::detail
