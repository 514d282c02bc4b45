// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/compiler.hpp>
#include <daypack/detail/pyc_pack.hpp>
#include <daypack/impl/checks/binaries.ipp>
#include <daypack/sign/sha256.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack::detail {

// Bytecode of earlier runs. All of a wheel is kept as one value, whatever part of it is compiled; each of the user's
// own files is one.
class PycCache {
 public:
  // `recipe`: what the bytes depend on beside name and source.
  PycCache(const std::vector<const Entry*>& sources, const std::string& root, const std::string& recipe,
           const Context& context)
      : sources_(sources), root_(root), recipe_(recipe), context_(context), results_(sources.size()) {
    if (!context_.has_cache()) return;
    group();
    context_.pool().for_each(groups_.size(), [&](std::size_t i) { recall(groups_[i]); });
  }

  // The files that nobody has compiled yet, in the order of the sources.
  std::vector<std::size_t> missing() const {
    std::vector<std::size_t> files;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (!results_[i]) files.push_back(i);
    }
    return files;
  }

  void learn(std::size_t file, KnownSource known) { results_[file] = std::move(known); }

  // What has been learnt stands in the cache.
  void keep() {
    context_.pool().for_each(groups_.size(), [&](std::size_t i) { keep(groups_[i]); });
  }

  std::vector<KnownSource> results() && {
    std::vector<KnownSource> all;
    all.reserve(results_.size());
    for (std::optional<KnownSource>& result : results_) all.push_back(std::move(*result));
    return all;
  }

 private:
  struct Group {
    CacheKey key;
    std::vector<std::pair<std::size_t, std::string>> files = {};  // with what names the content and where it will lie
    PycPack known = {};
    bool changed = false;
  };

  void group() {
    std::map<std::string, std::size_t> of_wheel;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const Entry& entry = *sources_[i];
      if (auto content = content_name(entry)) {
        const auto [at, fresh] = of_wheel.emplace(entry.origin->sha256, groups_.size());
        if (fresh) groups_.push_back({.key = key_of(entry.origin->sha256)});
        groups_[at->second].files.emplace_back(i, entry.path + '\n' + *content);
      } else {
        const std::string name = entry.path + '\n' + sha256_of(read_content(entry).bytes).hex();
        groups_.push_back({.key = key_of(name), .files = {{i, name}}});
      }
    }
  }

  CacheKey key_of(std::string_view what) const {
    Sha256Hasher hasher;
    for (const std::string_view word :
         {std::string_view("2"), std::string_view(recipe_), std::string_view(root_), what})
      add_word(hasher, word);
    return {.kind = "bytecode", .name = hasher.finish().hex()};
  }

  void recall(Group& group) {
    const auto kept = context_.cache().get(group.key);
    if (!kept) return group.changed = true, void();
    if (!group.known.read(*kept)) context_.cache().drop(group.key);
    for (const auto& [file, name] : group.files) {
      results_[file] = group.known.find(name);
      group.changed = group.changed || !results_[file];
    }
  }

  void keep(Group& group) {
    if (!group.changed) return;
    for (const auto& [file, name] : group.files) {
      if (results_[file] && !results_[file]->bytecode.by_chance) group.known.add(name, *results_[file]);
    }
    const auto out = context_.cache().writer(group.key);
    group.known.write(*out);
    out->commit();
  }

  const std::vector<const Entry*>& sources_;
  const std::string& root_;
  const std::string& recipe_;
  const Context& context_;
  std::vector<std::optional<KnownSource>> results_;
  std::vector<Group> groups_;
};

}  // namespace daypack::detail
