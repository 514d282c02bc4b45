// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/cache_use.hpp>
#include <daypack/impl/checks/binaries.ipp>
#include <daypack/run/ordered.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/stages/strip.hpp>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace daypack {

namespace detail {

// Part of every key: grows when elf::strip() gives other bytes for the same file.
inline constexpr std::string_view strip_version = "1";

// A file of which nothing is taken out has its streams copied; that is worth more than these.
inline constexpr std::uint64_t strip_least = 4096;

inline constexpr std::string_view strip_stays = "stays:";  // before the reason, in the place of a result

inline elf::Stripped stripped_of(const Blob& kept) {
  if (!kept.text().starts_with(strip_stays)) return {.file = kept};
  return {.reason = std::string(kept.text().substr(strip_stays.size()))};
}

// By the wheel's digest where it is known, which needs no inflating, else by that of the bytes.
inline CacheKey strip_key(const std::string& content, elf::Discard what) {
  return {.kind = "strip", .name = content + '-' + std::string(to_string(what)) + '-' + std::string(strip_version)};
}

// As Owned has it.
inline std::string stripped_name(const Entry& entry, elf::Discard what) {
  const auto content = content_name(entry);
  return content ? "stripped-" + strip_key(*content, what).name : "";
}

inline elf::Stripped strip_entry(const Entry& entry, elf::Discard what, const Context& context) {
  if (!context.has_cache()) return elf::strip(read_content(entry), what, strip_least);
  Blob content;
  const auto name = content_name(entry);
  if (!name) content = read_content(entry);
  const CacheKey key = strip_key(name ? *name : sha256_of(content.bytes).hex(), what);
  const auto kept = context.cache().get(key);
  tell_cache_use(context, key, CacheSubject::of(entry, key.name), CacheCount::one(kept.has_value()),
                 "strip " + std::string(to_string(what)));
  if (kept) return stripped_of(*kept);
  if (name) content = read_content(entry);
  const elf::Stripped stripped = elf::strip(content, what, strip_least);
  const auto out = context.cache().writer(key);
  out->write(stripped.ok() ? stripped.file.bytes : as_bytes(std::string(strip_stays) + stripped.reason));
  return stripped_of(out->commit());  // a mapped file: no memory of this process is held by results
}

inline void expect_stripped(std::span<const Entry> entries, const std::vector<std::size_t>& files, elf::Discard what,
                            const Context& context) {
  std::vector<CacheKey> keys;
  for (const std::size_t i : files) {
    if (const auto name = content_name(entries[i])) keys.push_back(strip_key(*name, what));
  }
  if (context.has_cache()) context.cache().expect(keys);
}

inline LedgerLine strip_line(const Entry& entry, const elf::Stripped& stripped, elf::Discard what) {
  const std::uint64_t bytes = size_of(entry.content);
  return {.change = stripped.ok() ? Change::rewritten : Change::kept,
          .path = entry.path,
          .bytes = bytes,
          .bytes_after = stripped.ok() ? stripped.file.size() : bytes,
          .compressed = compressed_size_of(entry.content),
          .distribution = entry.origin->name,
          .rule = "strip",
          .note = stripped.ok() ? std::string(to_string(what)) : stripped.reason};
}

}  // namespace detail

DAYPACK_DECL Tree Strip::operator()(const Tree& tree, Context& context) const {
  static constexpr std::uint64_t window = std::uint64_t{64} << 20;
  const auto kinds = detail::binary_kinds(tree, context);
  std::vector<Entry> entries(tree.begin(), tree.end());
  std::vector<std::size_t> files;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == detail::BinaryKind::elf && entries[i].origin) files.push_back(i);
  }
  detail::expect_stripped(entries, files, what, context);
  Ledger lines;
  std::size_t smaller = 0;
  std::uint64_t saved = 0;
  ordered(
      context.pool(), files.size(), [&](std::size_t i) { return size_of(tree.entries()[files[i]].content); }, window,
      [&](std::size_t i) {
        context.check_stop();
        return detail::strip_entry(tree.entries()[files[i]], what, context);
      },
      [&](std::size_t i, elf::Stripped stripped) {
        context.advance(i + 1, files.size(), "files");
        Entry& entry = entries[files[i]];
        if (!stripped.ok() && stripped.reason.empty()) return;
        lines.push_back(detail::strip_line(entry, stripped, what));
        if (!stripped.ok()) return context.note(entry.path, "is not stripped: " + stripped.reason);
        ++smaller;
        saved += lines.back().bytes - lines.back().bytes_after;
        entry.content = Owned{std::move(stripped.file), detail::stripped_name(tree.entries()[files[i]], what)};
      });
  context.note("strip", "made " + std::to_string(smaller) + (smaller == 1 ? " file " : " files ") +
                            std::to_string(saved) + " bytes smaller");
  return Tree::of(std::move(entries), tree.ledger()).with_ledger(std::move(lines));
}

}  // namespace daypack
