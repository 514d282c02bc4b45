// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/imports.hpp>
#include <daypack/impl/checks/binaries.ipp>
#include <daypack/impl/checks/grouped.ipp>
#include <daypack/impl/checks/import_statements.ipp>
#include <daypack/rules/rule.hpp>
#include <daypack/run/ordered.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

namespace detail {

// "a.b" of "a/b.py", "a/b/__init__.pyc" and "a/b.cpython-312-x86_64-linux-gnu.so"; empty for what is no module.
inline std::string module_of(std::string_view path) {
  const bool code = path.ends_with(".py") || path.ends_with(".pyc") || path.ends_with(".so");
  if (!code || path.find("__pycache__/") != std::string_view::npos) return {};
  std::string module(module_stem(path));
  std::ranges::replace(module, '/', '.');
  if (module.ends_with(".__init__")) module.resize(module.size() - 9);
  return module;
}

// Modules that rules have removed and that nothing else provides, with the rule.
inline std::map<std::string, std::string> removed_modules(const Tree& tree, const TargetFacts* target) {
  std::map<std::string, std::string> removed;
  for (const LedgerLine& line : tree.ledger()) {
    if (line.change != Change::removed) continue;
    if (std::string module = module_of(package_path(line.path, target)); !module.empty())
      removed.emplace(std::move(module), line.rule);
  }
  if (removed.empty()) return removed;
  for (const Entry& entry : tree) removed.erase(module_of(package_path(entry.path, target)));
  return removed;
}

// The package that relative imports of a module count from, after so many dots.
inline std::string import_base_of(std::string_view path, std::size_t level) {
  std::string module = module_of(path);
  const bool package = path.find("/__init__.") != std::string_view::npos;
  for (std::size_t i = package ? 1 : 0; i < level; ++i)
    module.erase(module.rfind('.') == std::string::npos ? 0 : module.rfind('.'));
  return module;
}

// The removed modules that a source imports, each with whether only functions do.
inline std::map<std::string, bool> removed_imports(const Entry& entry, std::string_view path,
                                                   const std::map<std::string, std::string>& removed) {
  std::map<std::string, bool> found;
  const Blob source = read_content(entry);
  const auto look = [&](const std::string& module, bool in_function) {
    if (!removed.contains(module)) return;
    const auto [at, fresh] = found.emplace(module, in_function);
    if (!fresh) at->second = at->second && in_function;
  };
  for (const ImportStatement& statement : ImportScanner(source.text()).scan()) {
    std::string module = statement.level > 0 ? import_base_of(path, statement.level) : "";
    if (!statement.module.empty()) module += (module.empty() ? "" : ".") + statement.module;
    look(module, statement.in_function);
    for (const std::string& name : statement.names) look(module + '.' + name, statement.in_function);
  }
  return found;
}

// Tests that stay, because others may use their helpers, do not count: only runners of tests import them.
inline bool is_judged_source(const Entry& entry) {
  const std::string_view path = entry.path, file = path.substr(path.rfind('/') + 1);
  return path.ends_with(".py") && entry.mode != Mode::symlink && file != "conftest.py" && !file.starts_with("test_");
}

}  // namespace detail

DAYPACK_DECL std::vector<Finding> checks::Imports::operator()(const Tree& tree, const Context& context) const {
  static constexpr std::uint64_t window = std::uint64_t{16} << 20;
  const TargetFacts* target = context.has_target() ? &context.target() : nullptr;
  const auto removed = detail::removed_modules(tree, target);
  if (removed.empty()) return {};
  std::vector<const Entry*> sources;
  for (const Entry& entry : tree) {
    if (detail::is_judged_source(entry)) sources.push_back(&entry);
  }
  detail::GroupedFindings grouped{std::string(name)};
  ordered(
      context.pool(), sources.size(), [&](std::size_t i) { return size_of(sources[i]->content); }, window,
      [&](std::size_t i) {
        context.check_stop();
        return detail::removed_imports(*sources[i], detail::package_path(sources[i]->path, target), removed);
      },
      [&](std::size_t i, const std::map<std::string, bool>& found) {
        for (const auto& [module, in_function] : found) {
          const std::string& rule = removed.at(module);
          grouped.add(
              *sources[i], in_function ? Severity::note : Severity::warning,
              (in_function ? "a function imports " : "imports ") + module + ", which " +
                  (rule.empty() ? "a stage" : "the rule " + rule) + " removed",
              "prune without " + (rule.empty() ? std::string("it") : rule) + " if that is imported where it runs");
        }
      });
  return grouped.findings();
}

}  // namespace daypack
