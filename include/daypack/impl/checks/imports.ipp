// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/imports.hpp>
#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/checks/attached_layer.ipp>
#include <daypack/impl/checks/binaries.ipp>
#include <daypack/impl/checks/grouped.ipp>
#include <daypack/impl/detail/module_paths.ipp>
#include <daypack/impl/detail/source_scanner.ipp>
#include <daypack/rules/rule.hpp>
#include <daypack/run/ordered.hpp>
#include <daypack/sign/sha256.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

namespace detail {

// Modules that rules have removed and that nothing else provides, with the rule.
inline std::map<std::string, std::string> removed_modules(const Tree& tree, const TargetFacts* target,
                                                          const std::vector<checks::AttachedLayer>& layers) {
  std::map<std::string, std::string> removed;
  for (const LedgerLine& line : tree.ledger()) {
    if (line.change != Change::removed) continue;
    if (std::string module = module_of(package_path(line.path, target)); !module.empty())
      removed.emplace(std::move(module), line.rule);
  }
  if (removed.empty()) return removed;
  for (const Entry& entry : tree) removed.erase(module_of(package_path(entry.path, target)));
  if (!target) return removed;
  for (const std::string_view folder : target->backend->search_path) {
    each_layer_file(layers, *target->backend, search_folder(folder, target->runtime->python),
                    [&](const Entry&, std::string_view path) { removed.erase(module_of(path)); });
  }
  return removed;
}

// The removed modules that a source imports, each with whether only functions do. Imports that may fail do not count.
class RemovedImportsSink : public SourceSink {
 public:
  RemovedImportsSink(std::string_view path, const std::map<std::string, std::string>& removed)
      : path_(path), removed_(removed) {}

  void statement(ImportStatement statement) override {
    if (statement.guarded) return;
    const std::string module = imported_module(path_, statement);
    look(module, statement.in_function);
    for (const std::string& name : statement.names) look(module + '.' + name, statement.in_function);
  }

  std::map<std::string, bool> found = {};

 private:
  void look(const std::string& module, bool in_function) {
    if (!removed_.contains(module)) return;
    const auto [at, fresh] = found.emplace(module, in_function);
    if (!fresh) at->second = at->second && in_function;
  }

  std::string_view path_;
  const std::map<std::string, std::string>& removed_;
};

inline std::map<std::string, bool> removed_imports(const Entry& entry, std::string_view path,
                                                   const std::map<std::string, std::string>& removed) {
  const Blob source = read_content(entry);
  RemovedImportsSink sink(path, removed);
  SourceScanner(source.text(), sink).scan();
  return std::move(sink.found);
}

// Tests that stay, because others may use their helpers, do not count: only runners of tests import them.
inline bool is_judged_source(const Entry& entry) {
  const std::string_view path = entry.path, file = last_component(path);
  return path.ends_with(".py") && entry.mode != Mode::symlink && file != "conftest.py" && !file.starts_with("test_");
}

// What is removed of a tree and imported by its sources; that of wheels is kept, for it takes inflating and reading
// them all.
class RemovedImports {
 public:
  using Modules = std::map<std::string, bool>;  // each with whether only functions import it

  RemovedImports(const Tree& tree, const Context& context, const std::vector<checks::AttachedLayer>& layers)
      : context_(context),
        target_(context.has_target() ? &context.target() : nullptr),
        removed_(removed_modules(tree, target_, layers)) {
    for (const Entry& entry : tree) {
      if (!removed_.empty() && is_judged_source(entry)) sources_.push_back(&entry);
    }
    found_.resize(sources_.size());
  }

  void find() {
    std::vector<std::size_t> own, of_wheels;
    Sha256Hasher hasher;
    const auto add = [&](std::string_view word) { add_word(hasher, word); };
    add("2");  // how sources are read
    for (const auto& [module, rule] : removed_) add(module);
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const auto content = content_name(*sources_[i]);
      (content ? of_wheels : own).push_back(i);
      if (!content) continue;
      add(path_of(i));
      add(*content);
    }
    read(own);
    if (of_wheels.empty()) return;
    const CacheKey key{.kind = "imports", .name = hasher.finish().hex()};
    const bool known = recall(key);
    if (context_.has_cache()) tell_cache_use(context_, key, {"all distributions", key.name}, CacheCount::one(known));
    if (known) return;
    read(of_wheels);
    if (context_.has_cache()) context_.cache().put(key, as_bytes(text_of(of_wheels)));
  }

  template <class See>
  void each(See see) const {
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      for (const auto& [module, in_function] : found_[i]) see(*sources_[i], module, removed_.at(module), in_function);
    }
  }

 private:
  std::string_view path_of(std::size_t i) const { return package_path(sources_[i]->path, target_); }

  void read(const std::vector<std::size_t>& which) {
    static constexpr std::uint64_t window = std::uint64_t{16} << 20;
    ordered(
        context_.pool(), which.size(), [&](std::size_t n) { return size_of(sources_[which[n]]->content); }, window,
        [&](std::size_t n) {
          context_.check_stop();
          return removed_imports(*sources_[which[n]], path_of(which[n]), removed_);
        },
        [&](std::size_t n, Modules found) { found_[which[n]] = std::move(found); });
  }

  // Three lines for each: path, module, 1 for one that only functions import.
  std::string text_of(const std::vector<std::size_t>& which) const {
    std::string text;
    for (const std::size_t i : which) {
      for (const auto& [module, in_function] : found_[i])
        text.append(path_of(i)).append("\n").append(module).append(in_function ? "\n1\n" : "\n0\n");
    }
    return text;
  }

  // False when nothing is kept, or not in this form.
  bool recall(const CacheKey& key) {
    const auto kept = context_.has_cache() ? context_.cache().get(key) : std::nullopt;
    if (!kept) return false;
    const std::vector<std::string> lines = split_at(kept->text(), '\n');
    std::size_t source = 0;
    for (std::size_t at = 0; at + 3 < lines.size(); at += 3) {
      while (source < sources_.size() && path_of(source) != lines[at]) ++source;
      if (source == sources_.size() || !removed_.contains(lines[at + 1])) return false;
      found_[source].emplace(lines[at + 1], lines[at + 2] == "1");
    }
    return lines.size() % 3 == 1;
  }

  const Context& context_;
  const TargetFacts* target_;
  std::map<std::string, std::string> removed_;  // module, rule
  std::vector<const Entry*> sources_;
  std::vector<Modules> found_;  // of each source
};

}  // namespace detail

DAYPACK_DECL std::vector<Finding> checks::Imports::operator()(const Tree& tree, const Context& context) const {
  detail::RemovedImports imports(tree, context, layers);
  imports.find();
  detail::GroupedFindings grouped{std::string(name)};
  imports.each([&](const Entry& source, const std::string& module, const std::string& rule, bool in_function) {
    grouped.add(source, in_function ? Severity::note : Severity::warning,
                (in_function ? "a function imports " : "imports ") + module + ", which " +
                    (rule.empty() ? "a stage" : "the rule " + rule) + " removed",
                "prune without " + (rule.empty() ? std::string("it") : rule) + " if that is imported where it runs");
  });
  return grouped.findings();
}

}  // namespace daypack
