// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/elf.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/cache/disk.hpp>
#include <daypack/elf/inspect.hpp>

#include <algorithm>
#include <cstdio>

using namespace daypack;

namespace {

using Texts = std::vector<std::string>;

// Which machine the compiler of the tests makes code for.
#if defined(__aarch64__)
constexpr Arch here = Arch::arm64;
#else
constexpr Arch here = Arch::x86_64;
#endif

// The libraries of make_libraries.py as files of a distribution.
Tree libraries(const Texts& paths, const std::string& prefix = "") {
  static const TemporaryFolder folder;
  static const std::string made = python_output("make_libraries.py", "'" + folder.path().string() + "'");
  const auto demo = distribution_of("demo", "1.0");
  std::vector<Entry> entries;
  for (const std::string& path : paths) {
    const Blob bytes = daypack::detail::map_file(folder / path);
    entries.push_back({.path = prefix + path, .content = Owned{bytes}, .origin = demo});
  }
  return Tree::of(std::move(entries));
}

Texts found_in(const Tree& tree) { return words_of(checks::Elf{}(tree, targeted(target<aws::Lambda, 3.12_py, here>))); }
const std::string demo = " demo 1.0 (demo-1.0-py3-none-any.whl): ";
const std::string lambda = "AWS Lambda Python 3.12 (Amazon Linux 2023)";

}  // namespace

BOOST_AUTO_TEST_SUITE(checks_elf)

BOOST_AUTO_TEST_CASE(a_wheel_for_a_newer_glibc_than_the_runtime_has) {
  const Tree tree = tree_of_wheel(platform_wheel("cryptography==46.0.3", "manylinux_2_34_x86_64"));
  const auto found = checks::Elf{}(tree, targeted(target<aws::Lambda, 3.11_py>));
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found[0].severity == Severity::error));
  BOOST_TEST(found[0].subject == "cryptography 46.0.3 (cryptography-46.0.3-cp311-abi3-manylinux_2_34_x86_64.whl)");
  BOOST_TEST(says(found[0].message,
                  "AWS Lambda Python 3.11 (Amazon Linux 2) has 2.26 (cryptography/hazmat/bindings/_rust.abi3.so)"));
  BOOST_TEST(found[0].message.starts_with("needs glibc 2.3"));
  BOOST_TEST(says(found[0].hint, "take a wheel of cryptography for manylinux_2_26 or older"));
  BOOST_TEST(says(found[0].hint, "or Python 3.12, which has glibc 2.34"));
  // Where glibc is new enough, nothing is wrong with it.
  BOOST_TEST(checks::Elf{}(tree, targeted(target<aws::Lambda, 3.12_py>)).empty());
}

BOOST_AUTO_TEST_CASE(a_wheel_for_another_machine) {
  const Tree tree = tree_of_wheel(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"));
  const auto found = checks::Elf{}(tree, targeted());
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found[0].severity == Severity::error));
  BOOST_TEST(found[0].message ==
             "machine code for aarch64, the target is x86_64 (markupsafe/_speedups.cpython-312-aarch64-linux-gnu.so)");
  BOOST_TEST(says(found[0].hint, "or choose --arch arm64"));
  BOOST_TEST(checks::Elf{}(tree, targeted(target<aws::Lambda, 3.12_py, Arch::arm64>)).empty());
}

BOOST_AUTO_TEST_CASE(a_module_for_another_python) {
  const Tree tree = tree_of_wheel(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"));
  const auto found = checks::Elf{}(tree, targeted(target<aws::Lambda, 3.13_py, Arch::arm64>));
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found[0].severity == Severity::error));
  BOOST_TEST(says(found[0].message, "an extension module for CPython 3.12, which Python 3.13 does not import"));
}

BOOST_AUTO_TEST_CASE(libraries_are_found_where_the_loader_looks) {
  BOOST_TEST(found_in(libraries({"demo/runpath.so", "demo/rpath.abi3.so", "demo.libs/libdep.so.1"})).empty());
  // LD_LIBRARY_PATH of AWS has /var/task/lib.
  Tree own = libraries({"demo/lost.so"})
                 .merge(libraries({"demo.libs/libdep.so.1"})
                            .rewrite([](const Entry&) { return true; },
                                     [](Entry entry) {
                                       entry.path = "lib/libdep.so.1";
                                       return entry;
                                     }));
  BOOST_TEST(found_in(own).empty());
}

BOOST_AUTO_TEST_CASE(libraries_that_are_missing) {
  BOOST_TEST(found_in(libraries({"demo/runpath.so"})) ==
                 Texts{"error" + demo + "needs libdep.so.1, which is not in the package, nor known to be in " + lambda +
                       " (demo/runpath.so)"},
             boost::test_tools::per_element());
  // Of what no import loads by itself nobody knows whether it is needed.
  BOOST_TEST(found_in(libraries({"demo/plugin.so"})) ==
                 Texts{"warning" + demo + "needs libmissing.so.9, which is not in the package, nor known to be in " +
                       lambda + " (demo/plugin.so)"},
             boost::test_tools::per_element());
  // What an import loads indirectly counts as much.
  BOOST_TEST(found_in(libraries({"demo/indirect.so", "demo.libs/libdeep.so.1"})) ==
                 Texts{"error" + demo + "needs libmissing.so.9, which is not in the package, nor known to be in " +
                       lambda + " (demo.libs/libdeep.so.1)"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_library_that_must_be_loaded_first_is_a_note) {
  BOOST_TEST(found_in(libraries({"demo/lost.so", "demo.libs/libdep.so.1"})) ==
                 Texts{"note" + demo +
                       "needs libdep.so.1, which lies in the package (demo.libs/libdep.so.1) where the loader does not "
                       "look (demo/lost.so)"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(files_of_a_kind_are_one_finding) {
  const auto found = found_in(libraries({"demo/broken.so"})
                                  .merge(libraries({"demo/broken.so"}, "x/"))
                                  .merge(libraries({"demo/broken.so"}, "y/"))
                                  .merge(libraries({"demo/broken.so"}, "z/")));
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(says(found[0], "(demo/broken.so, x/demo/broken.so, y/demo/broken.so and 1 more)"));
}

BOOST_AUTO_TEST_CASE(allowed_by_path) {
  const checks::Elf check{.allow = {"demo/b*"}};
  BOOST_TEST(check(libraries({"demo/broken.so"}), targeted(target<aws::Lambda, 3.12_py, here>)).empty());
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_a_warning) {
  const Tree tree = Tree::of({text_entry("own.so", "\177ELF and nothing else")});
  BOOST_TEST(found_in(tree) == Texts{"warning own.so: a damaged ELF file"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_known_of_a_wheel_is_kept) {
  const TemporaryFolder folder;
  const auto cache = std::make_shared<DiskCache>(folder.path().string());
  const auto context = testing::context(Services{.cache = cache}).with_target(target<aws::Lambda, 3.12_py>.facts());
  Tree tree = tree_of_wheel(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"));
  const auto first = checks::Elf{}(tree, context);
  BOOST_REQUIRE(first.size() == 1U);
  // Its content is not looked at again: the cache gives the answer, even a wrong one.
  const auto library = std::ranges::find_if(tree, [](const Entry& entry) { return entry.path.ends_with(".so"); });
  const auto& member = std::get<ZipMember>(library->content);
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, "-%08x-%llx-%llx", static_cast<unsigned>(member.crc32),
                static_cast<unsigned long long>(member.size), static_cast<unsigned long long>(member.data.size()));
  const CacheKey key{"elf", library->origin->sha256 + numbers};
  BOOST_REQUIRE(cache->get(key));
  cache->put(key, as_bytes(elf::text_of({.machine = 3, .bits = 32})));
  BOOST_TEST(says(checks::Elf{}(tree, context).at(0).message, "machine code for i386"));
  // A member that nobody has vouched for has no key.
  tree = tree.rewrite([](const Entry&) { return true; },
                      [](Entry entry) {
                        if (auto* one = std::get_if<ZipMember>(&entry.content)) one->trusted = false;
                        return entry;
                      });
  BOOST_TEST((checks::Elf{}(tree, context) == first));
}

BOOST_AUTO_TEST_CASE(without_a_target_nothing_is_judged) {
  BOOST_TEST(checks::Elf{}(libraries({"demo/broken.so"}), testing::context()).empty());
}

BOOST_AUTO_TEST_SUITE_END()
