// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/attached.hpp>
#include <daypack/rules/build_files.hpp>
#include <daypack/rules/bytecode_caches.hpp>
#include <daypack/rules/dist_info.hpp>
#include <daypack/rules/docs.hpp>
#include <daypack/rules/globs.hpp>
#include <daypack/rules/locale_data.hpp>
#include <daypack/rules/mapbox.hpp>
#include <daypack/rules/package_parts.hpp>
#include <daypack/rules/preinstalled.hpp>
#include <daypack/rules/rule.hpp>
#include <daypack/rules/scripts.hpp>
#include <daypack/rules/service_data.hpp>
#include <daypack/rules/sources.hpp>
#include <daypack/rules/stubs.hpp>
#include <daypack/rules/tests.hpp>
#include <daypack/rules/unreachable.hpp>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace daypack::rules {

// Rules as values, in the order in which they are asked.
template <prune_rule... Rules>
std::vector<Rule> list() {
  return {rule<Rules>()...};
}

// What Prune{} applies. Of the 470 distributions of test/data/popular.txt no module that an import of their packages
// reaches imports what these rules remove, by checks::Imports; test/interop/prune_imports.py imports them
// (CPython 3.12, 2026-11).
inline std::vector<Rule> safe() { return list<Tests, BytecodeCaches, DistInfo, Stubs, Sources, BuildFiles, Docs>(); }

// Safe and more: what few functions use. The same modules are imported, but what the risks of package-parts, scripts
// and dist-info-minimal say is gone.
inline std::vector<Rule> lean() {
  return list<Tests, BytecodeCaches, DistInfo, Stubs, Sources, BuildFiles, Docs, DistInfoMinimal, PackageParts,
              Scripts>();
}

// Every rule of the library that needs no data of the user's, sorted by name.
DAYPACK_DECL std::span<const Rule> all();

// The rule of that name; nothing when there is none.
DAYPACK_DECL std::optional<Rule> find(std::string_view name);

// What a command line says: a preset ("safe", "lean", "none", "mapbox"), a rule, or several with commas between:
// "safe,preinstalled". "attached" means these layers. "botocore-data=s3,lambda" and "googleapi-data=drive" name
// services, "unreachable=app.handler" and "unreachable-modules=app.handler,plugins.mail" roots: what follows the sign
// and is no rule nor preset. Each rule is taken once. Error{usage} lists the names that there are; also for "attached"
// without layers.
DAYPACK_DECL std::vector<Rule> parse(std::string_view words, const std::vector<checks::AttachedLayer>& layers = {});

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/presets.ipp>
#endif
