// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/pyc_names.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/elf/inspect.hpp>
#include <daypack/manifest.hpp>
#include <daypack/policy.hpp>
#include <daypack/python.hpp>
#include <daypack/zip/reader.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Which modules of a zip a rehearsal imports.
namespace daypack::detail {

// A zip of the rehearsal, the function or a layer.
struct RehearsedZip {
  Blob bytes = {};
  zip::Reader reader = {};
  const Manifest* manifest = nullptr;
  std::string_view root = {};  // where it lies when it runs: "/var/task", "/opt"
};

// "/var/task" where the backend leaves it open, as the local runtime does.
inline std::string task_root_of(const BackendPolicy& policy) {
  return policy.task_root.empty() ? "/var/task" : std::string(policy.task_root);
}

// sys.path as the backend has it, as far as packages and layers lie on it.
inline std::vector<std::string> search_path_of(const TargetFacts& target) {
  std::vector<std::string> folders;
  for (std::string folder :
       std::vector<std::string>(target.backend->search_path.begin(), target.backend->search_path.end())) {
    if (const std::size_t at = folder.find("{python}"); at != std::string::npos)
      folder.replace(at, 8, to_string(target.runtime->python));
    folders.push_back(std::move(folder));
  }
  const std::string root = task_root_of(*target.backend);
  for (const std::string_view below : {target.backend->code_folder, target.packages_folder()}) {
    const std::string folder = root + (below.empty() ? "" : "/") + std::string(below);
    if (std::ranges::find(folders, folder) == folders.end()) folders.insert(folders.begin(), folder);
  }
  return folders;
}

// The folders of a zip that are on sys.path: "" for its root, or "python/".
inline std::vector<std::string> import_roots(const RehearsedZip& zip, const std::vector<std::string>& search_path) {
  std::vector<std::string> roots;
  for (const std::string& folder : search_path) {
    if (folder == zip.root) roots.emplace_back();
    if (folder.starts_with(std::string(zip.root) + '/')) roots.push_back(folder.substr(zip.root.size() + 1) + '/');
  }
  return roots;
}

inline bool is_identifier(std::string_view name) {
  const auto fits = [](char c) { return is_ascii_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; };
  return !name.empty() && !is_ascii_digit(name.front()) && std::ranges::all_of(name, fits);
}

// Files that are there to be run, or for tools, and folders without an __init__ that hold no modules by their names.
inline constexpr std::array<std::string_view, 4> never_imported{"__main__", "conftest", "setup", "sitecustomize"};
inline constexpr std::array<std::string_view, 11> never_namespaces{
    "bin", "doc", "docs", "etc", "example", "examples", "include", "man", "share", "test", "tests"};

// The name of the module in a file, for this Python; empty when an import does not take it.
inline std::string module_in_file(const zip::Reader& archive, const zip::Member& member, Python python) {
  const std::vector<std::string> parts = split_at(last_component(member.name), '.');
  if (parts.size() < 2) return {};
  if (parts.size() == 2 && (parts[1] == "py" || parts[1] == "pyc")) return parts[0];
  if (parts.back() != "so" || parts.size() > 3) return {};
  const std::string own = cache_tag(python);
  const std::string_view tag = parts.size() == 3 ? std::string_view(parts[1]) : "abi3";
  const std::string_view rest = tag.starts_with(own) ? tag.substr(own.size()) : "?";
  if (tag != "abi3" && !rest.empty() && rest.front() != '-' && rest.front() != 'm') return {};
  const auto facts = elf::inspect(archive.inflate(member).bytes);
  const std::string name = parts[0] == "__init__" ? std::string() : parts[0];
  const bool exports = facts && (name.empty() || std::ranges::find(facts->modules, name) != facts->modules.end());
  return exports ? parts[0] : std::string();
}

// Finds the modules with which imports begin: packages, modules, and those of namespace packages.
class TopModules {
 public:
  explicit TopModules(const zip::Reader& archive, Python python) : archive_(archive), python_(python) {}

  // The modules below a folder of the archive that is on sys.path, with the path of the file that is imported.
  std::map<std::string, std::string> below(const std::string& root) const {
    std::set<std::string, std::less<>> packages;
    for (const zip::Member& member : archive_.members()) {
      if (!member.name.starts_with(root)) continue;
      const std::string_view path = member.name.substr(root.size());
      const std::string_view file = last_component(path);
      if (file == "__init__.py" || file == "__init__.pyc" || (file.starts_with("__init__.") && file.ends_with(".so")))
        packages.emplace(path.substr(0, path.size() - file.size()));
    }
    std::map<std::string, std::string> modules;
    for (const zip::Member& member : archive_.members()) {
      if (!member.name.starts_with(root) || member.folder()) continue;
      const std::string module = first_module(member, root, packages);
      if (!module.empty()) modules.emplace(module, member.name);
    }
    return modules;
  }

 private:
  std::string first_module(const zip::Member& member, const std::string& root,
                           const std::set<std::string, std::less<>>& packages) const {
    const std::string_view path = member.name.substr(root.size());
    std::string module;
    std::size_t begin = 0;
    for (std::size_t slash; (slash = path.find('/', begin)) != std::string_view::npos; begin = slash + 1) {
      const std::string_view part = path.substr(begin, slash - begin);
      if (!is_identifier(part)) return {};
      module += (module.empty() ? "" : ".") + std::string(part);
      if (packages.contains(path.substr(0, slash + 1)))
        return path.substr(slash + 1).starts_with("__init__.") && path.find('/', slash + 1) == std::string_view::npos
                   ? module
                   : std::string();
      if (part == "__pycache__" || std::ranges::find(never_namespaces, part) != never_namespaces.end()) return {};
    }
    const std::string_view stem = path.substr(begin, path.find('.', begin) - begin);
    if (!is_identifier(stem) || std::ranges::find(never_imported, stem) != never_imported.end()) return {};
    const std::string own = module_in_file(archive_, member, python_);
    return own.empty() ? own : module + (module.empty() ? "" : ".") + own;
  }

  const zip::Reader& archive_;
  Python python_;
};

// What is done in one process of a rehearsal.
struct RehearsedTask {
  enum class Kind { module, handler, metadata };
  Kind kind = Kind::module;
  std::string name = {};          // of the module or distribution
  std::string more = {};          // of a handler: the name of the function
  std::string distribution = {};  // that it is of
};

inline std::string distribution_of_path(const Manifest& manifest, const std::string& path) {
  const auto found = std::ranges::lower_bound(manifest.items, path, {}, &Manifest::Item::path);
  return found != manifest.items.end() && found->path == path ? found->distribution : std::string();
}

// "app" and "handler" of "app.handler" and of "pkg/app.handler": "pkg.app"; two parts at the last dot. Where a handler
// is a function alone, its module is the first of the entry files. Nothing where files say what is called.
inline std::optional<RehearsedTask> handler_task(std::string handler, const BackendPolicy& backend) {
  const HandlerForm form = backend.handler.form;
  if (handler.empty() || form == HandlerForm::none || form == HandlerForm::http_function) return {};
  if (form == HandlerForm::function && !backend.entry_files.empty()) {
    const std::string_view file = last_component(backend.entry_files.front());
    handler = std::string(file.substr(0, file.find('.'))) + '.' + handler;
  }
  const std::size_t dot = std::min(handler.rfind('.'), handler.size());
  RehearsedTask task{.kind = RehearsedTask::Kind::handler, .name = handler.substr(0, dot)};
  std::ranges::replace(task.name, '/', '.');
  task.more = handler.substr(std::min(dot + 1, handler.size()));
  return task;
}

inline std::vector<RehearsedTask> tasks_of(const std::vector<RehearsedZip>& zips,
                                           const std::vector<std::string>& search_path, const TargetFacts& target,
                                           const std::string& handler) {
  std::map<std::string, RehearsedTask> modules, metadata;
  for (const RehearsedZip& zip : zips) {
    for (const std::string& root : import_roots(zip, search_path)) {
      for (const auto& [module, path] : TopModules(zip.reader, target.runtime->python).below(root))
        modules.try_emplace(module,
                            RehearsedTask{.name = module, .distribution = distribution_of_path(*zip.manifest, path)});
      for (const zip::Member& member : zip.reader.members()) {
        if (!member.name.starts_with(root)) continue;
        const auto [folder, file] = split_once(member.name.substr(root.size()), '/');
        if (file != "METADATA" || !folder.ends_with(".dist-info")) continue;
        const std::string name(folder.substr(0, folder.find('-')));
        const std::string distribution = distribution_of_path(*zip.manifest, std::string(member.name));
        metadata.try_emplace(name, RehearsedTask{RehearsedTask::Kind::metadata, name, {}, distribution});
      }
    }
  }
  std::vector<RehearsedTask> tasks;
  for (auto& [name, task] : modules) tasks.push_back(std::move(task));
  if (auto task = handler_task(handler, *target.backend)) tasks.push_back(*std::move(task));
  for (auto& [name, task] : metadata) tasks.push_back(std::move(task));
  return tasks;
}

}  // namespace daypack::detail
