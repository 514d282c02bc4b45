// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/elf/inspect.hpp>
#include <daypack/policy.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack::elf {

// "GLIBC_2.17" and "GLIBC_2.2.5" as a release; "GLIBC_ABI_DT_RELR" is 2.36, where it came. Nothing for other names.
DAYPACK_DECL std::optional<Glibc> glibc_of(std::string_view symbol_version);

// The oldest glibc that the file loads with, by the versions of the symbols that it takes from it; nothing when it
// takes none. The loader lets weak ones be missing, so they do not count.
DAYPACK_DECL std::optional<Glibc> glibc_need(const Facts& facts);

// The numbers of a version such as "GLIBCXX_3.4.29" behind that prefix; empty when there are none.
DAYPACK_DECL std::vector<int> version_numbers(std::string_view symbol_version, std::string_view prefix);

}  // namespace daypack::elf

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/elf/glibc.ipp>
#endif
