// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/matrix.hpp>

namespace daypack::detail {

inline std::string backend_names(std::span<const BackendPolicy* const> known) {
  return listed(known, ", ", &BackendPolicy::name);
}

inline std::string python_names(const BackendPolicy& policy) {
  return listed(policy.runtimes, ", ", [](const Runtime& runtime) { return to_string(runtime.python); });
}

DAYPACK_DECL void refuse_target(std::string_view backend, Python python, Arch arch, std::span<const BackendPolicy* const> known) {
  for (const BackendPolicy* policy : known) {
    if (policy->name != backend) continue;
    const Runtime* runtime = runtime_of(*policy, python);
    if (runtime == nullptr) {
      throw Error(Errc::usage, std::string(policy->title) + " does not offer this Python",
                  to_string(python) + " (expected one of " + python_names(*policy) + ")", "choose one with --python");
    }
    throw Error(Errc::usage, std::string(policy->title) + " does not run Python " + to_string(python) + " on this architecture",
                std::string(to_string(arch)), "choose " + std::string(runtime->arm64 ? "arm64" : "x86_64"));
  }
  throw Error(Errc::usage, "no such backend", std::string(backend) + " (expected one of " + backend_names(known) + ")");
}

}  // namespace daypack::detail
