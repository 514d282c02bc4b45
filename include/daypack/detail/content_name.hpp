// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/entry.hpp>

#include <cstdio>
#include <optional>
#include <string>

namespace daypack::detail {

// Names a content for caches. Only members whose archive was hashed have one: within a wheel of known digest, CRC and
// both sizes name a content.
inline std::optional<std::string> content_name(const Entry& entry) {
  const auto* member = std::get_if<ZipMember>(&entry.content);
  if (!member || !member->trusted || !entry.origin || entry.origin->sha256.size() != 64) return std::nullopt;
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, "-%08x-%llx-%llx", static_cast<unsigned>(member->crc32),
                static_cast<unsigned long long>(member->size), static_cast<unsigned long long>(member->data.size()));
  return entry.origin->sha256 + numbers;
}

}  // namespace daypack::detail
