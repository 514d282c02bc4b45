// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/manifest.hpp>
#include <daypack/zip/reader.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// The licences that METADATA declares: License-Expression (PEP 639, an SPDX expression) alone, else what the
// classifiers say, else the License header where it is one short line. Empty when it declares none.
struct DeclaredLicences {
  std::string expression = {};
  std::vector<std::string> names = {};
};
DAYPACK_DECL DeclaredLicences declared_licences(std::string_view metadata);

// "pkg:pypi/ruamel-yaml@0.18.6" (the package URL specification, type pypi; read 2026-11).
DAYPACK_DECL std::string package_url(std::string_view name, std::string_view version);

// A bill of materials of a package, CycloneDX 1.6 as JSON (ECMA-424): the distributions with versions, package URLs,
// digests of their wheels and declared licences, and which requires which. `sha256` is that of the zip, `name` what the
// package is called. Equal packages give equal text: it holds no time, and its serial number comes from the digest.
// Licences and requirements are read from METADATA in the zip; where a rule has removed it they are left out. Throws
// what Reader::inflate() throws.
DAYPACK_DECL std::string cyclonedx(const Manifest& manifest, const zip::Reader& archive, std::string_view sha256,
                                   std::string_view name);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/report/sbom.ipp>
#endif
