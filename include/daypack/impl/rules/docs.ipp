// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/rules/docs.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>

namespace daypack {

namespace detail {

inline constexpr std::array<std::string_view, 6> docs_folders{"doc",      "docs",   "example",
                                                              "examples", "sample", "samples"};
inline constexpr std::array<std::string_view, 7> docs_files{"authors", "changelog", "changes", "contributing",
                                                            "history", "news",      "readme"};
inline constexpr std::array<std::string_view, 4> docs_endings{"", ".md", ".rst", ".txt"};

// Folders whose texts are material, not documentation: skeletons of new projects (ansible-core 2.20,
// ansible/galaxy/data), templates (huggingface_hub/templates, sphinx/templates), and what agents read
// (mlflow/assistant/skills); in the wheels of 2026-11.
inline constexpr std::array<std::string_view, 5> material_folders{"data", "skeleton", "skills", "template",
                                                                  "templates"};

inline bool is_material(std::string_view path) {
  for (std::size_t begin = 0, slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', begin)) {
    if (std::ranges::find(material_folders, path.substr(begin, slash - begin)) != material_folders.end()) return true;
    begin = slash + 1;
  }
  return false;
}

// README.md, CHANGES, news.rst, ... by the whole name.
inline bool is_docs_file(std::string_view path) {
  const std::string name = ascii_lowered(last_component(path));
  const std::size_t dot = std::min(name.find('.'), name.size());
  return std::ranges::find(docs_files, std::string_view(name).substr(0, dot)) != docs_files.end() &&
         std::ranges::find(docs_endings, std::string_view(name).substr(dot)) != docs_endings.end();
}

// The folder of documentation that a path lies in: "docs/" or "package/docs/"; empty when it lies in none.
inline std::string_view docs_folder_of(std::string_view path) {
  for (const std::string_view shared : {"share/man/", "share/doc/"}) {
    if (path.starts_with(shared)) return path.substr(0, shared.size());
  }
  for (std::size_t depth = 0, begin = 0; depth < 2; ++depth) {
    const std::size_t slash = path.find('/', begin);
    if (slash == std::string_view::npos) return {};
    if (std::ranges::find(docs_folders, path.substr(begin, slash - begin)) != docs_folders.end())
      return path.substr(0, slash + 1);
    begin = slash + 1;
  }
  return {};
}

inline bool is_code(std::string_view path) {
  return path.ends_with(".py") || path.ends_with(".pyc") || path.ends_with(".so");
}

// Read by botocore.docs alone (botocore/docs/service.py of 1.44.5, which goes on without them).
inline bool is_service_example(std::string_view path) {
  return path.find("botocore/data/") != std::string_view::npos && path.ends_with("/examples-1.json");
}

}  // namespace detail

DAYPACK_DECL Matcher rules::Docs::matcher(const Tree& tree, const TargetFacts* target) {
  auto with_code = std::make_shared<std::set<std::string, std::less<>>>();
  for (const Entry& entry : tree) {
    const std::string_view path = detail::package_path(entry.path, target);
    const std::string_view folder = detail::docs_folder_of(path);
    if (!folder.empty() && (detail::is_code(path) || !entry.origin)) with_code->emplace(folder);
  }
  return {.removes = [target, with_code](const Entry& entry) {
    if (!entry.origin) return false;
    const std::string_view path = detail::package_path(entry.path, target);
    if (path.find(".dist-info/") != std::string_view::npos) return false;
    if (detail::is_service_example(path)) return true;
    const std::string_view folder = detail::docs_folder_of(path);
    if (!folder.empty()) return !with_code->contains(folder);
    return detail::is_docs_file(path) && !detail::is_material(path);
  }};
}

}  // namespace daypack
