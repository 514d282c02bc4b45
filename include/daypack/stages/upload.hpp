// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/context.hpp>
#include <daypack/deployment.hpp>
#include <daypack/policy.hpp>

#include <concepts>
#include <string_view>
#include <type_traits>
#include <utility>

namespace daypack {

// The backend of a provider that takes packages of any backend, such as a folder or an object store.
struct AnyBackend {};

// A provider brings a finished archive to where it runs, and says for which backend's packages it is. One that makes
// functions, or layers, of packages of any backend says so: static constexpr PackageKind delivers =
// PackageKind::function.
template <class P>
concept provider = std::copy_constructible<P> && requires(const P& p, const Archive& archive, Context& context) {
  typename P::backend;
  { p.deliver(archive, context) } -> std::same_as<Deployment>;
};

namespace detail {

// Facts in a class name, so that the compiler prints them above the message.
template <class Provider, class ItsBackend, class TargetBackend>
struct delivery_of {
  static constexpr bool fits = std::same_as<ItsBackend, AnyBackend> || std::same_as<ItsBackend, TargetBackend>;
  static_assert(fits,
                "daypack: this provider delivers packages of another backend. Take a provider of the target's backend, "
                "or change the "
                "target: delivery_of<Provider, ItsBackend, TargetBackend> above.");
  static constexpr bool judged = true;  // true all the same, so that one mistake gives one error
};

template <class Provider>
concept one_kind = requires {
  { Provider::delivers } -> std::convertible_to<PackageKind>;
};

template <class Provider, class TargetBackend>
constexpr bool is_its_kind() {
  if constexpr (one_kind<Provider>) {
    return Provider::delivers == TargetBackend::policy.kind;
  } else {
    return true;
  }
}

template <class Provider, class TargetBackend, bool Ok>
struct delivered_kind {
  static_assert(Ok,
                "daypack: a layer is no function: this provider makes the one, and the target's packages are the "
                "other. Take a provider of "
                "that kind, or change the target: delivered_kind<Provider, TargetBackend> above.");
  static constexpr bool judged = true;
};

}  // namespace detail

// Delivers the archive through a provider: Upload{local::Function{.name = "thumbnails"}}.
template <provider P>
struct Upload {
  static constexpr std::string_view name = "Upload";
  P to;

  Deployment operator()(const Archive& archive, Context& context) const { return to.deliver(archive, context); }

  template <class Target>
  static consteval bool demand() {
    using Backend = typename Target::backend_type;
    return detail::delivery_of<P, typename P::backend, Backend>::judged &&
           detail::delivered_kind<P, Backend, detail::is_its_kind<P, Backend>()>::judged;
  }
};

template <class P>
Upload(P) -> Upload<P>;

}  // namespace daypack
