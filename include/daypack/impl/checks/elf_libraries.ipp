// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/attached_layer.hpp>
#include <daypack/detail/joined_path.hpp>
#include <daypack/detail/text.hpp>
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
enum class LibraryPlace { runtime, package, elsewhere_in_package, nowhere };  // of the package or its layers

struct FoundLibrary {
  LibraryPlace place = LibraryPlace::nowhere;
  std::string path = {};         // where it lies elsewhere: in the package, or "/opt/..." of a layer
  const Entry* entry = nullptr;  // unless it is the runtime's
};

// Finds libraries as the dynamic loader of the target would (ld.so(8)): RPATH of the file and of those that load it,
// LD_LIBRARY_PATH, RUNPATH of the file, the system's. What is loaded already is found by its name alone. Files are
// looked for by where they lie when the package runs, with its layers.
class LibrarySearch {
 public:
  LibrarySearch(const Tree& tree, const std::vector<checks::AttachedLayer>& layers, const TargetFacts& target)
      : target_(target) {
    roots_.push_back({target.backend->task_root, &tree});
    for (const checks::AttachedLayer& layer : layers) roots_.push_back({target.backend->layer_root, &layer.files});
  }

  // Files of the tree or of a layer; what is added first is found first by its name.
  void add(const Tree& tree, std::string_view root, const std::vector<ElfFile>& files) {
    for (const ElfFile& file : files) {
      if (!file.facts) continue;
      by_entry_.emplace(file.entry, &file);
      if (!file.facts->runs_on(target_.arch)) continue;
      by_name_.emplace(last_component(file.entry->path), Named{file.entry, root});
      if (!file.facts->soname.empty()) by_name_.emplace(file.facts->soname, Named{file.entry, root});
    }
    for (const Entry& entry : tree) {
      if (entry.mode == Mode::symlink) by_name_.emplace(last_component(entry.path), Named{&entry, root});
    }
  }

  FoundLibrary find(const std::string& library, const ElfFile& from) const {
    const elf::Facts& facts = *from.facts;
    std::vector<std::string> folders;
    if (facts.runpath.empty()) add_folders(folders, facts.rpath, from);
    add_folders(folders, target_.backend->library_path, from);
    add_folders(folders, facts.runpath, from);
    for (const std::string& folder : folders) {
      if (const Entry* entry = entry_at(folder + '/' + library)) return {LibraryPlace::package, {}, entry};
    }
    if (is_of_runtime(library, *target_.runtime)) return {LibraryPlace::runtime};
    const auto elsewhere = by_name_.find(library);
    if (elsewhere == by_name_.end()) return {};
    const auto& [entry, root] = elsewhere->second;
    return {LibraryPlace::elsewhere_in_package,
            root == target_.backend->task_root ? entry->path : std::string(root) + '/' + entry->path, entry};
  }

  const ElfFile* file_of(const Entry* entry) const {
    const auto found = by_entry_.find(entry);
    return found == by_entry_.end() || !found->second->facts->runs_on(target_.arch) ? nullptr : found->second;
  }

  // The C++ library of the package itself, under its own name, hides that of the runtime.
  bool is_in_package(const std::string& library) const { return by_name_.contains(library); }

 private:
  struct Root {
    std::string_view folder = {};
    const Tree* files = nullptr;
  };
  struct Named {
    const Entry* entry = nullptr;
    std::string_view root = {};
  };

  // The folders of an RPATH, "$ORIGIN/../lib:$ORIGIN", or of LD_LIBRARY_PATH, as they are when the package runs.
  static void add_folders(std::vector<std::string>& folders, std::string_view paths, const ElfFile& file) {
    while (!paths.empty()) {
      std::string_view folder = paths.substr(0, paths.find(':'));
      paths.remove_prefix(std::min(folder.size() + 1, paths.size()));
      if (folder.starts_with('/')) folders.emplace_back(folder);
      for (const std::string_view word : {"$ORIGIN", "${ORIGIN}"}) {
        if (!folder.starts_with(word)) continue;
        folders.push_back(std::string(file.root) + '/' + std::string(folder_above(file.entry->path)) +
                          std::string(folder.substr(word.size())));
        break;
      }
    }
  }

  // What the loader takes at this path: it passes over libraries of other machines.
  const Entry* entry_at(const std::string& path) const {
    const auto clean = joined_path(path);
    if (!clean) return nullptr;
    const std::string whole = '/' + *clean;
    for (const auto& [folder, files] : roots_) {
      if (!whole.starts_with(folder) || whole[folder.size()] != '/') continue;
      const Entry* entry = files->find(std::string_view(whole).substr(folder.size() + 1));
      const auto known = by_entry_.find(entry);
      if (entry && (known == by_entry_.end() || known->second->facts->runs_on(target_.arch))) return entry;
    }
    return nullptr;
  }

  const TargetFacts& target_;
  std::vector<Root> roots_;  // the package, then its layers
  std::map<const Entry*, const ElfFile*> by_entry_;
  std::map<std::string, Named, std::less<>> by_name_;
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
      const ElfFile* const file = search.file_of(found.entry);
      if (file && reached.insert(file).second) left.push_back(file);
    }
  }
  return reached;
}

}  // namespace daypack::detail
