// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/fc_api.ipp>

// How functions and layers of Function Compute may be called.
namespace daypack::detail::fc {

inline void check_name(const NameRule& rule, const std::string& name, const char* what) {
  if (rule.allows(name)) return;
  throw Error(Errc::usage, what, "'" + name + "'",
              "take 1 to 64 of A-Z, a-z, 0-9, '-' and '_', with no digit or '-' at its beginning");
}

inline void check_layers(const std::vector<std::string>& layers) {
  const auto limit = static_cast<std::size_t>(aliyun::Fc::policy.limits.layers);
  if (layers.size() > limit)
    throw Error(Errc::over_limit, "too many layers",
                "got " + std::to_string(layers.size()) + ", expected at most " + std::to_string(limit),
                "put several into one");
  for (const std::string& layer : layers) {
    const std::size_t at = layer.rfind("/versions/");
    if (layer.starts_with("acs:fc:") && at != std::string::npos && number_of(layer.substr(at + 10)) > 0) continue;
    throw Error(Errc::usage, "this is no version of a layer", layer,
                "write it as acs:fc:REGION:ACCOUNT:layers/NAME/versions/NUMBER");
  }
}

}  // namespace daypack::detail::fc
