// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/strip.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/cache/disk.hpp>
#include <daypack/stage.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_strip)

namespace {

Blob debug_library() {
  static const TemporaryFolder folder;
  static const std::string made = python_output("make_libraries.py", "'" + folder.path().string() + "'");
  return daypack::detail::map_file(folder / "demo/debug.so");
}

Entry library(std::shared_ptr<const Distribution> from, std::string path, Blob content) {
  return {.path = std::move(path), .content = Owned{std::move(content)}, .origin = std::move(from)};
}

Tree sample() {
  const auto demo = distribution_of("demo");
  const Blob file = debug_library();
  return Tree::of({library(demo, "demo/a.so", file), library(demo, "demo/bin", file),
                   library(demo, "demo/odd.so", blob_of(std::string(file.text()) + "more")),
                   entry_of(demo, "demo/__init__.py", "x = 1\n"), library(nullptr, "own.so", file)});
}

std::string text_at(const Tree& tree, const std::string& path) {
  return std::string(read_content(*tree.find(path)).text());
}

}  // namespace

static_assert(stage<Strip> && std::same_as<takes<Strip>, Tree> && std::same_as<gives<Strip>, Tree>);

BOOST_AUTO_TEST_CASE(libraries_of_distributions_become_smaller) {
  Observed observed;
  const Tree before = sample().with_ledger({{.path = "earlier"}});
  const Tree after = Strip{}(before, observed.context);
  const std::string expected(elf::strip(debug_library(), elf::Discard::unneeded).file.text());
  BOOST_TEST(paths_in(after) == paths_in(before), boost::test_tools::per_element());
  BOOST_TEST((text_at(after, "demo/a.so") == expected));
  BOOST_TEST((text_at(after, "demo/bin") == expected));
  BOOST_TEST((text_at(after, "own.so") == debug_library().text()));
  BOOST_TEST((text_at(after, "demo/odd.so") == text_at(before, "demo/odd.so")));
  const std::string saved = std::to_string(2 * (debug_library().size() - expected.size()));
  BOOST_TEST(observed.texts() == (std::vector<std::string>{"demo/odd.so: is not stripped: it has data behind its "
                                                           "sections, or headers that lead out of it",
                                                           "strip: made 2 files " + saved + " bytes smaller"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_ledger_has_bytes_before_and_after) {
  Observed observed;
  const Ledger ledger =
      Strip{.what = elf::Discard::debug}(sample().with_ledger({{.path = "earlier"}}), observed.context).ledger();
  BOOST_TEST(paths_in(ledger) == (std::vector<std::string>{"earlier", "demo/a.so", "demo/bin", "demo/odd.so"}),
             boost::test_tools::per_element());
  BOOST_TEST((ledger[1].change == Change::rewritten));
  BOOST_TEST(ledger[1].bytes == debug_library().size());
  BOOST_TEST(ledger[1].bytes_after == elf::strip(debug_library(), elf::Discard::debug).file.size());
  BOOST_TEST(ledger[1].distribution == "demo");
  BOOST_TEST(ledger[1].rule == "strip");
  BOOST_TEST(ledger[1].note == "debug");
  BOOST_TEST((ledger[3].change == Change::kept));
  BOOST_TEST(ledger[3].bytes_after == ledger[3].bytes);
  BOOST_TEST(ledger[3].note.starts_with("it has data behind its sections"));
}

BOOST_AUTO_TEST_CASE(results_come_from_the_cache) {
  const TemporaryFolder folder;
  const auto cache = std::make_shared<DiskCache>(folder / "cache");
  const auto run = [&](std::size_t threads) {
    Context context = testing::context(Services{.pool = std::make_shared<Pool>(threads), .cache = cache});
    return Strip{}(sample(), context);
  };
  Context plain = testing::context(1);
  const Tree first = Strip{}(sample(), plain);
  for (const std::size_t threads : {1, 2, 7}) {
    const Tree again = run(threads);
    BOOST_REQUIRE(again.size() == first.size());
    for (const Entry& entry : first) BOOST_TEST((read_content(entry).text() == text_at(again, entry.path)), entry.path);
    BOOST_TEST(again.ledger().size() == first.ledger().size());
    BOOST_TEST(again.ledger().back().note == first.ledger().back().note);
  }
  // What the cache has is believed: nothing is computed twice.
  const CacheKey key{"strip", sha256_of(debug_library().bytes).hex() + "-unneeded-1"};
  BOOST_REQUIRE(cache->get(key));
  cache->put(key, as_bytes("\177ELF from the cache"));
  BOOST_TEST(text_at(run(2), "demo/a.so") == "\177ELF from the cache");
}

// Streams of what stays are copied into the zip as they lie in the wheel.
BOOST_AUTO_TEST_CASE(what_stays_is_still_a_member_of_its_wheel) {
  Context context = targeted(target<aws::Lambda, 3.12_py, Arch::arm64>);
  const Tree before = tree_of_wheel(platform_wheel("h5py==3.12.1", "manylinux_2_17_aarch64"));
  const Tree after = Strip{}(before, context);
  std::size_t spliced = 0, smaller = 0;
  for (const Entry& entry : after) {
    const Entry& old = *before.find(entry.path);
    if (const auto* member = std::get_if<ZipMember>(&entry.content)) {
      BOOST_TEST(member->data.bytes.data() == std::get<ZipMember>(old.content).data.bytes.data());
      ++spliced;
    } else {
      BOOST_TEST(size_of(entry.content) + 4096 <= size_of(old.content));
      BOOST_TEST(entry.path.find(".so") != std::string::npos);
      ++smaller;
    }
  }
  BOOST_TEST(spliced > 50U);
  BOOST_TEST(smaller > 20U);
  BOOST_TEST(after.total().bytes < before.total().bytes);
}

BOOST_AUTO_TEST_SUITE_END()
