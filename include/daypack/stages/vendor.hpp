// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/resolution.hpp>
#include <daypack/tree.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// From a lock to the files that will lie in the package: picks the wheel of every distribution for the target, fetches
// it, checks it, and installs it into the tree, below the backend's folder of packages. Nothing is unpacked to disk.
//
// A wheel that is seen for the first time is inflated and compared with its RECORD; the cache remembers that (kind
// "checked"). Errors: no_wheel, with the wheels that exist and why each does not fit; those of fetch_wheels;
// damaged_wheel, damaged_zip, unsafe_path; conflict where wheels give one path different bytes, unless `prefer`
// decides. Files that merely describe (LICENSE, README, docs/, share/man/, ...) are left out instead when wheels
// disagree about them. What is left out stands in the ledger.
struct Vendor {
  bool scripts = false;  // whether scripts and entry points of wheels become bin/NAME
  std::vector<std::string> prefer =
      {};  // distributions whose file is taken where wheels disagree; the first that is one of them

  static constexpr std::string_view name = "Vendor";
  DAYPACK_DECL Tree operator()(const Resolution& resolution, Context& ctx) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/vendor.ipp>
#endif
