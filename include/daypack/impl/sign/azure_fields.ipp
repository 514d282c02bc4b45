// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The order in which Azure Storage signs fields (azure-storage-blob 12.31.1, _shared/authentication.py, read on
// 2026-11-20).
namespace daypack::detail::azure_storage {

// The service sorts fields as its collation does, not by bytes: signs before digits before letters, and hyphens and
// apostrophes count only where nothing else differs.
inline std::vector<int> field_weights(std::string_view name) {
  static constexpr std::string_view order = "!#$%&*.^_`|~+0123456789abcdefghijklmnopqrstuvwxyz";
  std::vector<int> weights;
  for (const char c : name) {
    if (c != '-' && c != '\'') weights.push_back(static_cast<int>(order.find(ascii_lower(c))));
  }
  return weights;
}

// At the first place where only one has a hyphen or an apostrophe, that one comes later.
inline std::string field_tie(std::string_view name) {
  std::string tie;
  for (const char c : name) tie += c == '-' ? '3' : c == '\'' ? '2' : '1';
  return tie;
}

inline bool field_before(const std::string& a, const std::string& b) {
  return std::pair(field_weights(a), field_tie(a)) < std::pair(field_weights(b), field_tie(b));
}

}  // namespace daypack::detail::azure_storage
