// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/vendor.hpp>  // self-contained

#include <daypack/cache/disk.hpp>
#include <daypack/error.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/context.hpp>
#include "../support/lab.hpp"
#include "../support/wheels.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_vendor)

namespace {

struct Below {
  static constexpr BackendPolicy policy{
      .name = "below", .title = "Below", .runtimes = lab::Fission::runtimes, .packages_folder = ".python_packages/lib"};
};

// A context with a cache of its own that counts how often it is told of a checked wheel.
struct Bench {
  explicit Bench(std::size_t threads = 2)
      : cache(std::make_shared<DiskCache>(folder / "cache")),
        context(testing::context(
            {.pool = std::make_shared<Pool>(threads), .cache = cache, .observer = [this](const Event& event) {
               if (const auto* remark = std::get_if<Remark>(&event))
                 remarks.push_back(remark->subject + ": " + remark->message);
             }})) {}

  TemporaryFolder folder;
  std::shared_ptr<DiskCache> cache;
  std::vector<std::string> remarks;
  Context context;

  Tree vendor(const Resolution& resolution, const Vendor& stage = {}) {
    return (target<lab::Fission, 3.12_py> | stage)(resolution, context);
  }
};

PinnedFile local(const std::string& oddity, const std::string& file) {
  const std::string path = wheel_path(oddity, file);
  return {.file = file, .path = path, .sha256 = sha256_of(detail::map_file(path).bytes).hex()};
}

Pinned package(const std::string& oddity, const std::string& name = "demo") {
  Pinned pinned{.name = name, .version = "1.0"};
  pinned.wheels.push_back(local(oddity, name + "-1.0-py3-none-any.whl"));
  return pinned;
}

std::string paths(const Tree& tree) {
  std::string text;
  for (const Entry& entry : tree) text += entry.path + '\n';
  return text;
}

}  // namespace

static_assert(stage<Vendor> && std::same_as<takes<Vendor>, Resolution> && std::same_as<gives<Vendor>, Tree>);

BOOST_AUTO_TEST_CASE(a_lock_becomes_a_tree) {
  Bench bench;
  const Tree tree = bench.vendor({.packages = {package("good"), package("plain", "one")}});
  BOOST_TEST(paths(tree) ==
             "demo-1.0.dist-info/METADATA\ndemo-1.0.dist-info/WHEEL\ndemo/__init__.py\ndemo/empty.py\ndemo/run.sh\n"
             "one-1.0.dist-info/METADATA\none-1.0.dist-info/WHEEL\none/__init__.py\none/empty.py\none/run.sh\n");
  const auto& member = std::get<ZipMember>(tree.find("demo/__init__.py")->content);
  BOOST_TEST(member.trusted);
  BOOST_TEST(member.deflated);
  const auto& origin = *tree.find("demo/run.sh")->origin;
  BOOST_TEST(origin.name == "demo");
  BOOST_TEST(origin.version == "1.0");
  BOOST_TEST(origin.file == "demo-1.0-py3-none-any.whl");
  BOOST_TEST(origin.sha256.size() == 64u);
  BOOST_TEST(tree.distributions().size() == 2u);
  BOOST_TEST(tree.ledger().size() == 2u);
}

BOOST_AUTO_TEST_CASE(packages_lie_where_the_backend_has_them) {
  Bench bench;
  const Tree tree = (target<Below, 3.12_py> | Vendor{})(Resolution{.packages = {package("good")}}, bench.context);
  BOOST_TEST(tree.find(".python_packages/lib/demo/__init__.py") != nullptr);
}

BOOST_AUTO_TEST_CASE(the_result_does_not_depend_on_the_threads) {
  Resolution resolution{.packages = {package("agreeing", "one"), package("agreeing", "two"), package("data_folders")}};
  Bench one(1), seven(7);
  const Tree a = one.vendor(resolution), b = seven.vendor(resolution);
  BOOST_TEST(paths(a) == paths(b));
  for (std::size_t i = 0; i < a.size(); ++i) BOOST_TEST(a.entries()[i].origin->name == b.entries()[i].origin->name);
  BOOST_TEST(a.ledger().size() == b.ledger().size());
}

BOOST_AUTO_TEST_CASE(markers_and_pythons_decide_what_is_needed) {
  Bench bench;
  auto skipped = package("changed_file");
  skipped.marker = "python_version < '3.12' or platform_machine == 'aarch64'";
  auto taken = package("plain", "one");
  taken.marker = "python_full_version >= '3.12.4'";
  taken.requires_python = ">=3.9,!=3.12.0";
  BOOST_TEST(bench.vendor({.requires_python = ">=3.9", .packages = {skipped, taken}}).distributions().size() == 1u);

  taken.requires_python = "<3.12";
  BOOST_CHECK_EXCEPTION(bench.vendor({.packages = {taken}}), Error, [](const Error& error) {
    return error.code() == Errc::no_wheel &&
           error.message() == "it does not run on the target's Python (got 3.12.4, expected <3.12)" &&
           error.subject() == "one 1.0";
  });
  BOOST_CHECK_EXCEPTION(bench.vendor({.requires_python = ">=3.13", .packages = {}}), Error,
                        [](const Error& error) { return error.subject() == "the lock as a whole"; });
  skipped.marker = "pyton_version < '3'";
  BOOST_CHECK_EXCEPTION(bench.vendor({.packages = {skipped}}), Error, [](const Error& error) {
    return error.code() == Errc::syntax && error.subject() == "demo 1.0 (marker pyton_version < '3')" &&
           error.message().find("column 1: there is no variable of this name") != std::string::npos;
  });
  taken.requires_python = ">=3.6.*";
  BOOST_CHECK_EXCEPTION(bench.vendor({.packages = {taken}}), Error, [](const Error& error) {
    return error.code() == Errc::syntax && error.subject() == "one 1.0 (requires-python >=3.6.*)";
  });
  BOOST_CHECK_EXCEPTION(bench.vendor({.packages = {package("good"), package("good")}}), Error, [](const Error& error) {
    return error.code() == Errc::conflict && error.subject() == "demo (1.0, 1.0)";
  });
}

BOOST_AUTO_TEST_CASE(everything_that_has_no_wheel_is_told_at_once) {
  Bench bench;
  auto a = package("good"), b = package("plain", "one");
  a.wheels[0].file = "demo-1.0-cp39-cp39-win_amd64.whl";
  b.wheels[0].file = "one-1.0-cp39-none-any.whl";
  BOOST_CHECK_EXCEPTION(bench.vendor({.packages = {a, b}}), Error, [](const Error& error) {
    return error.code() == Errc::no_wheel &&
           error.message() == "some distributions have no wheel for Fission, Python 3.12, x86_64, glibc 2.34" &&
           error.causes().size() == 2 &&
           error.causes()[0].causes[0].message == "needs Python 3.9, the target has 3.12; is for Windows";
  });
}

BOOST_AUTO_TEST_CASE(a_wheel_is_inflated_once_only) {
  Bench bench;
  const Resolution resolution{.packages = {package("good")}};
  const CacheKey key{"checked", resolution.packages[0].wheels[0].sha256 + "-1"};
  BOOST_TEST(!bench.cache->get(key));
  bench.vendor(resolution);
  BOOST_TEST(bench.cache->get(key).has_value());
  // What is remembered is believed: a wheel whose bytes are known is not inflated again.
  const Resolution tampered{.packages = {package("changed_file")}};
  const CacheKey other{"checked", tampered.packages[0].wheels[0].sha256 + "-1"};
  BOOST_CHECK_THROW(bench.vendor(tampered), Error);
  BOOST_TEST(!bench.cache->get(other));
  bench.cache->put(other, as_bytes("x"));
  BOOST_CHECK_NO_THROW(bench.vendor(tampered));
}

BOOST_AUTO_TEST_CASE(a_wheel_without_a_hash_in_the_lock_is_checked_by_its_own) {
  Bench bench;
  Resolution resolution{.packages = {package("good")}};
  const std::string digest = std::exchange(resolution.packages[0].wheels[0].sha256, "");
  const Tree tree = bench.vendor(resolution);
  BOOST_TEST(tree.find("demo/run.sh")->origin->sha256 == digest);
}

BOOST_AUTO_TEST_CASE(damaged_wheels_are_told_together) {
  Bench bench;
  BOOST_CHECK_EXCEPTION(bench.vendor({.packages = {package("escaping")}}), Error, [](const Error& error) {
    return error.code() == Errc::unsafe_path && error.stage() == "Vendor";
  });
  const Resolution both{
      .packages = {package("pair_with_extra_files", "two"), package("good"), package("pair_with_extra_files", "one")}};
  BOOST_CHECK_EXCEPTION(bench.vendor(both), Error, [](const Error& error) {
    return error.code() == Errc::damaged_wheel && error.message() == "some wheels cannot be installed" &&
           error.causes().size() == 2 && error.causes()[0].subject == "one/extra.py (one-1.0-py3-none-any.whl)" &&
           error.causes()[1].subject == "two/extra.py (two-1.0-py3-none-any.whl)";
  });
}

BOOST_AUTO_TEST_CASE(equal_files_are_one_and_disputed_licences_are_left_out) {
  Bench bench;
  const Tree tree = bench.vendor({.packages = {package("agreeing", "one"), package("agreeing", "two")}});
  BOOST_TEST(tree.find("shared/__init__.py") != nullptr);
  BOOST_TEST(tree.find("README.md") != nullptr);
  BOOST_TEST(tree.find("LICENSE") == nullptr);
  std::string disputed;
  for (const LedgerLine& line : tree.ledger()) {
    if (line.rule == "install: disputed")
      disputed += line.path + ' ' + line.distribution + ' ' + std::to_string(line.bytes) + '\n';
  }
  BOOST_TEST(disputed == "LICENSE one 3\nLICENSE two 3\n");
}

BOOST_AUTO_TEST_CASE(code_that_differs_is_an_error_that_names_both) {
  Bench bench;
  BOOST_CHECK_EXCEPTION(
      bench.vendor({.packages = {package("conflicting", "one"), package("conflicting", "two")}}), Error,
      [](const Error& error) {
        return error.code() == Errc::conflict && error.message() == "wheels give one path different content" &&
               error.subject() == "shared/code.py (one-1.0-py3-none-any.whl, two-1.0-py3-none-any.whl)" &&
               error.hint() ==
                   "name the one whose file is taken, one or two: Vendor{.prefer = {\"one\"}}, "
                   "--prefer one on the command line";
      });
  BOOST_CHECK_EXCEPTION(bench.vendor({.packages = {package("data_over_root")}}), Error, [](const Error& error) {
    return error.code() == Errc::conflict && error.subject().starts_with("demo/__init__.py (");
  });
  BOOST_CHECK_EXCEPTION(
      bench.vendor({.packages = {package("file_and_folder", "one"), package("file_and_folder", "three")}}), Error,
      [](const Error& error) { return error.code() == Errc::conflict; });
}

BOOST_AUTO_TEST_CASE(a_preferred_distribution_decides) {
  Bench bench;
  const Resolution both{.packages = {package("conflicting", "one"), package("conflicting", "two")}};
  for (const char* name : {"one", "two"}) {
    const Tree tree = bench.vendor(both, {.prefer = {"other", name}});
    BOOST_TEST(read_content(*tree.find("shared/code.py")).text() == name);
    BOOST_TEST(tree.find("shared/code.py")->origin->name == name);
    const LedgerLine& line = tree.ledger().back();
    BOOST_TEST(line.rule == "install: preferred");
    BOOST_TEST(line.path == "shared/code.py");
    BOOST_TEST(line.distribution == (std::string(name) == "one" ? "two" : "one"));
    BOOST_TEST(line.note == "the file of " + std::string(name) + " is taken");
  }
  BOOST_CHECK_THROW(bench.vendor(both, {.prefer = {"other"}}), Error);
}

BOOST_AUTO_TEST_CASE(documentation_is_left_out_in_its_folders_too_and_code_there_is_not) {
  Bench bench;
  const Resolution manuals{.packages = {package("manuals", "one"), package("manuals", "two")}};
  const Tree tree = bench.vendor(manuals);
  BOOST_TEST(tree.find("share/man/man1/demo.1") == nullptr);
  BOOST_TEST(tree.find("docs/index.rst") == nullptr);
  const Resolution code{.packages = {package("code_in_docs", "one"), package("code_in_docs", "two")}};
  BOOST_CHECK_EXCEPTION(bench.vendor(code), Error,
                        [](const Error& error) { return error.subject().starts_with("docs/conf.py ("); });
}

BOOST_AUTO_TEST_CASE(remarks_reach_the_observer) {
  Bench bench;
  bench.vendor({.packages = {package("wheel_version_1_9")}});
  BOOST_TEST(std::ranges::count(bench.remarks,
                                "demo-1.0-py3-none-any.whl: has wheel format 1.9, newer than 1.0; read as 1.0") == 1);
}

BOOST_AUTO_TEST_CASE(a_stop_ends_it) {
  std::stop_source stop;
  stop.request_stop();
  TemporaryFolder folder;
  const Context context =
      testing::context({.cache = std::make_shared<DiskCache>(folder / "cache"), .stop = stop.get_token()});
  BOOST_CHECK_EXCEPTION((target<lab::Fission, 3.12_py> | Vendor{})(Resolution{.packages = {package("good")}}, context),
                        Error, [](const Error& error) { return error.code() == Errc::cancelled; });
}

BOOST_AUTO_TEST_SUITE_END()
