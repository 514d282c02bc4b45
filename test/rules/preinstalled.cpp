// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/preinstalled.hpp>  // self-contained

#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_preinstalled)

namespace {

constexpr std::array here{daypack::Preinstalled{"boto3", "1.38.36", "2025-08"}, daypack::Preinstalled{"dateutil", ""},
                          daypack::Preinstalled{"six", ""}, daypack::Preinstalled{"urllib3", "1.26.19"}};
constexpr std::array everywhere{daypack::Preinstalled{"jmespath", "1.0.1"}};
constexpr std::array<Runtime, 1> runtimes{{{.python = 3.12_py, .full_version = "3.12.1", .preinstalled = here}}};
constexpr BackendPolicy lab{.name = "lab", .title = "the lab", .runtimes = runtimes, .preinstalled = everywhere};
constexpr TargetFacts target{.backend = &lab, .runtime = &runtimes[0]};

// A distribution with a module and the metadata that requires others.
void add(std::vector<Entry>& entries, const std::string& name, const std::string& version,
         const std::string& headers = "") {
  const auto distribution = distribution_of(name, version);
  entries.push_back(entry_of(distribution, name + ".py"));
  entries.push_back(entry_of(distribution, name + '-' + version + ".dist-info/METADATA",
                             "Metadata-Version: 2.4\nName: " + name + "\n" + headers + "\nRequires-Dist: six\n"));
}

struct Result {
  std::vector<std::string> removed;
  std::vector<std::string> notes;
};

Result judged(std::vector<Entry> entries, const TargetFacts* facts = &target) {
  const Tree tree = Tree::of(std::move(entries));
  const Matcher matcher = rules::Preinstalled::matcher(tree, facts);
  Result result;
  for (const Entry& entry : tree) {
    if (matcher.removes(entry)) result.removed.push_back(entry.path);
  }
  for (const auto& note : matcher.notes) result.notes.push_back(note.subject + ": " + note.message);
  return result;
}

using Texts = std::vector<std::string>;

}  // namespace

static_assert(prune_rule<rules::Preinstalled>);

BOOST_AUTO_TEST_CASE(a_whole_closure_goes_with_its_metadata) {
  std::vector<Entry> entries;
  add(entries, "boto3", "1.38.36",
      "Requires-Dist: urllib3 (<3,>=1.25.4) ; python_version > '3'\r\nrequires-dist: JMESPath>=0.7\nRequires-Dist: "
      "absent\n");
  add(entries, "urllib3", "1.26.18");
  add(entries, "jmespath", "1.0.1");
  add(entries, "requests", "2.32.3");
  const Result result = judged(entries);
  BOOST_TEST(
      result.removed == (Texts{"boto3-1.38.36.dist-info/METADATA", "boto3.py", "jmespath-1.0.1.dist-info/METADATA",
                               "jmespath.py", "urllib3-1.26.18.dist-info/METADATA", "urllib3.py"}),
      boost::test_tools::per_element());
  BOOST_TEST(result.notes == (Texts{"boto3 1.38.36: the runtime has 1.38.36 (seen 2025-08): left out",
                                    "jmespath 1.0.1: the runtime has 1.0.1: left out",
                                    "urllib3 1.26.18: the runtime has 1.26.19: left out"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(or_nothing_of_it) {
  std::vector<Entry> entries;
  add(entries, "boto3", "1.38.30", "Requires-Dist: urllib3\n");
  add(entries, "jmespath", "1.0.0", "Requires-Dist: boto3 ; extra == 'x'\n");
  add(entries, "urllib3", "2.8.0");
  const Result result = judged(entries);
  BOOST_TEST(result.removed.empty());
  BOOST_TEST(result.notes ==
                 (Texts{"boto3 1.38.30: the runtime has 1.38.36 (seen 2025-08): kept, it requires urllib3, which stays",
                        "jmespath 1.0.0: the runtime has 1.0.1: kept, it requires boto3, which stays",
                        "urllib3 2.8.0: the runtime has 1.26.19: kept, the runtime's version is not the same, nor a "
                        "newer patch release of it"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_requires_a_shipped_package_stays) {
  std::vector<Entry> entries;
  add(entries, "boto3", "1.38.36", "Requires-Dist: crt\n");
  add(entries, "crt", "1");
  BOOST_TEST(judged(entries).removed.empty());
}

BOOST_AUTO_TEST_CASE(versions_are_compared_safely) {
  const auto goes = [](const std::string& version) {
    std::vector<Entry> entries;
    add(entries, "boto3", version);
    return !judged(entries).removed.empty();
  };
  for (const char* version : {"1.38.36", "1.38.0", "1.38", "1.38.36rc1"}) BOOST_TEST_CONTEXT(version) {
      BOOST_TEST(goes(version));
    }
  for (const char* version :
       {"1.38.37", "1.37.36", "1.3.36", "2.38.36", "1", "1.39", "1.38.36.post1", "odd", "1!1.38.36"}) {
    BOOST_TEST_CONTEXT(version) { BOOST_TEST(!goes(version)); }
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_known_stays) {
  std::vector<Entry> entries;
  add(entries, "six", "1.17.0");
  entries.push_back(entry_of(distribution_of("urllib3", "1.26.18"), "urllib3.py"));
  const Result result = judged(entries);
  BOOST_TEST(result.removed.empty());
  BOOST_TEST(
      result.notes ==
          (Texts{"six 1.17.0: the runtime has some version: kept, the runtime's version is not known",
                 "urllib3 1.26.18: the runtime has 1.26.19: kept, it has no METADATA that says what it requires"}),
      boost::test_tools::per_element());
  add(entries, "boto3", "1.38.36");
  BOOST_TEST(judged(entries, nullptr).removed.empty());
}

// As boto3 of AWS' runtimes, whose six nobody has told the version of.
BOOST_AUTO_TEST_CASE(an_unknown_version_goes_with_what_alone_requires_it) {
  std::vector<Entry> entries;
  add(entries, "boto3", "1.38.36", "Requires-Dist: dateutil\n");
  add(entries, "dateutil", "2.9", "Requires-Dist: six>=1.5\n");
  add(entries, "six", "1.17.0");
  Result result = judged(entries);
  BOOST_TEST(result.removed.size() == 6u);
  BOOST_TEST(result.notes == (Texts{"boto3 1.38.36: the runtime has 1.38.36 (seen 2025-08): left out",
                                    "dateutil 2.9: the runtime has some version: left out",
                                    "six 1.17.0: the runtime has some version: left out"}),
             boost::test_tools::per_element());
  add(entries, "pandas", "2", "Requires-Dist: dateutil\n");
  result = judged(entries);
  BOOST_TEST(result.removed.empty());
  BOOST_TEST(
      result.notes ==
          (Texts{"boto3 1.38.36: the runtime has 1.38.36 (seen 2025-08): kept, it requires dateutil, which stays",
                 "dateutil 2.9: the runtime has some version: kept, the runtime's version is not known, and pandas "
                 "requires it",
                 "six 1.17.0: the runtime has some version: kept, the runtime's version is not known, and dateutil "
                 "requires it"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(unknown_versions_do_not_go_for_each_others_sake) {
  std::vector<Entry> entries;
  add(entries, "dateutil", "2.9", "Requires-Dist: six\n");
  add(entries, "six", "1.17.0", "Requires-Dist: dateutil\n");
  BOOST_TEST(judged(entries).removed.empty());
}

BOOST_AUTO_TEST_CASE(the_users_own_files_of_that_name_stay) {
  std::vector<Entry> entries;
  add(entries, "boto3", "1.38.36");
  entries.push_back(text_entry("boto3_tools.py", ""));
  BOOST_TEST(judged(entries).removed.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
