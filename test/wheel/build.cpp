// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/build.hpp>  // self-contained

#include <boost/test/unit_test.hpp>
#include <daypack/cache/disk.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/process/boost_runner.hpp>
#include <daypack/wheel/install.hpp>

#include "support/resolve_targets.hpp"
#include "support/temporary_folder.hpp"

using namespace daypack;

namespace {

// A project whose backend lies in it and needs nothing from an index. It tells of each build in $BUILDS beside it.
struct Project {
  explicit Project(const std::string& tag = "py3-none-any", const std::string& before = "") {
    detail::write_file(folder / "demo/pyproject.toml",
                       "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
                       "[project]\nname = 'demo'\nversion = '1.0'\n");
    detail::write_file(folder / "demo/backend.py",
                       "import os, zipfile\n"
                       "def build_wheel(out, settings=None, metadata=None):\n"
                       "    open(" +
                           quoted(folder / "builds") + ", 'a').write('x')\n" + before + "    name = 'demo-1.0-" + tag +
                           ".whl'\n"
                           "    with zipfile.ZipFile(os.path.join(out, name), 'w') as z:\n"
                           "        z.writestr('demo.py', 'answer = 42\\n')\n"
                           "        z.writestr('demo-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: demo\\n"
                           "Version: 1.0\\n')\n"
                           "        z.writestr('demo-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\n')\n"
                           "        z.writestr('demo-1.0.dist-info/RECORD', '')\n"
                           "    return name\n");
  }

  static std::string quoted(const std::string& text) { return "'" + text + "'"; }

  // The lock of its repository, with the commit that is made here.
  Pinned repository() const {
    const std::string git = "git -C " + quoted(folder / "demo") + " -c user.name=a -c user.email=a@b ";
    const std::string command = git + "init -q && " + git + "add . && " + git + "commit -q -m x";
    BOOST_TEST_REQUIRE(std::system(command.c_str()) == 0);
    const Finished head = BoostRunner().run({.argv = {"git", "-C", folder / "demo", "rev-parse", "HEAD"}}, {});
    Pinned pinned{.name = "demo", .version = "1.0"};
    pinned.source = {.vcs = "git", .url = "file://" + (folder / "demo"), .commit = head.out.substr(0, 40)};
    return pinned;
  }

  Pinned local() const {
    Pinned pinned{.name = "demo"};
    pinned.source = {.path = folder / "demo"};
    return pinned;
  }

  BuiltWheel build(const Pinned& package, const TargetFacts& target = ResolveTargets::old_x86) const {
    Services services{.runner = std::make_shared<BoostRunner>(),
                      .cache = std::make_shared<DiskCache>(folder / "cache"),
                      .offline = true};
    return build_wheel(package, daypack::testing::context(std::move(services)).with_target(target));
  }

  Fault refused(const Pinned& package, const TargetFacts& target = ResolveTargets::old_x86) const {
    try {
      build(package, target);
    } catch (const Error& error) {
      return error.fault();
    }
    return {.message = "nothing was thrown"};
  }

  std::size_t builds() const { return detail::read_file(folder / "builds").size(); }

  TemporaryFolder folder;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(wheel_build)

BOOST_AUTO_TEST_CASE(a_folder_is_built_each_time) {
  const Project project;
  for (std::size_t round = 1; round <= 2; ++round) {
    const BuiltWheel built = project.build(project.local());
    BOOST_TEST(built.file.file == "demo-1.0-py3-none-any.whl");
    BOOST_TEST(built.file.size == built.bytes.size());
    BOOST_TEST(open_wheel(built.bytes, built.file.file).dist_info == "demo-1.0.dist-info");
    BOOST_TEST(project.builds() == round);
  }
}

BOOST_AUTO_TEST_CASE(a_commit_is_built_once_and_a_damaged_value_again) {
  const Project project;
  const Pinned pinned = project.repository();
  const BuiltWheel first = project.build(pinned);
  BOOST_TEST(project.build(pinned).file.sha256 == first.file.sha256);
  BOOST_TEST(project.builds() == 1u);
  DiskCache(project.folder / "cache").put({"wheels", first.file.sha256}, as_bytes("no wheel"));
  BOOST_TEST(project.build(pinned).bytes.size() == first.bytes.size());
  BOOST_TEST(project.builds() == 2u);
  Pinned other = pinned;
  other.source.commit = std::string(40, '0');
  const Fault fault = project.refused(other);
  BOOST_TEST(to_string(fault.code) == "tool_failed");
  BOOST_TEST(fault.message == "git does not give the source code");
  BOOST_TEST(!fault.causes.empty());
}

BOOST_AUTO_TEST_CASE(another_machine_takes_what_is_pure_only) {
  const Project pure;
  BOOST_TEST(pure.build(pure.local(), ResolveTargets::new_arm).file.file == "demo-1.0-py3-none-any.whl");
  const Project native("cp312-cp312-linux_aarch64");
  const Fault fault = native.refused(native.local(), ResolveTargets::new_arm);
  BOOST_TEST(to_string(fault.code) == "no_wheel");
  BOOST_TEST(fault.message == "the wheel that was built does not fit the target");
  BOOST_TEST_REQUIRE(fault.causes.size() == 1u);
  BOOST_TEST(fault.causes[0].message.starts_with("it has machine code, and this host is Linux"));
}

BOOST_AUTO_TEST_CASE(a_failing_build_shows_its_last_lines) {
  const Project project("py3-none-any", "    raise SystemExit('no compiler: https://me:secret@h/x')\n");
  const Fault fault = project.refused(project.local());
  BOOST_TEST(to_string(fault.code) == "tool_failed");
  BOOST_TEST(fault.message == "its wheel cannot be built");
  std::string lines;
  for (const Fault& cause : fault.causes) lines += cause.message + '\n';
  BOOST_TEST(lines.find("no compiler: https://***@h/x") != std::string::npos);
  BOOST_TEST(lines.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_library_that_needs_a_newer_glibc_is_refused) {
  const auto library = [](const std::string& versions) {
    return "    import zipfile as z\n    real = z.ZipFile.close\n    def close(self):\n"
           "        if self.fp and self.mode == 'w': self.writestr('demo.so', b'\\x7fELF" +
           versions +
           "')\n"
           "        real(self)\n    z.ZipFile.close = close\n";
  };
  const Project old("cp311-cp311-linux_x86_64", library(R"(GLIBC_2.4\0GLIBC_2.26\0GLIBC_PRIVATE)"));
  BOOST_TEST(old.build(old.local()).file.file == "demo-1.0-cp311-cp311-linux_x86_64.whl");
  const Project newer("cp311-cp311-linux_x86_64", library(R"(GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.2.5\0)"));
  const Fault fault = newer.refused(newer.local());
  BOOST_TEST(to_string(fault.code) == "no_wheel");
  BOOST_TEST_REQUIRE(fault.causes.size() == 1u);
  BOOST_TEST(fault.causes[0].message == "built here it needs glibc 2.34, the target has 2.26");
}

BOOST_AUTO_TEST_SUITE_END()
