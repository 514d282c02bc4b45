// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/resolve.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/resolve_targets.hpp"
#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/stage.hpp>
#include <daypack/testing/fail_at.hpp>

#include <memory>

using namespace daypack;

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

BOOST_AUTO_TEST_SUITE(stages_resolve)

BOOST_AUTO_TEST_CASE(a_lock_is_kept_while_nothing_changes) {
  TemporaryFolder folder;
  const Counting counting;
  Resolve<Counting> stage{.resolver = counting, .lock = folder / "locks/pylock.toml"};
  Context old_x86 = resolve_context(ResolveTargets::old_x86, nullptr),
          new_arm = resolve_context(ResolveTargets::new_arm, nullptr);
  const auto asked = [&](const std::string& text, Context& context) {
    const int before = *counting.asked;
    const Resolution given = stage(Requirements::parse(text, "r.txt"), context);
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

BOOST_AUTO_TEST_CASE(each_fact_of_the_target_counts) {
  const auto all = Requirements::of({"a"});
  const Runtime runtime{.python = {3, 12}, .full_version = "3.12.7", .glibc = {2, 34}};
  const auto digest = [&](const Runtime& changed, Arch arch) {
    return detail::request_digest(all, {&ResolveTargets::policy, &changed, arch}, "uv");
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
                              "(got a-1.0-py3-none-any.whl with sha256:" +
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

BOOST_AUTO_TEST_CASE(it_needs_a_target) {
  Context context = daypack::testing::context();
  BOOST_CHECK_EXCEPTION(Resolve<Counting>{}(Requirements::of({"a"}), context), Error,
                        [](const Error& error) { return error.code() == Errc::usage; });
}

BOOST_AUTO_TEST_SUITE_END()
