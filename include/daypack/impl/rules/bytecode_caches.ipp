// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/bytecode_caches.hpp>

namespace daypack {

DAYPACK_DECL Matcher rules::BytecodeCaches::matcher(const Tree& tree, const TargetFacts*) {
  return {[tree](const Entry& entry) {
    const std::string_view path = entry.path;
    if (path.starts_with("__pycache__/") || path.find("/__pycache__/") != std::string_view::npos) return true;
    return path.ends_with(".pyc") && tree.find(path.substr(0, path.size() - 1)) != nullptr;
  }};
}

}  // namespace daypack
