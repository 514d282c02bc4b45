// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stage.hpp>  // self-contained

#include <daypack/archive.hpp>
#include <daypack/tree.hpp>

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stage_)

namespace {

struct Same {
  Tree operator()(const Tree& tree, Context&) const { return tree; }
};
struct Seal {
  Archive operator()(Tree, const Context&) const noexcept { return {}; }
};
struct Named {
  std::string_view name = "by another name";
  Tree operator()(Tree tree) const { return tree; }
};
struct NotConst {
  Tree operator()(Tree tree, Context&) { return tree; }
};
struct Silent {
  void operator()(Tree) const {}
};
struct Generic {
  template <class T>
  T operator()(T value) const { return value; }
};
struct Overloaded {
  Tree operator()(Tree tree) const { return tree; }
  Archive operator()(Archive archive) const { return archive; }
};
struct NotCopyable {
  NotCopyable(NotCopyable&&) = default;
  Tree operator()(Tree tree) const { return tree; }
};
struct ThreeParameters {
  Tree operator()(Tree tree, Context&, int) const { return tree; }
};
const auto lambda = [](Tree tree) { return tree; };
const auto generic_lambda = [](auto tree) { return tree; };

static_assert(stage<Same> && stage<Seal> && stage<Named> && stage<decltype(lambda)>);
static_assert(!stage<NotConst> && !stage<Silent> && !stage<Generic> && !stage<Overloaded> && !stage<NotCopyable>);
static_assert(!stage<ThreeParameters> && !stage<int> && !stage<Tree> && !stage<decltype(generic_lambda)>);
static_assert(std::same_as<takes<Same>, Tree> && std::same_as<gives<Seal>, Archive> && std::same_as<takes<Seal>, Tree>);
static_assert(can_follow<Seal, Same> && can_follow<Same, Same> && !can_follow<Same, Seal> && !can_follow<int, Same>);

}  // namespace

BOOST_AUTO_TEST_CASE(a_stage_is_called_by_its_name_or_its_type) {
  BOOST_TEST(stage_name(Same{}) == "Same");
  BOOST_TEST(stage_name(Named{}) == "by another name");
  BOOST_TEST(stage_name(lambda) == "lambda");
}

BOOST_AUTO_TEST_CASE(a_step_has_the_name_that_it_is_given_and_does_the_same_work) {
  const auto named = step("strip", [](Tree tree, Context& context) {
    BOOST_TEST(!context.has_target());
    return tree.without("*.txt");
  });
  static_assert(stage<decltype(named)>);
  BOOST_TEST(stage_name(named) == "strip");
  Context context{Services{}};
  BOOST_TEST(named(Tree::of({text_entry("a.txt", ""), text_entry("b.py", "")}), context).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
