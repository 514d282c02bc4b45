// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/finding.hpp>
#include <daypack/tree.hpp>

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack {

// A check is a type with a name and a const call operator that looks at a whole tree and gives what it finds; data
// members are its options. It changes nothing and throws only when it cannot look (a damaged member, a stop).
template <class C>
concept tree_check = std::copy_constructible<C> && requires(const C& check, const Tree& tree, const Context& context) {
  { C::name } -> std::convertible_to<std::string_view>;
  { check(tree, context) } -> std::same_as<std::vector<Finding>>;
};

// A check as a value, for checks that are chosen while the program runs.
struct AnyCheck {
  std::string name = {};
  std::function<std::vector<Finding>(const Tree&, const Context&)> run = {};

  AnyCheck() = default;
  AnyCheck(std::string its_name, std::function<std::vector<Finding>(const Tree&, const Context&)> its_run)
      : name(std::move(its_name)), run(std::move(its_run)) {}
  template <class C>
    requires(!std::same_as<C, AnyCheck> && tree_check<C>)
  AnyCheck(C check) : name(C::name), run(std::move(check)) {}
};

}  // namespace daypack
