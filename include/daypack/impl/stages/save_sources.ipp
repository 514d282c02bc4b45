// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/stages/compiled_tree.ipp>
#include <daypack/stages/save_sources.hpp>
#include <daypack/stages/zip.hpp>

namespace daypack {

DAYPACK_DECL Tree sources_in_target(const Tree& tree, const TargetFacts& target) {
  const std::string root = detail::compiled_root(*target.backend).substr(1);
  std::vector<Entry> sources;
  for (const Entry& entry : tree) {
    if (!detail::is_source(entry)) continue;
    sources.push_back(entry);
    sources.back().path.insert(0, root);
  }
  return Tree::of(std::move(sources));
}

DAYPACK_DECL Tree SaveSources::operator()(const Tree& tree, Context& context) const {
  Zip<>{}(sources_in_target(tree, context.target()), context).save(path);
  return tree;
}

}  // namespace daypack
