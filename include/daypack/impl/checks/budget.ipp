// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/budget.hpp>
#include <daypack/detail/size_words.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/checks/other_savings.ipp>
#include <daypack/impl/checks/rule_savings.ipp>

#include <algorithm>
#include <functional>
#include <map>
#include <ranges>

namespace daypack {

namespace detail {

using SizedNames = std::vector<std::pair<std::uint64_t, std::string>>;

// "numpy 60.1 MB, scipy 40.2 MB": the largest, then by name.
inline std::string largest_words(SizedNames sizes, std::size_t shown) {
  std::ranges::sort(
      sizes, [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  return listed(sizes | std::views::take(shown), ", ",
                [](const auto& one) { return one.second + ' ' + size_words(one.first); });
}

inline std::string largest_distributions(const Tree& tree) {
  std::map<std::string, std::uint64_t> sums;
  for (const Entry& entry : tree) sums[entry.origin ? entry.origin->name : "your own files"] += size_of(entry.content);
  SizedNames sizes;
  for (const auto& [name, bytes] : sums) sizes.emplace_back(bytes, name);
  return largest_words(std::move(sizes), 5);
}

inline std::string largest_files(const Tree& tree) {
  SizedNames sizes;
  for (const Entry& entry : tree) sizes.emplace_back(size_of(entry.content), entry.path);
  return largest_words(std::move(sizes), 3);
}

inline std::string layer_words(const std::vector<checks::AttachedLayer>& layers) {
  std::uint64_t sum = 0;
  for (const auto& layer : layers) sum += layer.unzipped;
  return layers.empty() ? ""
                        : ", " + size_words(sum) + " of it in " + std::to_string(layers.size()) +
                              (layers.size() == 1 ? " layer" : " layers");
}

inline std::string rules_words(const RuleSavings& savings, const RuleSavings::Set& set) {
  return "--prune " + listed(set, ",", [&](std::size_t index) { return savings.rules[index].name; });
}

// "; lean: what it risks" for each rule that is not safe.
inline std::string risk_words(const RuleSavings& savings, const RuleSavings::Set& set) {
  std::string risks;
  for (const std::size_t index : set) {
    if (!savings.rules[index].safe) risks += "; " + savings.rules[index].name + ": " + savings.rules[index].risk;
  }
  return risks;
}

// "these rules fit it: --prune tests ... saves 12.0 MB", for what is too much.
inline std::string way_to_fit(const RuleSavings& savings, const std::vector<OtherSaving>& others,
                              std::uint64_t excess) {
  const auto [options, bytes] = best_others(others);
  const std::string also = bytes == 0 ? "" : options + " saves " + size_words(bytes);
  if (bytes >= excess) return "this fits it: " + also;
  if (const auto set = savings.smallest_set(excess)) {
    return "these rules fit it: " + rules_words(savings, *set) + " (beside those that were applied) saves " +
           size_words(savings.saved_by(*set)) + risk_words(savings, *set) + (also.empty() ? "" : "; " + also);
  }
  if (const auto set = bytes == 0 ? std::nullopt : savings.smallest_set(excess - bytes)) {
    return "these fit it together: " + rules_words(savings, *set) + " (beside the rules that were applied) saves " +
           size_words(savings.saved_by(*set)) + ", " + also + risk_words(savings, *set);
  }
  const std::uint64_t all = savings.saved_by_all();
  return "no prune rules are enough" + (all == 0 ? std::string() : ", all together save " + size_words(all)) +
         (also.empty() ? "" : "; " + also) +
         "; leave out what is not needed, or move a part of it into a container image";
}

inline Finding over_budget(const Tree& tree, std::uint64_t total, const checks::Budget& check,
                           const TargetFacts& target, const std::string& way_out) {
  const std::uint64_t limit = target.backend->limits.unzipped;
  return {.check = "budget",
          .severity = Severity::error,
          .subject = "unpacked size (got " + size_words(total) + ", expected at most " + size_words(limit) + ")",
          .message = "the package is " + size_words(total - limit) + " over the limit of " +
                     std::string(target.backend->title) + layer_words(check.layers) + "; largest distributions: " +
                     largest_distributions(tree) + "; largest files: " + largest_files(tree),
          .hint = way_out};
}

inline Finding saving_note(std::string subject, std::uint64_t files, std::uint64_t bytes, std::string risk) {
  return {
      .check = "budget",
      .severity = Severity::note,
      .subject = std::move(subject),
      .message = "would save " + size_words(bytes) + " in " + std::to_string(files) + (files == 1 ? " file" : " files"),
      .hint = std::move(risk)};
}

inline void add_savings(std::vector<Finding>& findings, const RuleSavings& savings,
                        const std::vector<OtherSaving>& others) {
  for (const RuleSaving& rule : savings.rules) {
    if (rule.bytes == 0) continue;
    findings.push_back(saving_note("rule " + rule.name, rule.files, rule.bytes, rule.risk));
  }
  for (const OtherSaving& one : others) findings.push_back(saving_note(one.option, one.files, one.bytes, one.risk));
}

inline void add_layer_count(std::vector<Finding>& findings, const std::vector<checks::AttachedLayer>& layers,
                            const TargetFacts& target) {
  const int most = target.backend->limits.layers;
  if (layers.empty() || layers.size() <= static_cast<std::size_t>(most)) return;
  findings.push_back(
      {.check = "budget",
       .severity = Severity::error,
       .subject = "layers (got " + std::to_string(layers.size()) + ", expected at most " + std::to_string(most) + ")",
       .message = "too many layers for " + std::string(target.backend->title),
       .hint = "put the content of several into one"});
}

}  // namespace detail

DAYPACK_DECL std::vector<Finding> checks::Budget::operator()(const Tree& tree, const Context& context) const {
  if (!context.has_target()) return {};
  const TargetFacts& target = context.target();
  std::vector<Finding> findings;
  detail::add_layer_count(findings, layers, target);
  const std::uint64_t limit = target.backend->limits.unzipped;
  std::uint64_t total = tree.total().bytes;
  for (const AttachedLayer& layer : layers) total += layer.unzipped;
  if (limit == 0) return findings;
  if (total > limit) {
    const detail::RuleSavings savings(tree, rules, target);
    const auto others = detail::other_savings(tree, context);
    findings.push_back(
        detail::over_budget(tree, total, *this, target, detail::way_to_fit(savings, others, total - limit)));
    detail::add_savings(findings, savings, others);
  } else if (static_cast<double>(total) >= near * static_cast<double>(limit)) {
    findings.push_back(
        {.check = "budget",
         .severity = Severity::warning,
         .subject = "unpacked size (" + detail::size_words(total) + " of " + detail::size_words(limit) + ")",
         .message = "only " + detail::size_words(limit - total) + " are left of the limit of " +
                    std::string(target.backend->title) + detail::layer_words(layers),
         .hint = "largest distributions: " + detail::largest_distributions(tree)});
  }
  return findings;
}

DAYPACK_DECL std::vector<Finding> checks::Budget::findings_of(const Archive& archive, const TargetFacts& target) const {
  const std::uint64_t limit = target.backend->limits.zipped, size = archive.size();
  if (limit == 0 || static_cast<double>(size) < near * static_cast<double>(limit)) return {};
  const bool over = size > limit;
  return {{.check = "budget",
           .severity = over ? Severity::error : Severity::warning,
           .subject =
               over ? "zip (got " + detail::size_words(size) + ", expected at most " + detail::size_words(limit) + ")"
                    : "zip (" + detail::size_words(size) + " of " + detail::size_words(limit) + ")",
           .message = (over ? "the zip is over the limit of " : "the zip is near the limit of ") +
                      std::string(target.backend->title),
           .hint = std::string("try --effort smallest") +
                   (target.backend->layer ? ", cut it into layers (--split auto)" : "") +
                   ", or leave out what is not needed"}};
}

}  // namespace daypack
