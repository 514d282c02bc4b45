// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "backends.hpp"

#include <daypack/archive.hpp>
#include <daypack/context.hpp>
#include <daypack/error.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/python.hpp>
#include <daypack/stages/upload.hpp>

#include <concepts>

namespace cli {

// Why a provider does not take packages of a backend; empty when it does.
template <class Provider, class Backend>
constexpr std::string_view unfit() {
  using Its = typename Provider::backend;
  if (Provider::delivers != Backend::policy.kind)
    return Provider::delivers == daypack::PackageKind::layer ? "a function is no layer" : "a layer is no function";
  const bool same = std::same_as<Its, daypack::AnyBackend> || std::same_as<Its, Backend>;
  return same ? "" : "the package was built for another provider";
}

// Through a provider, for the target that the archive's manifest names. `prepare` sees the target's policy before.
template <class Provider, class Prepare>
daypack::Deployment deliver_by(Provider provider, const daypack::Archive& archive, const daypack::Context& context,
                               const Prepare& prepare) {
  const daypack::Manifest& manifest = archive.manifest();
  const auto arch = manifest.arch == "arm64" ? daypack::Arch::arm64 : daypack::Arch::x86_64;
  const daypack::Python python = daypack::parse_python(manifest.python).value_or(daypack::Python{});
  daypack::Deployment live;
  daypack::with_target<Backends>(manifest.backend, python, arch, [&](auto target) {
    using Backend = typename decltype(target)::backend_type;
    constexpr std::string_view reason = unfit<Provider, Backend>();
    if constexpr (reason.empty()) {
      prepare(provider, Backend::policy);
      live = (target | daypack::Upload{provider})(archive, context);
    } else {
      throw daypack::Error(daypack::Errc::usage, std::string(reason), manifest.backend,
                           "daypack deploy --help tells what goes where");
    }
  });
  return live;
}

// The same where the provider is told everything already.
template <class Provider>
daypack::Deployment deliver_by(const Provider& provider, const daypack::Archive& archive,
                               const daypack::Context& context) {
  return deliver_by(provider, archive, context, [](auto&, const daypack::BackendPolicy&) {});
}

}  // namespace cli
