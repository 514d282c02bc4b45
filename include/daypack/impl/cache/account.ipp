// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/account.hpp>
#include <daypack/detail/cache_pack.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/sign/sha256.hpp>

#include <algorithm>
#include <utility>

namespace daypack {

namespace detail {

// What the last build of a name has used: key, input and recipe by kind and subject.
using RememberedUses = CachePack<3>;

inline CacheKey uses_key(const std::string& build) { return {"uses", sha256_of(as_bytes(build)).hex()}; }

inline std::string use_name(const CacheUse& use) { return use.stage + '\n' + use.kind + '\n' + use.subject; }

// "numpy-2.2.0-...whl" of what names a wheel, "" of a digest alone.
inline std::string file_in(std::string_view input) {
  const auto space = input.find(' ');
  return std::string(space == std::string_view::npos ? "" : input.substr(0, space));
}

inline std::string why_missing(const CacheUse& use, const RememberedUses& before) {
  const auto* last = before.find(use_name(use));
  if (!last) return "new in this build";
  const auto& [key, input, recipe] = *last;
  if (input.text() != use.input) {
    const std::string file = file_in(input.text());
    return "its content has changed" + (file.empty() || file == file_in(use.input) ? "" : " (before: " + file + ')');
  }
  if (recipe.text() != use.recipe)
    return "it is made otherwise (before: " + std::string(recipe.text()) + "; now: " + use.recipe + ')';
  if (key.text() != use.key)
    return "what else decides it has changed: its path, the rules, or daypack's way of making it";
  return use.found > 0 ? "these files of it were not wanted before" : "the cache has it no more";
}

}  // namespace detail

DAYPACK_DECL void CacheAccount::add(const CacheUse& use) {
  const std::pair stage_and_kind{use.stage, use.kind};
  auto place = std::ranges::find(order_, stage_and_kind);
  if (place == order_.end()) place = order_.insert(place, stage_and_kind);
  const auto number = static_cast<std::size_t>(place - order_.begin());
  const auto [at, fresh] = uses_.try_emplace({number, use.subject, use.key}, use);
  if (fresh) return;
  at->second.found += use.found;
  at->second.missing += use.missing;
  if (at->second.why.empty()) at->second.why = use.why;
}

DAYPACK_DECL std::vector<CacheUse> CacheAccount::explained(Cache& cache, const std::string& build) const {
  detail::RememberedUses before;
  const auto kept = cache.get(detail::uses_key(build));
  const bool known = kept && before.read(*kept);
  std::vector<CacheUse> all;
  for (const auto& [place, use] : uses_) {
    all.push_back(use);
    CacheUse& one = all.back();
    if (one.missing == 0 || !one.why.empty()) continue;
    one.why = known ? detail::why_missing(one, before) : "not built with this cache before";
  }
  return all;
}

DAYPACK_DECL void CacheAccount::remember(Cache& cache, const std::string& build) const {
  if (uses_.empty()) return;
  detail::RememberedUses now;
  for (const auto& [place, use] : uses_)
    now.add(detail::use_name(use), {blob_of(use.key), blob_of(use.input), blob_of(use.recipe)});
  const auto out = cache.writer(detail::uses_key(build));
  now.write(*out);
  out->commit();
}

}  // namespace daypack
