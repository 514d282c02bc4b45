// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/manifest.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// What a package knows of one path: of a file, of a folder, of what is no longer there.
struct Explanation {
  std::string path = {};                         // as it was asked for, without a slash at its end
  std::vector<Manifest::Item> entries = {};      // what the package has there or below it
  Ledger history = {};                           // what the stages did there, in their order
  std::vector<Distribution> distributions = {};  // where it comes from, by name; of one that is gone that alone
};

// Of a path, or of a distribution where no path has its name. The bytecode of a source stands for the source, and the
// source for its bytecode. Error{not_found} for what the package never had; the hint names paths that are alike.
DAYPACK_DECL Explanation explain(const Manifest& manifest, std::string_view path);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/report/explain.ipp>
#endif
