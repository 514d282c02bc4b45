// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/compiler.hpp>
#include <daypack/bytecode/interpreter.hpp>
#include <daypack/impl/stages/pyc_cache.ipp>
#include <daypack/stages/pyc_only.hpp>
#include <daypack/walk/glob.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace daypack {

namespace detail {

// Packages that read their own source files when they are imported, seen by importing 247 modules of 82 popular
// distributions without sources (2026-11): OpenCV's loader executes cv2/config.py and config-3.py, transformers builds
// its table of lazy imports from source.
inline constexpr std::array<std::string_view, 2> read_their_source = {"cv2/config*.py", "transformers/**"};

// One reason for which files keep their source, and the patterns of those files.
struct SourceKeeper {
  std::string reason;
  std::vector<Glob> globs;
};

inline std::vector<SourceKeeper> source_keepers(const PycOnly& stage, const BackendPolicy& backend) {
  std::vector<SourceKeeper> keepers(3);
  keepers[0].reason = "an entry file of " + std::string(backend.title.empty() ? backend.name : backend.title);
  for (const std::string_view pattern : backend.entry_sources) keepers[0].globs.emplace_back(pattern);
  keepers[1].reason = "its package reads this source";
  for (const std::string_view pattern : read_their_source) keepers[1].globs.emplace_back("**/" + std::string(pattern));
  keepers[2].reason = "asked for";
  for (const std::string& pattern : stage.keep_source) keepers[2].globs.emplace_back(pattern);
  return keepers;
}

// The paths that symbolic links of the tree point at, resolved by their text.
inline std::set<std::string> linked_paths(const Tree& tree) {
  std::set<std::string> paths;
  for (const Entry& entry : tree) {
    if (entry.mode != Mode::symlink) continue;
    const Blob target = read_content(entry);
    std::string path = entry.path.substr(0, entry.path.rfind('/') + 1);
    for (std::string_view rest = target.text(); !rest.empty();) {
      const std::string_view part = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(part.size() + 1, rest.size()));
      if (part == "..") {
        path.erase(path.size() < 2 ? 0 : path.rfind('/', path.size() - 2) + 1);
      } else if (!part.empty() && part != ".") {
        path.append(part) += '/';
      }
    }
    if (!path.empty()) path.pop_back();
    paths.insert(std::move(path));
  }
  return paths;
}

// A script of a wheel: started by its path, never imported.
inline bool is_program_of_wheel(const Entry& entry, std::string_view packages_folder) {
  std::string_view path = entry.path;
  if (!packages_folder.empty() && path.starts_with(packages_folder)) path.remove_prefix(packages_folder.size() + 1);
  return entry.origin && path.starts_with("bin/");
}

inline bool is_source(const Entry& entry) { return entry.path.ends_with(".py") && entry.mode != Mode::symlink; }

inline LedgerLine ledger_line(Change change, const Entry& entry, std::uint64_t bytes_after, std::string note) {
  return {.change = change,
          .path = entry.path,
          .bytes = size_of(entry.content),
          .bytes_after = bytes_after,
          .compressed = compressed_size_of(entry.content),
          .distribution = entry.origin ? entry.origin->name : "",
          .rule = "pyc-only",
          .note = std::move(note)};
}

// Which sources are compiled, and which are kept for what reason.
struct PycPlan {
  std::vector<const Entry*> compiled;  // the largest first
  Ledger kept;
};

inline PycPlan plan_of(const Tree& tree, const PycOnly& stage, const TargetFacts& target) {
  const auto keepers = source_keepers(stage, *target.backend);
  const auto linked = linked_paths(tree);
  const auto reason_to_keep = [&](const Entry& entry) -> std::string {
    for (const SourceKeeper& keeper : keepers) {
      if (std::ranges::any_of(keeper.globs, [&](const Glob& glob) { return glob.matches(entry.path); }))
        return keeper.reason;
    }
    if (is_program_of_wheel(entry, target.packages_folder())) return "a program, not a module";
    return linked.contains(entry.path) ? "a symbolic link points at it" : "";
  };
  PycPlan plan;
  for (const Entry& entry : tree) {
    if (!is_source(entry)) continue;
    if (std::string reason = reason_to_keep(entry); !reason.empty()) {
      plan.kept.push_back(ledger_line(Change::kept, entry, size_of(entry.content), std::move(reason)));
    } else {
      plan.compiled.push_back(&entry);
    }
  }
  std::ranges::stable_sort(plan.compiled, std::greater<>(), [](const Entry* entry) { return size_of(entry->content); });
  return plan;
}

inline std::vector<Bytecode> compile_plan(const PycPlan& plan, const PycOnly& stage, const Context& context) {
  const TargetFacts& target = context.target();
  const Interpreter interpreter =
      find_interpreter(target.runtime->python, stage.interpreter, context.runner(), context.stop());
  std::string root(target.backend->task_root);
  if (!root.ends_with('/')) root += '/';
  const BytecodeOptions options{.optimize = stage.optimize, .debug_ranges = stage.debug_ranges};
  const std::string recipe = bytecode_recipe(interpreter, options);
  PycCache cache(plan.compiled, root, recipe, context);
  const std::vector<std::size_t> missing = cache.missing();
  std::vector<Bytecode> made = compile_bytecode(
      interpreter, options, missing.size(),
      [&](std::size_t index) {
        const Entry& entry = *plan.compiled[missing[index]];
        return SourceFile{.name = root + entry.path, .source = read_content(entry)};
      },
      context);
  for (std::size_t i = 0; i < made.size(); ++i) cache.learn(missing[i], std::move(made[i]));
  cache.keep();
  return std::move(cache).results();
}

// "pkg/__pycache__/mod.cpython-312.opt-1.pyc" -> "pkg/mod.py"; empty for other paths.
inline std::string source_of_cached(std::string_view path) {
  constexpr std::string_view folder = "__pycache__/";
  const std::size_t slash = path.rfind('/');
  if (!path.ends_with(".pyc") || slash == std::string_view::npos || !path.substr(0, slash + 1).ends_with(folder))
    return {};
  const std::string_view parent = path.substr(0, slash + 1 - folder.size());
  if (!parent.empty() && !parent.ends_with('/')) return {};
  const std::string_view file = path.substr(slash + 1);
  return std::string(parent) + std::string(file.substr(0, file.find('.'))) + ".py";
}

inline void tell_failures(const std::map<std::string_view, const Bytecode*>& results, const Context& context) {
  std::size_t failures = 0;
  std::string_view first;
  for (const auto& [path, bytecode] : results) {
    if (!bytecode->ok() && failures++ == 0) first = path;
  }
  if (failures == 0) return;
  const auto others = failures == 1 ? std::string() : " and " + std::to_string(failures - 1) + " more";
  context.note(std::string(first) + others, std::to_string(failures) + (failures == 1 ? " file does" : " files do") +
                                                " not compile for Python " +
                                                to_string(context.target().runtime->python) + " and stay as source");
}

}  // namespace detail

DAYPACK_DECL Tree PycOnly::operator()(const Tree& tree, Context& context) const {
  detail::PycPlan plan = detail::plan_of(tree, *this, context.target());
  if (plan.compiled.empty()) return tree.with_ledger(std::move(plan.kept));
  std::vector<Bytecode> bytecodes = detail::compile_plan(plan, *this, context);
  std::map<std::string_view, const Bytecode*> results;  // by the path of the source
  for (std::size_t i = 0; i < bytecodes.size(); ++i) results.emplace(plan.compiled[i]->path, &bytecodes[i]);
  detail::tell_failures(results, context);
  const auto was_compiled = [&](std::string_view source) {
    const auto found = results.find(source);
    return found != results.end() && found->second->ok();
  };

  std::vector<Entry> entries;
  entries.reserve(tree.size());
  Ledger lines = std::move(plan.kept);
  for (const Entry& entry : tree) {
    const auto result = results.find(entry.path);
    if (result != results.end() && result->second->ok()) {
      const Bytecode& bytecode = *result->second;
      lines.push_back(detail::ledger_line(Change::rewritten, entry, bytecode.pyc.size(), ""));
      entries.push_back({.path = entry.path + 'c', .content = Owned{bytecode.pyc}, .origin = entry.origin});
    } else if (result != results.end()) {
      lines.push_back(detail::ledger_line(Change::kept, entry, size_of(entry.content), result->second->reason));
      entries.push_back(entry);
    } else if (entry.path.ends_with(".pyc") && was_compiled(entry.path.substr(0, entry.path.size() - 1))) {
      lines.push_back(detail::ledger_line(Change::removed, entry, 0,
                                          "its source was compiled anew"));  // Python preferred the source
    } else if (was_compiled(detail::source_of_cached(entry.path))) {
      lines.push_back(detail::ledger_line(Change::removed, entry, 0, "never imported without its source"));
    } else {
      entries.push_back(entry);
    }
  }
  std::ranges::sort(lines, {}, &LedgerLine::path);
  return Tree::of(std::move(entries), tree.ledger()).with_ledger(std::move(lines));
}

}  // namespace daypack
