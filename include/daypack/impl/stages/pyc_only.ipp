// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/checks/binaries.ipp>
#include <daypack/impl/stages/compiled_tree.ipp>
#include <daypack/stages/pyc_only.hpp>
#include <daypack/walk/glob.hpp>

#include <algorithm>
#include <array>
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

// Started by its path, as AWS_LAMBDA_EXEC_WRAPPER does; it may be a module besides.
inline bool is_program(const Entry& entry) {
  return entry.mode == Mode::executable && first_bytes(entry.content, 2) == "#!";
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

// Kept sources have bytecode beside them, which starts as fast, where that works.
inline CompilePlan plan_of(const Tree& tree, const PycOnly& stage, const TargetFacts& target) {
  const auto keepers = source_keepers(stage, *target.backend);
  const auto linked = linked_paths(tree);
  const auto reason_to_keep = [&](const Entry& entry) -> std::string {
    for (const SourceKeeper& keeper : keepers) {
      if (std::ranges::any_of(keeper.globs, [&](const Glob& glob) { return glob.matches(entry.path); }))
        return keeper.reason;
    }
    if (linked.contains(entry.path)) return "a symbolic link points at it";
    return is_program(entry) ? "a program of its own" : "";
  };
  CompilePlan plan{.rule = "pyc-only",
                   .interpreter = stage.interpreter,
                   .options = {.optimize = stage.optimize, .debug_ranges = stage.debug_ranges},
                   .heeds_readers = true};
  const bool beside = CompilePlan::works_beside(plan.options, target.runtime->python);
  for (const Entry& entry : tree) {
    if (!is_source(entry)) continue;
    const bool program = is_program_of_wheel(entry, target.packages_folder());
    std::string reason = program ? "a program, not a module" : reason_to_keep(entry);
    if (reason.empty() || (beside && !program))
      plan.sources.push_back({&entry, reason.empty() ? PycPlace::instead : PycPlace::beside});
    if (!reason.empty())
      plan.kept.push_back(compile_line(plan.rule, Change::kept, entry, size_of(entry.content), std::move(reason)));
  }
  return plan;
}

}  // namespace detail

DAYPACK_DECL Tree PycOnly::operator()(const Tree& tree, Context& context) const {
  return detail::CompiledTree(tree, detail::plan_of(tree, *this, context.target()), context).tree();
}

}  // namespace daypack
