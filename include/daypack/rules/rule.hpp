// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/fwd.hpp>
#include <daypack/policy.hpp>
#include <daypack/tree.hpp>

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// What a rule has decided for one tree and one target.
struct Matcher {
  struct Note {
    std::string subject = {};
    std::string message = {};
    bool warns = false;  // rather than notes
  };
  std::function<bool(const Entry&)> removes = {};  // asked once for each entry
  std::vector<Note> notes = {};                    // what the user should know of the decision
  std::function<bool(const Entry&)> keeps = {};    // what no rule of the list may remove; none when it is not set
};

// A prune rule is a type: what it is called, what it saves, what it can break, and a function that looks at a whole
// tree once. The target is null when nobody has said what is built for.
template <class R>
concept prune_rule = requires(const Tree& tree, const TargetFacts* target) {
  { R::name } -> std::convertible_to<std::string_view>;
  { R::reason } -> std::convertible_to<std::string_view>;
  { R::risk } -> std::convertible_to<std::string_view>;
  { R::matcher(tree, target) } -> std::same_as<Matcher>;
};

// A rule as a value, for rules that are chosen while the program runs.
struct Rule {
  std::string name = {};
  std::string reason = {};
  std::string risk = {};
  std::function<Matcher(const Tree&, const TargetFacts*)> matcher = {};
  // The same with the pool and the cache, for a rule that reads many files: asked instead where there are such.
  std::function<Matcher(const Tree&, const Context&)> matcher_in = {};
};

// The value of a rule that is a type. It may have a matcher_in() too.
template <prune_rule R>
Rule rule() {
  Rule made{std::string(R::name), std::string(R::reason), std::string(R::risk), &R::matcher};
  if constexpr (requires { &R::matcher_in; }) made.matcher_in = &R::matcher_in;
  return made;
}

namespace detail {

// The path within the folder of the distributions: what it would be at the root of site-packages.
inline std::string_view package_path(std::string_view path, const TargetFacts* target) {
  const std::string_view folder = target && target->backend ? target->packages_folder() : std::string_view();
  if (!folder.empty() && path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/') {
    path.remove_prefix(folder.size() + 1);
  }
  return path;
}

}  // namespace detail

}  // namespace daypack
