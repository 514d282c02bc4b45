// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// uv, pip and a lock resolve alike, over a folder of wheels for many C libraries. Real lists: resolver_cells.py.
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/process/boost_runner.hpp>
#include <daypack/resolvers/pip.hpp>
#include <daypack/resolvers/pylock.hpp>
#include <daypack/resolvers/uv.hpp>
#include <daypack/stages/resolve.hpp>
#include <daypack/wheel/choose.hpp>
#include "../support/resolve_targets.hpp"
#include "../support/source_file.hpp"
#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(interop_resolvers)

namespace {

// A folder of wheels of which the newest want a newer C library.
class Wheels {
 public:
  Wheels() {
    const Finished made = BoostRunner().run(
        {.argv = {"python3", source_file("test/support/make_platform_wheels.py"), folder_.path().string(),
                  "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
                  "demo-2.0-cp311-cp311-manylinux_2_24_x86_64.whl", "demo-2.1-cp311-cp311-manylinux_2_26_x86_64.whl",
                  "demo-3.0-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
                  "demo-3.1-cp311-cp311-manylinux_2_28_x86_64.whl", "demo-4.0-cp311-cp311-manylinux_2_34_x86_64.whl",
                  "demo-5.0-cp312-cp312-manylinux_2_17_x86_64.whl", "both-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
                  "both-2.0-cp311-cp311-manylinux_2_17_x86_64.whl", "both-2.0-cp311-cp311-manylinux_2_28_x86_64.whl",
                  "user-1.0-py3-none-any.whl|demo", "user-2.0-py3-none-any.whl|demo>=3|glue; python_version<'3.12'",
                  "glue-1.0-py3-none-any.whl", "needy-1.0-py3-none-any.whl|newest",
                  "newest-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"}});
    BOOST_REQUIRE_MESSAGE(made.ok(), made.err);
  }

  Requirements ask(const std::vector<std::string>& items) const {
    Requirements all = Requirements::of(items);
    all.options = {"--no-index", "--find-links " + folder_.path().string()};
    return all;
  }

 private:
  TemporaryFolder folder_;
};

Context context_for(const TargetFacts& target) { return resolve_context(target, std::make_shared<BoostRunner>()); }

Runtime with_glibc(int minor) { return {.python = {3, 11}, .full_version = "3.11.9", .glibc = {2, minor}}; }

// "demo 2.1 FILE SHA256", a line for each.
std::string lines_of(const Resolution& resolution, const TargetFacts& target) {
  std::string lines;
  for (const Pinned& package : resolution.packages) {
    const PinnedFile& wheel = choose_wheel(package, SupportedTags(target), target);
    lines += package.name + ' ' + package.version + ' ' + wheel.file + ' ' + wheel.sha256 + '\n';
  }
  return lines;
}

template <class R>
std::string pinned_by(const R& resolver, const Requirements& requirements, const TargetFacts& target) try {
  return lines_of(resolver.resolve(requirements, context_for(target)), target);
} catch (const Error& error) {
  return error.what();
}

std::string names_in(const std::string& pinned) {
  std::string names;
  for (std::size_t at = 0, end = 0; (end = pinned.find('\n', at)) != std::string::npos; at = end + 1)
    names += (names.empty() ? "" : ", ") + pinned.substr(at, pinned.find(' ', pinned.find(' ', at) + 1) - at);
  return names;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_newest_set_that_loads_is_found) {
  const Wheels wheels;
  const auto requirements = wheels.ask({"user", "both"});
  const std::vector<std::pair<int, std::string>> expected{
      {17, "both 2.0, demo 1.0, user 1.0"},           {23, "both 2.0, demo 1.0, user 1.0"},
      {24, "both 2.0, demo 2.0, user 1.0"},           {26, "both 2.0, demo 2.1, user 1.0"},
      {27, "both 2.0, demo 3.0, glue 1.0, user 2.0"}, {28, "both 2.0, demo 3.1, glue 1.0, user 2.0"},
      {35, "both 2.0, demo 4.0, glue 1.0, user 2.0"}};
  for (const auto& [minor, names] : expected) {
    const Runtime runtime = with_glibc(minor);
    const TargetFacts target{&ResolveTargets::policy, &runtime, Arch::x86_64};
    const Resolution resolved = Uv{}.resolve(requirements, context_for(target));
    const std::string by_uv = lines_of(resolved, target);
    BOOST_TEST(names_in(by_uv) == names, minor << ": " << by_uv);
    BOOST_TEST(by_uv == pinned_by(Pip{}, requirements, target));
    const TemporaryFolder folder;
    detail::write_file(folder / "pylock.toml", resolved.text());
    BOOST_TEST(by_uv == pinned_by(Pylock{.path = folder / "pylock.toml"}, requirements, target));
    const bool newer = by_uv.find("both-2.0-cp311-cp311-manylinux_2_28") != std::string::npos;
    BOOST_TEST(newer == (minor >= 28));
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_load_is_told_alike) {
  const Wheels wheels;
  const Runtime runtime = with_glibc(24);
  const TargetFacts target{&ResolveTargets::policy, &runtime, Arch::x86_64};
  const std::string pinned =
      "no wheel fits the target: demo==3.1 (for Lab, Python 3.11, x86_64, glibc 2.24)\n"
      "  hint: take demo==2.0, the newest that has one\n"
      "  needs glibc 2.28, the target has 2.24: demo-3.1-cp311-cp311-manylinux_2_28_x86_64.whl";
  BOOST_TEST(pinned_by(Uv{}, wheels.ask({"demo==3.1"}), target) == pinned);
  BOOST_TEST(pinned_by(Pip{}, wheels.ask({"demo==3.1"}), target) == pinned);
  const std::string none =
      "  hint: build a wheel on a machine like the target (pip wheel --no-deps newest) and require that file\n"
      "  needs glibc 2.28, the target has 2.24: newest-1.0-cp311-cp311-manylinux_2_28_x86_64.whl";
  BOOST_TEST(pinned_by(Uv{}, wheels.ask({"newest"}), target).ends_with(none));
  BOOST_TEST(pinned_by(Pip{}, wheels.ask({"newest"}), target).ends_with(none));
}

BOOST_AUTO_TEST_CASE(markers_are_asked_about_the_target) {
  const Wheels wheels;
  const Runtime runtime{.python = {3, 12}, .full_version = "3.12.7", .glibc = {2, 28}, .arm64 = true};
  const TargetFacts target{&ResolveTargets::policy, &runtime, Arch::arm64};
  const auto requirements = wheels.ask({"glue; platform_machine == 'aarch64' and python_full_version == '3.12.7'",
                                        "user==1.0; sys_platform == 'win32' or platform_machine == 'x86_64'"});
  BOOST_TEST(names_in(pinned_by(Uv{}, requirements, target)) == "glue 1.0");
  BOOST_TEST(names_in(pinned_by(Pip{}, requirements, target)) == "glue 1.0");
}

// What depends on the wheelless one is told too.
BOOST_AUTO_TEST_CASE(a_dependency_without_a_wheel_is_told_alike) {
  const Wheels wheels;
  const Runtime runtime = with_glibc(24);
  const TargetFacts target{&ResolveTargets::policy, &runtime, Arch::x86_64};
  for (const std::string& told :
       {pinned_by(Uv{}, wheels.ask({"needy"}), target), pinned_by(Pip{}, wheels.ask({"needy"}), target)}) {
    BOOST_TEST(told.find("hint: take another version of needy\n  is wanted by: needy\n  needs glibc 2.28") !=
                   std::string::npos,
               told);
  }
}

// The versions of the runtime are constraints like others.
BOOST_AUTO_TEST_CASE(what_the_runtime_has_stays_by_each_resolver) {
  const Wheels wheels;
  static constexpr std::array has{Preinstalled{"demo", "1.0"}};
  Runtime runtime = with_glibc(28);
  runtime.preinstalled = has;
  const TargetFacts target{&ResolveTargets::policy, &runtime, Arch::x86_64};
  const auto kept = [&](const auto& resolver) {
    Context context = context_for(target);
    std::string names;
    for (const Pinned& package :
         Resolve{.resolver = resolver, .runtime_versions = true}(wheels.ask({"user"}), context).packages)
      names += package.name + ' ' + package.version + ' ';
    return names;
  };
  BOOST_TEST(kept(Uv{}) == "demo 1.0 user 1.0 ");
  BOOST_TEST(kept(Pip{}) == "demo 1.0 user 1.0 ");
}

BOOST_AUTO_TEST_SUITE_END()
