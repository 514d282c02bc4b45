// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/target.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace daypack {

template <backend... Bs>
struct backends {};
template <Python... Vs>
struct pythons {};
template <Arch... As>
struct archs {};

namespace detail {

template <class B, Python V, Arch A, class F>
constexpr void visit_cell(F& f) {
  if constexpr (offers_on<B, V, A>) f(target<B, V, A>);
}

template <class B, Python V, class F, Arch... As>
constexpr void visit_archs(F& f, archs<As...>) {
  (visit_cell<B, V, As>(f), ...);
}

template <class B, class F, class As, Python... Vs>
constexpr void visit_pythons(F& f, pythons<Vs...>, As as) {
  (visit_archs<B, Vs>(f, as), ...);
}

// All cells of one backend's own table.
template <class B, class F>
void visit_backend(F& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit_archs<B, B::policy.runtimes[I].python>(f, archs<Arch::x86_64, Arch::arm64>{}), ...);
  }(std::make_index_sequence<B::policy.runtimes.size()>{});
}

// Throws Error{usage} that names what there is instead.
[[noreturn]] DAYPACK_DECL void refuse_target(std::string_view backend, Python python, Arch arch,
                                             std::span<const BackendPolicy* const> known);

}  // namespace detail

// Backends x Pythons x architectures. Cells that a policy does not offer are dropped by the compiler.
template <class Backends, class Pythons, class Archs = archs<Arch::x86_64>>
struct matrix;

template <backend... Bs, Python... Vs, Arch... As>
struct matrix<backends<Bs...>, pythons<Vs...>, archs<As...>> {
  // Calls f(target<B, V, A>) for each cell that exists.
  template <class F>
  static constexpr void each(F f) {
    (detail::visit_pythons<Bs>(f, pythons<Vs...>{}, archs<As...>{}), ...);
  }
  // How many cells exist.
  static constexpr std::size_t size() {
    std::size_t count = 0;
    each([&](auto) { ++count; });
    return count;
  }
};

template <class Backends>
struct known_targets;

// Turns names that are known only at run time into a target: calls f(target<B, V, A>) for the one that matches.
// Error{usage} says what there is: the backends, or the Pythons or architectures of the backend that was named.
template <backend... Bs>
struct known_targets<backends<Bs...>> {
  template <class F>
  static void visit(std::string_view backend, Python python, Arch arch, F f) {
    bool found = false;
    const auto try_cell = [&](auto here) {
      using Here = decltype(here);
      if (found || Here::backend_type::policy.name != backend || Here::python != python || Here::arch != arch) return;
      found = true;
      f(here);
    };
    (detail::visit_backend<Bs>(try_cell), ...);
    static constexpr const BackendPolicy* known[] = {&Bs::policy...};
    if (!found) detail::refuse_target(backend, python, arch, known);
  }
};

// with_target<backends<aws::Lambda, ...>>("aws_lambda", {3, 12}, Arch::x86_64, [&](auto here) { (here | pack)(input, context); });
template <class Backends, class F>
void with_target(std::string_view backend, Python python, Arch arch, F f) {
  known_targets<Backends>::visit(backend, python, arch, std::move(f));
}

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/matrix.ipp>
#endif
