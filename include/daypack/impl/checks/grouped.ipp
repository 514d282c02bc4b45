// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/finding.hpp>
#include <daypack/tree.hpp>

#include <map>
#include <ranges>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace daypack::detail {

// "a, b, c and 4 more"
inline std::string first_few(const std::vector<std::string>& paths) {
  static constexpr std::size_t shown = 3;
  return listed(paths | std::views::take(shown)) +
         (paths.size() > shown ? " and " + std::to_string(paths.size() - shown) + " more" : "");
}

// What is wrong with the files of a distribution in the same way becomes one finding that names the first of them.
class GroupedFindings {
 public:
  explicit GroupedFindings(std::string check) : check_(std::move(check)) {}

  void add(const Entry& entry, Severity severity, std::string message, std::string hint) {
    groups_[{severity, subject_of(entry), std::move(message), std::move(hint)}].push_back(entry.path);
  }

  std::vector<Finding> findings() const {
    std::vector<Finding> all;
    for (const auto& [key, paths] : groups_) {
      const auto& [severity, subject, message, hint] = key;
      const bool own = subject == paths.front() && paths.size() == 1;
      all.push_back({.check = check_,
                     .severity = severity,
                     .subject = subject,
                     .message = message + (own ? "" : " (" + first_few(paths) + ")"),
                     .hint = hint});
    }
    return all;
  }

  // "numpy 2.2.6 (numpy-2.2.6-cp312-....whl)", or the path of a file of the user's own.
  static std::string subject_of(const Entry& entry) {
    return entry.origin ? entry.origin->name + ' ' + entry.origin->version + " (" + entry.origin->file + ')'
                        : entry.path;
  }

 private:
  std::string check_;
  std::map<std::tuple<Severity, std::string, std::string, std::string>, std::vector<std::string>> groups_;
};

}  // namespace daypack::detail
