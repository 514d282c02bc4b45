// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/manifest.hpp>
#include <daypack/zip/reader.hpp>

#include <string>
#include <string_view>

// What is said of a package, for tools that sign it and others that ask for it before they let it run: in-toto
// Statements v1 as JSON (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, read 2026-11). The
// subject is the zip by its name and SHA-256. Equal packages give equal text: no time is in it, and no host.
namespace daypack {

inline constexpr std::string_view provenance_type = "https://slsa.dev/provenance/v1";
inline constexpr std::string_view cyclonedx_type = "https://cyclonedx.org/bom";

// Whose word it is that a package was built so: what verifiers compare with whom they trust.
struct Builder {
  std::string id = "urn:daypack:builder";  // a URI; a CI service has one of its own
};

// How the package came to be, SLSA Provenance v1 (https://slsa.dev/spec/v1.0/provenance, read 2026-11): target and
// handler as external parameters, the wheels with package URLs and digests as resolved dependencies. Optional times and
// the invocation are left out. Error{usage} for a builder whose id is no URI.
DAYPACK_DECL std::string provenance_statement(const Manifest& manifest, std::string_view sha256, std::string_view name,
                                              const Builder& builder = {});

// The bill of materials of report/sbom.hpp as the predicate. Throws what cyclonedx() throws.
DAYPACK_DECL std::string cyclonedx_statement(const Manifest& manifest, const zip::Reader& archive,
                                             std::string_view sha256, std::string_view name);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/report/statement.ipp>
#endif
