// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/fwd.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/split.hpp>

#include <concepts>
#include <string>
#include <utility>

namespace daypack {

namespace detail {

template <stage S>
std::string name_in_split(const S& s) {
  if constexpr (is_fragment<S>) {
    return "each";
  } else {
    return stage_name(s);
  }
}

// A stage, or the stages of a fragment, for one of several packages.
template <stage S>
gives<S> run_part(const S& s, takes<S> in, Context& context) {
  if constexpr (is_fragment<S>) {
    return run_from<0>(s.stages, std::move(in), context);
  } else {
    return call(s, std::move(in), context);
  }
}

template <class T, stage S>
consteval bool part_meets_demand() {
  if constexpr (is_fragment<S>) {
    return demands_are_met<T>(static_cast<decltype(S::stages)*>(nullptr));
  } else {
    return meets_demand<S, T>();
  }
}

}  // namespace detail

// Made by each().
template <stage S>
struct Each {
  S work;
  std::string name = {};

  Split<gives<S>> operator()(const Split<takes<S>>& split, Context& context) const {
    const auto part = [&](const typename Split<takes<S>>::Part& before) {
      Context here = context.with_target(before.target);
      here.check_stop();
      return typename Split<gives<S>>::Part{before.name, before.target, detail::run_part(work, before.value, here)};
    };
    Split<gives<S>> after{.function = part(split.function)};
    for (const auto& layer : split.layers) after.layers.push_back(part(layer));
    return after;
  }

  template <class Target>
  static consteval bool demand() {
    return detail::part_meets_demand<Target, S>();
  }
};

// Made by whole().
template <stage S>
struct Whole {
  S work;
  std::string name = {};

  Split<Tree> operator()(const Split<Tree>& split, Context& context) const {
    static_cast<void>(detail::run_part(work, joined(split), context));
    return split;
  }

  template <class Target>
  static consteval bool demand() {
    return detail::part_meets_demand<Target, S>();
  }
};

// A stage, or a fragment, for the function and every layer alike: Layers{} | each(PycOnly{} | Zip{}). Each runs with
// the target of its package: a layer is compiled for where it will lie.
template <stage S>
constexpr Each<S> each(S work) {
  static_assert(!std::same_as<gives<S>, Deployment>,
                "daypack: function and layers cannot go to one place. Save them by SaveAll{...}, or deliver the parts "
                "of the split one by one, layers first.");
  static_assert(!detail::is_split<gives<S>>, "daypack: what was split into layers is not split again.");
  std::string name = detail::name_in_split(work);
  return {std::move(work), std::move(name)};
}

// A stage that only looks, for the one package that function and layers make up: Layers{} | whole(Check{}). What it
// gives is left aside.
template <stage S>
constexpr Whole<S> whole(S work) {
  static_assert(std::same_as<takes<S>, Tree> && std::same_as<gives<S>, Tree>,
                "daypack: whole() is for stages that look at a tree, such as Check{}. Others go into each().");
  std::string name = detail::name_in_split(work);
  return {std::move(work), std::move(name)};
}

}  // namespace daypack
