// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/matrix.hpp>  // self-contained

#include "support/lab.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(matrix_)

namespace {

using Both = backends<lab::Fission, lab::ArmOnly>;
using Fleet = matrix<Both, pythons<3.11_py, 3.12_py, 3.13_py>, archs<Arch::x86_64, Arch::arm64>>;
static_assert(Fleet::size() == 4);
static_assert(matrix<Both, pythons<3.11_py, 3.13_py>>::size() == 1);
static_assert(matrix<Both, pythons<3.6_py>>::size() == 0);

std::string cell_of(std::string_view backend, Python python, Arch arch) {
  std::string cell;
  with_target<Both>(backend, python, arch, [&](auto here) {
    const TargetFacts facts = here.facts();
    cell = std::string(facts.backend->name) + ' ' + to_string(facts.runtime->python) + ' ' + std::string(to_string(facts.arch));
  });
  return cell;
}

std::string refusal_of(std::string_view backend, Python python, Arch arch) {
  try {
    cell_of(backend, python, arch);
  } catch (const Error& error) {
    BOOST_TEST((error.code() == Errc::usage));
    return error.what();
  }
  return "none";
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_visits_the_cells_that_exist_and_no_other) {
  std::string cells;
  Fleet::each([&](auto here) { cells += std::string(here.facts().backend->name) + to_string(here.python) + ' ' + std::string(to_string(here.arch)) + '\n'; });
  BOOST_TEST(cells == "fission3.11 x86_64\nfission3.12 x86_64\nfission3.12 arm64\narm_only3.13 arm64\n");
}

BOOST_AUTO_TEST_CASE(names_of_run_time_become_a_target) {
  BOOST_TEST(cell_of("fission", {3, 12}, Arch::arm64) == "fission 3.12 arm64");
  BOOST_TEST(cell_of("arm_only", {3, 13}, Arch::arm64) == "arm_only 3.13 arm64");
}

BOOST_AUTO_TEST_CASE(what_does_not_exist_is_refused_with_what_does) {
  BOOST_TEST(refusal_of("fision", {3, 12}, Arch::x86_64) == "no such backend: fision (expected one of fission, arm_only)");
  BOOST_TEST(refusal_of("fission", {3, 6}, Arch::x86_64) ==
             "Fission does not offer this Python: 3.6 (expected one of 3.11, 3.12)\n  hint: choose one with --python");
  BOOST_TEST(refusal_of("arm_only", {3, 13}, Arch::x86_64) ==
             "Arm Only does not run Python 3.13 on this architecture: x86_64\n  hint: choose arm64");
}

BOOST_AUTO_TEST_SUITE_END()
