// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/compiler.hpp>
#include <daypack/context.hpp>
#include <daypack/detail/cache_pack.hpp>
#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/content_name.hpp>
#include <daypack/sign/sha256.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack::detail {

// What is known of a source: its bytecode, why it reads itself, and by what it reads others
// (impl/stages/source_readers.ipp).
struct KnownSource {
  Bytecode bytecode = {};
  std::string name = {};  // of the bytecode, as Owned has it
  std::string reads_itself = {};
  std::string reads_others = {};
};

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
    std::vector<CacheKey> keys;
    for (const Group& one : groups_) keys.push_back(one.key);
    context_.cache().expect(keys);
    context_.pool().for_each(groups_.size(), [&](std::size_t i) { recall(groups_[i]); });
  }

  // `words`: the recipe, for people.
  void tell_uses(const std::string& words) const {
    for (const Group& group : groups_) {
      CacheCount count;
      for (const auto& [file, name] : group.files) ++(results_[file] ? count.found : count.missing);
      tell_cache_use(context_, group.key, subject_of(group), count, words);
    }
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
    for (const Group& group : groups_) {
      for (const auto& [file, name] : group.files) results_[file]->name = name_of_result(group, name);
    }
    for (std::optional<KnownSource>& result : results_) all.push_back(std::move(*result));
    return all;
  }

 private:
  struct Group {
    CacheKey key;
    std::string content = {};                                     // names that of an own file
    std::vector<std::pair<std::size_t, std::string>> files = {};  // with what names the content and where it will lie
    CachePack<4> known = {};  // bytecode, why there is none, why it reads itself, by what it reads others
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
        const std::string digest = sha256_of(read_content(entry).bytes).hex();
        const std::string name = entry.path + '\n' + digest;
        groups_.push_back({.key = key_of(name), .content = digest, .files = {{i, name}}});
      }
    }
  }

  CacheSubject subject_of(const Group& group) const {
    const Entry& first = *sources_[group.files.front().first];
    return group.content.empty() ? CacheSubject::of(*first.origin) : CacheSubject::of(first, group.content);
  }

  CacheKey key_of(std::string_view what) const {
    Sha256Hasher hasher;
    for (const std::string_view word :
         {std::string_view("3"), std::string_view(recipe_), std::string_view(root_), what})
      add_word(hasher, word);
    return {.kind = "bytecode", .name = hasher.finish().hex()};
  }

  static std::string name_of_result(const Group& group, std::string_view file) {
    Sha256Hasher hasher;
    for (const std::string_view word : {std::string_view(group.key.name), file}) add_word(hasher, word);
    return "bytecode-" + hasher.finish().hex();
  }

  static KnownSource known_source(const CachePack<4>::Parts& parts) {
    KnownSource known{.bytecode = {.reason = std::string(parts[1].text())},
                      .reads_itself = std::string(parts[2].text()),
                      .reads_others = std::string(parts[3].text())};
    if (parts[0].size() != 0) known.bytecode.pyc = parts[0];
    return known;
  }

  static CachePack<4>::Parts parts_of(const KnownSource& known) {
    return {known.bytecode.pyc, blob_of(known.bytecode.reason), blob_of(known.reads_itself),
            blob_of(known.reads_others)};
  }

  void recall(Group& group) {
    const auto kept = context_.cache().get(group.key);
    if (!kept) return group.changed = true, void();
    if (!group.known.read(*kept)) context_.cache().drop(group.key);
    for (const auto& [file, name] : group.files) {
      if (const auto* parts = group.known.find(name)) results_[file] = known_source(*parts);
      group.changed = group.changed || !results_[file];
    }
  }

  void keep(Group& group) {
    if (!group.changed) return;
    for (const auto& [file, name] : group.files) {
      if (results_[file] && !results_[file]->bytecode.by_chance) group.known.add(name, parts_of(*results_[file]));
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
