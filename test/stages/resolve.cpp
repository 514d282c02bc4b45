// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/resolve.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/resolve_targets.hpp"
#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/stage.hpp>
#include <daypack/testing/fail_at.hpp>
#include <daypack/testing/fake_runner.hpp>

#include <boost/filesystem/operations.hpp>
#include <memory>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_resolve)

namespace {

const std::string sha_a(64, 'a'), sha_b(64, 'b');

// Pins every requirement to 1.0, and counts how often it is asked.
struct Counting {
  std::shared_ptr<int> asked = std::make_shared<int>(0);
  std::string options = {};

  Resolution resolve(const Requirements& requirements, const Context&) const {
    ++*asked;
    Resolution lock;
    for (const Requirement& item : requirements.items) {
      const std::string file = item.name + "-1.0-py3-none-any.whl";
      lock.packages.push_back({.name = item.name,
                               .version = "1.0",
                               .wheels = {{.file = file, .url = "https://h/" + file, .sha256 = sha_a}}});
    }
    return lock;
  }
  std::string identity() const { return "counting " + options; }
};

static_assert(resolver<Counting> && !resolver<int>);
static_assert(std::same_as<takes<Resolve<>>, Requirements> && std::same_as<gives<Resolve<Counting>>, Resolution>);

std::string error_of(const std::string& text) {
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  try {
    Resolve<Counting>{}(Requirements::parse(text, "r.txt"), context);
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "no error";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_lock_is_kept_while_nothing_changes) {
  TemporaryFolder folder;
  const Counting counting;
  Resolve<Counting> stage{.resolver = counting, .lock = folder / "locks/pylock.toml"};
  Context old_x86 = resolve_context(ResolveTargets::old_x86, nullptr),
          new_arm = resolve_context(ResolveTargets::new_arm, nullptr);
  const auto asked = [&](const std::string& text, Context& context) {
    const int before = *counting.asked;
    Resolution given = stage(Requirements::parse(text, "r.txt"), context);
    given.build = {};  // of the requirements, and in no lock
    BOOST_TEST((given == Resolution::read(stage.lock)));
    return *counting.asked - before;
  };
  BOOST_TEST(asked("a\n", old_x86) == 1);
  BOOST_TEST(asked("a  # the same\n", old_x86) == 0);
  BOOST_TEST(asked("a\nb\n", old_x86) == 1);
  BOOST_TEST(asked("a\nb\n", new_arm) == 1);
  BOOST_TEST(asked("--pre\na\nb\n", new_arm) == 1);
  stage.resolver.options = "--exclude-newer 2026-11-01";
  BOOST_TEST(asked("--pre\na\nb\n", new_arm) == 1);
  BOOST_TEST(asked("--pre\na\nb\n", new_arm) == 0);
  detail::write_file(folder / "limits.txt", "c<2\n");
  BOOST_TEST(asked("--pre\na\nb\n-c " + (folder / "limits.txt") + "\n", new_arm) == 1);
}

// Pins one local project.
struct Local {
  std::string folder = {};
  std::shared_ptr<int> asked = std::make_shared<int>(0);

  Resolution resolve(const Requirements&, const Context&) const {
    ++*asked;
    return {.packages = {{.name = "lib", .version = "1", .source = {.path = folder}}}};
  }
  std::string identity() const { return "local"; }
};

BOOST_AUTO_TEST_CASE(a_lock_is_stale_when_a_local_project_has_other_dependencies) {
  TemporaryFolder folder;
  detail::write_file(folder / "lib/pyproject.toml", "[project]\nname = \"lib\"\n");
  detail::write_file(folder / "lib/lib.py", "");
  const Resolve<Local> stage{.resolver = {folder / "lib"}, .lock = folder / "pylock.toml"};
  std::vector<std::string> remarks;
  Context context = resolve_context(ResolveTargets::old_x86, nullptr, false, &remarks);
  const auto asked = [&] {
    const int before = *stage.resolver.asked;
    const Resolution given = stage(Requirements::of({folder / "lib"}), context);
    BOOST_TEST((given == Resolution::read(stage.lock)));
    return *stage.resolver.asked - before;
  };
  BOOST_TEST(asked() == 1);
  BOOST_TEST(detail::read_file(stage.lock).find("folders = [\n    { path = \"lib\", digest = \"") != std::string::npos);
  detail::write_file(folder / "lib/lib.py", "changed = True\n");
  BOOST_TEST(asked() == 0);
  detail::write_file(folder / "lib/setup.cfg", "[options]\ninstall_requires = six\n");
  BOOST_TEST(asked() == 1);
  BOOST_TEST(remarks.back() ==
             stage.lock +
                 ": is stale, so it is made anew: the pyproject.toml, setup.py or setup.cfg of a local project "
                 "has changed: " +
                 (folder / "lib"));
  BOOST_TEST(asked() == 0);
}

BOOST_AUTO_TEST_CASE(the_settings_of_a_project_count) {
  const auto digest = [](const std::string& settings) {
    const auto all = Requirements::parse("[project]\nname = \"p\"\n" + settings, "pyproject.toml");
    return detail::lock_request(all, ResolveTargets::old_x86, "uv", "").requirements;
  };
  const std::string first = digest("[tool.uv]\noverride-dependencies = [\"six==1\"]\n");
  BOOST_TEST(digest("[tool.uv]\n# why\noverride-dependencies = [ 'six==1' ]\n") == first);
  BOOST_TEST(digest("[tool.uv]\noverride-dependencies = [\"six==2\"]\n") != first);
  BOOST_TEST(digest("") != first);
}

BOOST_AUTO_TEST_CASE(each_fact_of_the_target_counts) {
  const auto all = Requirements::of({"a"});
  const Runtime runtime{.python = {3, 12}, .full_version = "3.12.7", .glibc = {2, 34}};
  const auto digest = [&](const Runtime& changed, Arch arch) {
    return detail::lock_request(all, {&ResolveTargets::policy, &changed, arch}, "uv", "").target;
  };
  const std::string first = digest(runtime, Arch::x86_64);
  Runtime patched = runtime, newer = runtime;
  patched.full_version = "3.12.8";
  newer.glibc = {2, 35};
  BOOST_TEST(digest(runtime, Arch::x86_64) == first);
  BOOST_TEST(digest(runtime, Arch::arm64) != first);
  BOOST_TEST(digest(patched, Arch::x86_64) != first);
  BOOST_TEST(digest(newer, Arch::x86_64) != first);
}

BOOST_AUTO_TEST_CASE(without_a_lock_nothing_is_kept) {
  const Counting counting;
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const Resolve<Counting> stage{.resolver = counting};
  const auto first = stage(Requirements::of({"a"}), context), second = stage(Requirements::of({"a"}), context);
  BOOST_TEST(*counting.asked == 2);
  BOOST_TEST(first.digest() == second.digest());
}

BOOST_AUTO_TEST_CASE(locks_of_others_are_left_alone) {
  TemporaryFolder folder;
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const Resolve<Counting> stage{.lock = folder / "pylock.toml"};
  detail::write_file(stage.lock, "lock-version = \"1.0\"\ncreated-by = \"uv\"\npackages = []\n");
  BOOST_CHECK_EXCEPTION(stage(Requirements::of({"a"}), context), Error, [&](const Error& error) {
    return error.code() == Errc::usage &&
           error.message() == "the lock was written by another tool and would be overwritten" &&
           error.subject() == stage.lock;
  });
  detail::write_file(stage.lock, "damaged");
  BOOST_CHECK_EXCEPTION(stage(Requirements::of({"a"}), context), Error,
                        [](const Error& error) { return error.code() == Errc::syntax; });
  BOOST_TEST(detail::read_file(stage.lock) == "damaged");
}

BOOST_AUTO_TEST_CASE(a_failed_write_leaves_the_old_lock) {
  TemporaryFolder folder;
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const Resolve<Counting> stage{.lock = folder / "pylock.toml"};
  stage(Requirements::of({"a"}), context);
  const std::string before = detail::read_file(stage.lock);
  for (int n = 1;; ++n) {
    daypack::testing::fail_at fault{n};
    try {
      stage(Requirements::of({"b"}), context);
    } catch (const Error&) {
    }
    if (!fault.hit()) break;
    const std::string now = Resolution::read(stage.lock).text();
    BOOST_TEST((now == before || now.find("\"b\"") != std::string::npos));
    BOOST_REQUIRE(n < 100);
  }
  BOOST_TEST(Resolution::read(stage.lock).packages.at(0).name == "b");
}

BOOST_AUTO_TEST_CASE(only_allowed_hashes_remain) {
  BOOST_TEST(error_of("a==1.0 --hash=sha256:" + sha_b + " --hash=sha256:" + sha_a + "\n") == "no error");
  BOOST_TEST(error_of("a==1.0 --hash=sha256:" + sha_b + "\n")
                 .starts_with("hash_mismatch: no wheel for the target has a hash that the requirements allow: a==1.0 "
                              "(r.txt:1, got a-1.0-py3-none-any.whl with sha256:" +
                              sha_a));
  BOOST_TEST(error_of("a==1.0 --hash=sha512:" + sha_a + sha_b + "\n")
                 .starts_with("hash_mismatch: a requirement has no sha256 among its hashes: a==1.0 (r.txt:1)"));
  BOOST_TEST(error_of("a==1.0 --hash=sha256:" + sha_a + "\nb==1.0\n")
                 .starts_with("hash_mismatch: a hash is missing: b==1.0\n"));
  BOOST_TEST(error_of("--require-hashes\na\nb\n")
                 .starts_with("hash_mismatch: hashes are missing or wrong\n  a hash is missing: a==1.0\n"));
  BOOST_TEST(error_of("--require-hashes\n--no-require-hashes\na\n") == "no error");
  BOOST_TEST(error_of("a==1.0 ; python_version < '3' --hash=sha256:" + sha_b + "\na==1.0 --hash=sha256:" + sha_a +
                      "\n") == "no error");
}

BOOST_AUTO_TEST_CASE(logins_are_given_to_their_origin_only) {
  Pinned package{.name = "a", .version = "1"};
  for (const char* url :
       {"https://h/a.whl", "https://h:444/a.whl", "http://h/a.whl", "https://hh/a.whl", "https://you:own@h/a.whl"})
    package.wheels.push_back({.file = "a.whl", .url = url, .sha256 = sha_a});
  Resolution lock{.packages = {package}};
  const std::string before = lock.text();
  detail::give_logins(lock, Requirements::parse("--index-url https://me:p%40ss@h/simple\na\n", "r.txt"));
  std::vector<std::string> urls;
  for (const PinnedFile& file : lock.packages[0].wheels) urls.push_back(file.url);
  BOOST_TEST(urls == (std::vector<std::string>{"https://me:p%40ss@h/a.whl", "https://h:444/a.whl", "http://h/a.whl",
                                               "https://hh/a.whl", "https://you:own@h/a.whl"}),
             boost::test_tools::per_element());
  BOOST_TEST(lock.text() == before);
  BOOST_TEST(before.find('@') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_stale_lock_tells_why) {
  TemporaryFolder folder;
  Resolve<Counting> stage{.lock = folder / "pylock.toml"};
  std::vector<std::string> remarks;
  const auto said = [&](const std::string& text, const TargetFacts& target) {
    remarks.clear();
    Context context = resolve_context(target, nullptr, false, &remarks);
    stage(Requirements::parse(text, "r.txt"), context);
    return remarks.empty() ? "" : remarks.at(0).substr(stage.lock.size() + 2);
  };
  BOOST_TEST(said("a\n", ResolveTargets::old_x86) == "is missing, so it is made");
  BOOST_TEST(said("a\n", ResolveTargets::old_x86) == "");
  BOOST_TEST(said("b\n", ResolveTargets::old_x86) ==
             "is stale, so it is made anew: the requirements, constraints, index options or [tool.uv] have changed");
  BOOST_TEST(said("b\n", ResolveTargets::new_arm) ==
             "is stale, so it is made anew: it is for another target (got Python 3.11.9, x86_64, glibc 2.26, expected "
             "Python 3.12.7, aarch64, glibc 2.34)");
  stage.resolver.options = "--index-url https://me:secret@h/";
  BOOST_TEST(said("b\n", ResolveTargets::new_arm) ==
             "is stale, so it is made anew: the resolver or its options have changed (got counting , expected counting "
             "--index-url https://***@h/)");
  BOOST_TEST(said("b\n", ResolveTargets::new_arm) == "");
  BOOST_TEST(detail::read_file(stage.lock).find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_frozen_lock_is_never_touched) {
  TemporaryFolder folder;
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const Resolve<Counting> frozen{.lock = folder / "pylock.toml", .frozen = true};
  const auto refused = [&](const Resolve<Counting>& stage, const std::string& text) {
    try {
      stage(Requirements::parse(text, "r.txt"), context);
    } catch (const Error& error) {
      return std::string(to_string(error.code())) + ": " + error.what();
    }
    return std::string("no error");
  };
  BOOST_TEST(refused(frozen, "a\n") ==
             "failed: the frozen lock cannot be used: " + frozen.lock +
                 " (it is missing)\n  hint: lock again without --frozen, and keep the new lock");
  BOOST_TEST(!boost::filesystem::exists(frozen.lock));
  Resolve<Counting>{.lock = frozen.lock}(Requirements::of({"a"}), context);
  const std::string before = detail::read_file(frozen.lock);
  BOOST_TEST(refused(frozen, "a\n") == "no error");
  BOOST_TEST(refused(frozen, "b\n").find("(the requirements, constraints, index options or [tool.uv] have changed)") !=
             std::string::npos);
  BOOST_TEST(detail::read_file(frozen.lock) == before);
  BOOST_TEST(*frozen.resolver.asked == 0);
  BOOST_TEST(refused({.frozen = true}, "a\n").starts_with("usage: there is no lock to be frozen"));
}

// Pins one wheel of a folder.
struct FromFolder {
  std::string wheel = {};
  Resolution resolve(const Requirements&, const Context&) const {
    return {.packages = {{.name = "a",
                          .version = "1.0",
                          .wheels = {{.file = "a-1.0-py3-none-any.whl", .path = wheel, .sha256 = sha_a}}}}};
  }
  std::string identity() const { return "folder"; }
};

BOOST_AUTO_TEST_CASE(lock_and_wheels_move_together) {
  TemporaryFolder folder;
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const auto requirements = [](const std::string& place) {
    Requirements all = Requirements::of({"a"});
    all.options = {"--find-links " + place};
    return all;
  };
  const std::string wheel = folder / "here/wheels/a-1.0-py3-none-any.whl";
  const Resolve<FromFolder> stage{.resolver = {wheel}, .lock = folder / "here/locks/pylock.toml"};
  BOOST_TEST(stage(requirements(folder / "here/wheels"), context).packages.at(0).wheels.at(0).path == wheel);
  const std::string text = detail::read_file(stage.lock);
  BOOST_TEST(text.find("path = \"../wheels/a-1.0-py3-none-any.whl\"") != std::string::npos, text);
  BOOST_TEST(text.find(folder.path().string()) == std::string::npos, text);
  boost::filesystem::rename(folder / "here", folder / "there");
  const Resolve<FromFolder> moved{.lock = folder / "there/locks/pylock.toml", .frozen = true};
  BOOST_TEST(moved(requirements(folder / "there/wheels"), context).packages.at(0).wheels.at(0).path ==
             folder / "there/wheels/a-1.0-py3-none-any.whl");
}

BOOST_AUTO_TEST_CASE(a_fresh_lock_starts_no_program) {
  TemporaryFolder folder;
  const auto runner = std::make_shared<daypack::testing::FakeRunner>();
  Context context = resolve_context(ResolveTargets::old_x86, runner);
  const auto all = Requirements::of({"a"});
  Resolution lock = Counting{}.resolve(all, context);
  const Resolve<> stage{.lock = folder / "pylock.toml"};
  lock.request = detail::lock_request(all, ResolveTargets::old_x86, stage.resolver.identity(), stage.lock);
  detail::write_lock(stage.lock, lock);
  lock.build = stage.resolver.build_settings();  // which no lock holds
  BOOST_TEST((stage(all, context) == lock));
  BOOST_TEST(runner->seen().empty());
}

// Pins all that is constrained; knows no 9.
struct Constrained {
  Resolution resolve(const Requirements& requirements, const Context&) const {
    Resolution lock;
    for (const Requirement& item : requirements.constraints) {
      if (item.specifier == "==9")
        throw Error(Errc::unresolvable, "no set of versions satisfies the requirements", "nine");
      lock.packages.push_back({.name = item.name, .version = item.specifier.substr(2)});
    }
    return lock;
  }
  std::string identity() const { return "constrained"; }
};

BOOST_AUTO_TEST_CASE(the_versions_of_the_runtime_can_be_kept) {
  static constexpr std::array has{Preinstalled{"a", "1.5"}, Preinstalled{"b", ""}, Preinstalled{"c", "2.0"}};
  static constexpr std::array has_nine{Preinstalled{"nine", "9"}};
  const Runtime runtime{.python = {3, 12}, .full_version = "3.12.7", .preinstalled = has};
  const Runtime nine{.python = {3, 12}, .full_version = "3.12.7", .preinstalled = has_nine};
  std::vector<std::string> remarks;
  const auto pinned = [&](const std::string& text, const Runtime& on, bool kept = true) {
    const TargetFacts target{&ResolveTargets::policy, &on, Arch::x86_64};
    Context context = resolve_context(target, nullptr, false, &remarks);
    std::string all;
    for (const Pinned& package :
         Resolve<Constrained>{.runtime_versions = kept}(Requirements::parse(text, "r.txt"), context).packages)
      all += package.name + package.version + ' ';
    return all;
  };
  BOOST_TEST(pinned("a\n", runtime) == "a1.5 c2.0 ");
  BOOST_TEST(pinned("a\n", runtime, false) == "");
  BOOST_TEST(pinned("a>=2\nc @ https://h/c-3-py3-none-any.whl\n", runtime) == "");
  BOOST_TEST(pinned("a>=2 ; sys_platform == 'win32'\n", runtime) == "a1.5 c2.0 ");
  BOOST_TEST(remarks.empty());
  BOOST_TEST(pinned("nine\n", nine) == "");
  BOOST_TEST(
      remarks == std::vector<std::string>{"versions of the runtime: cannot be kept, newer ones are packed: nine"},
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(it_needs_a_target) {
  Context context = daypack::testing::context();
  BOOST_CHECK_EXCEPTION(Resolve<Counting>{}(Requirements::of({"a"}), context), Error,
                        [](const Error& error) { return error.code() == Errc::usage; });
}

BOOST_AUTO_TEST_CASE(requirements_that_are_a_lock_ask_no_resolver) {
  TemporaryFolder folder;
  const Counting counting;
  const Resolve<Counting> stage{.resolver = counting, .lock = folder / "other.toml"};
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const std::string text =
      "lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nmarker = \"os_name == 'posix'\"\nwheels = "
      "[{ url = \"https://h/a-1-py3-none-any.whl\", hashes = { sha256 = \"" +
      sha_a + "\" } }]\n";
  const Resolution given = stage(Requirements::parse(text, "pylock.toml"), context);
  BOOST_TEST(given.packages.at(0).name == "a");
  BOOST_TEST(given.packages.at(0).marker.empty());
  BOOST_TEST(*counting.asked == 0);
  BOOST_TEST(!boost::filesystem::exists(stage.lock));
}

BOOST_AUTO_TEST_CASE(a_project_for_another_python_is_refused) {
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const auto project = Requirements::parse("[project]\nname = \"p\"\nrequires-python = \">=3.12\"\n", "pyproject.toml");
  BOOST_CHECK_EXCEPTION(Resolve<Counting>{}(project, context), Error,
                        [](const Error& error) { return error.code() == Errc::unresolvable; });
}

BOOST_AUTO_TEST_SUITE_END()
