// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/compiler.hpp>
#include <daypack/detail/pyc_names.hpp>
#include <daypack/impl/bytecode/known_interpreter.ipp>
#include <daypack/impl/stages/pyc_cache.ipp>
#include <daypack/impl/stages/source_readers.ipp>
#include <daypack/ledger.hpp>
#include <daypack/tree.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

// What PycOnly and Compile have in common.
namespace daypack::detail {

// Where bytecode goes: in the place of its source, or into the __pycache__ folder beside it.
enum class PycPlace { instead, beside };

struct ToCompile {
  const Entry* source = nullptr;
  PycPlace place = PycPlace::instead;
};

// What a stage has compiled, and how.
struct CompilePlan {
  std::string_view rule;  // in the ledger
  std::string interpreter;
  BytecodeOptions options;
  bool heeds_readers = false;  // sources that read themselves stay, as far as their text tells
  std::vector<ToCompile> sources = {};
  Ledger kept = {};  // sources that stay for a reason of the stage
  // Bytecode beside a source is found under its plain name only, and by no Python that compares dates.
  static bool works_beside(const BytecodeOptions& options, Python python) {
    return options.optimize == 0 && python >= Python{3, 7};
  }
};

inline bool is_source(const Entry& entry) { return entry.path.ends_with(".py") && entry.mode != Mode::symlink; }

// A script of a wheel: started by its path, never imported.
inline bool is_program_of_wheel(const Entry& entry, std::string_view packages_folder) {
  std::string_view path = entry.path;
  if (!packages_folder.empty() && path.starts_with(packages_folder)) path.remove_prefix(packages_folder.size() + 1);
  return entry.origin && path.starts_with("bin/");
}

inline LedgerLine compile_line(std::string_view rule, Change change, const Entry& entry, std::uint64_t bytes_after,
                               std::string note) {
  return {.change = change,
          .path = entry.path,
          .bytes = size_of(entry.content),
          .bytes_after = bytes_after,
          .compressed = compressed_size_of(entry.content),
          .distribution = entry.origin ? entry.origin->name : "",
          .rule = std::string(rule),
          .note = std::move(note)};
}

// The tree with its bytecode: runs a plan.
class CompiledTree {
 public:
  CompiledTree(const Tree& tree, CompilePlan plan, const Context& context)
      : tree_(tree), plan_(std::move(plan)), target_(context.target()), lines_(std::move(plan_.kept)) {
    for (const LedgerLine& line : lines_) told_.insert(line.path);
    if (plan_.sources.empty()) return;
    sort_for_compiling();
    compile(context);
    for (std::size_t i = 0; i < plan_.sources.size(); ++i) place(plan_.sources[i], made_[i]);
    tell_failures(context);
    tell_readers(context);
  }

  Tree tree() && {
    for (const Entry& entry : tree_) keep(entry);
    std::ranges::stable_sort(lines_, {}, &LedgerLine::path);
    return Tree::of(std::move(entries_), tree_.ledger()).with_ledger(std::move(lines_));
  }

 private:
  // Wheel by wheel, so that few are open at a time; the largest first, so that no process has to wait for another's
  // large one at the end.
  void sort_for_compiling() {
    std::map<const Distribution*, std::uint64_t> largest;
    for (const auto& [source, place] : plan_.sources) {
      std::uint64_t& size = largest[source->origin.get()];
      size = std::max(size, size_of(source->content));
    }
    const auto rank = [&](const ToCompile& one) {
      const Distribution* wheel = one.source->origin.get();
      const std::uint64_t size = size_of(one.source->content);
      return std::tuple(wheel ? largest.at(wheel) : size, wheel ? std::string_view(wheel->sha256) : "", size);
    };
    std::ranges::stable_sort(plan_.sources, std::greater<>(), rank);
  }

  void compile(const Context& context) {
    const Interpreter interpreter = known_interpreter(target_.runtime->python, plan_.interpreter, context);
    const std::string root = compiled_root(*target_.backend);
    std::vector<const Entry*> sources;
    for (const ToCompile& one : plan_.sources) sources.push_back(one.source);
    const std::string recipe = bytecode_recipe(interpreter, plan_.options);
    PycCache cache(sources, root, recipe, context);
    cache.tell_uses("Python " + interpreter.version + ", optimize " + std::to_string(plan_.options.optimize) +
                    (plan_.options.debug_ranges ? ", debug ranges" : "") + ", in " + (root.empty() ? "." : root));
    const std::vector<std::size_t> missing = cache.missing();
    std::vector<KnownSource> fresh(missing.size());
    compile_bytecode(
        interpreter, plan_.options, missing.size(),
        [&](std::size_t index) {
          const Entry& entry = *sources[missing[index]];
          Blob source = read_content(entry);
          fresh[index].reads_itself = reader_of_itself(source.text());
          if (!entry.origin) fresh[index].reads_others = reader_of_others(source.text());
          return SourceFile{.name = root + entry.path, .source = std::move(source)};
        },
        [&](std::size_t index, Bytecode bytecode) {
          fresh[index].bytecode = std::move(bytecode);
          cache.learn(missing[index], std::move(fresh[index]));
        },
        context);
    made_ = std::move(cache).results();
  }

  void place(const ToCompile& one, const KnownSource& known) {
    const Entry& source = *one.source;
    const Bytecode& bytecode = known.bytecode;
    if (!bytecode.ok()) {
      if (told_.contains(source.path)) return;
      failures_.insert(source.path);
      note(Change::kept, source, size_of(source.content), bytecode.reason);
      return;
    }
    bool instead = one.place == PycPlace::instead;
    if (instead && plan_.heeds_readers) {
      if (!source.origin && !known.reads_others.empty()) readers_.emplace(source.path, known.reads_others);
      if (!known.reads_itself.empty()) {
        instead = false;
        note(Change::kept, source, size_of(source.content), known.reads_itself);
        if (!CompilePlan::works_beside(plan_.options, target_.runtime->python)) return;
      }
    }
    std::string path =
        instead ? source.path + 'c' : cached_path(source.path, target_.runtime->python, plan_.options.optimize);
    paths_.insert(path);
    if (instead) {
      replaced_.insert(source.path);
      note(Change::rewritten, source, bytecode.pyc.size(), "");
    }
    entries_.push_back({.path = std::move(path), .content = Owned{bytecode.pyc, known.name}, .origin = source.origin});
  }

  // What lies there already, but for what bytecode takes the place of.
  void keep(const Entry& entry) {
    if (replaced_.contains(entry.path)) return;
    if (paths_.contains(entry.path)) {
      note(Change::removed, entry, 0, "its source was compiled anew");
    } else if (replaced_.contains(source_of_cached(entry.path))) {
      note(Change::removed, entry, 0, "never imported without its source");
    } else {
      entries_.push_back(entry);
    }
  }

  void note(Change change, const Entry& entry, std::uint64_t bytes_after, std::string words) {
    lines_.push_back(compile_line(plan_.rule, change, entry, bytes_after, std::move(words)));
  }

  void tell_failures(const Context& context) const {
    if (failures_.empty()) return;
    const auto others =
        failures_.size() == 1 ? std::string() : " and " + std::to_string(failures_.size() - 1) + " more";
    context.note(*failures_.begin() + others,
                 std::to_string(failures_.size()) + (failures_.size() == 1 ? " file does" : " files do") +
                     " not compile for Python " + to_string(target_.runtime->python) + " and stay as source");
  }

  // Whose source it will miss cannot be seen; the user can.
  void tell_readers(const Context& context) const {
    for (const auto& [path, function] : readers_) {
      context.note(path, "it uses " + function +
                             ", and finds no source of what is bytecode only; keep what it reads "
                             "(keep_source, --keep-source)");
    }
  }

  const Tree& tree_;
  CompilePlan plan_;
  const TargetFacts& target_;
  Ledger lines_;
  std::vector<KnownSource> made_;               // for each of the plan's sources
  std::map<std::string, std::string> readers_;  // the user's own, and by what they read sources
  std::unordered_set<std::string> told_;        // sources that stay anyway
  std::set<std::string> failures_;              // sources that do not compile
  std::unordered_set<std::string> replaced_;    // sources that are gone
  std::unordered_set<std::string> paths_;       // of the bytecode
  std::vector<Entry> entries_;
};

}  // namespace daypack::detail
