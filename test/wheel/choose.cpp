// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/choose.hpp>  // self-contained

#include <daypack/error.hpp>

#include <boost/test/unit_test.hpp>

#include <array>

using namespace daypack;
using namespace daypack::literals;

BOOST_AUTO_TEST_SUITE(wheel_choose)

namespace {

struct Cloud {
  static constexpr std::array<Runtime, 4> runtimes{{
      {.python = 3.10_py, .full_version = "3.10.16", .glibc = {2, 26}, .arm64 = true},
      {.python = 3.11_py, .full_version = "3.11.11", .glibc = {2, 26}, .arm64 = true},
      {.python = 3.12_py, .full_version = "3.12.8", .glibc = {2, 34}, .arm64 = true},
      {.python = 3.13_py, .full_version = "3.13.1", .glibc = {2, 34}, .arm64 = true},
  }};
  static constexpr BackendPolicy policy{.name = "cloud", .title = "Cloud", .runtimes = runtimes};
};

constexpr TargetFacts on(std::size_t runtime, Arch arch = Arch::x86_64) {
  return {&Cloud::policy, &Cloud::runtimes[runtime], arch};
}

Pinned pinned(const std::string& name, const std::string& version, const std::vector<std::string>& tags) {
  Pinned package{.name = name, .version = version};
  for (const std::string& tag : tags) {
    const std::string file = name + '-' + version + '-' + tag + ".whl";
    package.wheels.push_back({.file = file, .url = "https://files.example/" + file});
  }
  return package;
}

std::string chosen(const Pinned& package, const TargetFacts& target) {
  return choose_wheel(package, SupportedTags(target), target).file;
}

Error refusal(const Pinned& package, const TargetFacts& target) {
  try {
    const std::string file = chosen(package, target);
    BOOST_ERROR("chose " << file);
  } catch (const Error& error) {
    BOOST_TEST((error.code() == Errc::no_wheel));
    return error;
  }
  return Error(Errc::failed, "");
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_best_tag_wins_then_the_highest_build) {
  const auto package = pinned("demo", "1.0",
                              {"py3-none-any", "cp311-abi3-manylinux_2_17_x86_64", "cp311-cp311-manylinux1_x86_64",
                               "cp311-cp311-manylinux_2_28_x86_64"});
  BOOST_TEST(chosen(package, on(1)) == "demo-1.0-cp311-cp311-manylinux1_x86_64.whl");
  BOOST_TEST(chosen(package, on(2)) == "demo-1.0-cp311-abi3-manylinux_2_17_x86_64.whl");
  BOOST_TEST(chosen(package, on(2, Arch::arm64)) == "demo-1.0-py3-none-any.whl");
  BOOST_TEST(chosen(pinned("demo", "1.0", {"py3-none-any", "10-py3-none-any", "9-py3-none-any"}), on(1)) ==
             "demo-1.0-10-py3-none-any.whl");
}

BOOST_AUTO_TEST_CASE(a_wheel_that_promises_no_glibc_is_taken_from_a_local_path_only) {
  auto package = pinned("demo", "1.0", {"cp311-cp311-linux_x86_64"});
  BOOST_TEST(std::string(refusal(package, on(1)).what()).find("does not say which glibc it needs (linux_...)") !=
             std::string::npos);
  package.wheels[0].path = "/wheels/demo.whl";
  BOOST_TEST(chosen(package, on(1)) == package.wheels[0].file);
}

BOOST_AUTO_TEST_CASE(a_refusal_names_the_wheels_and_why) {
  const auto package =
      pinned("numpy", "2.4.6",
             {"cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64", "cp311-cp311-win_amd64",
              "cp311-cp311-musllinux_1_2_x86_64", "cp311-cp311-manylinux_2_27_aarch64.manylinux_2_28_aarch64",
              "cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64",
              "cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64", "cp311-cp311-macosx_14_0_arm64"});
  BOOST_TEST(refusal(package, on(1)).what() ==
             "none of its wheels fits the target: numpy 2.4.6 (Cloud, Python 3.11, x86_64, glibc 2.26)\n"
             "  hint: take Python 3.12 (glibc 2.34) of Cloud, or pin another version of numpy that has one\n"
             "  needs glibc 2.27, the target has 2.26: "
             "numpy-2.4.6-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl\n"
             "  needs Python 3.12, the target has 3.11; needs glibc 2.27, the target has 2.26: "
             "numpy-2.4.6-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl\n"
             "  needs Python 3.13, the target has 3.11; needs glibc 2.27, the target has 2.26: "
             "numpy-2.4.6-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl\n"
             "  is for aarch64: numpy-2.4.6-cp311-cp311-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl\n"
             "  is for musl: numpy-2.4.6-cp311-cp311-musllinux_1_2_x86_64.whl\n"
             "  is for macOS: numpy-2.4.6-cp311-cp311-macosx_14_0_arm64.whl\n"
             "  is for Windows: numpy-2.4.6-cp311-cp311-win_amd64.whl");
}

BOOST_AUTO_TEST_CASE(the_other_architecture_is_offered_where_it_would_do) {
  const auto error = refusal(pinned("demo", "1.0", {"cp310-cp310-manylinux2014_x86_64"}), on(0, Arch::arm64));
  BOOST_TEST(error.hint() == "take architecture x86_64 of Cloud, or pin another version of demo that has one");
  BOOST_TEST(refusal(pinned("demo", "1.0", {"cp310-cp310-win_amd64"}), on(0)).hint() ==
             "pin another version of demo that has one");
}

BOOST_AUTO_TEST_CASE(a_long_list_is_cut) {
  std::vector<std::string> tags;
  for (int minor = 20; minor < 50; ++minor) tags.push_back("cp3" + std::to_string(minor) + "-none-any");
  const auto error = refusal(pinned("demo", "1.0", tags), on(3));
  BOOST_TEST_REQUIRE(error.causes().size() == 7u);
  BOOST_TEST(error.causes()[0].message == "needs Python 3.20, the target has 3.13");
  BOOST_TEST(error.causes()[6].message == "and 24 wheels that are farther off");
}

BOOST_AUTO_TEST_CASE(an_sdist_alone_is_no_wheel) {
  Pinned package{.name = "pycurl", .version = "7.1"};
  package.sdists.push_back({.file = "pycurl-7.1.tar.gz"});
  BOOST_TEST(refusal(package, on(1)).what() ==
             "it has no wheel: the lock names an sdist only, pycurl-7.1.tar.gz: pycurl 7.1 (Cloud, Python 3.11, "
             "x86_64, glibc 2.26)\n"
             "  hint: pin another version of pycurl that has one, or build a wheel on a machine like the target (pip "
             "wheel pycurl==7.1) and require it by its path");
  package.sdists.clear();
  BOOST_TEST(refusal(package, on(1)).message() == "it has no wheel: the lock names no file at all");
}

BOOST_AUTO_TEST_CASE(a_foreign_file_is_not_taken) {
  auto package = pinned("demo", "1.0", {"py3-none-any"});
  package.wheels[0].file = "other-1.0-py3-none-any.whl";
  BOOST_TEST(refusal(package, on(1)).causes().at(0).message == "is of another project or version");
  package.wheels[0].file = "demo-1.1-py3-none-any.whl";
  BOOST_TEST(refusal(package, on(1)).causes().at(0).message == "is of another project or version");
  package.wheels[0].file = "demo.zip";
  BOOST_TEST(refusal(package, on(1)).causes().at(0).message ==
             "this is not the name of a wheel: it does not end with .whl");
}

BOOST_AUTO_TEST_SUITE_END()
