// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/budget.hpp>
#include <daypack/checks/check.hpp>
#include <daypack/checks/elf.hpp>
#include <daypack/checks/foreign.hpp>
#include <daypack/checks/imports.hpp>
#include <daypack/checks/names.hpp>
#include <daypack/checks/secrets.hpp>
#include <daypack/config.hpp>

#include <string_view>
#include <vector>

namespace daypack::checks {

// Every check of the library with its defaults, sorted by name: what Check{} runs.
DAYPACK_DECL std::vector<AnyCheck> all();

// What a command line says: "all", "none", or names with commas between: "elf,names". Error{usage} lists the names that
// there are.
DAYPACK_DECL std::vector<AnyCheck> parse(std::string_view words);

}  // namespace daypack::checks

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/checks/presets.ipp>
#endif
