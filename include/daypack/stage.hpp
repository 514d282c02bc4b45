// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace daypack {

namespace detail {

// What a call operator takes and gives. A second parameter, if any, is the Context.
template <class In, class Out, bool WithContext>
struct Signature {
  using in = std::remove_cvref_t<In>;
  using out = Out;
  static constexpr bool with_context = WithContext;
};

template <class Member>
struct signature_of_member {};  // no call operator, a non-const one, or one of another shape
template <class S, class Out, class In>
struct signature_of_member<Out (S::*)(In) const> : Signature<In, Out, false> {};
template <class S, class Out, class In>
struct signature_of_member<Out (S::*)(In) const noexcept> : Signature<In, Out, false> {};
template <class S, class Out, class In>
struct signature_of_member<Out (S::*)(In, Context&) const> : Signature<In, Out, true> {};
template <class S, class Out, class In>
struct signature_of_member<Out (S::*)(In, const Context&) const> : Signature<In, Out, true> {};
template <class S, class Out, class In>
struct signature_of_member<Out (S::*)(In, Context&) const noexcept> : Signature<In, Out, true> {};
template <class S, class Out, class In>
struct signature_of_member<Out (S::*)(In, const Context&) const noexcept> : Signature<In, Out, true> {};

template <class S>
struct signature_of {};
template <class S>
  requires requires { &S::operator(); }
struct signature_of<S> : signature_of_member<decltype(&S::operator())> {};
template <class S>
struct signature_of<const S> : signature_of<S> {};

// "Zip" out of "daypack::Zip<daypack::codec::Zlib>".
template <class S>
constexpr std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("S = ") + 4);
  text = text.substr(0, text.find_first_of("<;]"));
  if (const auto colon = text.rfind("::"); colon != std::string_view::npos) text.remove_prefix(colon + 2);
  return text.empty() || text.find('(') != std::string_view::npos ? "lambda" : text;
}

}  // namespace detail

// A stage is copyable and has one const call operator: Out operator()(In, Context&) const, or without the Context. A lambda
// with written parameter types is a stage. Data members are its options.
template <class S>
concept stage = std::copy_constructible<S> && requires { typename detail::signature_of<S>::in; } &&
                !std::is_void_v<typename detail::signature_of<S>::out>;

// Read from the call operator, never declared by hand.
template <stage S>
using takes = typename detail::signature_of<S>::in;
template <stage S>
using gives = typename detail::signature_of<S>::out;

// Whether Next may stand right of Before.
template <class Next, class Before>
concept can_follow = stage<Next> && stage<Before> && std::same_as<takes<Next>, gives<Before>>;

// What progress and errors call a stage: its own `name`, or its type's.
template <stage S>
std::string stage_name(const S& s) {
  if constexpr (requires { { s.name } -> std::convertible_to<std::string_view>; }) {
    return std::string(std::string_view(s.name));
  } else {
    return std::string(detail::type_name<S>());
  }
}

namespace detail {

template <stage S>
gives<S> call(const S& s, takes<S>&& in, Context& context) {
  if constexpr (signature_of<S>::with_context) {
    return s(std::move(in), context);
  } else {
    return s(std::move(in));
  }
}

}  // namespace detail

// A stage with a name of its own; made by step().
template <stage F>
struct Step {
  std::string name;
  F work;
  gives<F> operator()(takes<F> in, Context& context) const { return detail::call(work, std::move(in), context); }
};

// Names a lambda for progress and errors. Needed also where two bare lambdas meet: neither brings daypack's operator|.
template <stage F>
Step<F> step(std::string name, F work) {
  return {std::move(name), std::move(work)};
}

}  // namespace daypack
