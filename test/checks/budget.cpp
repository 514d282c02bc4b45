// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/budget.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>
#include <daypack/stages/duplicates.hpp>
#include <daypack/stages/strip.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(checks_budget)

namespace {

// An entry that says it is so large, with no byte of it there.
Entry sized(std::shared_ptr<const Distribution> from, std::string path, std::uint64_t bytes) {
  static std::uint32_t crc32 = 0;  // no two are equal
  return {.path = std::move(path),
          .content = ZipMember{.data = {}, .size = bytes, .crc32 = ++crc32},
          .origin = std::move(from)};
}

constexpr std::uint64_t MB = 1'000'000;

// 290 MB: tests 20, bytecode caches 30, installers' files 1, the rest needed.
Tree too_much(std::uint64_t tests = 20, std::uint64_t caches = 30) {
  const auto numpy = distribution_of("numpy", "2.2.6"), scipy = distribution_of("scipy", "1.16.3");
  return Tree::of({sized(numpy, "numpy/core.so", 139 * MB), sized(numpy, "numpy/tests/a.py", tests * MB),
                   sized(numpy, "numpy/a.py", 5 * MB), sized(numpy, "numpy/__pycache__/a.cpython-312.pyc", caches * MB),
                   sized(numpy, "numpy-2.2.6.dist-info/RECORD", 1 * MB), sized(scipy, "scipy/lib.so", 90 * MB),
                   sized(nullptr, "app.py", 5 * MB)});
}

// A library with debug sections and data, each twice, tests, and a file that no rule removes: so much over the limit.
Tree with_libraries(std::uint64_t excess) {
  static const TemporaryFolder folder;
  static const std::string made = python_output("make_libraries.py", "'" + folder.path().string() + "'");
  const auto demo = distribution_of("demo");
  const Blob library = daypack::detail::map_file(folder / "demo/debug.so");
  const std::string data(20'000, 'x');
  const std::uint64_t taken = 3 * library.size() + 2 * data.size() + 1 * MB;
  return Tree::of({{.path = "demo/a.so", .content = Owned{library}, .origin = demo},
                   {.path = "demo/b.so.1", .content = Owned{library}, .origin = demo},
                   {.path = "own.so", .content = Owned{library}},
                   entry_of(demo, "demo/data.bin", data),
                   entry_of(demo, "demo/same.bin", data),
                   sized(demo, "demo/tests/a.py", 1 * MB),
                   sized(nullptr, "model.bin", aws::Lambda::policy.limits.unzipped - taken + excess)});
}

// What stages really save of it.
std::uint64_t saved_by(const auto& stage) {
  auto context = targeted();
  const Tree tree = with_libraries(1);
  return tree.total().bytes - stage(tree, context).total().bytes;
}

// Stripping and links together.
std::uint64_t saved_by_others() {
  return saved_by(Strip{.what = elf::Discard::unneeded}) + saved_by(Duplicates{.link = true});
}

}  // namespace

BOOST_AUTO_TEST_CASE(over_the_limit_names_the_largest_and_the_way_out) {
  const auto found = checks::Budget{}(too_much(), targeted());
  BOOST_REQUIRE(found.size() == 7U);
  BOOST_TEST((found[0].severity == Severity::error));
  BOOST_TEST(found[0].subject == "unpacked size (got 290.0 MB, expected at most 262.1 MB)");
  BOOST_TEST(
      found[0].message ==
      "the package is 27.9 MB over the limit of AWS Lambda; largest distributions: numpy 195.0 MB, scipy 90.0 MB, your "
      "own files 5.0 MB"
      "; largest files: numpy/core.so 139.0 MB, scipy/lib.so 90.0 MB, numpy/__pycache__/a.cpython-312.pyc 30.0 MB");
  BOOST_TEST(found[0].hint ==
             "these rules fit it: --prune bytecode-caches (beside those that were applied) saves 30.0 MB");
  BOOST_TEST((failure_of(found)->code == Errc::over_limit));
  std::vector<std::string> savings;
  for (const Finding& finding : found) {
    if (finding.severity == Severity::note) savings.push_back(finding.subject + ' ' + finding.message);
  }
  const std::vector<std::string> expected{
      "rule bytecode-caches would save 30.0 MB in 1 file", "rule dist-info would save 1.0 MB in 1 file",
      "rule dist-info-all would save 1.0 MB in 1 file",    "rule dist-info-minimal would save 1.0 MB in 1 file",
      "rule mapbox would save 21.0 MB in 2 files",         "rule tests would save 20.0 MB in 1 file"};
  BOOST_TEST(savings == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_smallest_set_is_the_safest_of_the_fewest) {
  // 20 + 11 is enough, 20 or 11 alone is not; mapbox would remove more than tests, and is no safe rule.
  const auto found = checks::Budget{}(too_much(30, 20), targeted());
  BOOST_TEST(says(found.at(0).hint, "--prune tests (beside"));
  const auto two = checks::Budget{}(too_much(25, 25), targeted());
  BOOST_TEST(says(two.at(0).hint, "--prune bytecode-caches,dist-info (beside") == false);
  BOOST_TEST(says(two.at(0).hint, "--prune bytecode-caches,tests (beside"));
}

BOOST_AUTO_TEST_CASE(no_set_is_enough) {
  const auto found = checks::Budget{}(too_much(1, 100)
                                          .filter([](const Entry& e) { return !says(e.path, "pycache"); })
                                          .merge(Tree::of({sized(nullptr, "model.bin", 200 * MB)})),
                                      targeted());
  BOOST_TEST(says(found.at(0).hint, "no prune rules are enough, all together save 2.0 MB"));
}

BOOST_AUTO_TEST_CASE(stripping_is_a_way_out) {
  const std::uint64_t saves = saved_by(Strip{.what = elf::Discard::unneeded});
  const auto found = checks::Budget{}(with_libraries(saves), targeted());
  BOOST_TEST(found.at(0).hint.starts_with("this fits it: --strip unneeded --duplicates link saves "), found.at(0).hint);
  BOOST_TEST(says(found.at(0).hint, "--prune") == false);
  std::vector<std::string> subjects;
  for (const Finding& finding : found) subjects.push_back(finding.subject);
  const auto has = [&](const std::string& one) { return std::ranges::find(subjects, one) != subjects.end(); };
  BOOST_TEST(has("--strip debug") == (saved_by(Strip{.what = elf::Discard::debug}) > 0));
  BOOST_TEST(has("--strip unneeded"));
  BOOST_TEST(has("rule tests"));
}

BOOST_AUTO_TEST_CASE(links_are_a_way_out_where_they_are_kept) {
  Tree tree = with_libraries(1);
  const std::string all = checks::Budget{}(tree, targeted()).at(0).hint;
  BOOST_TEST(says(all, "--duplicates link") == aws::Lambda::policy.keeps_symlinks, all);
  BackendPolicy policy = aws::Lambda::policy;
  policy.keeps_symlinks = !policy.keeps_symlinks;
  TargetFacts facts = target<aws::Lambda, 3.12_py>.facts();
  facts.backend = &policy;
  const std::string other = checks::Budget{}(tree, testing::context(2).with_target(facts)).at(0).hint;
  BOOST_TEST(says(other, "--duplicates link") == policy.keeps_symlinks, other);
}

BOOST_AUTO_TEST_CASE(rules_and_stripping_fit_it_together) {
  const std::uint64_t saves = saved_by_others();
  const auto rules = checks::Budget{}(with_libraries(saves + 1), targeted());
  BOOST_TEST(rules.at(0).hint.starts_with("these rules fit it: --prune tests"), rules.at(0).hint);
  BOOST_TEST(says(rules.at(0).hint, "; --strip unneeded"));
  const auto together = checks::Budget{}(with_libraries(saves + 1 * MB), targeted());
  BOOST_TEST(together.at(0).hint.starts_with("these fit it together: "), together.at(0).hint);
  BOOST_TEST(says(together.at(0).hint, "--prune tests"));
  BOOST_TEST(says(together.at(0).hint, "--strip unneeded"));
  const auto never = checks::Budget{}(with_libraries(saves + 2 * MB), targeted());
  BOOST_TEST(says(never.at(0).hint, "no prune rules are enough, all together save 1.0 MB; --strip unneeded"));
}

BOOST_AUTO_TEST_CASE(near_is_a_warning_below_is_nothing) {
  const auto near = checks::Budget{}(Tree::of({sized(nullptr, "model.bin", 240 * MB)}), targeted());
  BOOST_REQUIRE(near.size() == 1U);
  BOOST_TEST((near[0].severity == Severity::warning));
  BOOST_TEST(near[0].message == "only 22.1 MB are left of the limit of AWS Lambda");
  BOOST_TEST(checks::Budget{}(Tree::of({sized(nullptr, "model.bin", 230 * MB)}), targeted()).empty());
  // The limit itself still fits.
  const auto full = checks::Budget{}(Tree::of({sized(nullptr, "model.bin", 262'144'000)}), targeted());
  BOOST_TEST((full.at(0).severity == Severity::warning));
  BOOST_TEST((checks::Budget{}(Tree::of({sized(nullptr, "model.bin", 262'144'001)}), targeted()).at(0).severity ==
              Severity::error));
}

BOOST_AUTO_TEST_CASE(attached_layers_count) {
  const Tree tree = Tree::of({sized(nullptr, "model.bin", 200 * MB)});
  const checks::Budget check{.layers = {{"one", 50 * MB}, {"two", 40 * MB}}};
  const auto found = check(tree, targeted());
  BOOST_TEST(found.at(0).subject == "unpacked size (got 290.0 MB, expected at most 262.1 MB)");
  BOOST_TEST(says(found.at(0).message, ", 90.0 MB of it in 2 layers"));
  const auto six = checks::Budget{.layers = std::vector<checks::AttachedLayer>(6)}(tree, targeted());
  BOOST_TEST(six.at(0).subject == "layers (got 6, expected at most 5)");
}

BOOST_AUTO_TEST_CASE(a_backend_without_a_limit_and_no_target) {
  BOOST_TEST(checks::Budget{}(too_much(), testing::context()).empty());
  if constexpr (azure::Functions::policy.limits.unzipped == 0)
    BOOST_TEST(checks::Budget{}(too_much(), targeted(target<azure::Functions, 3.12_py>)).empty());
}

BOOST_AUTO_TEST_CASE(the_zip_is_judged_when_it_is_sealed) {
  const BackendPolicy policy{.title = "Lab", .limits = {.zipped = 100}};
  const TargetFacts facts{&policy, nullptr, Arch::x86_64};
  const auto found_in = [&](std::size_t size) {
    return checks::Budget{}.findings_of(Archive::of({blob_of(std::string(size, 'x'))}, {}, {}), facts);
  };
  BOOST_TEST(found_in(89).empty());
  BOOST_TEST((found_in(100).at(0).severity == Severity::warning));
  BOOST_TEST((found_in(101).at(0).severity == Severity::error));
  BOOST_TEST(found_in(101).at(0).subject == "zip (got 101 B, expected at most 100 B)");
  BOOST_TEST(says(found_in(101).at(0).hint, "--split") == false);
  BackendPolicy cut = policy;
  cut.layer = &policy;
  const TargetFacts layered{&cut, nullptr, Arch::x86_64};
  const Archive archive = Archive::of({blob_of(std::string(101, 'x'))}, {}, {});
  BOOST_TEST(says(checks::Budget{}.findings_of(archive, layered).at(0).hint, "--split auto"));
}

BOOST_AUTO_TEST_SUITE_END()
