// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/prune.hpp>  // self-contained

#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/azure.hpp>
#include <daypack/error.hpp>
#include <daypack/stage.hpp>
#include <daypack/target.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_prune)

namespace {

Tree sample() {
  const auto numpy = distribution_of("numpy", "2.2.6");
  return Tree::of({entry_of(numpy, "numpy/__init__.py", "12345"), entry_of(numpy, "numpy/tests/a.py", "123"),
                   entry_of(numpy, "numpy/tests/a.pyc", "1"), entry_of(numpy, "numpy/__init__.pyc", "12"),
                   entry_of(numpy, "numpy-2.2.6.dist-info/RECORD", "1234"),
                   entry_of(numpy, "numpy-2.2.6.dist-info/METADATA", "m"), text_entry("tests/own.py", "o")});
}

using Texts = std::vector<std::string>;

}  // namespace

static_assert(stage<Prune<>> && stage<Prune<rules::Tests, rules::Mapbox>>);
static_assert(std::same_as<takes<Prune<>>, Tree> && std::same_as<gives<Prune<>>, Tree>);
static_assert(std::same_as<decltype(Prune{}), Prune<>> && std::same_as<decltype(Prune{.rules = {}}), Prune<>>);

BOOST_AUTO_TEST_CASE(the_default_is_safe) {
  Observed observed;
  const Tree kept = Prune{}(sample(), observed.context);
  BOOST_TEST(paths_in(kept) == (Texts{"numpy-2.2.6.dist-info/METADATA", "numpy/__init__.py", "tests/own.py"}),
             boost::test_tools::per_element());
  BOOST_TEST(observed.texts() == (Texts{"tests: removed 2 files, 4 bytes", "bytecode-caches: removed 1 file, 2 bytes",
                                        "dist-info: removed 1 file, 4 bytes", "stubs: removed 0 files, 0 bytes",
                                        "sources: removed 0 files, 0 bytes", "build-files: removed 0 files, 0 bytes",
                                        "docs: removed 0 files, 0 bytes"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_removal_has_a_line_with_its_rule) {
  Observed observed;
  const Tree before = sample().with_ledger({{.path = "earlier"}});
  const Ledger ledger = Prune{}(before, observed.context).ledger();
  BOOST_TEST(paths_in(ledger) == (Texts{"earlier", "numpy-2.2.6.dist-info/RECORD", "numpy/__init__.pyc",
                                        "numpy/tests/a.py", "numpy/tests/a.pyc"}),
             boost::test_tools::per_element());
  BOOST_TEST((ledger[1].change == Change::removed));
  BOOST_TEST(ledger[1].rule == "dist-info");
  BOOST_TEST(ledger[1].bytes == 4u);
  BOOST_TEST(ledger[1].distribution == "numpy");
  BOOST_TEST(ledger[4].rule == "tests");  // the first rule that wants it
  BOOST_TEST(before.size() == 7u);
}

BOOST_AUTO_TEST_CASE(rules_are_named_as_types_or_given_as_values) {
  Observed observed;
  const Texts expected{"numpy-2.2.6.dist-info/METADATA", "numpy-2.2.6.dist-info/RECORD", "numpy/__init__.py",
                       "numpy/__init__.pyc", "tests/own.py"};
  BOOST_TEST(paths_in(Prune<rules::Tests>{}(sample(), observed.context)) == expected, boost::test_tools::per_element());
  BOOST_TEST(paths_in(Prune{.rules = rules::parse("tests")}(sample(), observed.context)) == expected,
             boost::test_tools::per_element());
  BOOST_TEST(Prune{.rules = {}}(sample(), observed.context).size() == 7u);
}

BOOST_AUTO_TEST_CASE(a_rule_of_the_users_own_works_as_a_value) {
  Observed observed;
  const Rule own{.name = "big", .matcher = [](const Tree& tree, const TargetFacts*) {
                   const auto limit = tree.total().bytes / 4;
                   return Matcher{.removes = [limit](const Entry& entry) { return size_of(entry.content) > limit; },
                                  .notes = {{"limit", std::to_string(limit)}}};
                 }};
  const Tree kept = Prune{.rules = {own}}(sample(), observed.context);
  BOOST_TEST(kept.find("numpy/__init__.py") == nullptr);
  BOOST_TEST(observed.texts().at(0) == "limit: 4");
  BOOST_TEST(observed.texts().at(1) == "big: removed 1 file, 5 bytes");
}

BOOST_AUTO_TEST_CASE(the_target_reaches_the_rules) {
  Observed observed;
  const std::string folder(azure::Functions::policy.packages_folder);
  Context context = observed.context.with_target(target<azure::Functions, 3.12_py>.facts());
  const Tree tree = Tree::of({entry_of(distribution_of("django"), folder + "/django/test/client.py"),
                              entry_of(distribution_of("django"), folder + "/django-1.dist-info/RECORD")});
  BOOST_TEST(paths_in(Prune{}(tree, context)) == Texts{folder + "/django/test/client.py"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(stops_on_request) {
  std::stop_source source;
  source.request_stop();
  Context context{Services{.stop = source.get_token()}};
  BOOST_CHECK_EXCEPTION(Prune{}(sample(), context), Error,
                        [](const Error& error) { return error.code() == Errc::cancelled; });
}

BOOST_AUTO_TEST_CASE(what_a_rule_tells_is_a_note_or_a_warning) {
  Observed observed;
  const Rule own{.name = "own", .matcher = [](const Tree&, const TargetFacts*) {
                   return Matcher{.removes = [](const Entry&) { return false; },
                                  .notes = {{"a", "is noted"}, {"b", "is warned of", true}}};
                 }};
  Prune{.rules = {own}}(sample(), observed.context);
  BOOST_REQUIRE(observed.remarks->size() == 3U);
  BOOST_TEST((observed.remarks->at(0).severity == Remark::Severity::note));
  BOOST_TEST((observed.remarks->at(1).severity == Remark::Severity::warning));
  BOOST_TEST(observed.remarks->at(1).subject == "b");
}

BOOST_AUTO_TEST_CASE(a_licence_that_goes_is_warned_of_once) {
  const auto six = distribution_of("six", "1.17.0"), idna = distribution_of("idna", "3.10");
  const Tree tree =
      Tree::of({entry_of(six, "six.py"), entry_of(six, "six-1.17.0.dist-info/METADATA", "License-File: EULA.rtf\n"),
                entry_of(six, "six-1.17.0.dist-info/EULA.rtf"), entry_of(six, "six-1.17.0.dist-info/licenses/LICENSE"),
                entry_of(six, "six-1.17.0.dist-info/other.rtf"), entry_of(idna, "idna/__init__.py"),
                entry_of(idna, "idna/LICENSE.md"), entry_of(idna, "idna/tests/LICENSE"),
                entry_of(idna, "idna/tests/a.py"), text_entry("LICENSE", "own")});
  const auto warnings_of = [&](std::vector<Rule> rules) {
    Observed observed;
    Prune{.rules = std::move(rules)}(tree, observed.context);
    Texts warnings;
    for (const Remark& remark : *observed.remarks) {
      if (remark.severity == Remark::Severity::warning) warnings.push_back(remark.subject + ": " + remark.message);
    }
    return warnings;
  };
  const std::string law = "; licences have to go along with what is passed on";
  BOOST_TEST(warnings_of(rules::lean()).empty());
  BOOST_TEST(warnings_of(rules::safe()).empty());  // those of the tests go with them
  BOOST_TEST(warnings_of({rules::Globs{{"LICENSE*"}}}) ==
                 (Texts{"idna 3.10: the rule globs removes idna/LICENSE.md, idna/tests/LICENSE" + law,
                        "six 1.17.0: the rule globs removes six-1.17.0.dist-info/licenses/LICENSE" + law}),
             boost::test_tools::per_element());
  BOOST_TEST(warnings_of(rules::parse("dist-info-all")) ==
                 Texts{"six 1.17.0: the rule dist-info-all removes six-1.17.0.dist-info/EULA.rtf, "
                       "six-1.17.0.dist-info/licenses/LICENSE" +
                       law},
             boost::test_tools::per_element());
  // With all that it is the licence of.
  BOOST_TEST(warnings_of({rules::Globs{{"six*", "idna"}}}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
