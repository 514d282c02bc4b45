// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/check.hpp>  // self-contained

#include "support/error_of.hpp"
#include "support/findings.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/testing/tree_literal.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_check)

namespace {

Tree sample() {
  return testing::tree_literal({{"key", "-----BEGIN PRIVATE KEY-----\n" + std::string(64, 'A') + "\n"},
                                {"json.py", "x = 1\n"},
                                {"libfoo.so", std::string("\xcf\xfa\xed\xfe\7\0\0\1", 8)}});
}

struct Heard {
  std::vector<Finding> findings;
  Context context{Services{.pool = std::make_shared<Pool>(2), .observer = [this](const Event& event) {
                             if (const auto* finding = std::get_if<Finding>(&event)) findings.push_back(*finding);
                           }}};
};

}  // namespace

static_assert(stage<Check<>> && stage<Check<checks::Elf, checks::Names>>);
static_assert(std::same_as<takes<Check<>>, Tree> && std::same_as<gives<Check<>>, Tree>);
static_assert(std::same_as<decltype(Check{}), Check<>>);

BOOST_AUTO_TEST_CASE(all_checks_run_and_one_error_tells_all) {
  Heard heard;
  const auto ship = target<aws::Lambda, 3.12_py> | Check{};
  const Error error = error_of([&] { ship(sample(), heard.context); });
  BOOST_TEST((error.code() == Errc::verification));
  BOOST_TEST(error.stage() == "Check");
  BOOST_REQUIRE(error.causes().size() == 2U);
  BOOST_TEST(error.causes()[0].subject == "libfoo.so");
  BOOST_TEST(error.causes()[1].subject == "key");
  const std::vector<std::string> expected{"error key: holds a private key in line 1",
                                          "error libfoo.so: machine code for macOS (Mach-O)",
                                          "warning json.py: hides the module json of the standard library"};
  BOOST_TEST(words_of(heard.findings) == expected, boost::test_tools::per_element());
  BOOST_TEST(heard.findings.front().check == "foreign");  // sorted: errors by the name of the check
}

BOOST_AUTO_TEST_CASE(without_refusing_the_tree_goes_on) {
  Heard heard;
  const auto ship = target<aws::Lambda, 3.12_py> | Check{.refuses = false};
  BOOST_TEST(ship(sample(), heard.context).size() == 3U);
  BOOST_TEST(heard.findings.size() == 3U);
}

BOOST_AUTO_TEST_CASE(checks_are_named_as_types_or_given_as_values) {
  auto context = targeted();
  BOOST_TEST(Check<checks::Names>{}.findings(sample(), context).size() == 1U);
  const Check<> chosen{.checks = {checks::Secrets{.allow = {"key"}}, checks::Names{}}};
  BOOST_TEST(chosen.findings(sample(), context).size() == 1U);
  BOOST_TEST(chosen(sample(), context).size() == 3U);  // a warning stops nothing
}

BOOST_AUTO_TEST_CASE(findings_do_not_depend_on_the_threads) {
  auto one = testing::context(1).with_target(target<aws::Lambda, 3.12_py>.facts());
  auto seven = testing::context(7).with_target(target<aws::Lambda, 3.12_py>.facts());
  BOOST_TEST((Check{}.findings(sample(), one) == Check{}.findings(sample(), seven)));
}

// Files of wheels cannot change; one of the host that does shows who looks at it.
BOOST_AUTO_TEST_CASE(what_kind_a_file_is_is_looked_at_once_in_a_run) {
  const TemporaryFolder folder;
  const std::string path = folder / "own.so";
  const std::string elf = std::string("\177ELF").append(60, ' '),
                    mach_o = std::string("\xcf\xfa\xed\xfe").append(60, ' ');
  daypack::detail::write_file(path, elf);
  const Tree tree = Tree::of({{.path = "own.so", .content = FileRange{HostPath(path), 0, 64}}});
  const AnyCheck changes("changes", [&](const Tree&, const Context&) {
    daypack::detail::write_file(path, mach_o);
    return std::vector<Finding>{};
  });
  const Check stage{.checks = {checks::Elf{}, changes, checks::Foreign{}}};
  const auto found = stage.findings(tree, targeted());
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].message == "a damaged ELF file");
  BOOST_TEST(stage.findings(tree, targeted()).at(0).check == "foreign");
}

BOOST_AUTO_TEST_SUITE_END()
