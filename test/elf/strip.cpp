// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/elf/strip.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/elf/inspect.hpp>
#include <daypack/impl/elf/image.ipp>

#include <dlfcn.h>
#include <elf.h>
#include <algorithm>
#include <cstring>
#include <fstream>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(elf_strip)

namespace {

const std::string& made_folder() {
  static const TemporaryFolder folder;
  static const std::string path = folder.path().string();
  static const std::string made = python_output("make_libraries.py", "'" + path + "'");
  return path;
}

// A small library with debug sections and symbols.
Blob debug_library() { return daypack::detail::map_file(made_folder() + "/demo/debug.so"); }

bool has_section(const Blob& file, std::string_view name) {
  const auto image = daypack::detail::elf_image(file.bytes);
  BOOST_REQUIRE(image);
  return std::ranges::any_of(image->sections, [&](const auto& section) { return image->name(section) == name; });
}

void write_out(const std::string& path, std::string_view bytes) { std::ofstream(path, std::ios::binary) << bytes; }

// What readelf says of a file, without its name.
std::vector<std::vector<std::string>> seen_by_readelf(std::string_view bytes) {
  const TemporaryFolder folder;
  write_out(folder / "one.so", bytes);
  auto rows = python_rows("read_elf.py", "'" + folder / "one.so" + "'");
  for (auto& row : rows) row.erase(row.begin());
  return rows;
}

Blob stripped(const Blob& file, elf::Discard what = elf::Discard::unneeded) {
  const elf::Stripped result = elf::strip(file, what);
  BOOST_REQUIRE_MESSAGE(result.ok(), result.reason);
  return result.file;
}

// The file with one program header changed.
template <class Change>
Blob with_segment(const Blob& file, std::uint32_t type, Change change) {
  std::string bytes(file.text());
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    char* const at = bytes.data() + header.e_phoff + i * sizeof segment;
    std::memcpy(&segment, at, sizeof segment);
    if (segment.p_type != type) continue;
    change(segment);
    std::memcpy(at, &segment, sizeof segment);
    break;
  }
  return blob_of(std::move(bytes));
}

std::string difference(const Blob& before, const Blob& after) {
  return elf::loading_difference(before.bytes, after.bytes);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_goes_and_what_stays) {
  const Blob before = debug_library();
  const Blob debug = stripped(before, elf::Discard::debug), unneeded = stripped(before);
  BOOST_TEST(debug.size() < before.size());
  BOOST_TEST(unneeded.size() < debug.size());
  for (const Blob& after : {debug, unneeded}) {
    for (const char* name : {".debug_info", ".debug_line", ".debug_abbrev"}) {
      BOOST_TEST(has_section(before, name));
      BOOST_TEST(!has_section(after, name));
    }
    for (const char* name : {".dynsym", ".dynstr", ".gnu.hash", ".text", ".note.gnu.build-id", ".comment"})
      BOOST_TEST(has_section(after, name), name);
    BOOST_TEST(seen_by_readelf(after.text()) == seen_by_readelf(before.text()));
    BOOST_TEST(difference(before, after) == "");
  }
  BOOST_TEST(has_section(debug, ".symtab"));
  BOOST_TEST(has_section(debug, ".strtab"));
  BOOST_TEST(!has_section(unneeded, ".symtab"));
  BOOST_TEST(!has_section(unneeded, ".strtab"));
}

BOOST_AUTO_TEST_CASE(what_is_stripped_loads_and_runs) {
  for (const elf::Discard what : {elf::Discard::debug, elf::Discard::unneeded}) {
    const std::string path = made_folder() + "/demo/stripped-" + std::string(to_string(what)) + ".so";
    write_out(path, stripped(debug_library(), what).text());
    void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    BOOST_REQUIRE_MESSAGE(library, ::dlerror());
    const auto twice = reinterpret_cast<int (*)()>(::dlsym(library, "twice"));
    BOOST_REQUIRE(twice);
    BOOST_TEST(twice() == 42);
    ::dlclose(library);
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_done_twice_or_for_too_little) {
  const Blob before = debug_library(), after = stripped(before);
  BOOST_TEST(!elf::strip(after, elf::Discard::unneeded).ok());
  BOOST_TEST(elf::strip(after, elf::Discard::unneeded).reason == "");
  const std::size_t saved = before.size() - after.size();
  BOOST_TEST(elf::strip(before, elf::Discard::unneeded, saved).ok());
  BOOST_TEST(!elf::strip(before, elf::Discard::unneeded, saved + 1).ok());
  BOOST_TEST(stripped(before).text() == after.text());
}

// h5py's wheels have libraries that patchelf gave segments behind the symbols: those close up.
BOOST_AUTO_TEST_CASE(real_libraries_of_both_machines) {
  std::size_t files = 0, moved = 0;
  for (const char* platform : {"manylinux_2_17_x86_64", "manylinux_2_17_aarch64"}) {
    for (const Entry& entry : tree_of_wheel(platform_wheel("h5py==3.12.1", platform))) {
      if (entry.path.find(".so") == std::string::npos) continue;
      BOOST_TEST_CONTEXT(platform << ' ' << entry.path) {
        const Blob before = read_content(entry);
        const elf::Stripped result = elf::strip(before, elf::Discard::unneeded);
        BOOST_TEST(result.reason == "");
        if (!result.ok()) continue;
        ++files;
        BOOST_TEST(difference(before, result.file) == "");
        if (files % 16 == 1) BOOST_TEST(seen_by_readelf(result.file.text()) == seen_by_readelf(before.text()));
        const auto old_image = daypack::detail::elf_image(before.bytes),
                   new_image = daypack::detail::elf_image(result.file.bytes);
        for (std::size_t i = 0; i < old_image->segments.size(); ++i)
          moved += old_image->segments[i].p_offset != new_image->segments[i].p_offset;
      }
    }
  }
  BOOST_TEST(files > 2U);
  BOOST_TEST(moved > 0U);
}

BOOST_AUTO_TEST_CASE(the_judge_sees_what_a_loader_would_refuse) {
  const Blob before = debug_library(), after = stripped(before);
  const auto of_segment = [&](auto change) { return difference(before, with_segment(after, PT_LOAD, change)); };
  BOOST_TEST(of_segment([](Elf64_Phdr& segment) { segment.p_offset += 8; }) ==
             "segment 0 is not aligned in the file");  // as GNU strip left them: "not page-aligned"
  BOOST_TEST(of_segment([](Elf64_Phdr& segment) { segment.p_offset += 1 << 30; }) ==
             "segment 0 does not lie inside the file");
  BOOST_TEST(of_segment([](Elf64_Phdr& segment) { segment.p_flags ^= PF_W; }) == "segment 0 has another header");
  BOOST_TEST(of_segment([](Elf64_Phdr& segment) { segment.p_filesz -= 1; }) == "segment 0 has another header");
  BOOST_TEST(difference(before, with_segment(after, PT_DYNAMIC, [](Elf64_Phdr& segment) { segment.p_offset -= 16; }))
                 .ends_with("has other bytes"));
  BOOST_TEST(difference(before, blob_of("no ELF file")) == "its headers cannot be read");
  const auto image = daypack::detail::elf_image(after.bytes);
  for (const char* name : {".gnu.hash", ".dynsym", ".dynstr", ".dynamic", ".text"}) {
    const auto section = std::ranges::find(image->sections, name, [&](const auto& one) { return image->name(one); });
    BOOST_REQUIRE(section != image->sections.end());
    std::string bytes(after.text());
    bytes[section->sh_offset + section->sh_size / 2] ^= 1;
    BOOST_TEST(difference(before, blob_of(bytes)).ends_with("has other bytes"), name);
  }
}

BOOST_AUTO_TEST_CASE(what_has_data_of_its_own_stays) {
  const Blob before = debug_library();
  const elf::Stripped result = elf::strip(blob_of(std::string(before.text()) + "PK\3\4"), elf::Discard::unneeded);
  BOOST_TEST(!result.ok());
  BOOST_TEST(result.reason == "it has data behind its sections, or headers that lead out of it");
  BOOST_TEST(elf::strip(blob_of(std::string(before.text()) + std::string(8, '\0')), elf::Discard::unneeded).ok());
}

BOOST_AUTO_TEST_CASE(other_files_are_left_alone) {
  for (const std::string text : {"", "import this\n", "\177ELF", "\177ELF\2\1\1"}) {
    const elf::Stripped result = elf::strip(blob_of(text), elf::Discard::unneeded);
    BOOST_TEST(!result.ok());
    BOOST_TEST(result.reason == "");
  }
  std::string object(debug_library().text());
  object[16] = ET_REL;
  BOOST_TEST(!elf::strip(blob_of(object), elf::Discard::unneeded).ok());
}

// Whatever is cut off or overwritten: what is made passes the judge, and nothing outside is read (the sanitizers look
// on).
BOOST_AUTO_TEST_CASE(damaged_files_do_no_harm) {
  const Blob whole = debug_library();
  std::size_t made = 0;
  const auto attempt = [&](std::string bytes) {
    const Blob file = blob_of(std::move(bytes));
    const elf::Stripped result = elf::strip(file, elf::Discard::unneeded);
    if (!result.ok()) return;
    ++made;
    BOOST_TEST(difference(file, result.file) == "");
  };
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 7)
    attempt(std::string(whole.text().substr(0, size)));
  const auto image = daypack::detail::elf_image(whole.bytes);
  const std::size_t sections = image->header.e_shoff;
  for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>(4, 1024), std::pair(sections, whole.size())}) {
    for (std::size_t at = from; at < to; at += 3) {
      for (const int mask : {0x01, 0x5f, 0xff}) {
        std::string damaged(whole.text());
        damaged[at] = static_cast<char>(damaged[at] ^ mask);
        attempt(std::move(damaged));
      }
    }
  }
  BOOST_TEST(made > 300U);
}

BOOST_AUTO_TEST_SUITE_END()
