// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/report/diff.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace daypack {

namespace detail {

using MembersByName = std::map<std::string_view, const zip::Member*>;

inline MembersByName files_by_name(const zip::Reader& archive) {
  MembersByName files;
  for (const zip::Member& member : archive.members()) {
    if (!member.folder()) files.emplace(member.name, &member);
  }
  return files;
}

// What differs of one path that both have; nothing when all is equal.
inline std::optional<PackageDiff::Kind> difference_of(const zip::Reader& archive_a, const zip::Member& a,
                                                      const zip::Reader& archive_b, const zip::Member& b) {
  using Kind = PackageDiff::Kind;
  const bool same_stream = a.method == b.method && std::ranges::equal(a.data.bytes, b.data.bytes);
  if (a.size != b.size || a.crc32 != b.crc32) return Kind::changed;
  if (!same_stream && archive_a.inflate(a).text() != archive_b.inflate(b).text()) return Kind::changed;
  if (a.executable() != b.executable() || a.symlink() != b.symlink()) return Kind::mode;
  return same_stream ? std::nullopt : std::optional(Kind::recompressed);
}

inline PackageDiff::Item diff_item(PackageDiff::Kind kind, const zip::Member* before, const zip::Member* after) {
  PackageDiff::Item item{.kind = kind, .path = std::string((before ? before : after)->name)};
  if (before) item.size_before = before->size, item.compressed_before = before->data.size();
  if (after) item.size_after = after->size, item.compressed_after = after->data.size();
  return item;
}

inline bool is_reordered(const zip::Reader& before, const zip::Reader& after) {
  std::vector<std::string_view> a, b;
  for (const zip::Member& member : before.members()) {
    if (after.find(member.name)) a.push_back(member.name);
  }
  for (const zip::Member& member : after.members()) {
    if (before.find(member.name)) b.push_back(member.name);
  }
  return a != b;
}

inline void name_distributions(std::vector<PackageDiff::Item>& items, const Manifest& before, const Manifest& after) {
  std::map<std::string_view, std::string_view> owners;
  for (const Manifest* manifest : {&after, &before}) {
    for (const Manifest::Item& item : manifest->items) owners.emplace(item.path, item.distribution);
  }
  for (PackageDiff::Item& item : items) {
    if (const auto owner = owners.find(item.path); owner != owners.end()) item.distribution = owner->second;
  }
}

inline std::vector<PackageDiff::Pin> differing_pins(const Manifest& before, const Manifest& after) {
  std::map<std::string_view, std::array<const Distribution*, 2>> both;
  for (const Distribution& one : before.distributions) both[one.name][0] = &one;
  for (const Distribution& one : after.distributions) both[one.name][1] = &one;
  std::vector<PackageDiff::Pin> pins;
  for (const auto& [name, sides] : both) {
    const auto& [a, b] = sides;
    if (a && b && a->version == b->version && a->file == b->file && a->sha256 == b->sha256) continue;
    PackageDiff::Pin pin{.name = std::string(name)};
    if (a) pin.before = a->version, pin.wheel_before = a->file;
    if (b) pin.after = b->version, pin.wheel_after = b->file;
    pins.push_back(std::move(pin));
  }
  return pins;
}

inline std::vector<PackageDiff::Setting> differing_settings(const Manifest& before, const Manifest& after) {
  std::vector<PackageDiff::Setting> settings{
      {"backend", before.backend, after.backend}, {"python", before.python, after.python},
      {"arch", before.arch, after.arch},          {"handler", before.handler, after.handler},
      {"codec", before.codec, after.codec},       {"level", std::to_string(before.level), std::to_string(after.level)},
  };
  std::erase_if(settings, [](const PackageDiff::Setting& one) { return one.before == one.after; });
  return settings;
}

// "3 added, 1 changed", in the order of the kinds.
inline std::string kinds_words(const std::map<PackageDiff::Kind, std::size_t>& counts) {
  static constexpr std::array<std::string_view, 5> words{"added", "removed", "changed", "with another mode",
                                                         "deflated otherwise"};
  return listed(counts, ", ", [](const std::pair<const PackageDiff::Kind, std::size_t>& one) {
    return std::to_string(one.second) + ' ' + std::string(words[static_cast<std::size_t>(one.first)]);
  });
}

// "numpy 2.2.6 -> 2.3.0", "six 1.17.0 is new", "six 1.17.0, another wheel", "six, the same wheel".
inline std::string pin_words(const std::string& name, const PackageDiff::Pin* pin) {
  if (!pin) return name + ", the same wheel";
  if (pin->before.empty()) return name + ' ' + pin->after + " is new";
  if (pin->after.empty()) return name + ' ' + pin->before + " is gone";
  if (pin->before == pin->after) return name + ' ' + pin->after + ", another wheel";
  return name + ' ' + pin->before + " -> " + pin->after;
}

}  // namespace detail

DAYPACK_DECL PackageDiff diff(const zip::Reader& before, const zip::Reader& after, const Manifest* manifest_before,
                              const Manifest* manifest_after) {
  using Kind = PackageDiff::Kind;
  const auto old_files = detail::files_by_name(before), new_files = detail::files_by_name(after);
  PackageDiff found{.reordered = detail::is_reordered(before, after)};
  for (const auto& [name, member] : old_files) {
    const auto other = new_files.find(name);
    if (other == new_files.end()) {
      found.items.push_back(detail::diff_item(Kind::removed, member, nullptr));
    } else if (const auto kind = detail::difference_of(before, *member, after, *other->second)) {
      found.items.push_back(detail::diff_item(*kind, member, other->second));
    }
  }
  for (const auto& [name, member] : new_files) {
    if (!old_files.contains(name)) found.items.push_back(detail::diff_item(Kind::added, nullptr, member));
  }
  std::ranges::sort(found.items, {}, &PackageDiff::Item::path);
  if (!manifest_before || !manifest_after) return found;
  found.has_manifests = true;
  detail::name_distributions(found.items, *manifest_before, *manifest_after);
  found.distributions = detail::differing_pins(*manifest_before, *manifest_after);
  found.settings = detail::differing_settings(*manifest_before, *manifest_after);
  return found;
}

DAYPACK_DECL std::vector<std::string> reasons(const PackageDiff& difference) {
  std::vector<std::string> lines;
  for (const auto& [name, before, after] : difference.settings) {
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
    lines.push_back(std::string(name) + ' ' + shown(before) + " -> " + shown(after));
  }
  std::map<std::string, std::map<PackageDiff::Kind, std::size_t>> counts;
  for (const PackageDiff::Item& item : difference.items) ++counts[item.distribution][item.kind];
  for (const PackageDiff::Pin& pin : difference.distributions) counts[pin.name];
  for (const auto& [name, kinds] : counts) {
    const auto pin = std::ranges::find(difference.distributions, name, &PackageDiff::Pin::name);
    const std::string who = !difference.has_manifests ? "entries"
                            : name.empty()
                                ? "your own files"
                                : detail::pin_words(name, pin == difference.distributions.end() ? nullptr : &*pin);
    lines.push_back(kinds.empty() ? who : who + ": " + detail::kinds_words(kinds));
  }
  if (difference.reordered) lines.push_back("the entries stand in another order");
  return lines;
}

}  // namespace daypack
