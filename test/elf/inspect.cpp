// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/elf/inspect.hpp>  // self-contained

#include "support/python.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>

#include <dlfcn.h>
#include <unistd.h>
#include <algorithm>
#include <exception>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(elf_inspect)

namespace {

// The C++ library that this program runs with: a shared object with a name, versions and weak needs.
std::string standard_library() {
  Dl_info info{};
  const auto* symbol = reinterpret_cast<const void*>(&std::terminate);
  return ::dladdr(symbol, &info) != 0 ? info.dli_fname : "";
}

std::string this_program() { return "/proc/self/exe"; }

elf::Facts facts_of(const std::string& path) {
  const auto facts = elf::inspect(daypack::detail::map_file(path).bytes);
  BOOST_REQUIRE(facts);
  return *facts;
}

using Row = std::vector<std::string>;

// As read_elf.py prints it.
std::vector<Row> rows_of(const elf::Facts& facts, const std::string& path) {
  std::vector<Row> rows;
  for (const auto& library : facts.needed) rows.push_back({path, "NEEDED", library});
  if (!facts.soname.empty()) rows.push_back({path, "SONAME", facts.soname});
  if (!facts.rpath.empty()) rows.push_back({path, "RPATH", facts.rpath});
  if (!facts.runpath.empty()) rows.push_back({path, "RUNPATH", facts.runpath});
  for (const auto& need : facts.versions)
    rows.push_back({path, need.weak ? "WEAK" : "VERSION", need.version, need.library});
  std::ranges::sort(rows);
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_sees_what_readelf_sees) {
  const std::string program = "/proc/" + std::to_string(::getpid()) + "/exe";
  for (const std::string& path : {program, standard_library()}) {
    BOOST_TEST_CONTEXT(path) {
      auto expected = python_rows("read_elf.py", "'" + path + "'");
      std::ranges::sort(expected);
      BOOST_REQUIRE(expected.size() > 4U);
      const auto rows = rows_of(facts_of(path), path);
      BOOST_REQUIRE(rows.size() == expected.size());
      for (std::size_t i = 0; i < rows.size(); ++i)
        BOOST_TEST(rows[i] == expected[i], boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_program_for_this_machine) {
  const elf::Facts facts = facts_of(this_program());
  BOOST_TEST(facts.dynamic);
  BOOST_TEST(facts.bits == 64);
#if defined(__x86_64__)
  BOOST_TEST((facts.runs_on(Arch::x86_64) && !facts.runs_on(Arch::arm64)));
  BOOST_TEST(facts.machine_name() == "x86_64");
#elif defined(__aarch64__)
  BOOST_TEST((facts.runs_on(Arch::arm64) && !facts.runs_on(Arch::x86_64)));
  BOOST_TEST(facts.machine_name() == "aarch64");
#endif
}

BOOST_AUTO_TEST_CASE(other_machines_have_names) {
  elf::Facts facts{.machine = 183};
  BOOST_TEST(facts.machine_name() == "aarch64");
  BOOST_TEST(facts.runs_on(Arch::arm64));
  facts.bits = 32;
  BOOST_TEST(!facts.runs_on(Arch::arm64));
  BOOST_TEST((elf::Facts{.machine = 3}.machine_name() == "i386"));
  BOOST_TEST((elf::Facts{.machine = 4711}.machine_name() == "machine 4711"));
}

BOOST_AUTO_TEST_CASE(facts_survive_being_text) {
  elf::Facts facts = facts_of(standard_library());
  facts.rpath = "$ORIGIN/../lib dir:/usr/lib";
  facts.runpath = "$ORIGIN";
  facts.modules = {"_one", "_two"};
  facts.versions.push_back({"libweak.so.1", "WEAK_1", true});
  const std::string text = elf::text_of(facts);
  const auto again = elf::parse_facts(text);
  BOOST_REQUIRE(again);
  BOOST_TEST((*again == facts));
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto part = elf::parse_facts(text.substr(0, size));
    BOOST_TEST((!part || !(*part == facts)));
  }
  BOOST_TEST(!elf::parse_facts(text + "\nx unknown"));
  BOOST_TEST(!elf::parse_facts("something else"));
}

BOOST_AUTO_TEST_CASE(what_is_no_elf_file_has_no_facts) {
  BOOST_TEST(!elf::inspect({}));
  BOOST_TEST(!elf::inspect(as_bytes("import this\n")));
  BOOST_TEST(!elf::inspect(as_bytes("\177ELF")));
  BOOST_TEST(elf::is_elf(as_bytes("\177ELF...")));
  BOOST_TEST(!elf::is_elf(as_bytes("\177EL")));
}

// Whatever is cut off or overwritten: an answer or none, never a read outside (the sanitizers look on).
BOOST_AUTO_TEST_CASE(damaged_files_do_no_harm) {
  const Blob whole = daypack::detail::map_file(standard_library());
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 3) {
    const std::string cut(whole.text().substr(0, size));
    static_cast<void>(elf::inspect(as_bytes(cut)));
  }
  std::string image(whole.text().substr(0, std::min<std::size_t>(whole.size(), 4'000'000)));
  for (std::size_t at = 16; at < 1024; at += 3) {
    std::string damaged = image;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x5f);
    static_cast<void>(elf::inspect(as_bytes(damaged)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
