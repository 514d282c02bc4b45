// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/names.hpp>
#include <daypack/detail/module_names.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/checks/grouped.ipp>
#include <daypack/python.hpp>
#include <daypack/rules/rule.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace daypack {

namespace detail {

// limits.h of Linux: NAME_MAX and PATH_MAX, which counts the NUL.
inline constexpr std::size_t longest_component = 255, longest_path = 4095;

// "Naming Files, Paths, and Namespaces" (Microsoft Learn, read 2026-11), with any extension.
inline constexpr std::array<std::string_view, 22> windows_devices{
    "aux",  "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul",  "prn"};

inline bool is_windows_name(std::string_view component) {
  if (component.ends_with('.') || component.ends_with(' ')) return false;
  if (component.find_first_of("<>:\"|?*") != std::string_view::npos) return false;
  const std::string stem = ascii_lowered(component.substr(0, component.find('.')));
  return std::ranges::find(windows_devices, stem) == windows_devices.end();
}

inline bool all_components(std::string_view path, const std::function<bool(std::string_view)>& hold) {
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    if (!hold(part)) return false;
    path.remove_prefix(std::min(part.size() + 1, path.size()));
  }
  return true;
}

inline void judge_path(const Entry& entry, std::string_view root, GroupedFindings& found) {
  const bool fits = all_components(entry.path, [](std::string_view part) { return part.size() <= longest_component; });
  if (!fits || root.size() + 1 + entry.path.size() > longest_path) {
    found.add(entry, Severity::error,
              fits ? "the path is longer than 4095 bytes where it is unpacked" : "a name is longer than 255 bytes",
              "rename it, or leave it out");
  }
  if (!all_components(entry.path, is_windows_name))
    found.add(entry, Severity::note, "a name that Windows cannot have", "the package cannot be unpacked there");
}

inline void judge_case(const Tree& tree, std::vector<Finding>& findings) {
  std::map<std::string, const Entry*> seen;
  for (const Entry& entry : tree) {
    const auto [at, fresh] = seen.emplace(ascii_lowered(entry.path), &entry);
    if (fresh) continue;
    findings.push_back({.check = "names",
                        .severity = Severity::warning,
                        .subject = at->second->path + " and " + entry.path,
                        .message = "two paths differ only in case",
                        .hint = "where case does not count (macOS, Windows) one of them overwrites the other"});
  }
}

// "json" when the path is json.py, json.pyc, json.so or lies in json/; empty when it is no code of a module at the
// root.
inline std::string_view root_module(std::string_view path) {
  const bool code = path.ends_with(".py") || path.ends_with(".pyc") || path.ends_with(".so");
  const std::size_t slash = path.find('/');
  if (!code) return {};
  if (slash != std::string_view::npos) {
    // A folder without __init__ is a namespace package: the standard library's module comes first, wherever it lies.
    const std::string_view rest = path.substr(slash + 1);
    return rest.starts_with("__init__.") ? path.substr(0, slash) : std::string_view();
  }
  return path.substr(0, path.find('.'));
}

inline void judge_shadow(const Entry& entry, const TargetFacts& target, GroupedFindings& found) {
  const std::string_view path = entry.origin ? package_path(entry.path, &target) : std::string_view(entry.path);
  const std::string_view module = root_module(path);
  if (module.empty() || !is_standard_module(module, target.runtime->python)) return;
  found.add(entry, Severity::warning, "hides the module " + std::string(module) + " of the standard library",
            entry.origin ? "leave " + entry.origin->name + " out: Python " + to_string(target.runtime->python) +
                               " has that module itself"
                         : "rename it, or put it into a package of your own");
}

}  // namespace detail

DAYPACK_DECL std::vector<Finding> checks::Names::operator()(const Tree& tree, const Context& context) const {
  detail::GroupedFindings found{std::string(name)};
  const TargetFacts* target = context.has_target() ? &context.target() : nullptr;
  for (const Entry& entry : tree) {
    detail::judge_path(entry, target ? target->backend->task_root : std::string_view(), found);
    if (target && target->runtime) detail::judge_shadow(entry, *target, found);
  }
  std::vector<Finding> findings = found.findings();
  detail::judge_case(tree, findings);
  return findings;
}

}  // namespace daypack
