// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/check.hpp>
#include <daypack/config.hpp>

#include <string_view>
#include <vector>

namespace daypack::checks {

// Paths that do harm where the package is unpacked. Errors: a name that is too long for the target's file system.
// Warnings: paths that differ only in the case of ASCII letters, of which macOS and Windows keep one; modules at the
// root that hide those of the standard library, such as one's own json.py. Notes: names that Windows cannot have. What
// no package may have (backslashes, control characters, what is not UTF-8, "..") is no entry of a tree to begin with:
// Tree::of refuses it.
struct Names {
  static constexpr std::string_view name = "names";
  DAYPACK_DECL std::vector<Finding> operator()(const Tree& tree, const Context& context) const;
};

}  // namespace daypack::checks

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/checks/names.ipp>
#endif
