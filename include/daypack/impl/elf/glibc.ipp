// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/elf/glibc.hpp>

#include <algorithm>
#include <charconv>

namespace daypack::elf {

DAYPACK_DECL std::vector<int> version_numbers(std::string_view symbol_version, std::string_view prefix) {
  std::vector<int> numbers;
  if (!symbol_version.starts_with(prefix)) return numbers;
  const char* at = symbol_version.data() + prefix.size();
  const char* const end = symbol_version.data() + symbol_version.size();
  for (;;) {
    int number = 0;
    const auto [after, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || number < 0) return {};
    numbers.push_back(number);
    if (after == end) return numbers;
    if (*after != '.') return {};
    at = after + 1;
  }
}

DAYPACK_DECL std::optional<Glibc> glibc_of(std::string_view symbol_version) {
  // glibc's NEWS for 2.36, "Support for DT_RELR relative relocation format".
  if (symbol_version == "GLIBC_ABI_DT_RELR") return Glibc{2, 36};
  const auto numbers = version_numbers(symbol_version, "GLIBC_");
  return numbers.size() < 2 ? std::nullopt : std::optional(Glibc{numbers[0], numbers[1]});
}

DAYPACK_DECL std::optional<Glibc> glibc_need(const Facts& facts) {
  std::optional<Glibc> newest;
  for (const VersionNeed& need : facts.versions) {
    const auto one = need.weak ? std::nullopt : glibc_of(need.version);
    if (one && (!newest || *newest < *one)) newest = one;
  }
  return newest;
}

}  // namespace daypack::elf
