// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/local.hpp>  // self-contained

#include <daypack/detail/file.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/fail_at.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <set>
#include <support/temporary_folder.hpp>

#include "support/error_of.hpp"
#include "support/variable.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(providers_local)

namespace {

constexpr std::array runtimes{Runtime{.python = 3.11_py, .full_version = "3.11.9", .arm64 = true},
                              Runtime{.python = 3.12_py}};
constexpr BackendPolicy policy{.name = "test_backend", .title = "Test", .runtimes = runtimes, .packages_folder = "lib"};
constexpr TargetFacts facts{&policy, &runtimes[0], Arch::x86_64};

Context context() { return Context(Services{}).with_target(facts); }

Archive archive_of(std::string text) {
  const std::size_t half = text.size() / 2;
  const Sha256 digest = sha256_of(as_bytes(text));
  return Archive({blob_of(text.substr(0, half)), blob_of(text.substr(half))}, digest, {});
}

Deployment deploy(const local::Function& function, const std::string& text) {
  Context here = context();
  return function.deliver(archive_of(text), here);
}

std::set<std::string> files_below(const std::string& folder) {
  std::set<std::string> files;
  for (boost::filesystem::recursive_directory_iterator at(folder), end; at != end; ++at) {
    if (!boost::filesystem::is_directory(at->status()))
      files.insert(boost::filesystem::relative(at->path(), folder).string());
  }
  return files;
}

using support::Variable;

}  // namespace

static_assert(provider<local::Function>);

BOOST_AUTO_TEST_CASE(versions_count_up_and_keep_their_configuration) {
  const TemporaryFolder home;
  const Deployment first =
      deploy({.name = "plot", .memory = 512, .environment = {{"KEY", "wert ü"}}, .folder = home / "s"}, "one");
  BOOST_TEST(first.id == "plot");
  BOOST_TEST(first.version == "1");
  BOOST_TEST(first.digest == sha256_of(as_bytes("one")).hex());
  BOOST_TEST(!first.unchanged);
  BOOST_TEST(deploy({.name = "plot", .folder = home / "s"}, "two").version == "2");

  const local::Store store(home / "s");
  const local::Version old = store.find("plot", 1);
  BOOST_TEST(old.memory == 512);
  BOOST_TEST(old.environment.at("KEY") == "wert ü");
  BOOST_TEST(old.backend == "test_backend");
  BOOST_TEST(old.python == "3.11");
  BOOST_TEST(old.arch == "x86_64");
  BOOST_TEST(old.packages_folder == "lib");
  BOOST_TEST(old.size == 3u);
  BOOST_TEST(detail::read_file(store.package(old.digest)) == "one");
  BOOST_TEST(store.find("plot").number == 2);
  BOOST_TEST(store.versions("plot").size() == 2u);
  struct ::stat mode{};
  ::stat((home / "s/functions").c_str(), &mode);
  BOOST_TEST((mode.st_mode & 0777) == 0700u);
}

BOOST_AUTO_TEST_CASE(the_same_again_changes_nothing) {
  const TemporaryFolder home;
  local::Function function{.name = "f", .folder = home / "s"};
  deploy(function, "one");
  const auto before = files_below(home / "s");
  const Deployment again = deploy(function, "one");
  BOOST_TEST(again.unchanged);
  BOOST_TEST(again.version == "1");
  BOOST_TEST(files_below(home / "s") == before);
  function.timeout = 7;
  BOOST_TEST(deploy(function, "one").version == "2");
  Context other = context().with_target({&policy, &runtimes[1], Arch::x86_64});
  BOOST_TEST(function.deliver(archive_of("one"), other).version == "3");
  BOOST_TEST(files_below((home / "s/") + "packages").size() == 1u);
}

BOOST_AUTO_TEST_CASE(layers_are_kept_by_digest) {
  const TemporaryFolder home;
  detail::write_file(home / "a.zip", "layer a");
  detail::write_file(home / "b.zip", "layer b");
  const local::Function function{.name = "f", .layers = {home / "b.zip", home / "a.zip"}, .folder = home / "s"};
  deploy(function, "one");
  const local::Version kept = local::Store(home / "s").find("f");
  BOOST_TEST((kept.layers == std::vector{sha256_of(as_bytes("layer b")).hex(), sha256_of(as_bytes("layer a")).hex()}));
  detail::write_file(home / "a.zip", "another a");
  BOOST_TEST(!deploy(function, "one").unchanged);
  const Error missing =
      error_of([&] { deploy({.name = "f", .layers = {home / "none.zip"}, .folder = home / "s"}, "one"); });
  BOOST_TEST((missing.code() == Errc::not_found));
  BOOST_TEST(missing.subject().find("none.zip") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bad_names_are_refused) {
  const TemporaryFolder home;
  const std::string long_name(65, 'x');
  for (const std::string& name :
       {std::string(), std::string("a/b"), std::string("../x"), std::string("a\\b"), std::string("."),
        std::string("a b"), std::string("ä"), std::string("a.b"), std::string("a\0b", 3), long_name}) {
    const Error error = error_of([&] { deploy({.name = name, .folder = home / "s"}, "one"); });
    BOOST_TEST((error.code() == Errc::usage), "accepted: " + name);
    BOOST_TEST(error.message() == "a function cannot have this name");
    BOOST_CHECK_THROW(local::Store(home / "s").find(name), Error);
    Context here = context();
    BOOST_CHECK_THROW(local::Store(home / "s").remove(name, here), Error);
  }
  BOOST_TEST(error_of([&] { deploy({.name = "a/b", .folder = home / "s"}, "x"); }).subject() ==
             "'a/b' (it has a path separator)");
  BOOST_TEST(
      error_of([&] { deploy({.name = long_name, .folder = home / "s"}, "x"); }).subject().find("65 characters") !=
      std::string::npos);
  BOOST_TEST(local::function_name_reason("Thumb-nails_2").empty());
  BOOST_TEST(local::function_name_reason(std::string(64, 'x')).empty());
}

BOOST_AUTO_TEST_CASE(bad_options_are_refused) {
  const TemporaryFolder home;
  const auto message = [&](local::Function function) {
    function.name = "f";
    function.folder = home / "s";
    const Error error = error_of([&] { deploy(function, "one"); });
    BOOST_TEST((error.code() == Errc::usage));
    return error.message() + ": " + error.subject();
  };
  BOOST_TEST(message({.memory = 64}) == "the memory is out of range: 64 MB (expected 128 to 10240)");
  BOOST_TEST(message({.timeout = 0}) == "the timeout is out of range: 0 s (expected 1 to 900)");
  BOOST_TEST(message({.timeout = 901}) == "the timeout is out of range: 901 s (expected 1 to 900)");
  BOOST_TEST(message({.handler = ""}) == "the handler is not well-formed: ''");
  BOOST_TEST(message({.handler = "app. handler"}) == "the handler is not well-formed: 'app. handler'");
  BOOST_TEST(message({.environment = {{"1A", "x"}}}) == "an environment variable is not well-formed: '1A'");
  BOOST_TEST(message({.environment = {{"A=B", "x"}}}) == "an environment variable is not well-formed: 'A=B'");
  BOOST_TEST(message({.environment = {{"LAMBDA_TASK_ROOT", "x"}}}) ==
             "an environment variable is reserved for the runtime: LAMBDA_TASK_ROOT");
  BOOST_TEST(!boost::filesystem::exists(home / "s"));
}

BOOST_AUTO_TEST_CASE(an_archive_that_changed_is_not_kept) {
  const TemporaryFolder home;
  Context here = context();
  const Archive lies({blob_of("other bytes")}, sha256_of(as_bytes("one")), {});
  const Error error = error_of([&] { local::Function{.name = "f", .folder = home / "s"}.deliver(lies, here); });
  BOOST_TEST((error.code() == Errc::hash_mismatch));
  BOOST_TEST((files_below(home / "s") == std::set<std::string>{"lock"}));
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_named) {
  const TemporaryFolder home;
  const local::Store store(home / "s");
  BOOST_TEST(store.list().empty());
  BOOST_TEST(error_of([&] { store.find("f"); }).hint() == "deploy one first");
  deploy({.name = "b", .folder = home / "s"}, "one");
  deploy({.name = "a", .folder = home / "s"}, "one");
  BOOST_TEST(store.list().size() == 2u);
  BOOST_TEST(store.list()[0].function == "a");
  const Error error = error_of([&] { store.find("f"); });
  BOOST_TEST((error.code() == Errc::not_found));
  BOOST_TEST(error.hint() == "deployed are: a, b");
  BOOST_TEST(error_of([&] { store.find("a", 9); }).subject() == "a (got 9, expected one of 1)");
  detail::write_file(home / "s/functions/a/1.json", "{\"function\":");
  const Error damaged = error_of([&] { store.find("a"); });
  BOOST_TEST((damaged.code() == Errc::syntax));
  BOOST_TEST(damaged.subject().find("functions/a/1.json") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(remove_takes_only_what_nobody_else_uses) {
  const TemporaryFolder home;
  Context here = context();
  deploy({.name = "a", .folder = home / "s"}, "shared");
  deploy({.name = "b", .folder = home / "s"}, "shared");
  deploy({.name = "b", .folder = home / "s"}, "own");
  const local::Store store(home / "s");
  BOOST_TEST(store.remove("b", here));
  BOOST_TEST(!store.remove("b", here));
  BOOST_TEST(store.list().size() == 1u);
  BOOST_TEST((files_below(home / "s/packages") == std::set<std::string>{sha256_of(as_bytes("shared")).hex() + ".zip"}));
  BOOST_TEST(deploy({.name = "b", .folder = home / "s"}, "own").version == "1");
}

BOOST_AUTO_TEST_CASE(a_failure_leaves_the_old_version) {
  const TemporaryFolder home;
  const local::Store store(home / "s");
  deploy({.name = "f", .folder = home / "s"}, "old");
  int faults = 0;
  for (int n = 1;; ++n) {
    testing::fail_at fault(n);
    bool failed = false;
    try {
      deploy({.name = "f", .folder = home / "s"}, "new");
    } catch (const Error&) {
      failed = true;
    }
    if (!fault.hit()) break;
    ++faults;
    BOOST_TEST(failed);
    BOOST_TEST(store.find("f").number == 1);
    for (const std::string& file : files_below(home / "s")) BOOST_TEST(file.find(".part") == std::string::npos, file);
  }
  BOOST_TEST(faults > 8);
  BOOST_TEST(store.find("f").number == 2);
  BOOST_TEST(store.find("f").digest == sha256_of(as_bytes("new")).hex());
}

BOOST_AUTO_TEST_CASE(processes_at_once_and_kills) {
  const TemporaryFolder home;
  const std::string bytes(3 << 20, 'x');
  std::vector<::pid_t> children;
  for (int c = 0; c < 4; ++c) {
    const ::pid_t pid = ::fork();
    if (pid == 0) {
      for (int n = 0;; ++n)
        deploy({.name = "f", .folder = home / "s"}, bytes + std::to_string(c) + ' ' + std::to_string(n));
    }
    children.push_back(pid);
  }
  const local::Store store(home / "s");
  for (const ::pid_t pid : children) {
    const std::size_t before = store.versions("f").size();
    while (store.versions("f").size() < before + 2) ::usleep(10'000);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    for (const local::Version& kept : store.versions("f")) {
      BOOST_TEST(boost::filesystem::file_size(store.package(kept.digest)) == kept.size);
    }
  }
  const std::size_t before = store.versions("f").size();
  BOOST_TEST(before > 4u);
  BOOST_TEST(store.find("f").number == static_cast<int>(before));  // none twice, none left out
  deploy({.name = "f", .folder = home / "s"}, "after");
  BOOST_TEST(store.find("f").digest == sha256_of(as_bytes("after")).hex());
  for (const std::string& file : files_below(home / "s")) BOOST_TEST(file.find(".part") == std::string::npos, file);
}

BOOST_AUTO_TEST_CASE(the_data_folder_follows_the_variables) {
  const Variable home("HOME", "/home/u"), xdg("XDG_DATA_HOME", nullptr), own("DAYPACK_DATA_DIR", nullptr);
  BOOST_TEST(local::data_folder() == "/home/u/.local/share/daypack");
  {
    const Variable relative("XDG_DATA_HOME", "data");
    BOOST_TEST(local::data_folder() == "/home/u/.local/share/daypack");
  }
  const Variable absolute("XDG_DATA_HOME", "/data");
  BOOST_TEST(local::data_folder() == "/data/daypack");
  const Variable chosen("DAYPACK_DATA_DIR", "/own");
  BOOST_TEST(local::data_folder() == "/own");
  const Variable no_home("HOME", nullptr), no_xdg("XDG_DATA_HOME", nullptr), no_own("DAYPACK_DATA_DIR", nullptr);
  BOOST_TEST(error_of([] { local::data_folder(); }).hint() == "set DAYPACK_DATA_DIR");
}

BOOST_AUTO_TEST_SUITE_END()
