// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/tree.hpp>

#include <cstdint>
#include <string_view>

namespace daypack {

// Tells which files are equal, with the bytes that the copies take: libraries that stand under all names of their
// soname chain (libfoo.so, libfoo.so.1, libfoo.so.1.2), and the same library in several wheels. One note for each
// group, the most bytes first, and one for all.
//
// With `link` the copies become symbolic links to the one with the longest name, where the backend keeps links; where
// it does not, a warning says that they stay. Each link has a line in the ledger. The user's own files stay, and so do
// extension modules: CPython would initialise one loaded library twice.
struct Duplicates {
  bool link = false;
  std::uint64_t least = 4096;  // bytes of a file that is looked at

  static constexpr std::string_view name = "Duplicates";

  DAYPACK_DECL Tree operator()(const Tree& tree, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/duplicates.ipp>
#endif
