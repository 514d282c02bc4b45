// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/tags.hpp>  // self-contained

#include "../support/lab.hpp"
#include "../support/python.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/python.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(wheel_tags)

BOOST_AUTO_TEST_CASE(the_rank_is_the_place_in_the_list) {
  for (const SupportedTags& tags :
       {SupportedTags({3, 13}, {2, 28}, Arch::x86_64), SupportedTags({3, 7}, {2, 26}, Arch::arm64)}) {
    const auto all = tags.list();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto rank = tags.rank(WheelName::parse("demo-1-" + all[i] + ".whl"));
      BOOST_TEST((rank && *rank == static_cast<int>(i)), all[i]);
    }
  }
  BOOST_TEST(SupportedTags({3, 13}, {2, 28}, Arch::x86_64).list().size() == 828u);
  BOOST_TEST(
      SupportedTags(TargetFacts{&lab::Fission::policy, &lab::Fission::runtimes[1], Arch::arm64}).list().front() ==
      "cp312-cp312-manylinux_2_34_aarch64");
}

BOOST_AUTO_TEST_CASE(an_own_build_for_an_old_glibc_beats_a_stable_one_for_a_new_glibc) {
  const SupportedTags tags({3, 13}, {2, 28}, Arch::x86_64);
  const auto rank = [&](const char* tag) { return tags.rank(WheelName::parse("demo-1-" + std::string(tag) + ".whl")); };
  BOOST_TEST(*rank("cp313-cp313-manylinux2014_x86_64") < *rank("cp313-abi3-manylinux_2_28_x86_64"));
  BOOST_TEST(*rank("cp38-abi3-manylinux1_x86_64") < *rank("py3-none-any"));
  BOOST_TEST(*rank("cp313-cp313-manylinux2014_x86_64.manylinux_2_17_x86_64") ==
             *rank("cp313-cp313-manylinux_2_17_x86_64"));
}

BOOST_AUTO_TEST_CASE(a_misfit_says_why) {
  const SupportedTags tags({3, 11}, {2, 26}, Arch::x86_64);
  const auto why = [&](const char* tag) {
    const auto wheel = WheelName::parse("demo-1-" + std::string(tag) + ".whl");
    BOOST_TEST(!tags.rank(wheel));
    return tags.misfit(wheel).words;
  };
  BOOST_TEST(why("cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64") == "needs glibc 2.27, the target has 2.26");
  BOOST_TEST(why("cp312-cp312-manylinux2014_x86_64") == "needs Python 3.12, the target has 3.11");
  BOOST_TEST(why("cp312-abi3-manylinux2014_x86_64") == "needs Python 3.12 or newer, the target has 3.11");
  BOOST_TEST(why("py313-none-any") == "needs Python 3.13 or newer, the target has 3.11");
  BOOST_TEST(why("cp311-cp311-manylinux2014_aarch64") == "is for aarch64");
  BOOST_TEST(why("cp311-cp311-linux_armv7l") == "is for armv7l");
  BOOST_TEST(why("cp311-cp311-musllinux_1_2_x86_64") == "is for musl");
  BOOST_TEST(why("cp311-cp311-macosx_11_0_arm64") == "is for macOS");
  BOOST_TEST(why("cp311-cp311-win_amd64") == "is for Windows");
  BOOST_TEST(why("pp310-pypy310_pp73-manylinux2014_x86_64") == "is for PyPy");
  BOOST_TEST(why("py2-none-any") == "needs Python 2");
  BOOST_TEST(why("cp313-cp313t-manylinux_2_28_aarch64") == "needs a free-threaded Python 3.13; is for aarch64");
  BOOST_TEST(why("cp311-cp311d-manylinux2014_x86_64") == "needs a Python 3.11 of ABI cp311d");
  BOOST_TEST(why("cp311-cp311-any") == "its tag cp311-cp311-any is not one that a Python loads");
}

BOOST_AUTO_TEST_CASE(a_missing_glibc_is_nearer_than_another_python_and_that_nearer_than_another_machine) {
  const SupportedTags tags({3, 11}, {2, 26}, Arch::x86_64);
  const auto distance = [&](const char* tag) {
    return tags.misfit(WheelName::parse("demo-1-" + std::string(tag) + ".whl")).distance;
  };
  BOOST_TEST(distance("cp311-cp311-manylinux_2_28_x86_64") < distance("cp312-cp312-manylinux2014_x86_64"));
  BOOST_TEST(distance("cp312-cp312-manylinux2014_x86_64") < distance("cp313-cp313-manylinux2014_x86_64"));
  BOOST_TEST(distance("cp313-cp313-manylinux2014_x86_64") < distance("cp311-cp311-manylinux2014_aarch64"));
  BOOST_TEST(distance("cp311-cp311-manylinux2014_aarch64") < distance("cp311-cp311-win_amd64"));
}

BOOST_AUTO_TEST_CASE(ranks_are_those_of_packaging) {
  int wrong = 0;
  for (const auto& row : python_rows("packaging_cases.py", "tags 20000")) {
    const Arch arch = row.at(2) == "aarch64" ? Arch::arm64 : Arch::x86_64;
    const SupportedTags tags(*parse_python(row.at(0)), {2, std::stoi(row.at(1))}, arch);
    const auto wheel = WheelName::parse(row.at(3));
    const auto rank = tags.rank(wheel);
    const std::string got = rank ? std::to_string(*rank) : "-";
    if (!rank) BOOST_TEST(!tags.misfit(wheel).words.empty());
    if (got != row.at(4) && ++wrong <= 10)
      BOOST_TEST_MESSAGE(row[0] << ' ' << row[1] << ' ' << row[3] << " expected " << row[4] << " got " << got);
  }
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
