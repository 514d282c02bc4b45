// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/declared_requirements.hpp>
#include <daypack/impl/detail/module_paths.ipp>
#include <daypack/impl/rules/module_facts.ipp>
#include <daypack/impl/rules/tests.ipp>
#include <daypack/rules/rule.hpp>
#include <daypack/run/ordered.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/metadata.hpp>
#include <daypack/wheel/name.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

// The modules of a tree, by name and by distribution, and what each may import.
namespace daypack::detail {

enum class ModuleKind { source, bytecode, extension };

struct IndexedModule {
  const Entry* entry = nullptr;
  std::string name = {};
  std::size_t owner = 0;  // index of its distribution
  ModuleKind kind = ModuleKind::source;
  bool test = false;
  std::string_view facts = {};  // lines, as module_facts.ipp has them
};

struct IndexedEntryPoint {
  std::string group = {};
  std::string module = {};
};

struct IndexedDistribution {
  std::shared_ptr<const Distribution> distribution = {};  // null: the user's own files
  std::vector<std::size_t> modules = {};
  const Entry* metadata = nullptr;
  const Entry* entry_points_file = nullptr;
  std::vector<IndexedEntryPoint> entry_points = {};
  bool was_read = false;
  std::string facts = {};  // of all its modules
};

// The module:object lines of an entry_points.txt (the entry points page, read 2026-11), whatever their groups.
inline std::vector<IndexedEntryPoint> entry_points_in(std::string_view text) {
  std::vector<IndexedEntryPoint> found;
  std::string group;
  for (const std::string& whole : split_at(text, '\n')) {
    const std::string_view line = trimmed(whole);
    if (line.starts_with('[') && line.ends_with(']')) {
      group = trimmed(line.substr(1, line.size() - 2));
    } else if (const std::size_t equals = line.find('='); equals != std::string_view::npos) {
      const std::string_view value = trimmed(line.substr(equals + 1));
      found.push_back({group, std::string(trimmed(value.substr(0, value.find_first_of(":["))))});
    }
  }
  return found;
}

// What only a runner of tests imports, unless an import statement says otherwise.
inline bool is_test_module(std::string_view path) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  return lies_in_tests(path) || file == "conftest.py" || file.starts_with("test_");
}

class ModuleIndex {
 public:
  ModuleIndex(const Tree& tree, const Context& context)
      : context_(context), target_(context.has_target() ? &context.target() : nullptr) {
    distributions_.emplace_back();  // the user's own files
    std::unordered_map<const Distribution*, std::size_t> known{{nullptr, 0}};
    modules_.reserve(tree.size());
    for (const Entry& entry : tree) {
      if (entry.mode == Mode::symlink) continue;
      const auto [at, fresh] = known.emplace(entry.origin.get(), distributions_.size());
      if (fresh) distributions_.push_back({.distribution = entry.origin});
      add(entry, at->second);
    }
    for (std::size_t i = 0; i < modules_.size(); ++i) {
      by_name_[modules_[i].name].push_back(i);
      tops_.insert(std::string_view(modules_[i].name).substr(0, modules_[i].name.find('.')));
    }
    for (std::size_t i = 1; i < distributions_.size(); ++i) {
      IndexedDistribution& one = distributions_[i];
      by_distribution_.emplace(one.distribution->name, i);
      if (one.entry_points_file) one.entry_points = entry_points_in(read_content(*one.entry_points_file).text());
    }
  }

  const std::vector<IndexedModule>& modules() const { return modules_; }
  const std::vector<IndexedDistribution>& distributions() const { return distributions_; }

  // Whether some module's name begins with this one's first part.
  bool knows_top(std::string_view name) const { return tops_.contains(name.substr(0, name.find('.'))); }

  // The files that a module of this name may be; several where distributions share a package.
  std::span<const std::size_t> named(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? std::span<const std::size_t>() : std::span<const std::size_t>(found->second);
  }

  // 0 when there is none of this name.
  std::size_t distribution_named(std::string_view name) const {
    const auto found = by_distribution_.find(normalised_name(name));
    return found == by_distribution_.end() ? 0 : found->second;
  }

  // Names in the Requires-Dist headers (core metadata 2.4), with or without those of extras. Nothing when there is no
  // METADATA.
  std::optional<std::vector<std::string>> required_by(std::size_t distribution, bool extras) const {
    const Entry* metadata = distributions_[distribution].metadata;
    if (!metadata) return std::nullopt;
    return declared_names(MetadataHeaders::parse(read_content(*metadata).text()), extras);
  }

  // Sees to it that what the modules of these distributions import is known.
  void read(const std::vector<std::size_t>& which) {
    std::vector<Unread> unread;
    for (const std::size_t at : which) {
      IndexedDistribution& one = distributions_[at];
      if (std::exchange(one.was_read, true)) continue;
      unread.push_back({.at = at, .key = facts_key(one)});
    }
    expect(unread);
    std::vector<std::pair<std::size_t, std::size_t>> jobs;  // index in unread, module
    for (std::size_t i = 0; i < unread.size(); ++i) {
      IndexedDistribution& one = distributions_[unread[i].at];
      if (recall(unread[i], one)) continue;
      for (const std::size_t module : one.modules) {
        if (modules_[module].kind == ModuleKind::source) jobs.emplace_back(i, module);
      }
    }
    read(jobs, unread);
    for (const Unread& one : unread) share_out(distributions_[one.at]);
  }

 private:
  struct Unread {
    std::size_t at;
    std::optional<CacheKey> key;
    bool kept = false;  // by the cache
  };

  std::string_view path_of(const Entry& entry) const {
    const std::string_view path = package_path(entry.path, target_);
    if (entry.origin || !target_ || path.size() != entry.path.size()) return path;
    const std::string_view code = target_->backend->code_folder;
    const bool inside = !code.empty() && path.starts_with(code) && path.substr(code.size()).starts_with('/');
    return inside ? path.substr(code.size() + 1) : path;
  }

  void add(const Entry& entry, std::size_t owner) {
    const std::string_view path = path_of(entry);
    IndexedDistribution& distribution = distributions_[owner];
    if (owner != 0 && path.ends_with(".dist-info/METADATA")) distribution.metadata = &entry;
    if (owner != 0 && path.ends_with(".dist-info/entry_points.txt")) distribution.entry_points_file = &entry;
    std::string name = module_of(path);
    if (name.empty()) return;
    distribution.modules.push_back(modules_.size());
    modules_.push_back({.entry = &entry,
                        .name = std::move(name),
                        .owner = owner,
                        .kind = path.ends_with(".so")    ? ModuleKind::extension
                                : path.ends_with(".pyc") ? ModuleKind::bytecode
                                                         : ModuleKind::source,
                        .test = owner != 0 && is_test_module(path)});
  }

  // Only of what lies in a wheel of known digest.
  std::optional<CacheKey> facts_key(const IndexedDistribution& distribution) const {
    if (!context_.has_cache() || !distribution.distribution) return std::nullopt;
    Sha256Hasher hasher;
    const auto add = [&](std::string_view word) { add_word(hasher, word); };
    add("module facts 1");  // how sources are read
    for (const std::size_t module : distribution.modules) {
      if (modules_[module].kind != ModuleKind::source) continue;
      const auto content = content_name(*modules_[module].entry);
      if (!content) return std::nullopt;
      add(path_of(*modules_[module].entry));
      add(*content);
    }
    return CacheKey{.kind = "imports", .name = hasher.finish().hex()};
  }

  void expect(const std::vector<Unread>& unread) const {
    std::vector<CacheKey> keys;
    for (const Unread& one : unread) {
      if (one.key) keys.push_back(*one.key);
    }
    if (!keys.empty()) context_.cache().expect(keys);
  }

  bool recall(Unread& unread, IndexedDistribution& distribution) const {
    const auto kept = unread.key ? context_.cache().get(*unread.key) : std::nullopt;
    if (unread.key) {
      tell_cache_use(context_, *unread.key, CacheSubject::of(*distribution.distribution),
                     CacheCount::one(kept.has_value()));
    }
    if (!kept) return false;
    distribution.facts = kept->text();
    return unread.kept = true;
  }

  void read(const std::vector<std::pair<std::size_t, std::size_t>>& jobs, const std::vector<Unread>& unread) {
    static constexpr std::uint64_t window = std::uint64_t{16} << 20;
    ordered(
        context_.pool(), jobs.size(), [&](std::size_t n) { return size_of(modules_[jobs[n].second].entry->content); },
        window,
        [&](std::size_t n) {
          context_.check_stop();
          const IndexedModule& module = modules_[jobs[n].second];
          return module_facts(path_of(*module.entry), read_content(*module.entry).text(), module.owner == 0);
        },
        [&](std::size_t n, std::string lines) {
          distributions_[unread[jobs[n].first].at].facts.append(lines).append("\n");
        });
    for (const Unread& one : unread) {
      if (one.key && !one.kept) context_.cache().put(*one.key, as_bytes(distributions_[one.at].facts));
    }
  }

  // Each source has its lines and an empty one.
  void share_out(const IndexedDistribution& distribution) {
    std::string_view rest = distribution.facts;
    for (const std::size_t module : distribution.modules) {
      if (modules_[module].kind != ModuleKind::source) continue;
      const std::size_t end = rest.starts_with('\n') ? 0 : std::min(rest.find("\n\n"), rest.size());
      modules_[module].facts = rest.substr(0, end);
      rest.remove_prefix(std::min(end + (end == 0 ? 1 : 2), rest.size()));
    }
  }

  const Context& context_;
  const TargetFacts* target_;
  std::vector<IndexedModule> modules_;
  std::vector<IndexedDistribution> distributions_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_name_;
  std::unordered_set<std::string_view> tops_;
  std::unordered_map<std::string, std::size_t> by_distribution_;
};

}  // namespace daypack::detail
