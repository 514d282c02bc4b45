// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/elf.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/aliyun.hpp>
#include <daypack/backends/azure.hpp>
#include <daypack/cache/disk.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/elf/inspect.hpp>
#include <daypack/impl/checks/elf_files.ipp>  // elf_facts_key
#include <daypack/stages/zip.hpp>
#include <daypack/testing/fake_runner.hpp>

#include <algorithm>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(checks_elf)

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

// A tree with every path somewhere else.
Tree moved(const Tree& tree, const std::string& from, const std::string& to) {
  return tree.rewrite([](const Entry&) { return true; },
                      [&](Entry entry) {
                        entry.path = to + entry.path.substr(from.size());
                        return entry;
                      });
}

// The tree as the zip of a layer, read back.
checks::AttachedLayer layer_of(const Tree& tree) {
  static const TemporaryFolder folder;
  static int count = 0;
  auto context = testing::context();
  const std::string path = folder / ("layer" + std::to_string(++count) + ".zip");
  Zip{}(tree, context).save(path);
  return checks::AttachedLayer::read(path);
}

template <class T>
Texts found_beside(const Tree& tree, const std::vector<checks::AttachedLayer>& layers, T where) {
  return words_of(checks::Elf{.layers = layers}(tree, targeted(where)));
}

Texts found_beside(const Tree& tree, const std::vector<checks::AttachedLayer>& layers) {
  return found_beside(tree, layers, target<aws::Lambda, 3.12_py, here>);
}

Texts found_in(const Tree& tree) { return words_of(checks::Elf{}(tree, targeted(target<aws::Lambda, 3.12_py, here>))); }
const std::string demo = " demo 1.0 (demo-1.0-py3-none-any.whl): ";
const std::string lambda = "AWS Lambda Python 3.12 (Amazon Linux 2023)";

}  // namespace

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

// The index is asked, as it was on one day.
BOOST_AUTO_TEST_CASE(the_version_that_would_fit_is_named) {
  const std::string path = platform_wheel("cryptography==46.0.3", "manylinux_2_34_x86_64");
  const auto old_glibc = asking(target<aws::Lambda, 3.11_py>);
  const auto honest = checks::Elf{}(tree_of_wheel(path, index_of()), old_glibc);
  BOOST_REQUIRE(honest.size() == 1U);
  const std::string newest = "take cryptography==50.0.2";
  BOOST_TEST(honest[0].hint == newest +
                                   ", the newest version with a wheel for this target, or Python 3.12, which has "
                                   "glibc 2.34");
  // A name that promises less than the library needs: the resolver would take the same version again.
  const std::string renamed = "cryptography-46.0.3-cp311-abi3-manylinux_2_17_x86_64.whl";
  const auto lies = checks::Elf{}(tree_of_wheel(path, index_of(), renamed), old_glibc);
  BOOST_REQUIRE(lies.size() == 1U);
  BOOST_TEST(lies[0].subject == "cryptography 46.0.3 (" + renamed + ')');
  BOOST_TEST(lies[0].hint == newest +
                                 ", the newest other version with a wheel for this target (the name of this one "
                                 "promises what it does not keep), or Python 3.12, which has glibc 2.34");
  const auto arm =
      checks::Elf{}(tree_of_wheel(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"), index_of()), asking());
  BOOST_REQUIRE(arm.size() == 1U);
  BOOST_TEST(arm[0].hint ==
             "take markupsafe==3.0.4, the newest version with a wheel for this target, or choose --arch arm64");
  const auto same = checks::Elf{}(
      tree_of_wheel(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"), index_of("2025-10-01")), asking());
  BOOST_TEST(same.at(0).hint == "resolve anew: markupsafe==3.0.3 has a wheel for this target, or choose --arch arm64");
  // For CPython 3.12, the target's is 3.13.
  const auto python =
      checks::Elf{}(tree_of_wheel(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"), index_of()),
                    asking(target<aws::Lambda, 3.13_py, Arch::arm64>));
  BOOST_TEST(python.at(0).hint == "take markupsafe==3.0.4, the newest version with a wheel for this target");
}

BOOST_AUTO_TEST_CASE(nobody_is_asked_without_an_error) {
  const auto nobody = std::make_shared<testing::FakeRunner>();
  const std::string arm = platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64");
  const auto fits = asking(target<aws::Lambda, 3.12_py, Arch::arm64>, nobody);
  BOOST_TEST(checks::Elf{}(tree_of_wheel(arm, index_of()), fits).empty());
  // Nor about what comes from no index.
  BOOST_TEST(checks::Elf{}(tree_of_wheel(arm), asking(target<aws::Lambda, 3.12_py>, nobody)).size() == 1U);
  BOOST_TEST(nobody->seen().empty());
}

BOOST_AUTO_TEST_CASE(an_index_that_does_not_answer_leaves_the_general_way_out) {
  const auto uv = std::make_shared<testing::FakeRunner>();
  uv->answer({"uv", "pip", "compile"}, {{.exit_code = 1, .err = "error: no network"}});
  const Tree wheel = tree_of_wheel(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"), index_of());
  std::vector<Entry> entries;
  for (int i = 0; i < 7; ++i) {
    const Entry library = *std::ranges::find_if(wheel, [](const Entry& one) { return one.path.ends_with(".so"); });
    auto origin = std::make_shared<Distribution>(*library.origin);
    origin->name = "demo" + std::to_string(i);
    entries.push_back({.path = origin->name + ".so", .content = library.content, .origin = origin});
  }
  const auto found = checks::Elf{}(Tree::of(std::move(entries)), asking(target<aws::Lambda, 3.12_py>, uv, true));
  BOOST_TEST(found.size() == 7U);
  BOOST_TEST(says(found[0].hint, "take a wheel of demo0 for x86_64 (resolve anew for this target)"));
  BOOST_TEST(uv->seen().size() == 5U);  // not about every distribution of a lock that is for another machine
  for (const Command& command : uv->seen())
    BOOST_TEST((std::ranges::find(command.argv, "--offline") != command.argv.end()));
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

BOOST_AUTO_TEST_CASE(libraries_of_attached_layers_are_there) {
  const Tree lost = libraries({"demo/lost.so"}), dep = libraries({"demo.libs/libdep.so.1"});
  BOOST_TEST(found_beside(lost, {}).size() == 1U);
  // LD_LIBRARY_PATH of AWS and of Aliyun has /opt/lib.
  const auto in_lib = layer_of(moved(dep, "demo.libs", "lib"));
  BOOST_TEST(found_beside(lost, {in_lib}).empty());
  BOOST_TEST(found_beside(lost, {layer_of(libraries({"demo/lost.so"})), in_lib}).empty());
  BOOST_TEST(found_beside(lost, {in_lib}, target<azure::Functions, 3.12_py>).size() == 1U);
  const auto lost_note = [&](const std::string& place) {
    return Texts{"note" + demo + "needs libdep.so.1, which lies in a layer (" + place +
                 ") where the loader does not look (demo/lost.so)"};
  };
  BOOST_TEST(
      found_beside(lost, {layer_of(moved(dep, "", "python/"))}) == lost_note("/opt/python/demo.libs/libdep.so.1"),
      boost::test_tools::per_element());
  // What a module of the layer loads by its own RUNPATH is loaded by its name afterwards.
  BOOST_TEST(
      found_beside(lost, {layer_of(moved(libraries({"demo/runpath.so", "demo.libs/libdep.so.1"}), "", "python/"))})
          .empty());
  // Another library of the layer's own may miss something; that is the layer's business.
  BOOST_TEST(found_beside(libraries({"demo/runpath.so", "demo.libs/libdep.so.1"}),
                          {layer_of(moved(libraries({"demo/broken.so"}), "", "python/"))})
                 .empty());
}

BOOST_AUTO_TEST_CASE(the_loader_passes_over_libraries_of_another_machine) {
  const Tree wheel = tree_of_wheel(platform_wheel("markupsafe==3.0.3", "manylinux_2_17_aarch64"));
  const auto arm = wheel.filter([](const Entry& entry) { return entry.path.ends_with(".so"); });
  BOOST_REQUIRE(arm.size() == 1U);
  if (here == Arch::arm64) return;
  const auto layer = layer_of(moved(arm, arm.begin()->path, "lib/libdep.so.1"));
  BOOST_TEST(found_beside(libraries({"demo/lost.so"}), {layer}).size() == 1U);
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
  const auto key = daypack::detail::elf_facts_key(*library);
  BOOST_REQUIRE(key);
  BOOST_REQUIRE(cache->get(*key));
  cache->put(*key, as_bytes(elf::text_of({.machine = 3, .bits = 32})));
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
