// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/stages/lost_licences.ipp>
#include <daypack/stages/prune.hpp>

#include <algorithm>
#include <utility>

namespace daypack {

namespace detail {

// One rule at work on one tree.
struct RuleAtWork {
  const Rule* rule;
  Matcher matcher;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

inline std::vector<RuleAtWork> rules_at_work(const Tree& tree, std::span<const Rule> rules, const Context& context) {
  const TargetFacts* target = context.has_target() ? &context.target() : nullptr;
  std::vector<RuleAtWork> at_work;
  for (const Rule& rule : rules) {
    at_work.push_back({&rule, rule.matcher_in ? rule.matcher_in(tree, context) : rule.matcher(tree, target)});
    for (Matcher::Note& note : at_work.back().matcher.notes) {
      if (note.warns) {
        context.warn(std::move(note.subject), std::move(note.message));
      } else {
        context.note(std::move(note.subject), std::move(note.message));
      }
    }
  }
  return at_work;
}

inline bool is_kept(const std::vector<RuleAtWork>& at_work, const Entry& entry) {
  return std::ranges::any_of(at_work,
                             [&](const RuleAtWork& work) { return work.matcher.keeps && work.matcher.keeps(entry); });
}

}  // namespace detail

DAYPACK_DECL Tree detail::prune(const Tree& tree, std::span<const Rule> rules, const Context& context) {
  auto at_work = rules_at_work(tree, rules, context);
  Ledger removed;
  const Tree kept = tree.filter([&](const Entry& entry) {
    context.check_stop();
    if (is_kept(at_work, entry)) return true;
    for (RuleAtWork& work : at_work) {
      if (!work.matcher.removes(entry)) continue;
      const std::uint64_t bytes = size_of(entry.content);
      ++work.files;
      work.bytes += bytes;
      removed.push_back({.change = Change::removed,
                         .path = entry.path,
                         .bytes = bytes,
                         .compressed = compressed_size_of(entry.content),
                         .distribution = entry.origin ? entry.origin->name : "",
                         .rule = work.rule->name});
      return false;
    }
    return true;
  });
  for (const RuleAtWork& work : at_work) {
    context.note(work.rule->name, "removed " + std::to_string(work.files) + (work.files == 1 ? " file, " : " files, ") +
                                      std::to_string(work.bytes) + " bytes");
  }
  LostLicences(tree, kept, context.has_target() ? &context.target() : nullptr).warn(removed, context);
  return kept.with_ledger(std::move(removed));
}

}  // namespace daypack
