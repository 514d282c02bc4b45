// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/zip/fault.hpp>
#include <daypack/zip/name.hpp>
#include <daypack/zip/reader.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

// What members must be to each other: one tree, in ranges of their own.
namespace daypack::zip::detail {

inline std::string_view without_slash(std::string_view name) {
  return name.substr(0, name.size() - (name.ends_with('/') ? 1 : 0));
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Orders paths so that what lies in a folder comes right after the folder: '/' is the lowest of all characters.
struct PathOrder {
  bool fold = false;  // letters of ASCII in any case are one

  int compare(char a, char b) const {
    const auto rank = [this](char c) { return c == '/' ? 0 : static_cast<unsigned char>(fold ? lower(c) : c); };
    return rank(a) - rank(b);
  }
  bool operator()(std::string_view a, std::string_view b) const {
    const std::size_t shared = std::min(a.size(), b.size());
    std::size_t i = 0;
    while (i + 8 <= shared && std::memcmp(a.data() + i, b.data() + i, 8) == 0) i += 8;  // names share long beginnings
    for (; i < shared; ++i) {
      if (const int order = compare(a[i], b[i]); order != 0) return order < 0;
    }
    return a.size() < b.size();
  }
};

inline std::vector<std::uint32_t> sorted_by_name(std::span<const Member> members, PathOrder order) {
  std::vector<std::uint32_t> indices(members.size());
  std::iota(indices.begin(), indices.end(), 0U);
  std::ranges::sort(indices, order, [&](std::uint32_t i) { return without_slash(members[i].name); });
  return indices;
}

// A name that stands twice, and a file in which another member would lie: both are neighbours in the order.
inline Problem check_names(std::span<const Member> members, std::span<const std::uint32_t> by_name) {
  for (std::size_t k = 1; k < by_name.size(); ++k) {
    const Member &before = members[by_name[k - 1]], &member = members[by_name[k]];
    const std::string_view name = without_slash(member.name), last = without_slash(before.name);
    if (name == last) {
      const bool both = member.folder() != before.folder();
      return {both ? Fault::file_as_folder : Fault::duplicate_name, printable(name)};
    }
    const bool inside = name.size() > last.size() && name.starts_with(last) && name[last.size()] == '/';
    if (inside && !before.folder()) return {Fault::file_as_folder, printable(last)};
  }
  return {};
}

// Whether the first component that differs between two paths does so in the case of letters alone.
inline bool case_clash(std::string_view a, std::string_view b) {
  const auto differs = std::ranges::mismatch(a, b);
  const auto at = static_cast<std::size_t>(differs.in1 - a.begin());
  const std::size_t begin = a.substr(0, at).rfind('/') + 1;  // npos + 1 is 0
  const std::string_view left = a.substr(begin, a.find('/', at) - begin),
                         right = b.substr(begin, b.find('/', at) - begin);
  return left != right && std::ranges::equal(left, right, {}, lower, lower);
}

inline Problem check_case(std::span<const Member> members) {
  const std::vector<std::uint32_t> order = sorted_by_name(members, {.fold = true});
  for (std::size_t k = 1; k < order.size(); ++k) {
    const std::string_view name = without_slash(members[order[k]].name);
    const std::string_view last = without_slash(members[order[k - 1]].name);
    if (case_clash(last, name)) return {Fault::case_clash, printable(name), "the other one is " + printable(last)};
  }
  return {};
}

// Local headers and data must lie in [0, directory) without overlap and, strict, without gap. `ends` are where each
// member ends.
inline Problem check_ranges(std::span<const Member> members, std::span<const std::uint64_t> ends,
                            std::uint64_t directory, bool strict) {
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto offset = [&](std::uint32_t i) { return members[i].header_offset; };
  if (!std::ranges::is_sorted(order, {}, offset)) std::ranges::sort(order, {}, offset);
  std::uint64_t end = 0;
  for (std::uint32_t i : order) {
    if (offset(i) < end) return {Fault::overlap, printable(members[i].name)};
    if (strict && offset(i) > end) return {Fault::gap, printable(members[i].name)};
    end = ends[i];
  }
  return strict && end != directory ? Problem{Fault::gap} : Problem{};
}

}  // namespace daypack::zip::detail
