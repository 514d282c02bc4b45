// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/elf.hpp>
#include <daypack/elf/glibc.hpp>
#include <daypack/impl/checks/elf_libraries.ipp>
#include <daypack/impl/checks/extension_name.ipp>
#include <daypack/impl/checks/fitting_version.ipp>
#include <daypack/impl/checks/grouped.ipp>
#include <daypack/impl/wheel/tags.ipp>
#include <daypack/walk/glob.hpp>

#include <deque>
#include <memory>

namespace daypack {

namespace detail {

inline std::string runtime_words(const TargetFacts& target) {
  const Image* image = target.runtime->image;
  return std::string(target.backend->title) + " Python " + to_string(target.runtime->python) +
         (image ? " (" + std::string(image->name) + ')' : "");
}

// ", or Python 3.12, which has glibc 2.34": the oldest Python of the backend that loads it; empty when there is none.
inline std::string python_with_glibc(const TargetFacts& target, const Glibc& need) {
  for (const Runtime& runtime : target.backend->runtimes) {
    if (runtime.support != Support::retired && runtime.glibc >= need && runs_on(runtime, target.arch))
      return ", or Python " + to_string(runtime.python) + ", which has glibc " + text_of(runtime.glibc);
  }
  return {};
}

// One pass over the shared objects of a package.
class ElfJudge {
 public:
  ElfJudge(const Tree& tree, const Context& context, const std::vector<checks::AttachedLayer>& layers,
           std::string_view check)
      : target_(context.target()),
        files_(elf_files(tree, target_.backend->task_root, context)),
        search_(tree, layers, target_),
        names_(tree, target_),
        fitting_(context),
        grouped_(std::string(check)) {
    search_.add(tree, target_.backend->task_root, files_);
    std::vector<const ElfFile*> modules;
    for (const ElfFile& file : files_) {
      if (!file.facts) continue;
      if (file.facts->runs_on(target_.arch)) suits_.insert(distribution_of(file));
      if (names_.is_imported(*file.entry, *file.facts)) modules.push_back(&file);
    }
    imported_.insert(modules.begin(), modules.end());
    for (const checks::AttachedLayer& layer : layers) {
      if (files_.empty()) break;
      const auto& files = layer_files_.emplace_back(elf_files(layer.files, target_.backend->layer_root, context));
      search_.add(layer.files, target_.backend->layer_root, files);
      for (const ElfFile& file : files) {
        if (file.facts && names_.is_imported(*file.entry, *file.facts)) modules.push_back(&file);
      }
    }
    loaded_ = loaded_by_imports(modules, search_, true);
    found_by_loader_ = loaded_by_imports(modules, search_, false);
  }

  std::vector<Finding> judge(const std::vector<Glob>& allowed) {
    for (const ElfFile& file : files_) {
      if (std::ranges::any_of(allowed, [&](const Glob& glob) { return glob.matches(file.entry->path); })) continue;
      if (!file.facts) {
        add(file, Severity::warning, "a damaged ELF file", "build or download it again");
      } else if (!file.facts->runs_on(target_.arch)) {
        judge_machine(file);
      } else if (file.facts->dynamic && judge_name(file)) {
        judge_glibc(file);
        judge_standard_library(file);
        judge_needed(file);
      }
    }
    return grouped_.findings();
  }

 private:
  static std::string distribution_of(const ElfFile& file) { return file.entry->origin ? file.entry->origin->name : ""; }

  void add(const ElfFile& file, Severity severity, std::string message, std::string hint) {
    grouped_.add(*file.entry, severity, std::move(message), std::move(hint));
  }

  // An error where an import loads it, in a runtime that is known: a machine that packages are unpacked on by nobody
  // knows where (the local backend) may have more than its policy promises.
  Severity severity_of(const ElfFile& file) const {
    const bool known = !target_.backend->task_root.empty();
    return known && loaded_.contains(&file) ? Severity::error : Severity::warning;
  }

  // The version that would fit an error's file, else which kind of wheel.
  std::string other_wheel(const ElfFile& file, Severity severity, const std::string& kind) {
    const std::string fitting = severity == Severity::error ? fitting_.words_for(*file.entry) : "";
    if (!fitting.empty()) return fitting;
    return (file.entry->origin ? "take a wheel of " + file.entry->origin->name : "build it") + " for " + kind;
  }

  void judge_machine(const ElfFile& file) {
    const bool stands_in = names_.has_variant(file.entry->path);
    const bool dead = stands_in || (suits_.contains(distribution_of(file)) && !imported_.contains(&file));
    const std::string got = file.facts->machine_name(), wants(machine_of(target_.arch));
    add(file, dead ? Severity::warning : Severity::error, "machine code for " + got + ", the target is " + wants,
        dead ? "nothing loads it there: leave it out to save its bytes"
             : other_wheel(file, Severity::error, wants + " (resolve anew for this target)") + ", or choose --arch " +
                   (got == "aarch64" ? "arm64" : got));
  }

  // False when no import can take it, so that nothing else of it matters.
  bool judge_name(const ElfFile& file) {
    const std::string fault = names_.fault_of(file.entry->path);
    if (fault.empty()) return true;
    if (!names_.has_variant(file.entry->path)) {
      const bool sure = !file.entry->origin || is_platform_wheel(*file.entry);
      const Severity severity = sure ? Severity::error : Severity::warning;
      const std::string python = "Python " + to_string(target_.runtime->python);
      add(file, severity, "an extension module for " + fault + ", which " + python + " does not import",
          other_wheel(file, severity, python));
    }
    return false;
  }

  void judge_glibc(const ElfFile& file) {
    const auto need = elf::glibc_need(*file.facts);
    if (!need || *need <= target_.runtime->glibc) return;
    const Image* image = target_.runtime->image;
    const bool sure = !image || *need > image->glibc;
    const Severity severity = sure ? severity_of(file) : Severity::warning;
    const Glibc has = target_.runtime->glibc;
    add(file, severity, "needs glibc " + text_of(*need) + ", " + runtime_words(target_) + " has " + text_of(has),
        other_wheel(file, severity,
                    "manylinux_" + std::to_string(has.major) + '_' + std::to_string(has.minor) +
                        " or older (resolving anew for this target finds the newest version that has one)") +
            python_with_glibc(target_, *need));
  }

  // GLIBCXX_ and CXXABI_ of the runtime's libstdc++, where the package does not bring its own.
  void judge_standard_library(const ElfFile& file) {
    const Image* image = target_.runtime->image;
    if (!image || search_.is_in_package("libstdc++.so.6")) return;
    const auto misfit = standard_library_misfit(*file.facts, *image);
    if (!misfit) return;
    add(file, severity_of(file),
        "needs " + misfit->needed + " of libstdc++, " + runtime_words(target_) + " has " + misfit->has,
        (file.entry->origin ? "take a wheel of " + file.entry->origin->name : std::string("build it")) +
            " that was built with an older GCC, or put its libstdc++.so.6 into lib/ of the package");
  }

  void judge_needed(const ElfFile& file) {
    for (const std::string& library : file.facts->needed) {
      const FoundLibrary found = search_.find(library, file);
      if (found.place == LibraryPlace::nowhere) {
        const bool optional = names_.is_optional(file.entry->path);
        const bool known = target_.runtime->image && library != "libexpat.so.1";  // PEP 600 lets wheels count on it
        const Severity severity = known ? severity_of(file) : Severity::warning;
        add(file, optional ? Severity::note : severity,
            "needs " + library + ", which is not in the package, nor known to be in " + runtime_words(target_),
            hint_for(library));
      } else if (found.place == LibraryPlace::elsewhere_in_package &&
                 !found_by_loader_.contains(search_.file_of(found.entry))) {
        add(file, Severity::note,
            "needs " + library + ", which lies in " + (found.path.starts_with('/') ? "a layer (" : "the package (") +
                found.path + ") where the loader does not look",
            "it loads if the package loads that library first");
      }
    }
  }

  static std::string hint_for(const std::string& library) {
    if (library.starts_with("libGL") || library.starts_with("libX") || library.starts_with("libglib") ||
        library.starts_with("libgthread"))
      return "take a variant without windows, such as opencv-python-headless, or put the library into lib/ of the "
             "package";
    if (library.starts_with("libcuda") || library.starts_with("libcu") || library.starts_with("libnv"))
      return "there is no GPU in such a function: take the variant for processors alone";
    if (library.starts_with("libc.musl") || library == "libc.so")
      return "it was built for musl (Alpine): take the manylinux wheel";
    return "put the library into lib/ of the package, or take a wheel that brings it";
  }

  const TargetFacts& target_;
  std::vector<ElfFile> files_;
  std::deque<std::vector<ElfFile>> layer_files_;
  LibrarySearch search_;
  ExtensionNames names_;
  FittingVersions fitting_;
  GroupedFindings grouped_;
  std::set<std::string> suits_;  // distributions that have something for the target
  std::set<const ElfFile*> imported_;
  std::set<const ElfFile*> loaded_;
  std::set<const ElfFile*> found_by_loader_;  // of these, what others may count on to be there by its name
};

}  // namespace detail

DAYPACK_DECL std::vector<Finding> checks::Elf::operator()(const Tree& tree, const Context& context) const {
  if (!context.has_target()) return {};
  std::vector<Glob> globs;
  for (const std::string& pattern : allow) globs.emplace_back(pattern);
  return detail::ElfJudge(tree, context, layers, name).judge(globs);
}

}  // namespace daypack
