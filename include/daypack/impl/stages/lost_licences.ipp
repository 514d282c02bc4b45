// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/detail/licence_files.hpp>
#include <daypack/impl/checks/grouped.ipp>
#include <daypack/impl/rules/dist_info.ipp>
#include <daypack/tree.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace daypack::detail {

// Which of the removed files are licences of what stays. A licence in *.dist-info is that of its distribution, any
// other that of its folder: with all of it gone, nobody needs it.
class LostLicences {
 public:
  LostLicences(const Tree& before, const Tree& after, const TargetFacts* target)
      : before_(before), after_(after), target_(target) {
    for (const auto& distribution : after.distributions()) staying_.emplace(distribution->name, distribution.get());
  }

  // One warning for each distribution and rule.
  void warn(const Ledger& removed, const Context& context) {
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> lost;
    for (const LedgerLine& line : removed) {
      if (staying_.contains(line.distribution) && is_licence(line) && is_needed(line.path))
        lost[{line.distribution, line.rule}].push_back(line.path);
    }
    for (const auto& [key, paths] : lost) {
      const Distribution& one = *staying_.at(key.first);
      context.warn(one.name + ' ' + one.version, "the rule " + key.second + " removes " + first_few(paths) +
                                                     "; licences have to go along with what is passed on");
    }
  }

 private:
  bool is_licence(const LedgerLine& line) {
    if (is_licence_file(line.path)) return true;
    if (!is_unknown_info(path_in_dist_info(line.path, target_))) return false;
    if (!named_) named_ = named_licences(before_, target_);
    return named_->contains(line.path);
  }

  bool is_needed(const std::string& path) const {
    const std::size_t slash = path.rfind('/');
    if (!path_in_dist_info(path, target_).empty() || slash == std::string::npos) return true;
    const std::string folder = path.substr(0, slash + 1);
    const auto next = std::ranges::lower_bound(after_.entries(), folder, {}, &Entry::path);
    return next != after_.end() && next->path.starts_with(folder);
  }

  const Tree& before_;
  const Tree& after_;
  const TargetFacts* target_;
  std::map<std::string, const Distribution*> staying_;
  std::optional<std::set<std::string>> named_;
};

}  // namespace daypack::detail
