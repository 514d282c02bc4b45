// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/cache_use.hpp>
#include <daypack/elf/inspect.hpp>
#include <daypack/impl/checks/binaries.ipp>
#include <daypack/run/ordered.hpp>

#include <optional>
#include <string>
#include <vector>

namespace daypack::detail {

// A file that begins like ELF, and what was read of it; nothing when it is damaged.
struct ElfFile {
  const Entry* entry = nullptr;
  std::optional<elf::Facts> facts = {};
  std::string_view root = {};  // the folder of the runtime that its path counts from
};

inline std::optional<CacheKey> elf_facts_key(const Entry& entry) {
  const auto name = content_name(entry);
  return name ? std::optional(CacheKey{.kind = "elf", .name = *name}) : std::nullopt;
}

inline std::optional<elf::Facts> elf_facts_of(const Entry& entry, const Context& context) {
  const auto key = context.has_cache() ? elf_facts_key(entry) : std::nullopt;
  if (key) {
    const auto kept = context.cache().get(*key);
    auto facts = kept ? elf::parse_facts(kept->text()) : std::nullopt;
    tell_cache_use(context, *key, CacheSubject::of(entry, key->name), CacheCount::one(facts.has_value()));
    if (facts) return facts;
  }
  auto facts = elf::inspect(read_content(entry).bytes);
  if (key && facts) context.cache().put(*key, as_bytes(elf::text_of(*facts)));
  return facts;
}

inline void expect_elf_facts(const std::vector<ElfFile>& files, const Context& context) {
  std::vector<CacheKey> keys;
  for (const ElfFile& file : files) {
    if (const auto key = elf_facts_key(*file.entry)) keys.push_back(*key);
  }
  if (context.has_cache()) context.cache().expect(keys);
}

// The ELF files of a tree that lies in this folder when it runs, in its order.
inline std::vector<ElfFile> elf_files(const Tree& tree, std::string_view root, const Context& context) {
  static constexpr std::uint64_t window = std::uint64_t{64} << 20;
  const auto kinds = binary_kinds(tree, context);
  std::vector<ElfFile> files;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == BinaryKind::elf) files.push_back({.entry = &tree.entries()[i], .root = root});
  }
  expect_elf_facts(files, context);
  ordered(
      context.pool(), files.size(), [&](std::size_t i) { return size_of(files[i].entry->content); }, window,
      [&](std::size_t i) {
        context.check_stop();
        return elf_facts_of(*files[i].entry, context);
      },
      [&](std::size_t i, std::optional<elf::Facts> facts) { files[i].facts = std::move(facts); });
  return files;
}

}  // namespace daypack::detail
