// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/codec.hpp>
#include <daypack/context.hpp>
#include <daypack/detail/cache_pack.hpp>
#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/content_name.hpp>
#include <daypack/detail/little_endian.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/zip/known_streams.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace daypack::detail {

// What decides a stream beside its content.
inline std::string deflate_words(const codec::AnyCodec& codec, Effort effort) {
  return codec.id() + ' ' + std::to_string(effort.level()) + (effort.recompresses() ? " all" : "");
}

// Deflate streams of earlier runs. All of a wheel are one value of the cache, by the wheel's digest, the codec, the
// effort and the target, on which bytecode depends; in it they are named by what they are made of, so that other rules
// add to it. An own file above 64 KiB is a value of its own; smaller ones are deflated faster than looked up.
class StreamCache final : public zip::KnownStreams {
 public:
  StreamCache(std::span<const Entry> entries, const codec::AnyCodec& codec, Effort effort, const Context& context)
      : context_(context), recipe_(deflate_words(codec, effort)), target_(target_words(context)) {
    std::vector<CacheKey> keys;
    std::vector<Group*> expected;
    for (const Entry& entry : entries) {
      if (!entry.origin || entry.origin->sha256.size() != 64) continue;
      Group& group = groups_[entry.origin->sha256];
      group.subject = CacheSubject::of(*entry.origin);
      const bool asked_for = effort.recompresses() || std::holds_alternative<Owned>(entry.content);
      if (!asked_for || std::exchange(group.expected, true)) continue;
      keys.push_back(key_of(entry, {}));
      expected.push_back(&group);
    }
    context_.cache().expect(keys);
    // All at once, for neighbours in the zip are mostly of one wheel: whoever came second would wait.
    context_.pool().for_each(expected.size(), [&](std::size_t i) { recall(*expected[i], keys[i]); });
  }

  std::optional<zip::KnownStream> find(const Entry& entry, const Blob* content) override {
    const std::string name = name_of(entry, content);
    Group* group = name.empty() ? nullptr : group_of(entry, name);
    if (!group) return {};
    const std::scoped_lock lock(group->mutex);
    recall(*group, key_of(entry, name));
    const auto* parts = group->known.find(name);
    ++(parts ? group->count.found : group->count.missing);
    if (!parts) return {};
    return zip::KnownStream{static_cast<std::uint32_t>(little_endian((*parts)[0].bytes)), (*parts)[1]};
  }

  void learn(const Entry& entry, const Blob* content, const zip::KnownStream& stream) override {
    const std::string name = name_of(entry, content);
    Group* group = name.empty() ? nullptr : group_of(entry, name);
    if (!group) return;
    const std::scoped_lock lock(group->mutex);
    group->fresh.emplace_back(name, CachePack<2>::Parts{blob_of(little_endian(stream.crc32, 32)), stream.body});
    group->held += stream.body.size();
    if (!entry.origin) {
      commit(*group);
    } else if (group->held > most_held) {
      flush(*group);
    }
  }

  // What has been learnt stands in the cache.
  void keep() {
    std::vector<Group*> changed;
    for (auto& [name, group] : groups_) {
      tell_cache_use(context_, group.key, group.subject, group.count, recipe_);
      if (group.out || !group.fresh.empty()) changed.push_back(&group);
    }
    context_.pool().for_each(changed.size(), [&](std::size_t i) { commit(*changed[i]); });
  }

 private:
  static constexpr std::uint64_t least_own = 64 << 10, most_held = 1 << 20;

  struct Group {
    std::mutex mutex = {};
    bool expected = false, recalled = false;
    CacheSubject subject = {};
    CacheCount count = {};
    CacheKey key = {};
    CachePack<2> known = {};  // CRC-32, stream
    std::vector<std::pair<std::string, CachePack<2>::Parts>> fresh = {};
    std::uint64_t held = 0;                      // bytes of what is fresh
    std::unique_ptr<CacheWriter> out = nullptr;  // once there was too much of it
  };

  static std::string target_words(const Context& context) {
    if (!context.has_target()) return {};
    return std::string(context.target().backend->name) + ' ' + to_string(context.target().runtime->python);
  }

  // Empty for what is not kept: members that nobody has hashed, small files of the user.
  static std::string name_of(const Entry& entry, const Blob* content) {
    if (!content) return content_name(entry).value_or("");
    if (!entry.origin && content->size() < least_own) return {};
    if (const auto* owned = std::get_if<Owned>(&entry.content); owned && !owned->name.empty()) return owned->name;
    return sha256_of(content->bytes).hex();
  }

  Group* group_of(const Entry& entry, const std::string& name) {
    if (entry.origin) {
      const auto found = groups_.find(entry.origin->sha256);
      return found == groups_.end() ? nullptr : &found->second;
    }
    const std::scoped_lock lock(own_mutex_);
    Group& group = groups_[name];
    if (group.subject.name.empty()) group.subject = {entry.path, name};
    return &group;
  }

  CacheKey key_of(const Entry& entry, const std::string& name) const {
    Sha256Hasher hasher;
    for (const std::string_view word : {std::string_view("streams 2"), std::string_view(recipe_),
                                        std::string_view(entry.origin ? entry.origin->sha256 : name),
                                        entry.origin ? std::string_view(target_) : std::string_view()})
      add_word(hasher, word);
    return {.kind = "streams", .name = hasher.finish().hex()};
  }

  void flush(Group& group) {
    if (!group.out) group.out = context_.cache().writer(group.key);
    for (const auto& [name, parts] : group.fresh) CachePack<2>::write(*group.out, name, parts);
    group.fresh.clear();
    group.held = 0;
  }

  void commit(Group& group) {
    flush(group);
    group.known.write(*group.out);
    group.out->commit();
    group.out.reset();
  }

  void recall(Group& group, CacheKey key) {
    if (std::exchange(group.recalled, true)) return;
    group.key = std::move(key);
    const auto kept = context_.cache().get(group.key);
    if (kept && !group.known.read(*kept)) context_.cache().drop(group.key);
  }

  const Context& context_;
  const std::string recipe_, target_;
  std::mutex own_mutex_;
  std::map<std::string, Group> groups_;  // by the digest of a wheel, or of an own file
};

}  // namespace daypack::detail
