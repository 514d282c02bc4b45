// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/policy.hpp>
#include <daypack/python.hpp>

#include <cstddef>
#include <utility>

namespace daypack {

// Backend x Python x architecture, as a type: what a package is built for. Write it as target<aws::Lambda, 3.12_py>.
template <class B, Python V, Arch A>
struct Target {
  using backend_type = B;
  static constexpr Python python = V;
  static constexpr Arch arch = A;
  static constexpr TargetFacts facts() { return {&B::policy, detail::runtime_of(B::policy, V), A}; }
};

namespace detail {

template <class T>
inline constexpr bool is_target = false;
template <class B, Python V, Arch A>
inline constexpr bool is_target<Target<B, V, A>> = true;

// Facts stand in class names, because the compiler prints those in full.
template <Python... Vs>
struct offered {};
template <Arch... As>
struct runs_on_archs {};

template <class B>
constexpr auto offered_by() {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return offered<B::policy.runtimes[I].python...>{};
  }(std::make_index_sequence<B::policy.runtimes.size()>{});
}

template <class B, Python V>
constexpr auto archs_of() {
  constexpr Runtime runtime = *runtime_of(B::policy, V);
  if constexpr (runtime.x86_64 && runtime.arm64) {
    return runs_on_archs<Arch::x86_64, Arch::arm64>{};
  } else if constexpr (runtime.arm64) {
    return runs_on_archs<Arch::arm64>{};
  } else {
    return runs_on_archs<Arch::x86_64>{};
  }
}

template <class B, Python V, class Offered, bool Ok>
struct python_of {
  static_assert(
      Ok, "daypack: this backend does not offer this Python. The ones it offers are listed above, in offered<...>.");
};

template <class B, Python V, Arch A, class RunsOn, bool Ok>
struct arch_of {
  static_assert(Ok,
                "daypack: this backend does not run this Python on this architecture. The ones it has are listed "
                "above, in runs_on_archs<...>.");
};

template <class B>
struct backend_of {
  static constexpr bool ok = backend<B>;
  static_assert(
      ok, "daypack: this type is not a backend. A backend is a type with: static constexpr BackendPolicy policy{...};");
};

template <class B, Python V, Arch A>
constexpr auto make_target() {
  if constexpr (!backend<B>) {
    static_cast<void>(sizeof(backend_of<B>));
  } else if constexpr (!offers<B, V>) {
    static_cast<void>(sizeof(python_of<B, V, decltype(offered_by<B>()), false>));
  } else if constexpr (!offers_on<B, V, A>) {
    static_cast<void>(sizeof(arch_of<B, V, A, decltype(archs_of<B, V>()), false>));
  }
  return Target<B, V, A>{};
}

}  // namespace detail

// The first part of a pipeline. A Python or architecture that the backend does not offer is refused here, by name.
template <class B, Python V, Arch A = Arch::x86_64>
inline constexpr auto target = detail::make_target<B, V, A>();

}  // namespace daypack
