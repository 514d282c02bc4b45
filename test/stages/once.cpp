// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/once.hpp>  // self-contained

#include "support/error_of.hpp"
#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/aws.hpp>
#include <daypack/requirements.hpp>
#include <daypack/stages/compile.hpp>
#include <daypack/stages/zip.hpp>
#include <daypack/target.hpp>
#include <daypack/testing/tree_literal.hpp>

#include <atomic>
#include <latch>
#include <thread>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_once)

namespace {

// A file for each requirement; counts how often it works.
struct Count {
  std::shared_ptr<std::atomic<int>> runs = std::make_shared<std::atomic<int>>(0);
  Tree operator()(const Requirements& requirements, Context& context) const {
    ++*runs;
    context.note("requirements", std::to_string(requirements.items.size()));
    std::vector<Entry> entries;
    for (const Requirement& item : requirements.items) entries.push_back(text_entry(item.name + ".py", ""));
    return Tree::of(std::move(entries));
  }
};

// The runs of the stage behind it.
struct Pass {
  std::shared_ptr<std::atomic<int>> runs = std::make_shared<std::atomic<int>>(0);
  Tree operator()(const Tree& tree) const {
    ++*runs;
    return tree;
  }
};

// Finds nothing in the cache.
struct Asks {
  Tree operator()(const Requirements&, Context& context) const {
    context.emit(CacheUse{.kind = "wheels", .subject = "six", .missing = 2, .why = "new in this build"});
    return {};
  }
};

Context aimed(const Context& context, Arch arch = Arch::x86_64) {
  TargetFacts facts = target<aws::Lambda, 3.12_py>.facts();
  facts.arch = arch;
  return context.with_target(facts);
}

}  // namespace

static_assert(stage<Once<Count>> && can_follow<Once<Pass>, Once<Count>>);
static_assert(Once<Compile>::demand<decltype(target<aws::Lambda, 3.12_py>)>());

BOOST_AUTO_TEST_CASE(equal_inputs_for_one_target_are_worked_on_once) {
  const Count count;
  const auto stage = once(count);
  Observed observed;
  Context here = aimed(observed.context), there = aimed(observed.context, Arch::arm64);
  const Tree first = stage(Requirements::of({"six"}), here);
  const auto copy = stage;
  BOOST_TEST(copy(Requirements::of({"six"}), here).is_copy_of(first));
  BOOST_TEST(*count.runs == 1);
  BOOST_TEST(!stage(Requirements::of({"six==1"}), here).is_copy_of(first));
  BOOST_TEST(*count.runs == 2);
  BOOST_TEST(!stage(Requirements::of({"six"}), there).is_copy_of(first));
  BOOST_TEST(*count.runs == 3);
}

BOOST_AUTO_TEST_CASE(what_it_told_is_told_to_everybody_once) {
  const auto stage = once(Count{});
  for (int i = 0; i < 2; ++i) {
    Observed observed;
    Context here = aimed(observed.context.in_stage("Count"));
    stage(Requirements::of({"six", "attrs"}), here);
    const std::vector<std::string> said{"requirements: 2"};
    BOOST_TEST(observed.texts() == said, boost::test_tools::per_element());
    BOOST_TEST(observed.remarks->front().stage == "Count");
  }
}

BOOST_AUTO_TEST_CASE(what_the_cache_lacked_is_there_for_who_asks_again) {
  std::vector<CacheUse> uses;
  const Context context(Services{.observer = [&](const Event& event) {
    if (const auto* use = std::get_if<CacheUse>(&event)) uses.push_back(*use);
  }});
  const auto stage = once(Asks{});
  Context here = aimed(context);
  for (int i = 0; i < 3; ++i) stage(Requirements::of({"six"}), here);
  BOOST_TEST_REQUIRE(uses.size() == 3U);
  BOOST_TEST((uses[0].found == 0 && uses[0].missing == 2 && uses[0].why == "new in this build"));
  for (const std::size_t again : {1U, 2U})
    BOOST_TEST((uses[again].found == 2 && uses[again].missing == 0 && uses[again].why.empty()));
}

BOOST_AUTO_TEST_CASE(each_stage_of_a_fragment_is_shared_by_pipelines) {
  const Count count;
  const Pass pass;
  const auto shared = once(count | pass);
  const auto add = [](const char* path) {
    return step("add", [path](const Tree& tree) { return tree.merge(testing::tree_literal({{path, ""}})); });
  };
  Observed observed;
  const auto here = target<aws::Lambda, 3.12_py>;
  const Tree a = (here | shared | add("a.py"))(Requirements::of({"six"}), observed.context);
  const Tree b = (here | shared | add("b.py"))(Requirements::of({"six"}), observed.context);
  BOOST_TEST(*count.runs == 1);
  BOOST_TEST(*pass.runs == 1);
  const std::vector<std::string> of_a{"a.py", "six.py"}, of_b{"b.py", "six.py"};
  BOOST_TEST(paths_in(a) == of_a, boost::test_tools::per_element());
  BOOST_TEST(paths_in(b) == of_b, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(it_has_the_name_of_its_stage) {
  const auto fragment = once(Count{} | Zip{});
  BOOST_TEST(stage_name(std::get<0>(fragment.stages)) == "Count");
  BOOST_TEST(stage_name(std::get<1>(fragment.stages)) == "Zip");
}

BOOST_AUTO_TEST_CASE(threads_that_ask_at_once_wait_for_the_first) {
  std::atomic<int> runs = 0;
  const auto stage = once(step("slow", [&](const Tree& tree) {
    ++runs;
    std::this_thread::yield();
    return tree.merge(testing::tree_literal({{"a", "1"}}));
  }));
  Observed observed;
  const Tree input = testing::tree_literal({{"b", "1"}});
  std::vector<Tree> given(8);
  std::latch all(8);
  {
    std::vector<std::jthread> threads;
    for (Tree& out : given) {
      threads.emplace_back([&] {
        Context here = aimed(observed.context);
        all.arrive_and_wait();
        out = stage(input, here);
      });
    }
  }
  BOOST_TEST(runs == 1);
  for (const Tree& out : given) BOOST_TEST(out.is_copy_of(given.front()));
}

BOOST_AUTO_TEST_CASE(a_failure_is_everybodys_but_a_stop_is_not_kept) {
  int runs = 0;
  std::stop_source stopping;
  const auto stage = once(step("failing", [&](const Tree& tree, Context& context) {
    ++runs;
    context.check_stop();
    if (!tree.empty()) throw Error(Errc::failed, "it does not work", std::to_string(runs));
    return tree;
  }));
  Context plain(Services{}), stopped(Services{.stop = stopping.get_token()});
  const Tree input = testing::tree_literal({{"a", ""}});
  stopping.request_stop();
  BOOST_TEST((error_of([&] { stage(input, stopped); }).code() == Errc::cancelled));
  BOOST_TEST(error_of([&] { stage(input, plain); }).subject() == "2");
  BOOST_TEST(error_of([&] { stage(input, plain); }).subject() == "2");
  BOOST_TEST(runs == 2);
}

BOOST_AUTO_TEST_SUITE_END()
