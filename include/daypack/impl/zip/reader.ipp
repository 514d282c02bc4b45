// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/zip/reader_directory.ipp>
#include <daypack/impl/zip/reader_end.ipp>
#include <daypack/zip/inflate.hpp>
#include <daypack/zip/reader.hpp>

#include <algorithm>
#include <numeric>

namespace daypack::zip {

namespace detail {

inline std::string_view without_slash(std::string_view name) {
  return name.substr(0, name.size() - (name.ends_with('/') ? 1 : 0));
}

// A name that stands twice, and a file in which another member would lie. Sorted names of files meet what lies in them
// next but for names between "a" and "a/", so each folder of a name is looked up.
inline Problem check_names(std::span<const Member> members, std::span<const std::uint32_t> by_name) {
  const auto plain = [&](std::uint32_t i) { return without_slash(members[i].name); };
  const auto is_file = [&](std::string_view name) {
    const auto at = std::ranges::lower_bound(by_name, name, {}, plain);
    return at != by_name.end() && plain(*at) == name && !members[*at].folder();
  };
  std::string_view last;
  for (std::size_t k = 0; k < by_name.size(); ++k) {
    const std::string_view name = plain(by_name[k]);
    if (k > 0 && name == last) {
      const bool both = members[by_name[k]].folder() != members[by_name[k - 1]].folder();
      return {both ? Fault::file_as_folder : Fault::duplicate_name, printable(name)};
    }
    for (std::size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/', slash + 1)) {
      if (last.starts_with(name.substr(0, slash + 1))) continue;  // looked up with the name before
      if (is_file(name.substr(0, slash))) return {Fault::file_as_folder, printable(name.substr(0, slash))};
    }
    last = name;
  }
  return {};
}

// Local headers and data must fill [0, directory) without overlap or gap. `ends` are where each member ends.
inline Problem check_ranges(std::span<const Member> members, std::span<const std::uint64_t> ends,
                            std::uint64_t directory) {
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto offset = [&](std::uint32_t i) { return members[i].header_offset; };
  if (!std::ranges::is_sorted(order, {}, offset)) std::ranges::sort(order, {}, offset);
  std::uint64_t end = 0;
  for (std::uint32_t i : order) {
    if (offset(i) < end) return {Fault::overlap, printable(members[i].name)};
    if (offset(i) > end) return {Fault::gap, printable(members[i].name)};
    end = ends[i];
  }
  return end == directory ? Problem{} : Problem{Fault::gap, {}};
}

// The members and where each of them ends.
inline Problem read_members(const Blob& archive, const Directory& directory, const Limits& limits,
                            std::vector<Member>& members) {
  std::vector<std::uint64_t> ends;
  members.reserve(directory.members);  // read_end has seen that the file is large enough for so many
  ends.reserve(directory.members);
  std::uint64_t at = directory.offset, total = 0;
  const std::uint64_t directory_end = directory.offset + directory.size;
  for (std::uint64_t i = 0; i < directory.members; ++i) {
    Central central;
    std::uint64_t end = 0;
    Fault fault = read_central(archive.bytes, at, directory_end, central);
    if (fault == Fault::none && central.member.size > std::min(limits.member_size, limits.total_size - total))
      fault = Fault::too_large;
    if (fault == Fault::none) fault = read_local(archive, directory.offset, central, end);
    if (fault != Fault::none) return {fault, printable(central.member.name)};
    total += central.member.size;
    ends.push_back(end);
    members.push_back(std::move(central.member));
  }
  if (at != directory_end) return {Fault::directory_count};
  return check_ranges(members, ends, directory.offset);
}

inline std::vector<std::uint32_t> sorted_by_name(std::span<const Member> members) {
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t i) { return without_slash(members[i].name); });
  return order;
}

}  // namespace detail

DAYPACK_DECL Problem Reader::open(Blob archive, const Limits& limits) {
  *this = Reader();
  detail::Directory directory;
  if (const Fault fault = detail::read_end(archive.bytes, directory); fault != Fault::none) return {fault};
  if (directory.members > std::min<std::uint64_t>(limits.members, UINT32_MAX)) return {Fault::too_many_members};
  std::vector<Member> members;
  if (Problem problem = detail::read_members(archive, directory, limits, members)) return problem;
  std::vector<std::uint32_t> by_name = detail::sorted_by_name(members);
  if (Problem problem = detail::check_names(members, by_name)) return problem;
  members_ = std::move(members);
  by_name_ = std::move(by_name);
  return {};
}

DAYPACK_DECL Reader Reader::of(Blob archive, std::string name, const Limits& limits) {
  Reader reader;
  if (const Problem problem = reader.open(std::move(archive), limits)) throw_problem(problem, name);
  reader.name_ = std::move(name);
  return reader;
}

DAYPACK_DECL const Member* Reader::find(std::string_view name) const {
  const auto plain = [&](std::uint32_t i) { return detail::without_slash(members_[i].name); };
  const auto at = std::ranges::lower_bound(by_name_, detail::without_slash(name), {}, plain);
  return at != by_name_.end() && members_[*at].name == name ? &members_[*at] : nullptr;
}

DAYPACK_DECL Fault Reader::inflate(const Member& member, Blob& out) {
  return unpack(member.data, member.deflated(), member.size, member.crc32, out);
}

DAYPACK_DECL Blob Reader::inflate(const Member& member) const {
  Blob content;
  if (const Fault fault = inflate(member, content); fault != Fault::none)
    throw_problem({fault, std::string(member.name)}, name_);
  return content;
}

DAYPACK_DECL void throw_problem(const Problem& problem, const std::string& archive) {
  const bool over = problem.fault == Fault::too_many_members || problem.fault == Fault::too_large;
  const bool whole = problem.member.empty();
  throw Error(over ? Errc::over_limit : Errc::damaged_zip,
              (whole ? "a zip " : "a member of a zip ") + std::string(words_of(problem.fault)),
              whole ? archive : problem.member + " (" + archive + ")",
              over ? "raise the limit if the archive is honest"
                   : "get the archive again; if that does not help, report it to whoever made it");
}

}  // namespace daypack::zip
