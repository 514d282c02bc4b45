// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/budget.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/stages/save.hpp>

namespace daypack {

namespace detail {

inline void warn_over_limit(const std::string& path, const Budget& budget, const BackendPolicy& policy,
                            const Context& context) {
  const auto over = [&](std::string_view what, std::uint64_t got, std::uint64_t limit) {
    if (limit == 0 || got <= limit) return;
    context.warn(path, "the package is too large for " + std::string(policy.title) + ": " + std::to_string(got) +
                           " bytes " + std::string(what) + ", the limit is " + std::to_string(limit));
  };
  over("zipped", budget.zipped, budget.zipped_limit);
  over("unzipped", budget.unzipped, budget.limit);
}

}  // namespace detail

DAYPACK_DECL Deployment Save::operator()(const Archive& archive, Context& context) const {
  // Both are complete on the disk before the zip appears, so a full disk leaves both as they were.
  detail::AtomicFile zip(path), manifest(manifest_path(path));
  detail::write_archive(archive, zip);
  const std::string digest = archive.sha256().hex();
  Manifest said = archive.manifest();
  if (!handler.empty()) said.handler = handler;
  manifest.write(as_bytes(said.json(digest, archive.size())));
  zip.commit(false);
  manifest.commit(false);
  if (context.has_target()) {
    const BackendPolicy& policy = *context.target().backend;
    detail::warn_over_limit(path, budget(archive, policy), policy, context);
  }
  return {.id = path, .digest = digest};
}

}  // namespace daypack
