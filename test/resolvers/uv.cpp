// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/resolvers/uv.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/resolve_targets.hpp"
#include "support/source_file.hpp"
#include "support/temporary_folder.hpp"
#include "support/variable.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/process/boost_runner.hpp>
#include <daypack/process/search_path.hpp>
#include <daypack/resolvers/resolver.hpp>
#include <daypack/testing/fake_runner.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/tags.hpp>

#include <algorithm>
#include <cstdlib>

using namespace daypack;
using daypack::testing::FakeRunner;

static_assert(resolver<Uv>);

BOOST_AUTO_TEST_SUITE(resolvers_uv)

namespace {

const std::string sha(64, 'a');

using support::Variable;

std::string value_behind(const Command& command, const std::string& option) {
  const auto at = std::find(command.argv.begin(), command.argv.end(), option);
  return at == command.argv.end() || at + 1 == command.argv.end() ? "" : *(at + 1);
}

bool has_word(const Command& command, const std::string& word) {
  return std::find(command.argv.begin(), command.argv.end(), word) != command.argv.end();
}

std::string lock_with(const std::string& wheel) {
  return "lock-version = \"1.0\"\n[[packages]]\nname = \"six\"\nversion = \"1\"\nwheels = [{ url = \"https://h/" +
         wheel + "\", hashes = { sha256 = \"" + sha + "\" } }]\n";
}

// A uv that writes this lock.
FakeRunner::Answer writes(std::string lock) {
  return [lock = std::move(lock)](const Command& command) {
    detail::write_file(value_behind(command, "-o"), lock);
    return Finished{.exit_code = 0};
  };
}

std::shared_ptr<FakeRunner> working_uv() {
  auto runner = std::make_shared<FakeRunner>();
  runner->answer({"uv", "pip", "compile"}, writes(lock_with("six-1-py3-none-any.whl")));
  return runner;
}

Error error_of(const Uv& uv, const Requirements& requirements, const Context& context) {
  try {
    uv.resolve(requirements, context);
  } catch (const Error& error) {
    return error;
  }
  return Error(Errc::failed, "no error");
}

// What becomes of uv's words.
Error error_for(const std::string& words, const std::string& text = "six\n", int code = 1) {
  auto runner = std::make_shared<FakeRunner>();
  runner->answer({"uv"}, {{.exit_code = code, .err = words}});
  return error_of({}, Requirements::parse(text, "r.txt"), resolve_context(ResolveTargets::old_x86, runner));
}

std::string told(const Error& error) { return std::string(to_string(error.code())) + ": " + error.what(); }

std::string lithops_list() { return source_file("test/data/lithops-aws.in"); }

// Everything is old news, so that the index may grow under the tests.
const Uv steady{.exclude_newer = "2026-11-15T00:00:00Z"};

}  // namespace

BOOST_AUTO_TEST_CASE(uv_is_asked_about_the_target) {
  const auto runner = working_uv();
  const auto lock = Uv{}.resolve(Requirements::of({"six"}), resolve_context(ResolveTargets::old_x86, runner));
  BOOST_TEST(lock.packages.at(0).wheels.at(0).file == "six-1-py3-none-any.whl");
  Uv{}.resolve(Requirements::of({"six"}), resolve_context(ResolveTargets::new_arm, runner));
  const auto seen = runner->seen();
  BOOST_TEST(seen.at(0).input == "six\n");
  BOOST_TEST(value_behind(seen.at(0), "--python-version") == "3.11.9");
  BOOST_TEST(value_behind(seen.at(0), "--python-platform") == "x86_64-manylinux_2_28");
  BOOST_TEST(value_behind(seen.at(0), "--only-binary") == ":all:");
  BOOST_TEST(!has_word(seen.at(0), "--offline"));
  BOOST_TEST(value_behind(seen.at(1), "--python-version") == "3.12.7");
  BOOST_TEST(value_behind(seen.at(1), "--python-platform") == "aarch64-manylinux_2_34");
  BOOST_TEST(!boost::filesystem::exists(value_behind(seen.at(1), "-o")));  // nothing stays behind
}

BOOST_AUTO_TEST_CASE(the_platform_is_the_nearest_that_is_not_below) {
  const std::vector<std::pair<int, std::string>> cases{{12, "17"}, {17, "17"}, {18, "28"}, {28, "28"}, {29, "31"},
                                                       {31, "31"}, {36, "36"}, {40, "40"}, {51, "40"}};
  for (const auto& [minor, platform] : cases) {
    const Runtime runtime{.python = {3, 13}, .glibc = {2, minor}};
    const auto runner = working_uv();
    Uv{}.resolve(Requirements::of({"six"}), resolve_context({&ResolveTargets::policy, &runtime, Arch::x86_64}, runner));
    BOOST_TEST(value_behind(runner->seen().at(0), "--python-platform") == "x86_64-manylinux_2_" + platform);
    BOOST_TEST(value_behind(runner->seen().at(0), "--python-version") == "3.13.0");
  }
}

BOOST_AUTO_TEST_CASE(options_reach_uv) {
  const auto runner = working_uv();
  std::vector<std::string> remarks;
  auto all = Requirements::parse(
      "--index-url https://h/simple\n--pre\n--trusted-host h\n--no-binary "
      "six\n--prefer-binary\n--require-hashes\nsix==1 --hash=sha256:" +
          sha + "\n",
      "r.txt");
  all.constraints = Requirements::of({"idna<4"}).items;
  std::string constraints;
  runner->answer({"uv", "pip", "compile", "-c"}, [&](const Command& command) {
    constraints = detail::read_file(value_behind(command, "-c"));
    return writes(lock_with("six-1-py3-none-any.whl"))(command);
  });
  const Uv uv{.exclude_newer = "2026-11-01", .arguments = {"--index-strategy", "unsafe-best-match"}};
  uv.resolve(all, resolve_context(ResolveTargets::old_x86, runner, true, &remarks));
  const Command seen = runner->seen().at(0);
  BOOST_TEST(seen.input == "--index-url https://h/simple\nsix==1\n");
  BOOST_TEST(constraints == "idna<4\n");
  BOOST_TEST(value_behind(seen, "--prerelease") == "allow");
  BOOST_TEST(value_behind(seen, "--allow-insecure-host") == "h");
  BOOST_TEST(value_behind(seen, "--exclude-newer") == "2026-11-02T00:00:00Z");
  BOOST_TEST(value_behind(seen, "--index-strategy") == "unsafe-best-match");
  BOOST_TEST(has_word(seen, "--offline"));
  BOOST_TEST(value_behind(seen, "--no-binary") == "six");
  BOOST_TEST(remarks.empty());
  BOOST_TEST(uv.identity() == "uv --exclude-newer 2026-11-01 --index-strategy unsafe-best-match");
}

BOOST_AUTO_TEST_CASE(uv_is_found_in_three_ways) {
  const auto context = [](std::shared_ptr<FakeRunner> runner) {
    return resolve_context(ResolveTargets::old_x86, std::move(runner));
  };
  const auto six = Requirements::of({"six"});
  const auto answer = writes(lock_with("six-1-py3-none-any.whl"));
  {
    const Variable own("DAYPACK_UV", "/opt/uv/uv");
    auto runner = std::make_shared<FakeRunner>();
    runner->answer({"/opt/uv/uv", "pip"}, answer);
    BOOST_TEST(Uv{}.resolve(six, context(runner)).packages.size() == 1u);
    const Error missing = error_of({}, six, context(std::make_shared<FakeRunner>()));
    BOOST_TEST(told(missing) ==
               "tool_missing: uv is not installed, and it resolves the requirements: DAYPACK_UV=/opt/uv/uv\n"
               "  hint: let DAYPACK_UV name an uv that can be started, or unset it");
  }
  const Variable none("DAYPACK_UV", nullptr);
  auto module = std::make_shared<FakeRunner>();
  module->answer({"python3", "-m", "uv", "pip", "compile"}, answer);
  BOOST_TEST(Uv{}.resolve(six, context(module)).packages.size() == 1u);
  auto shim = std::make_shared<FakeRunner>();  // pyenv's answers for programs that the chosen Python does not have
  shim->answer({"uv"}, {{.exit_code = 127, .err = "pyenv: uv: command not found"}});
  shim->answer({"python3"}, {{.exit_code = 1, .err = "/usr/bin/python3: No module named uv"}});
  BOOST_TEST(
      told(error_of({}, six, context(shim))) ==
      "tool_missing: uv is not installed, and it resolves the requirements: uv\n"
      "  hint: install it: pip install uv, or pipx install uv, or your system's package; or let DAYPACK_UV name it");
  BOOST_TEST(shim->seen().size() == 2u);
}

BOOST_AUTO_TEST_CASE(words_of_uv_become_errors) {
  const std::string none = "error: No solution found when resolving dependencies\n  cause: ";
  BOOST_TEST(told(error_for("\x1b[1m\x1b[31merror\x1b[39m\x1b[0m\x1b[1m:\x1b[0m No solution found when resolving "
                            "dependencies\n  \x1b[1m\x1b[31mcause\x1b[39m\x1b[0m\x1b[1m:\x1b[0m "
                            "Because boto3==1.34.0 depends on\n         botocore>=1.34.0,<1.35.0 and you require "
                            "boto3==1.34.0, we can conclude that you require botocore>=1.34.0.\n"
                            "         And because you require botocore==1.30.0, we can conclude that your requirements "
                            "are unsatisfiable.\n",
                            "# roots\nboto3==1.34.0\nbotocore==1.30.0\naiobotocore\n")) ==
             "unresolvable: no set of versions satisfies the requirements: boto3==1.34.0 depends on "
             "botocore>=1.34.0,<1.35.0 and you require boto3==1.34.0, "
             "we can conclude that you require botocore>=1.34.0. And because you require botocore==1.30.0\n  hint: "
             "loosen or drop one of the requirements\n"
             "  r.txt:2: boto3==1.34.0\n  r.txt:3: botocore==1.30.0");
  BOOST_TEST(told(error_for(none + "Because nosuch was not found in the package registry and you require nosuch, we "
                                   "can conclude that your requirements are unsatisfiable.\n",
                            "six\nnosuch\n")) ==
             "not_found: no package of this name is in the index: nosuch\n  hint: check the spelling; for a private "
             "index add --extra-index-url to the requirements, or set UV_INDEX\n  r.txt:2: nosuch");
  BOOST_TEST(told(error_for(none + "Because six was not found in the package registry and you require six, we can "
                                   "conclude that your requirements are unsatisfiable.\n\n"
                                   "hint: An index URL (http://h/401) could not be queried due to a lack of valid "
                                   "authentication credentials (401 Unauthorized)\n"))
                 .starts_with("network: the package index wants other credentials: six (401 Unauthorized)\n  hint: put "
                              "them into netrc"));
  BOOST_TEST(told(error_for(none + "Because six was not found in the cache and you require six, we can conclude that "
                                   "your requirements are unsatisfiable.\n")) ==
             "network: a package was never fetched, and this run is offline: six\n  hint: run once with the network");
  BOOST_TEST(told(error_for(none + "Because there is no version of six==99 and you require six==99, we can conclude "
                                   "that your requirements are unsatisfiable.\n"))
                 .starts_with("unresolvable: a version does not exist: six==99\n  hint: check the number;"));
  BOOST_TEST(
      told(error_for(none + "Because all of:\n             six[s3]<=1.0\n             six[s3]>=1.2\n          have no "
                            "usable wheels and you require six[s3], we can conclude that your requirements are "
                            "unsatisfiable.\n",
                     "six[s3]\n"))
          .starts_with("no_wheel: there is source code but no wheel: six[s3] (r.txt:1, for Lab, Python 3.11, "));
  BOOST_TEST(
      told(error_for(none + "Because all versions of glue have no usable wheels and all versions of six depend on\n"
                            "         glue>=1, we can conclude that all versions of six cannot be used.\n"))
          .starts_with("no_wheel: there is source code but no wheel: glue (for Lab, Python 3.11, x86_64, glibc "
                       "2.26)\n  hint: take another version of six\n  is wanted by: six"));
  BOOST_TEST(
      told(error_for(none + "Because six==1.0 was yanked (reason: bad) and only six==1.0 is available, we can "
                            "conclude that all versions of six cannot be used. And because you require six, we "
                            "can conclude that your requirements are unsatisfiable.\n"))
          .starts_with("unresolvable: only yanked versions would do: six==1.0 was yanked (reason: bad) and only"));
  BOOST_TEST(
      told(error_for("error: Request failed after 3 retries in 5.6s\n  cause: Failed to fetch: "
                     "https://me:secret@h/simple/six/\n  cause: error sending request\n  cause: dns error\n",
                     "six\n", 2)) ==
      "network: the package index cannot be reached: https://***@h/simple/six/ (dns error)\n"
      "  hint: check the network, HTTPS_PROXY, and the index that UV_DEFAULT_INDEX, uv.toml or --index-url name");
  BOOST_TEST(told(error_for("error: Failed to fetch: https://h/six/\n  cause: HTTP status server error (500 Internal "
                            "Server Error) for url (https://h/six/)\n"))
                 .starts_with("network: the package index answers with an error: https://h/six/ (HTTP status server "
                              "error (500 Internal Server Error)"));
  BOOST_TEST(told(error_for("error: invalid value 'x86_64-manylinux_2_40' for '--python-platform <PYTHON_PLATFORM>'\n  "
                            "[possible values: windows]\n",
                            "six\n", 2)) ==
             "tool_failed: uv does not know an argument: invalid value 'x86_64-manylinux_2_40' for '--python-platform "
             "<PYTHON_PLATFORM>'\n"
             "  hint: update uv (uv self update, or pip install -U uv); daypack is written for 0.13");
  BOOST_TEST(told(error_for("error: invalid value 'x' for '--exclude-newer <EXCLUDE_NEWER>': `x` could not be parsed\n",
                            "six\n", 2))
                 .starts_with("usage: this is no date and no time span: invalid value 'x' for"));
  BOOST_TEST(told(error_for("error: something new\n  cause: deep down\n")) ==
             "tool_failed: uv failed: something new (deep down)");
  BOOST_TEST(told(error_for("")) == "tool_failed: uv failed: no words, exit code 1");
}

// From here on with the real uv and the index that it is configured for.

BOOST_AUTO_TEST_CASE(a_real_list_is_resolved_for_each_target) {
  const auto list = Requirements::read(lithops_list());
  for (const TargetFacts& target : {ResolveTargets::old_x86, ResolveTargets::new_arm}) {
    const auto lock = steady.resolve(list, resolve_context(target, std::make_shared<BoostRunner>()));
    const SupportedTags tags(target);
    BOOST_TEST(lock.packages.size() > 40u);
    BOOST_TEST((Resolution::parse(lock.text(), "pylock.toml") == lock));
    for (const Pinned& package : lock.packages) {
      const bool fits = std::any_of(package.wheels.begin(), package.wheels.end(), [&](const PinnedFile& wheel) {
        return tags.rank(WheelName::parse(wheel.file)).has_value();
      });
      BOOST_TEST(fits, package.name);
      BOOST_TEST(marker_holds(package.marker, MarkerEnvironment::of(target)), package.name);
    }
    const auto pika = std::find_if(lock.packages.begin(), lock.packages.end(),
                                   [](const Pinned& package) { return package.name == "pika"; });
    BOOST_REQUIRE((pika != lock.packages.end()));
    BOOST_TEST(pika->version == "0.13.1");
  }
}

BOOST_AUTO_TEST_CASE(the_python_of_the_host_does_not_matter) {
  const std::string uv = programs_named("uv").at(0);
  TemporaryFolder folder;
  std::vector<std::string> digests;
  for (int minor = 6; minor < 16 && digests.size() < 4; ++minor) {
    for (const std::string& python : programs_named("python3." + std::to_string(minor))) {
      const Finished real = BoostRunner().run({.argv = {python, "-c", "import sys; print(sys.executable, end='')"}});
      if (!real.ok()) continue;  // a shim
      const std::string path = folder / ("bin" + std::to_string(minor));
      boost::filesystem::create_directories(path);
      boost::filesystem::create_symlink(real.out, path + "/python3");
      const Variable search("PATH", path + ":" + std::getenv("PATH"));
      const auto list =
          Requirements::of({"requests", "tomli ; python_version < '3.12'", "six ; platform_machine == 'aarch64'"});
      digests.push_back(
          steady.resolve(list, resolve_context(ResolveTargets::new_arm, std::make_shared<BoostRunner>())).text());
      BOOST_TEST(digests.back() == digests.front());
      BOOST_TEST(digests.back().find("\"six\"") != std::string::npos);
      BOOST_TEST(digests.back().find("\"tomli\"") == std::string::npos);
      break;
    }
  }
  BOOST_TEST_MESSAGE(digests.size() << " Pythons");
}

BOOST_AUTO_TEST_CASE(wheels_that_do_not_fit_are_named) {
  const Error error = error_of(steady, Requirements::parse("\nnumpy==2.4.6\n", "r.txt"),
                               resolve_context(ResolveTargets::old_x86, std::make_shared<BoostRunner>()));
  BOOST_TEST((error.code() == Errc::no_wheel), error.what());
  BOOST_TEST(error.subject() == "numpy==2.4.6 (r.txt:2, for Lab, Python 3.11, x86_64, glibc 2.26)");
  BOOST_TEST(error.hint() == "take numpy==2.2.6, the newest that has one, or Python 3.12 (glibc 2.34) of Lab");
  BOOST_REQUIRE_EQUAL(error.causes().size(), 7u);
  BOOST_TEST(error.causes()[0].subject == "numpy-2.4.6-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl");
  BOOST_TEST(error.causes()[0].message == "needs glibc 2.27, the target has 2.26");
  BOOST_TEST(error.causes()[1].message ==
             "needs Python 3.12, the target has 3.11; needs glibc 2.27, the target has 2.26");
  BOOST_TEST(error.causes()[6].message == "and 65 wheels that are farther off");
}

BOOST_AUTO_TEST_CASE(what_the_index_does_not_have_is_told) {
  const auto context = resolve_context(ResolveTargets::new_arm, std::make_shared<BoostRunner>());
  BOOST_TEST(told(error_of(steady, Requirements::parse("six\ndaypack-no-such-package-000\n", "r.txt"), context))
                 .starts_with("not_found: no package of this name is in the index: daypack-no-such-package-000\n"));
  BOOST_TEST(
      told(error_of(steady, Requirements::parse("requests==2.31.0\nrequests==2.30.0\n", "r.txt"), context)) ==
      "unresolvable: no set of versions satisfies the requirements: you require requests==2.31.0 and requests==2.30.0\n"
      "  hint: loosen or drop one of the requirements\n  r.txt:1: requests==2.31.0\n  r.txt:2: requests==2.30.0");
  BOOST_TEST(told(error_of(steady, Requirements::of({"six==999"}), context))
                 .starts_with("unresolvable: a version does not exist: six==999\n"));
}

BOOST_AUTO_TEST_CASE(what_has_an_sdist_only_is_pinned_by_it) {
  const auto context = resolve_context(ResolveTargets::new_arm, std::make_shared<BoostRunner>());
  const Resolution lock = steady.resolve(Requirements::of({"docopt", "six"}), context);
  BOOST_TEST_REQUIRE(lock.packages.size() == 2u);
  BOOST_TEST(lock.packages[0].wheels.empty());
  BOOST_TEST_REQUIRE(lock.packages[0].sdists.size() == 1u);
  BOOST_TEST(lock.packages[0].sdists[0].sha256.size() == 64u);
  BOOST_TEST(!lock.packages[1].wheels.empty());
}

BOOST_AUTO_TEST_CASE(an_index_that_is_down_is_told) {
  const Variable index("UV_DEFAULT_INDEX", "http://me:secret@127.0.0.1:1/");
  const Variable retries("UV_HTTP_RETRIES", "0");
  TemporaryFolder cache;
  const Variable own_cache("UV_CACHE_DIR", cache.path().string());
  const Error error = error_of({}, Requirements::of({"six"}),
                               resolve_context(ResolveTargets::new_arm, std::make_shared<BoostRunner>()));
  BOOST_TEST((error.code() == Errc::network), error.what());
  BOOST_TEST(error.subject().find("127.0.0.1:1/six/ (Connection refused") != std::string::npos, error.what());
  BOOST_TEST(told(error).find("secret") == std::string::npos);
  const Error offline = error_of({}, Requirements::of({"six"}),
                                 resolve_context(ResolveTargets::new_arm, std::make_shared<BoostRunner>(), true));
  BOOST_TEST(told(offline).starts_with("network: a package was never fetched, and this run is offline: six"));
}

BOOST_AUTO_TEST_SUITE_END()
