// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/presets.hpp>
#include <daypack/tree.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace daypack::detail {

// What one rule would remove from a tree.
struct RuleSaving {
  std::string name;
  std::string risk;
  bool safe = false;  // of the safe preset
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

// What rules would remove from a tree, alone and together: bytes are summed for each set of rules that want the same
// entry, so any combination is answered without another look at the tree.
class RuleSavings {
 public:
  using Set = std::vector<std::size_t>;  // indices into rules

  RuleSavings(const Tree& tree, const std::vector<Rule>& asked, const TargetFacts& target) {
    std::vector<Matcher> matchers;
    for (const Rule& rule : asked) {
      if (rules.size() == most_rules) break;
      const bool safe = std::ranges::any_of(safe_rules(), [&](const Rule& one) { return one.name == rule.name; });
      rules.push_back({.name = rule.name, .risk = rule.risk, .safe = safe});
      matchers.push_back(rule.matcher(tree, &target));
    }
    for (const Entry& entry : tree) {
      std::uint32_t wanted = 0;
      for (std::size_t i = 0; i < matchers.size(); ++i) {
        if (!matchers[i].removes(entry)) continue;
        wanted |= std::uint32_t{1} << i;
        ++rules[i].files;
        rules[i].bytes += size_of(entry.content);
      }
      if (wanted != 0) wanted_by_[wanted] += size_of(entry.content);
    }
  }

  std::vector<RuleSaving> rules;

  std::uint64_t saved_by_all() const { return saved_by(~std::uint32_t{0}); }
  std::uint64_t saved_by(const Set& set) const {
    std::uint32_t mask = 0;
    for (const std::size_t index : set) mask |= std::uint32_t{1} << index;
    return saved_by(mask);
  }

  // The fewest rules that save so much; of several such sets the one with the fewest rules beyond the safe ones, then
  // the one that removes the least. Nothing when all together are not enough.
  std::optional<Set> smallest_set(std::uint64_t bytes) const {
    std::optional<std::uint32_t> best;
    for (std::uint32_t mask = 1; mask < std::uint32_t{1} << rules.size(); ++mask) {
      if (best && std::popcount(mask) > std::popcount(*best)) continue;
      if (saved_by(mask) >= bytes && (!best || cost_of(mask) < cost_of(*best))) best = mask;
    }
    if (!best) return std::nullopt;
    Set set;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (*best >> i & 1) set.push_back(i);
    }
    return set;
  }

 private:
  static constexpr std::size_t most_rules = 16;  // 65,536 sets

  static const std::vector<Rule>& safe_rules() {
    static const std::vector<Rule> safe = daypack::rules::safe();
    return safe;
  }

  std::uint64_t saved_by(std::uint32_t mask) const {
    std::uint64_t sum = 0;
    for (const auto& [wanted, bytes] : wanted_by_) {
      if ((wanted & mask) != 0) sum += bytes;
    }
    return sum;
  }

  std::tuple<int, int, std::uint64_t> cost_of(std::uint32_t mask) const {
    int risky = 0;
    for (std::size_t i = 0; i < rules.size(); ++i) risky += (mask >> i & 1) != 0 && !rules[i].safe;
    return {std::popcount(mask), risky, saved_by(mask)};
  }

  std::map<std::uint32_t, std::uint64_t> wanted_by_;
};

}  // namespace daypack::detail
