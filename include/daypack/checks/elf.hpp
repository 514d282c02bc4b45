// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/attached_layer.hpp>
#include <daypack/checks/check.hpp>
#include <daypack/config.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack::checks {

// Every shared object against the target's runtime: machine and word size; the cpython tag in its file name; the
// versions of GLIBC_, GLIBCXX_ and CXXABI_ symbols that it needs; and whether the libraries that it needs are in the
// package or an attached layer, where the loader looks for them (RPATH, RUNPATH with $ORIGIN, the runtime's
// LD_LIBRARY_PATH), or known to be in the runtime.
//
// What stops an import is an error. What only a library can meet that nothing in the package loads by its name is a
// warning: plugins, modules for other Pythons beside one for this. A library that lies in the package where the loader
// does not look is a note: packages load such ones first, by themselves.
//
// The hint of an error names the newest version of the distribution that has a wheel for the target, for the first five
// distributions: that asks the index of its lock, by uv or pip, offline only what these have kept. Nothing is asked
// when there is no error.
//
// Members of wheels are inflated in the pool, within 64 MiB or the largest one; what is found is kept in the context's
// cache, if there is one, under the wheel's digest. Error{damaged_zip} for a member that cannot be inflated.
struct Elf {
  static constexpr std::string_view name = "elf";
  std::vector<std::string> allow = {};     // globs of paths that are not judged
  std::vector<AttachedLayer> layers = {};  // whose libraries are there; they themselves are not judged

  DAYPACK_DECL std::vector<Finding> operator()(const Tree& tree, const Context& context) const;
};

}  // namespace daypack::checks

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/checks/elf.ipp>
#endif
