// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/daypack.hpp>
using namespace daypack;

auto named = step("first", [](Tree tree) { return tree; }) | [](const Tree& tree, Context&) -> Tree { return tree; };
auto counted = named | [](Tree tree) -> std::size_t { return tree.size(); } | [](std::size_t count) { return count + 1; };
static_assert(stage<decltype(counted)> && std::same_as<gives<decltype(counted)>, std::size_t>);
