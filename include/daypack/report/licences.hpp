// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/manifest.hpp>
#include <daypack/report/sbom.hpp>
#include <daypack/zip/reader.hpp>

#include <string>
#include <vector>

namespace daypack {

// What a package has of the licences of one distribution.
struct PackageLicences {
  std::string name = {};  // of the distribution, normalised
  std::string version = {};
  bool has_metadata = false;              // without it nothing is known of what is declared
  DeclaredLicences declared = {};         // report/sbom.hpp
  std::vector<std::string> files = {};    // licences and notices in the package, sorted
  std::vector<LedgerLine> removed = {};   // those that a rule has taken out
  std::vector<std::string> missing = {};  // what License-File (PEP 639) names and is in neither list

  // "MIT OR Apache-2.0", "MIT License, Public Domain"; "not declared" or, without METADATA, "not known".
  DAYPACK_DECL std::string declared_words() const;
};

// Of every distribution that has files in the package, sorted by name. Licence files are those that METADATA names as
// License-File, all in *.dist-info/licenses/, and any called LICENSE, LICENCE, COPYING, NOTICE or UNLICENSE, whatever
// follows. Throws what Reader::inflate() throws.
DAYPACK_DECL std::vector<PackageLicences> licences(const Manifest& manifest, const zip::Reader& archive);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/report/licences.ipp>
#endif
