// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/checks/elf_files.ipp>
#include <daypack/impl/elf/runtime.ipp>
#include <daypack/policy.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack::detail {

// Where a needed library is found.
enum class LibraryPlace { runtime, package, elsewhere_in_package, nowhere };

struct FoundLibrary {
  LibraryPlace place = LibraryPlace::nowhere;
  std::string path = {};  // in the package
};

// "a/b/../c/./d" to "a/c/d"; nothing when it leads out of the package.
inline std::optional<std::string> joined_path(std::string_view path) {
  std::string clean;
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (clean.empty()) return std::nullopt;
      clean.erase(clean.rfind('/') == std::string::npos ? 0 : clean.rfind('/'));
    } else {
      clean.append(clean.empty() ? "" : "/").append(part);
    }
  }
  return clean;
}

// Finds libraries as the dynamic loader of the target would (ld.so(8)): RPATH of the file and of those that load it,
// LD_LIBRARY_PATH, RUNPATH of the file, the system's. What is loaded already is found by its name alone.
class LibrarySearch {
 public:
  LibrarySearch(const Tree& tree, const std::vector<ElfFile>& files, const TargetFacts& target)
      : tree_(tree), target_(target) {
    for (const ElfFile& file : files) {
      if (!file.facts || !file.facts->runs_on(target.arch)) continue;
      by_path_.emplace(file.entry->path, &file);
      by_name_.emplace(name_of(file.entry->path), file.entry->path);
      if (!file.facts->soname.empty()) by_name_.emplace(file.facts->soname, file.entry->path);
    }
    for (const Entry& entry : tree) {
      if (entry.mode == Mode::symlink) by_name_.emplace(name_of(entry.path), entry.path);
    }
    add_library_path();
  }

  FoundLibrary find(const std::string& library, const ElfFile& from) const {
    const elf::Facts& facts = *from.facts;
    std::vector<std::string> folders;
    if (facts.runpath.empty()) add_folders(folders, facts.rpath, from.entry->path);
    folders.insert(folders.end(), library_path_.begin(), library_path_.end());
    add_folders(folders, facts.runpath, from.entry->path);
    for (const std::string& folder : folders) {
      const auto path = joined_path(folder.empty() ? library : folder + '/' + library);
      if (path && tree_.find(*path)) return {LibraryPlace::package, *path};
    }
    if (is_of_runtime(library, *target_.runtime)) return {LibraryPlace::runtime, {}};
    const auto elsewhere = by_name_.find(library);
    if (elsewhere == by_name_.end()) return {};
    return {LibraryPlace::elsewhere_in_package, elsewhere->second};
  }

  const ElfFile* file_at(const std::string& path) const {
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? nullptr : found->second;
  }

  // The C++ library of the package itself, under its own name, hides that of the runtime.
  bool is_in_package(const std::string& library) const { return by_name_.contains(library); }

 private:
  static std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

  // LD_LIBRARY_PATH, as far as it leads into the package.
  void add_library_path() {
    const std::string_view root = target_.backend->task_root;
    for (std::string_view rest = target_.backend->library_path; !rest.empty();) {
      const std::string_view folder = rest.substr(0, rest.find(':'));
      rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
      if (root.empty() || !folder.starts_with(root)) continue;
      if (folder.size() == root.size() || folder[root.size()] == '/')
        library_path_.emplace_back(folder.substr(std::min(root.size() + 1, folder.size())));
    }
  }

  // The folders of an RPATH, "$ORIGIN/../lib:$ORIGIN", as paths in the package; absolute ones lead out of it.
  static void add_folders(std::vector<std::string>& folders, std::string_view paths, std::string_view file) {
    const std::string_view origin = file.substr(0, file.rfind('/') == std::string_view::npos ? 0 : file.rfind('/'));
    while (!paths.empty()) {
      std::string_view folder = paths.substr(0, paths.find(':'));
      paths.remove_prefix(std::min(folder.size() + 1, paths.size()));
      for (const std::string_view word : {"$ORIGIN", "${ORIGIN}"}) {
        if (!folder.starts_with(word)) continue;
        folders.push_back(std::string(origin).append(folder.substr(word.size())));
        break;
      }
    }
  }

  const Tree& tree_;
  const TargetFacts& target_;
  std::map<std::string, const ElfFile*, std::less<>> by_path_;
  std::map<std::string, std::string, std::less<>> by_name_;
  std::vector<std::string> library_path_;
};

// The files that are loaded when modules are imported: those, and all that they need, as far as it is in the package
// and found there, or lies elsewhere in it.
inline std::set<const ElfFile*> loaded_by_imports(const std::vector<const ElfFile*>& modules,
                                                  const LibrarySearch& search, bool elsewhere) {
  std::set<const ElfFile*> reached(modules.begin(), modules.end());
  std::deque<const ElfFile*> left(modules.begin(), modules.end());
  for (; !left.empty(); left.pop_front()) {
    for (const std::string& library : left.front()->facts->needed) {
      const FoundLibrary found = search.find(library, *left.front());
      if (!elsewhere && found.place == LibraryPlace::elsewhere_in_package) continue;
      const ElfFile* const file = search.file_at(found.path);
      if (file && reached.insert(file).second) left.push_back(file);
    }
  }
  return reached;
}

}  // namespace daypack::detail
