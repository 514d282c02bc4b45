// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/pipeline.hpp>  // self-contained

#include <daypack/archive.hpp>
#include <daypack/tree.hpp>
#include "support/lab.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <stdexcept>
#include <vector>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(pipeline)

namespace {

// Each copy lies in a folder; where a second round makes the same path again, equal entries are one.
struct Twice {
  int times = 2;
  Tree operator()(const Tree& tree, Context& context) const {
    BOOST_TEST(context.target().backend->name == "fission");
    Tree out = tree;
    for (int i = 1; i < times; ++i) out = out.merge(tree.under("copy" + std::to_string(i)));
    return out;
  }
};
struct Seal {
  Archive operator()(const Tree& tree, Context&) const {
    return Archive({blob_of(std::string(tree.size(), 'x'))}, {}, {});
  }
};
struct Broken {
  Tree operator()(const Tree&, Context&) const { throw Error(Errc::conflict, "it broke", "a.py", "mend it"); }
};
struct NeedsNewLibc {
  Tree operator()(const Tree& tree) const { return tree; }
  template <class Target>
  static consteval bool demand() {
    return Target::facts().runtime->glibc >= Glibc{2, 34};
  }
};

struct Old {
  static constexpr std::array<Runtime, 1> runtimes{
      {{.python = 3.6_py, .full_version = "3.6.15", .support = Support::retired, .until = "2022-07-18"}}};
  static constexpr BackendPolicy policy{.name = "old", .title = "the past", .runtimes = runtimes};
};

Context observed(std::vector<std::string>& seen, std::stop_token stop = {}) {
  return Context(Services{.observer =
                              [&seen](const Event& event) {
                                if (const auto* began = std::get_if<StageBegan>(&event))
                                  seen.push_back("+" + began->stage);
                                if (const auto* ended = std::get_if<StageEnded>(&event))
                                  seen.push_back("-" + ended->stage);
                              },
                          .stop = std::move(stop)});
}

const Tree one = Tree::of({text_entry("a.py", "print()")});

}  // namespace

BOOST_AUTO_TEST_CASE(composing_runs_nothing_and_calling_runs_everything_in_order) {
  int runs = 0;
  const auto count = step("count", [&runs](Tree tree) {
    ++runs;
    return tree;
  });
  const auto pipeline = target<lab::Fission, 3.12_py> | Twice{} | count | Twice{.times = 3} | Seal{};
  BOOST_TEST(runs == 0);
  std::vector<std::string> seen;
  BOOST_TEST(pipeline(one, observed(seen)).size() == 5U);
  BOOST_TEST(runs == 1);
  const std::vector<std::string> expected{"+Twice", "-Twice", "+count", "-count", "+Twice", "-Twice", "+Seal", "-Seal"};
  BOOST_TEST(seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_pipeline_is_a_value_that_can_be_called_again) {
  const auto pipeline = target<lab::Fission, 3.12_py> | Twice{} | Seal{};
  const auto copy = pipeline;
  const Context context{Services{}};
  BOOST_TEST(pipeline(one, context).size() == copy(one, context).size());
}

BOOST_AUTO_TEST_CASE(fragments_compose_with_stages_fragments_and_targets) {
  const auto diet = Twice{} | Twice{};
  const auto pack = diet | Seal{};
  const auto more = Twice{} | diet;
  static_assert(stage<decltype(diet)> && can_follow<Seal, decltype(diet)> &&
                can_follow<decltype(diet), decltype(more)>);
  static_assert(std::same_as<takes<decltype(pack)>, Tree> && std::same_as<gives<decltype(pack)>, Archive>);
  const Context context{Services{}};
  BOOST_TEST((target<lab::Fission, 3.12_py> | pack)(one, context).size() == 3U);
  BOOST_TEST((target<lab::Fission, 3.11_py> | Twice{} | diet | Seal{})(one, context).size() == 4U);
  BOOST_TEST((target<lab::Fission, 3.11_py> | more | Seal{})(one, context).size() == 4U);
}

BOOST_AUTO_TEST_CASE(an_error_names_the_stage_that_failed) {
  const auto pipeline = target<lab::Fission, 3.12_py> | Twice{} | Broken{} | Seal{};
  std::vector<std::string> seen;
  try {
    pipeline(one, observed(seen));
    BOOST_FAIL("it must throw");
  } catch (const Error& error) {
    BOOST_TEST(error.stage() == "Broken");
    BOOST_TEST(std::string(error.what()) == "it broke: a.py\n  hint: mend it");
  }
  const std::vector<std::string> expected{"+Twice", "-Twice", "+Broken"};
  BOOST_TEST(seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(exceptions_of_other_types_pass_through) {
  const auto pipeline =
      target<lab::Fission, 3.12_py> | step("x", [](Tree) -> Tree { throw std::out_of_range("theirs"); });
  BOOST_CHECK_THROW(pipeline(one, Context{Services{}}), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(a_stop_ends_it_before_the_next_stage) {
  std::stop_source source;
  const auto pipeline = target<lab::Fission, 3.12_py> |
                        step("stop",
                             [&](Tree tree) {
                               source.request_stop();
                               return tree;
                             }) |
                        Seal{};
  std::vector<std::string> seen;
  BOOST_CHECK_EXCEPTION(pipeline(one, observed(seen, source.get_token())), Error,
                        [](const Error& error) { return error.code() == Errc::cancelled && error.stage() == "Seal"; });
}

BOOST_AUTO_TEST_CASE(a_stage_may_ask_its_own_questions_about_the_target) {
  static_assert(detail::meets_demand<NeedsNewLibc, Target<lab::Fission, 3.12_py, Arch::x86_64>>());
  static_assert(!detail::meets_demand<NeedsNewLibc, Target<lab::Fission, 3.11_py, Arch::x86_64>>());
  const auto pipeline = target<lab::Fission, 3.12_py> | NeedsNewLibc{} | Seal{};
  BOOST_TEST(pipeline(one, Context{Services{}}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(values_of_the_users_own_types_may_flow) {
  const auto pipeline = target<lab::Fission, 3.12_py> | [](int number) { return number + 1; } |
                        [](int number) { return std::to_string(number); };
  BOOST_TEST(pipeline(41, Context{Services{}}) == "42");
}

BOOST_AUTO_TEST_CASE(a_retired_target_is_built_with_a_warning) {
  std::vector<std::string> warnings;
  const Context context(Services{.observer = [&](const Event& event) {
    if (const auto* remark = std::get_if<Remark>(&event)) warnings.push_back(remark->subject);
  }});
  const auto same = step("same", [](Tree tree) { return tree; });
  BOOST_TEST((target<Old, 3.6_py> | same)(one, context).size() == 1u);
  BOOST_TEST(warnings == std::vector<std::string>{"the past, Python 3.6"}, boost::test_tools::per_element());
  (target<lab::Fission, 3.12_py> | same)(one, context);
  BOOST_TEST(warnings.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
