// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/manifest.hpp>
#include <daypack/policy.hpp>
#include <daypack/split.hpp>

#include <cstdint>

namespace daypack {

// How a package stands to the limits of its backend. All in bytes.
struct Budget {
  std::uint64_t zipped = 0;
  std::uint64_t unzipped = 0;
  std::uint64_t zipped_limit = 0;  // 0: no limit known
  std::uint64_t limit = 0;         // of the unzipped size; 0: no limit known
  std::int64_t headroom = 0;  // what is left of the limit of the unzipped size, negative when over; 0 without a limit
  bool over = false;          // either limit is exceeded
};

inline Budget budget(const Manifest& manifest, std::uint64_t zipped, const BackendPolicy& policy) {
  const Limits& limits = policy.limits;
  Budget result{
      .zipped = zipped, .unzipped = manifest.unzipped, .zipped_limit = limits.zipped, .limit = limits.unzipped};
  if (limits.unzipped != 0)
    result.headroom = static_cast<std::int64_t>(limits.unzipped) - static_cast<std::int64_t>(manifest.unzipped);
  result.over = result.headroom < 0 || (limits.zipped != 0 && zipped > limits.zipped);
  return result;
}

inline Budget budget(const Archive& archive, const BackendPolicy& policy) {
  return budget(archive.manifest(), archive.size(), policy);
}

// Of a function with its layers: what is unzipped is summed, each zip has to fit by itself. `zipped` is the function's.
inline Budget budget(const Split<Archive>& split) {
  Manifest sum;
  sum.unzipped = split.function.value.manifest().unzipped;
  bool over = false;
  for (const auto& layer : split.layers) {
    sum.unzipped += layer.value.manifest().unzipped;
    const Limits& limits = layer.target.backend->limits;
    const std::uint64_t most = limits.layer_zipped != 0 ? limits.layer_zipped : limits.zipped;
    over = over || (most != 0 && layer.value.size() > most);
  }
  Budget result = budget(sum, split.function.value.size(), *split.function.target.backend);
  result.over = result.over || over;
  return result;
}

}  // namespace daypack
