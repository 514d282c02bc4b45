// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/resolvers/pip.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/resolve_targets.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/resolvers/resolver.hpp>
#include <daypack/testing/fake_runner.hpp>

#include <algorithm>
#include <boost/filesystem/operations.hpp>

using namespace daypack;
using daypack::testing::FakeRunner;

static_assert(resolver<Pip>);

BOOST_AUTO_TEST_SUITE(resolvers_pip)

namespace {

const std::string sha(64, 'a');

std::string value_behind(const Command& command, const std::string& option) {
  const auto at = std::find(command.argv.begin(), command.argv.end(), option);
  return at == command.argv.end() || at + 1 == command.argv.end() ? "" : *(at + 1);
}

std::string report_of(const std::string& environment, const std::string& hashes) {
  return R"({"version": "1", "environment": )" + environment +
         R"(, "install": [{"metadata": {"name": "Six_X", "version": "1", "requires_python": ">=3"}, "download_info":)"
         R"( {"url": "https://h/six_x-1-py3-none-any.whl#sha256=0", "archive_info": )" +
         hashes + "}}]}";
}

// A pip that writes this report, about the environment that it is told.
std::shared_ptr<FakeRunner> working_pip(const std::string& hashes = R"({"hashes": {"sha256": ")" + sha + "\"}}") {
  auto runner = std::make_shared<FakeRunner>();
  runner->answer({"python3"}, [=](const Command& command) {
    detail::write_file(value_behind(command, "--report"), report_of(command.argv.at(3), hashes));
    return Finished{.exit_code = 0};
  });
  return runner;
}

std::string told(std::shared_ptr<FakeRunner> runner, const std::string& text = "six\n", const Pip& pip = {},
                 bool offline = false) try {
  pip.resolve(Requirements::parse(text, "r.txt"), resolve_context(ResolveTargets::old_x86, std::move(runner), offline));
  return "no error";
} catch (const Error& error) {
  return std::string(to_string(error.code())) + ": " + error.what();
}

// What becomes of pip's words; the second ones are its answer when it is asked for more.
std::string told_for(const std::string& words, const std::string& more = "", const std::string& text = "six\n") {
  auto runner = std::make_shared<FakeRunner>();
  runner->answer({"python3"}, [=](const Command& command) {
    const bool again = std::find(command.argv.begin(), command.argv.end(), "-vv") != command.argv.end();
    return Finished{.exit_code = 1, .out = again ? more : "", .err = words};
  });
  return told(runner, text);
}

}  // namespace

BOOST_AUTO_TEST_CASE(pip_is_asked_about_the_target) {
  const auto runner = working_pip();
  const auto lock = Pip{}.resolve(Requirements::of({"six-x"}), resolve_context(ResolveTargets::new_arm, runner));
  BOOST_REQUIRE_EQUAL(lock.packages.size(), 1u);
  BOOST_TEST(lock.packages[0].name == "six-x");
  BOOST_TEST(lock.packages[0].requires_python == ">=3");
  BOOST_TEST(lock.packages[0].wheels.at(0).url == "https://h/six_x-1-py3-none-any.whl");
  BOOST_TEST(lock.packages[0].wheels.at(0).sha256 == sha);
  const Command seen = runner->seen().at(0);
  BOOST_TEST(seen.argv.at(3).find("\"platform_machine\":\"aarch64\"") != std::string::npos);
  BOOST_TEST(value_behind(seen, "--python-version") == "3.12.7");
  BOOST_TEST(value_behind(seen, "--abi") == "cp312");
  BOOST_TEST(value_behind(seen, "--platform") == "manylinux_2_34_aarch64");
  BOOST_TEST((std::find(seen.argv.begin(), seen.argv.end(), "manylinux2014_aarch64") != seen.argv.end()));
  BOOST_TEST(!boost::filesystem::exists(value_behind(seen, "--report")));  // nothing stays behind
}

BOOST_AUTO_TEST_CASE(options_reach_pip) {
  auto runner = std::make_shared<FakeRunner>();
  std::string input, constraints;
  std::vector<std::string> remarks;
  runner->answer({"python3"}, [&](const Command& command) {
    input = detail::read_file(value_behind(command, "--requirement"));
    constraints = detail::read_file(value_behind(command, "--constraint"));
    detail::write_file(value_behind(command, "--report"),
                       report_of(command.argv.at(3), R"({"hash": "sha256=)" + sha + "\"}"));
    return Finished{.exit_code = 0};
  });
  auto all = Requirements::parse(
      "--index-url https://h/simple\n--pre\n--no-binary six\n--require-hashes\nsix==1 --hash=sha256:" + sha + "\n",
      "r.txt");
  all.constraints = Requirements::of({"idna<4"}).items;
  const Pip pip{.exclude_newer = "2026-11-01", .arguments = {"--prefer-binary"}};
  const auto lock = pip.resolve(all, resolve_context(ResolveTargets::old_x86, runner, true, &remarks));
  BOOST_TEST(lock.packages.at(0).wheels.at(0).sha256 == sha);
  BOOST_TEST(input == "--no-binary six\n--index-url https://h/simple\n--pre\nsix==1\n");
  BOOST_TEST(constraints == "idna<4\n");
  const Command seen = runner->seen().at(0);
  BOOST_TEST(value_behind(seen, "--uploaded-prior-to") == "2026-11-02T00:00:00Z");
  for (const char* word : {"--no-index", "--prefer-binary"})
    BOOST_TEST((std::find(seen.argv.begin(), seen.argv.end(), word) != seen.argv.end()), word);
  BOOST_TEST(remarks.empty());
  BOOST_TEST(pip.identity() == "pip --exclude-newer 2026-11-01 --prefer-binary");
}

BOOST_AUTO_TEST_CASE(sources_are_pinned_as_pip_reports_them) {
  const auto pinned = [](const std::string& info) {
    auto runner = std::make_shared<FakeRunner>();
    runner->answer({"python3"}, [=](const Command& command) {
      const std::string report = R"({"version": "1", "environment": )" + command.argv.at(3) +
                                 R"(, "install": [{"is_direct": true, "metadata": {"name": "six", "version": "1"},)" +
                                 R"( "download_info": )" + info + "}]}";
      detail::write_file(value_behind(command, "--report"), report);
      return Finished{.exit_code = 0};
    });
    return Pip{}.resolve(Requirements::of({"six"}), resolve_context(ResolveTargets::old_x86, runner)).packages.at(0);
  };
  const Pinned repository = pinned(R"({"url": "https://h/six", "subdirectory": "python", "vcs_info": {"vcs": "git",
    "requested_revision": "main", "commit_id": "0123456789012345678901234567890123456789"}})");
  BOOST_TEST(repository.source.url == "https://h/six");
  BOOST_TEST(repository.source.revision == "main");
  BOOST_TEST(repository.source.commit == "0123456789012345678901234567890123456789");
  BOOST_TEST(repository.source.subdirectory == "python");
  const Pinned folder = pinned(R"({"url": "file:///a%20b", "dir_info": {"editable": true}})");
  BOOST_TEST(folder.source.path == "/a b");
  BOOST_TEST(folder.source.editable);
  const Pinned archive =
      pinned(R"({"url": "https://h/six-1.tar.gz", "archive_info": {"hash": "sha256=)" + sha + "\"}}");
  BOOST_TEST(archive.sdists.at(0).sha256 == sha);
  BOOST_TEST(archive.direct);
  BOOST_CHECK_EXCEPTION(pinned(R"({"url": "https://h/six", "vcs_info": {"vcs": "hg"}})"), Error,
                        [](const Error& error) { return error.code() == Errc::no_wheel; });
}

BOOST_AUTO_TEST_CASE(a_report_that_lies_is_refused) {
  auto runner = std::make_shared<FakeRunner>();
  runner->answer({"python3"}, [&](const Command& command) {
    std::string environment = command.argv.at(3);
    environment.replace(environment.find("3.11.9"), 6, "3.11.7");
    detail::write_file(value_behind(command, "--report"), report_of(environment, "{}"));
    return Finished{.exit_code = 0};
  });
  BOOST_TEST(
      told(runner).starts_with("tool_failed: pip asked its markers about another environment than the target's: "
                               "implementation_version (got 3.11.7, expected 3.11.9)"));
  BOOST_TEST(told(working_pip("{}"))
                 .starts_with("hash_mismatch: the index names no sha256: six-x==1 (six_x-1-py3-none-any.whl)"));
}

BOOST_AUTO_TEST_CASE(words_of_pip_become_errors) {
  BOOST_TEST(
      told_for("ERROR: Cannot install a==1 and a==2 because these package versions have conflicting dependencies.\n"
               "\nThe conflict is caused by:\n    The user requested a==1\n    The user requested a==2\n    b 1 "
               "depends on a==3\n\nTo fix\n"
               "ERROR: ResolutionImpossible: for help visit\n",
               "", "a==1\na==2\n") ==
      "unresolvable: no set of versions satisfies the requirements: a==1 and a==2\n"
      "  hint: loosen or drop one of the requirements\n  r.txt:1: a==1\n  r.txt:2: a==2\n  b 1 depends on a==3");
  const std::string missing =
      "ERROR: Could not find a version that satisfies the requirement six==9 (from versions: 1.0, 1.1, "
      "2.0rc1)\nERROR: No matching distribution found for six==9\n";
  BOOST_TEST(told_for(missing) ==
             "unresolvable: a version does not exist: six==9\n  hint: take six==1.1, the newest that there is for the "
             "target\n  r.txt:1: six");
  const std::string skipped =
      "  Skipping link: none of the wheel's tags (cp311-cp311-manylinux_2_28_x86_64) are compatible (run pip debug "
      "--verbose to show compatible tags): https://h/six-9-cp311-cp311-manylinux_2_28_x86_64.whl#sha256=0 (from "
      "https://h/)\n"
      "  Skipping link: none of the wheel's tags (x) are compatible (run pip debug --verbose to show compatible tags): "
      "https://h/six-8-cp311-cp311-manylinux_2_28_x86_64.whl (from https://h/)\n";
  BOOST_TEST(told_for(missing, skipped) ==
             "no_wheel: no wheel fits the target: six==9 (r.txt:1, for Lab, Python 3.11, x86_64, glibc 2.26)\n"
             "  hint: take six==1.1, the newest that has one\n"
             "  needs glibc 2.28, the target has 2.26: six-9-cp311-cp311-manylinux_2_28_x86_64.whl");
  BOOST_TEST(told_for("ERROR: Could not find a version that satisfies the requirement six (from versions: 1.0)\n"
                      "ERROR: No matching distribution found for six\n")
                 .starts_with("unresolvable: only yanked versions would do: six (yanked: 1.0)\n"));
  const std::string unknown =
      "ERROR: Could not find a version that satisfies the requirement six (from versions: none)\n"
      "ERROR: No matching distribution found for six\n";
  BOOST_TEST(told_for(unknown).starts_with("not_found: no package of this name is in the index: six\n"));
  BOOST_TEST(told_for(unknown, "Skipping link: No sources permitted for six: x\n")
                 .starts_with("no_wheel: there is source code but no wheel: six (r.txt:1, for Lab"));
  BOOST_TEST(
      told_for(unknown, "Could not fetch URL https://h/six/: connection error: x\n")
          .starts_with("network: the package index cannot be reached: six (https://h/six/, connection error: x)\n"));
  BOOST_TEST(
      told_for(unknown, "Could not fetch URL https://h/six/: 401 Client Error: x\n")
          .starts_with(
              "network: the package index wants other credentials: six (https://h/six/, 401 Client Error: x)\n"));
  BOOST_TEST(
      told_for("no such option: --report\n").starts_with("tool_failed: pip does not know an option: --report\n"));
  BOOST_TEST(told_for("no such option: --uploaded-prior-to\n").find("needs pip 26") != std::string::npos);
  BOOST_TEST(told_for("ERROR: https://me:secret@h/ is odd\n") == "tool_failed: pip failed: https://***@h/ is odd");
  BOOST_TEST(told_for("ModuleNotFoundError: No module named 'pip'\n")
                 .starts_with("tool_missing: this Python has no pip: python3\n"));
}

BOOST_AUTO_TEST_SUITE_END()
