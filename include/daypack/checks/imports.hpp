// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/attached_layer.hpp>
#include <daypack/checks/check.hpp>
#include <daypack/config.hpp>

#include <string_view>
#include <vector>

namespace daypack::checks {

// Modules that a prune rule has removed, by the tree's ledger, and that a kept source file still imports: a warning,
// since nobody knows whether that file is ever imported; a note where only a function imports it. Imports in a try
// statement, below `if TYPE_CHECKING`, in a conftest.py and in files test_*.py do not count, nor do modules that an
// attached layer has on the backend's sys.path. Only sources are read: put Check<checks::Imports> before PycOnly;
// without anything pruned nothing is read at all.
struct Imports {
  static constexpr std::string_view name = "imports";
  std::vector<AttachedLayer> layers = {};

  DAYPACK_DECL std::vector<Finding> operator()(const Tree& tree, const Context& context) const;
};

}  // namespace daypack::checks

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/checks/imports.ipp>
#endif
