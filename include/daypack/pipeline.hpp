// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/fwd.hpp>
#include <daypack/stage.hpp>
#include <daypack/target.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace daypack {

namespace detail {

template <class T>
inline constexpr int phase_of = -1;  // a type of the user's own
template <>
inline constexpr int phase_of<Requirements> = 0;
template <>
inline constexpr int phase_of<Resolution> = 1;
template <>
inline constexpr int phase_of<Tree> = 2;
template <>
inline constexpr int phase_of<Archive> = 3;
template <>
inline constexpr int phase_of<Deployment> = 4;
template <class T>
inline constexpr int phase_of<Split<T>> = phase_of<T>;

template <class T>
inline constexpr bool is_split = false;
template <class T>
inline constexpr bool is_split<Split<T>> = true;

// Judges one joint of a pipeline. The compiler prints the four names above the message.
template <class Stage, class After, class Takes, class Given>
struct order_of {
  static constexpr int wants = phase_of<Takes>, has = phase_of<Given>;
  static constexpr bool same = std::same_as<Takes, Given>, several = is_split<Given>;
  static constexpr bool known = wants >= 0 && has >= 0 && several == is_split<Takes>;
  static_assert(!several || is_split<Takes>,
                "daypack: since Layers{} there are several packages, and this stage takes one. Put it into each(...), for every one of them, "
                "or whole(...), for what they make up.");
  static_assert(several || !is_split<Takes>,
                "daypack: there is one package, and this stage takes a function and its layers. Put Layers{} before it.");
  static_assert(!known || has <= wants || has < 3,
                "daypack: this stage comes too late. Move it left, before the stage that sealed its input: order_of<Stage, After, Takes, Given> above.");
  static_assert(!known || has <= wants || has >= 3,
                "daypack: this stage comes too late. Move it left, before the stage that used up its input: order_of<Stage, After, Takes, Given> above.");
  static_assert(!known || has != 0 || wants <= 0, "daypack: nothing is resolved yet. Put Resolve{} before this stage.");
  static_assert(!known || has != 1 || wants <= 1, "daypack: nothing is vendored yet. Put Vendor{} before this stage.");
  static_assert(!known || has != 2 || wants <= 2, "daypack: nothing is zipped yet. Put Zip{} before this stage.");
  static_assert(!known || has != 3 || wants <= 3, "daypack: nothing is delivered yet. Put Save{} or Upload{...} before this stage.");
  static_assert(known || same || several != is_split<Takes>,
                "daypack: this stage does not take what the one before it gives: order_of<Stage, After, Takes, Given> above.");
  static constexpr bool ok = same;
};

template <class S, class T>
concept demanding = requires { S::template demand<T>(); };

// Runs the stage's own questions about the target, in its own words.
template <class S, class T>
consteval bool meets_demand() {
  if constexpr (demanding<S, T>) {
    return S::template demand<T>();
  } else {
    return true;
  }
}

template <class T, class = void>
inline constexpr bool never = false;

template <class S>
gives<S> run_stage(const S& s, takes<S>&& in, const Context& context) {
  Context here = context.in_stage(stage_name(s));
  try {
    here.check_stop();
    here.emit(StageBegan{here.stage()});
    const auto begin = std::chrono::steady_clock::now();
    gives<S> out = call(s, std::move(in), here);
    here.emit(StageEnded{here.stage(), std::chrono::steady_clock::now() - begin});
    return out;
  } catch (const Error& error) {
    throw error.in_stage(here.stage());
  }
}

template <std::size_t I, class Stages, class In>
auto run_from(const Stages& stages, In&& in, const Context& context) {
  auto out = run_stage(std::get<I>(stages), std::forward<In>(in), context);
  if constexpr (I + 1 == std::tuple_size_v<Stages>) {
    return out;
  } else {
    return run_from<I + 1>(stages, std::move(out), context);
  }
}

}  // namespace detail

// Stages in a row, without a target: composes like a stage, runs only after one was put in front.
template <class... S>
struct Fragment {
  std::tuple<S...> stages;

  template <class... Any>
  void operator()(Any&&...) const {
    static_assert(detail::never<Fragment, void_t_of<Any...>>,
                  "daypack: this fragment has no target. Put one in front: target<aws::Lambda, 3.12_py> | fragment.");
  }

 private:
  template <class...>
  using void_t_of = void;
};

// A target and the stages behind it: a value. Composing runs nothing, calling runs everything.
template <class T, class... S>
struct Pipeline {
  using target_type = T;
  std::tuple<S...> stages;

  // Takes what the first stage takes; gives what the last one gives. Errors name their stage. A target that its
  // provider has deprecated or retired is a warning, with the date.
  auto operator()(takes<std::tuple_element_t<0, std::tuple<S...>>> in, const Context& context) const {
    const Context here = context.with_target(T::facts());
    detail::warn_of_support(here);
    return detail::run_from<0>(stages, std::move(in), here);
  }
};

namespace detail {

template <class T>
inline constexpr bool is_fragment = false;
template <class... S>
inline constexpr bool is_fragment<Fragment<S...>> = true;
template <class T>
inline constexpr bool is_pipeline = false;
template <class T, class... S>
inline constexpr bool is_pipeline<Pipeline<T, S...>> = true;

// A fragment takes what its first stage takes and gives what its last one gives.
template <class... S>
struct signature_of<Fragment<S...>>
    : Signature<takes<std::tuple_element_t<0, std::tuple<S...>>>, gives<std::tuple_element_t<sizeof...(S) - 1, std::tuple<S...>>>, true> {};

template <class P>
constexpr auto stages_of(P&& p) {
  using Part = std::remove_cvref_t<P>;
  if constexpr (is_fragment<Part> || is_pipeline<Part>) {
    return std::forward<P>(p).stages;
  } else if constexpr (is_target<Part>) {
    return std::tuple<>{};
  } else {
    return std::tuple<Part>(std::forward<P>(p));
  }
}

template <class P>
struct target_part {
  using type = void;
};
template <class B, Python V, Arch A>
struct target_part<Target<B, V, A>> {
  using type = Target<B, V, A>;
};
template <class T, class... S>
struct target_part<Pipeline<T, S...>> {
  using type = T;
};

template <class... S, class... R>
consteval bool joint_is_ok(const std::tuple<S...>*, const std::tuple<R...>*) {
  if constexpr (sizeof...(S) == 0) {
    return true;
  } else {
    using Before = std::tuple_element_t<sizeof...(S) - 1, std::tuple<S...>>;
    using Next = std::tuple_element_t<0, std::tuple<R...>>;
    return order_of<Next, Before, takes<Next>, gives<Before>>::ok;
  }
}

template <class T, class... R>
consteval bool demands_are_met(const std::tuple<R...>*) {
  return (meets_demand<R, T>() && ...);
}

template <class T, class... S>
constexpr auto assemble(std::tuple<S...> stages) {
  if constexpr (std::is_void_v<T>) {
    return Fragment<S...>{std::move(stages)};
  } else {
    return Pipeline<T, S...>{std::move(stages)};
  }
}

template <class L, class R>
constexpr auto join(L left, R right) {
  using T = typename target_part<L>::type;
  using Left = decltype(stages_of(left));
  using Right = decltype(stages_of(right));
  if constexpr (!joint_is_ok(static_cast<Left*>(nullptr), static_cast<Right*>(nullptr))) {
    return left;  // a type all the same, so that one mistake gives one error
  } else {
    if constexpr (!std::is_void_v<T>) {
      static_assert(demands_are_met<T>(static_cast<Right*>(nullptr)), "daypack: a stage on the right refuses this target.");
    }
    return assemble<T>(std::tuple_cat(stages_of(std::move(left)), stages_of(std::move(right))));
  }
}

}  // namespace detail

// What may stand left of a |: a target, a pipeline, a fragment or a stage.
template <class P>
concept part = detail::is_target<P> || detail::is_pipeline<P> || detail::is_fragment<P> || stage<P>;

// Composes. Only the left side constrains: a wrong right side gets words instead of "no match for operator|".
template <part L, class R>
constexpr auto operator|(L left, R right) {
  constexpr bool follows = detail::is_fragment<R> || stage<R>;
  static_assert(!detail::is_target<R> && !detail::is_pipeline<R>,
                "daypack: the target stands first: target<aws::Lambda, 3.12_py> | Resolve{} | ...");
  static_assert(follows || detail::is_target<R> || detail::is_pipeline<R>,
                "daypack: the right operand is not a stage. A stage is copyable and has one const call operator with written types: "
                "Out operator()(In, Context&) const; a lambda needs its parameter type written and must return something.");
  if constexpr (follows) {
    return detail::join(std::move(left), std::move(right));
  } else {
    return left;  // keep a type, so that one mistake gives one error
  }
}

}  // namespace daypack
