// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/compiler.hpp>
#include <daypack/context.hpp>
#include <daypack/detail/cache_pack.hpp>
#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/content_name.hpp>
#include <daypack/detail/spill.hpp>
#include <daypack/sign/sha256.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
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

// Bytecode of earlier runs, and what is added to it. All of a wheel is kept as one value, whatever part of it is
// compiled; each of the user's own files is one.
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
      const CacheCount count{.found = group.files.size() - group.left, .missing = group.left};
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

  // Once for each of missing(), from any thread. It goes into the cache at once, and is read from there.
  void learn(std::size_t file, KnownSource known) {
    if (places_.empty()) {
      known.bytecode.pyc = held(known.bytecode.pyc);
      results_[file] = std::move(known);
      return;
    }
    const auto& [group, at] = places_[file];
    const std::scoped_lock lock(group->mutex);
    if (!known.bytecode.by_chance) write(*group, group->files[at], known);
    results_[file] = std::move(known);
    if (--group->left == 0 && group->out) commit(*group);
  }

  std::vector<KnownSource> results() && {
    std::vector<KnownSource> all;
    all.reserve(results_.size());
    for (const Group& group : groups_) {
      for (const File& file : group.files) results_[file.index]->name = name_of_result(group, file.name);
    }
    for (std::optional<KnownSource>& result : results_) all.push_back(std::move(*result));
    return all;
  }

 private:
  struct File {
    std::size_t index = 0;
    std::string name = {};           // of the content and where it will lie
    std::uint64_t at = 0, size = 0;  // of fresh bytecode in the new value of its group
  };

  struct Group {
    CacheKey key = {};
    std::string content = {};  // names that of an own file
    std::vector<File> files = {};
    CachePack<4> known = {};  // bytecode, why there is none, why it reads itself, by what it reads others
    std::size_t left = 0;     // of the files, to be learnt
    std::mutex mutex = {};    // of what follows, and of `left`
    std::unique_ptr<CacheWriter> out = {};
    std::uint64_t written = 0;
  };

  void group() {
    places_.resize(sources_.size());
    std::map<std::string, Group*> of_wheel;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const Entry& entry = *sources_[i];
      if (auto content = content_name(entry)) {
        Group*& wheel = of_wheel[entry.origin->sha256];
        if (!wheel) wheel = &new_group(key_of(entry.origin->sha256), "");
        add(*wheel, i, entry.path + '\n' + *content);
      } else {
        const std::string digest = sha256_of(read_content(entry).bytes).hex();
        const std::string name = entry.path + '\n' + digest;
        add(new_group(key_of(name), digest), i, name);
      }
    }
  }

  Group& new_group(CacheKey key, std::string content) {
    Group& group = groups_.emplace_back();
    group.key = std::move(key);
    group.content = std::move(content);
    return group;
  }

  void add(Group& group, std::size_t index, std::string name) {
    places_[index] = {&group, group.files.size()};
    group.files.push_back({.index = index, .name = std::move(name)});
  }

  CacheSubject subject_of(const Group& group) const {
    const Entry& first = *sources_[group.files.front().index];
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
    if (kept && !group.known.read(*kept)) context_.cache().drop(group.key);
    for (const File& file : group.files) {
      if (const auto* parts = group.known.find(file.name)) {
        results_[file.index] = known_source(*parts);
      } else {
        ++group.left;
      }
    }
  }

  void write(Group& group, File& file, KnownSource& known) {
    if (!group.out) {
      group.out = context_.cache().writer(group.key);
      group.written = group.known.write(*group.out);
    }
    file.at = group.written + CachePack<4>::before_parts(file.name);
    file.size = known.bytecode.pyc.size();
    group.written += CachePack<4>::write(*group.out, file.name, parts_of(known));
    known.bytecode.pyc = {};
  }

  void commit(Group& group) {
    const Blob value = released_as_read(std::exchange(group.out, nullptr)->commit());
    for (const File& file : group.files) {
      if (file.size != 0) results_[file.index]->bytecode.pyc = value.slice(file.at, file.size);
    }
  }

  // Without a cache: beyond a part of it, bytecode, which is more than the sources, lies in a temporary file, as long
  // as there is room.
  Blob held(const Blob& pyc) {
    try {
      const std::scoped_lock lock(mutex_);
      return buffer_.append(pyc.bytes);
    } catch (const Error& error) {
      if (error.code() != Errc::unwritable) throw;
    }
    return pyc;
  }

  const std::vector<const Entry*>& sources_;
  const std::string& root_;
  const std::string& recipe_;
  const Context& context_;
  std::vector<std::optional<KnownSource>> results_;
  std::deque<Group> groups_;
  std::vector<std::pair<Group*, std::size_t>> places_;  // of each source: its group, and which of its files it is
  std::mutex mutex_;
  SpillBuffer buffer_{std::uint64_t{16} << 20};
};

}  // namespace daypack::detail
