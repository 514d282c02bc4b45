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

BOOST_AUTO_TEST_SUITE(wheel_build)

namespace {

// A project whose backend lies in it and needs nothing from an index. It tells of each build in $BUILDS beside it.
struct DemoProject {
  explicit DemoProject(const std::string& tag = "py3-none-any", const std::string& before = "") {
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

// Shared libraries that ask for what a test says, made by the C compiler.
class Libraries {
 public:
  // The path of a library that needs this version of another one.
  std::string asking_for(const std::string& name, const std::string& version) const {
    detail::write_file(folder_ / "map", version + " { f; };\n");
    detail::write_file(folder_ / "stub.c", "void f(void) {}\n");
    detail::write_file(folder_ / "code.c", "void f(void);\nvoid g(void) { f(); }\n");
    compile({"-Wl,-soname," + name, "-Wl,--version-script=" + (folder_ / "map"), "-o", stub(), folder_ / "stub.c"});
    compile({"-o", folder_ / "code.so", folder_ / "code.c", stub()});
    return folder_ / "code.so";
  }
  std::string stub() const { return folder_ / "stub.so"; }

 private:
  static void compile(const std::vector<std::string>& more) {
    std::vector<std::string> argv{"cc", "-shared", "-fPIC", "-nostdlib"};
    argv.insert(argv.end(), more.begin(), more.end());
    const Finished finished = BoostRunner().run({.argv = std::move(argv)}, {});
    BOOST_TEST_REQUIRE(finished.ok(), finished.err);
  }

  TemporaryFolder folder_;
};

// What a backend does before it writes the wheel, so that this file gets into it too.
std::string adding(const std::string& name, const std::string& path) {
  return "    import zipfile as z\n    real = z.ZipFile.close\n    def close(self, real=real):\n"
         "        if self.fp and self.mode == 'w': self.write(" +
         DemoProject::quoted(path) + ", " + DemoProject::quoted(name) +
         ")\n        real(self)\n    z.ZipFile.close = close\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_folder_is_built_each_time) {
  const DemoProject project;
  for (std::size_t round = 1; round <= 2; ++round) {
    const BuiltWheel built = project.build(project.local());
    BOOST_TEST(built.file.file == "demo-1.0-py3-none-any.whl");
    BOOST_TEST(built.file.size == built.bytes.size());
    BOOST_TEST(open_wheel(built.bytes, built.file.file).dist_info == "demo-1.0.dist-info");
    BOOST_TEST(project.builds() == round);
  }
}

BOOST_AUTO_TEST_CASE(a_commit_is_built_once_and_a_damaged_value_again) {
  const DemoProject project;
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
  const DemoProject pure;
  BOOST_TEST(pure.build(pure.local(), ResolveTargets::new_arm).file.file == "demo-1.0-py3-none-any.whl");
  const DemoProject native("cp312-cp312-linux_aarch64");
  const Fault fault = native.refused(native.local(), ResolveTargets::new_arm);
  BOOST_TEST(to_string(fault.code) == "no_wheel");
  BOOST_TEST(fault.message == "the wheel that was built does not fit the target");
  BOOST_TEST_REQUIRE(fault.causes.size() == 1u);
  BOOST_TEST(fault.causes[0].message.starts_with("it has machine code, and this host is Linux"));
}

BOOST_AUTO_TEST_CASE(a_failing_build_shows_its_last_lines) {
  const DemoProject project("py3-none-any", "    raise SystemExit('no compiler: https://me:secret@h/x')\n");
  const Fault fault = project.refused(project.local());
  BOOST_TEST(to_string(fault.code) == "tool_failed");
  BOOST_TEST(fault.message == "its wheel cannot be built");
  std::string lines;
  for (const Fault& cause : fault.causes) lines += cause.message + '\n';
  BOOST_TEST(lines.find("no compiler: https://***@h/x") != std::string::npos);
  BOOST_TEST(lines.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_library_is_held_to_what_the_target_has) {
  const auto why = [](const std::string& name, const std::string& version) {
    const Libraries libraries;
    const DemoProject project("cp311-cp311-linux_x86_64", adding("demo.so", libraries.asking_for(name, version)));
    const Fault fault = project.refused(project.local());
    return fault.causes.size() == 1 ? std::string(to_string(fault.code)) + ": " + fault.causes[0].message
                                    : fault.message;
  };
  BOOST_TEST(why("libc.so.6", "GLIBC_2.26") == "nothing was thrown");
  BOOST_TEST(why("libc.so.6", "GLIBC_2.2.5") == "nothing was thrown");
  BOOST_TEST(why("libc.so.6", "GLIBC_2.34") ==
             "no_wheel: built here it needs glibc 2.34, the target has 2.26 (demo.so)");
  BOOST_TEST(why("libc.so.6", "GLIBC_ABI_DT_RELR") ==
             "no_wheel: built here it needs glibc 2.36, the target has 2.26 (demo.so)");
  BOOST_TEST(why("libstdc++.so.6", "GLIBCXX_3.4.22") == "nothing was thrown");
  BOOST_TEST(why("libstdc++.so.6", "GLIBCXX_3.4.30") ==
             "no_wheel: built here it needs GLIBCXX_3.4.30 of libstdc++, the target has GLIBCXX_3.4.24 (demo.so)");
  BOOST_TEST(why("libforeign.so.1", "FOREIGN_1") ==
             "no_wheel: it needs libraries of this host, which it does not bring along: libforeign.so.1 for demo.so");
  const Libraries libraries;
  const std::string code = libraries.asking_for("libforeign.so.1", "FOREIGN_1");
  const DemoProject bringing("cp311-cp311-linux_x86_64",
                             adding("demo.so", code) + adding("demo.libs/libforeign.so.1", libraries.stub()));
  BOOST_TEST(bringing.build(bringing.local()).file.file == "demo-1.0-cp311-cp311-linux_x86_64.whl");
}

BOOST_AUTO_TEST_CASE(another_machine_is_told_by_the_code_not_by_the_tag) {
  const Libraries libraries;
  const DemoProject project("py3-none-any", adding("demo.so", libraries.asking_for("libc.so.6", "GLIBC_2.17")));
  BOOST_TEST(project.build(project.local()).file.file == "demo-1.0-py3-none-any.whl");
  const Fault fault = project.refused(project.local(), ResolveTargets::new_arm);
  BOOST_TEST_REQUIRE(fault.causes.size() == 1u);
  BOOST_TEST(fault.causes[0].message.starts_with("it has machine code (demo.so), and this host is Linux"));
}

BOOST_AUTO_TEST_SUITE_END()
