// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/check.hpp>
#include <daypack/config.hpp>

#include <string_view>
#include <vector>

namespace daypack::checks {

// Machine code of other systems, by its first bytes: Mach-O of macOS, thin and fat, and PE of Windows. An error where
// it stands for code that should run: an extension module without a variant for Linux beside it, or anything in a wheel
// for such a platform. Else it is dead weight: a warning, or for programs (.exe) a note.
struct Foreign {
  static constexpr std::string_view name = "foreign";
  DAYPACK_DECL std::vector<Finding> operator()(const Tree& tree, const Context& context) const;
};

}  // namespace daypack::checks

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/checks/foreign.ipp>
#endif
