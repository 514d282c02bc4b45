// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/each.hpp>  // self-contained

#include "support/error_of.hpp"
#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/aws.hpp>
#include <daypack/stages/layers.hpp>
#include <daypack/stages/zip.hpp>
#include <daypack/target.hpp>
#include <daypack/testing/tree_literal.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_each)

namespace {

Split<Tree> sample() {
  return {
      .function = {.target = target<aws::Lambda, 3.12_py>.facts(), .value = testing::tree_literal({{"app.py", "1"}})},
      .layers = {{"1", target<aws::Layer, 3.12_py>.facts(), testing::tree_literal({{"python/a.py", "22"}})},
                 {"b", target<aws::Layer, 3.12_py>.facts(), testing::tree_literal({{"python/b.py", "333"}})}}};
}

// Adds a file that names the backend for which it runs.
struct Sign {
  Tree operator()(const Tree& tree, Context& context) const {
    return tree.merge(testing::tree_literal({{std::string(context.target().backend->name), ""}}));
  }
};

}  // namespace

static_assert(stage<Each<Sign>> && std::same_as<takes<Each<Zip<>>>, Split<Tree>> &&
              std::same_as<gives<Each<Zip<>>>, Split<Archive>>);
static_assert(can_follow<Each<Sign>, Layers> && can_follow<Whole<Sign>, Each<Sign>> && !can_follow<Sign, Layers>);

BOOST_AUTO_TEST_CASE(every_part_is_worked_on_for_its_own_target) {
  Observed observed;
  const Split<Tree> parts = each(Sign{})(sample(), observed.context);
  const std::vector<std::string> function{"app.py", "aws_lambda"}, second{"aws_layer", "python/b.py"};
  BOOST_TEST(paths_in(parts.function.value) == function, boost::test_tools::per_element());
  BOOST_REQUIRE(parts.layers.size() == 2U);
  BOOST_TEST(parts.layers[1].name == "b");
  BOOST_TEST(paths_in(parts.layers[1].value) == second, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_fragment_is_run_to_its_end) {
  Observed observed;
  const Split<Archive> parts = each(Sign{} | Zip{})(sample(), observed.context);
  BOOST_TEST(parts.function.value.manifest().items.size() == 2U);
  BOOST_TEST(parts.layers[0].value.manifest().backend == "aws_layer");
  BOOST_TEST(parts.layers[0].value.manifest().python == "3.12");
}

BOOST_AUTO_TEST_CASE(the_whole_is_looked_at_and_left_as_it_was) {
  std::vector<std::string> seen;
  const auto look = step("look", [&](const Tree& tree) {
    seen = paths_in(tree);
    return Tree();
  });
  Observed observed;
  const Split<Tree> parts = whole(look)(sample(), observed.context);
  const std::vector<std::string> expected{"a.py", "app.py", "b.py"};
  BOOST_TEST(seen == expected, boost::test_tools::per_element());
  BOOST_TEST(parts.layers.size() == 2U);
  BOOST_TEST(parts.function.value.size() == 1U);
}

BOOST_AUTO_TEST_CASE(in_a_pipeline_it_has_the_name_of_its_stage) {
  std::vector<std::string> began;
  const Context context{Services{.pool = std::make_shared<Pool>(1), .observer = [&](const Event& event) {
                                   if (const auto* stage = std::get_if<StageBegan>(&event))
                                     began.push_back(stage->stage);
                                 }}};
  const auto cut = step("cut", [](const Tree&) { return sample(); });
  const auto pipeline = target<aws::Lambda, 3.12_py> | cut | each(Sign{}) | each(Zip{});
  BOOST_TEST(pipeline(Tree(), context).layers.size() == 2U);
  const std::vector<std::string> expected{"cut", "Sign", "Zip"};
  BOOST_TEST(began == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(stops_on_request) {
  std::stop_source source;
  source.request_stop();
  Context context{Services{.stop = source.get_token()}};
  BOOST_TEST((error_of([&] { each(Sign{})(sample(), context); }).code() == Errc::cancelled));
}

BOOST_AUTO_TEST_SUITE_END()
