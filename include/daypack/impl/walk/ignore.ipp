// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/walk/wildmatch.ipp>
#include <daypack/walk/ignore.hpp>

#include <algorithm>
#include <ranges>
#include <string>
#include <utility>

namespace daypack {

namespace detail {

// One line of an ignore file, taken apart as parse_path_pattern() of git's dir.c does.
class IgnoreRule {
 public:
  explicit IgnoreRule(std::string_view line) {
    if (line.starts_with('!')) negated_ = true, line.remove_prefix(1);
    if (line.ends_with('/')) folders_only_ = true, line.remove_suffix(1);
    name_only_ = line.find('/') == std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    const std::size_t plain = std::min(line.find_first_of(special), line.size());
    prefix_ = line.substr(0, plain);
    line.remove_prefix(plain);
    if (name_only_ && plain == 0 && line.starts_with('*') && line.find_first_of(special, 1) == std::string_view::npos) {
      suffix_ = line.substr(1);
    } else if (!line.empty()) {
      // git hands over what follows the plain part as a pattern of its own, so "a**/b" means what "a" and "**/b" do.
      rest_.emplace_back(line);
    }
  }

  bool negated() const { return negated_; }

  // The path as seen from the folder of the rule's file, and its last component.
  bool matches(std::string_view path, std::string_view name, bool folder) const {
    if (folders_only_ && !folder) return false;
    std::string_view text = name_only_ ? name : path;
    if (suffix_) return text.ends_with(*suffix_);
    if (!text.starts_with(prefix_)) return false;
    text.remove_prefix(prefix_.size());
    return rest_.empty() ? text.empty() : rest_.front().matches(text);
  }

 private:
  static constexpr std::string_view special = "*?[\\";
  bool negated_ = false;
  bool folders_only_ = false;
  bool name_only_ = false;             // no slash but at the end: the last component, anywhere below
  std::string prefix_;                 // up to the first special character
  std::optional<std::string> suffix_;  // of "*.pyc" and its like, which most rules are
  std::vector<WildPattern> rest_;      // none or one
};

// The line without spaces at its end that no backslash protects.
inline std::string_view without_trailing_spaces(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == ' ') continue;
    if (line[at] == '\\' && ++at == line.size()) return line;
    end = at + 1;
  }
  return line.substr(0, end);
}

inline std::vector<IgnoreRule> ignore_rules(std::string_view text) {
  std::vector<IgnoreRule> rules;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = without_trailing_spaces(line.substr(0, line.find('\0')));
    if (!line.empty() && !line.starts_with('#')) rules.emplace_back(line);
  }
  return rules;
}

}  // namespace detail

struct Ignore::Level {
  std::string base;  // what the paths that it judges begin with: "" or "a/b/"
  std::vector<detail::IgnoreRule> rules;
  std::shared_ptr<const Level> before;
};

DAYPACK_DECL Ignore Ignore::with(std::string_view folder, std::string_view text) const {
  std::vector<detail::IgnoreRule> rules = detail::ignore_rules(text);
  if (rules.empty()) return *this;
  std::string base(folder);
  if (!base.empty() && !base.ends_with('/')) base += '/';
  Ignore more;
  more.last_ = std::make_shared<const Level>(Level{std::move(base), std::move(rules), last_});
  return more;
}

DAYPACK_DECL bool Ignore::ignores(std::string_view path, bool folder) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (const Level* level = last_.get(); level; level = level->before.get()) {
    if (!path.starts_with(level->base)) continue;
    const std::string_view inside = path.substr(level->base.size());
    for (const detail::IgnoreRule& rule : std::views::reverse(level->rules)) {
      if (rule.matches(inside, name, folder)) return !rule.negated();
    }
  }
  return false;
}

}  // namespace daypack
