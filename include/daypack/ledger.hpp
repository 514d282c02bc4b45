// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// What a stage did to one entry, and under which rule.
enum class Change { removed, rewritten, kept };

constexpr std::string_view to_string(Change change) {
  return change == Change::removed ? "removed" : change == Change::rewritten ? "rewritten" : "kept";
}

struct LedgerLine {
  Change change = Change::removed;
  std::string path = {};
  std::uint64_t bytes = 0;        // of the content before the change
  std::uint64_t bytes_after = 0;  // 0 when removed
  std::uint64_t compressed = 0;   // of the content before the change, as its wheel holds it; 0 where none does
  std::string distribution = {};  // normalised name; empty for the user's own
  std::string rule = {};          // e.g. "tests", "pyc-only"
  std::string note = {};          // why, where the rule alone does not say it
};

// The lines of all stages in the order in which they happened; explain, diff and the report need nothing else.
using Ledger = std::vector<LedgerLine>;

}  // namespace daypack
