// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/zip/reader_directory.ipp>
#include <daypack/impl/zip/reader_end.ipp>
#include <daypack/impl/zip/reader_local.ipp>
#include <daypack/impl/zip/reader_tree.ipp>
#include <daypack/zip/inflate.hpp>
#include <daypack/zip/reader.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace daypack::zip {

namespace detail {

inline std::string got_expected(std::uint64_t got, std::uint64_t limit) {
  return "got " + std::to_string(got) + ", expected at most " + std::to_string(limit);
}

// One more member of this size. Keeps the sum below the limit, so it cannot overflow.
inline Problem check_limits(const Limits& limits, std::uint64_t size, std::uint64_t archive, std::uint64_t& total) {
  if (size > limits.member_size) return {Fault::too_large, {}, got_expected(size, limits.member_size)};
  if (size > limits.total_size - total)
    return {Fault::total_too_large, {}, "expected at most " + std::to_string(limits.total_size)};
  total += size;
  const std::uint64_t ratio = std::max<std::uint64_t>(1, limits.ratio);
  if (total / ratio > archive || (total / ratio == archive && total % ratio != 0))
    return {Fault::ratio_too_high, {}, "expected at most " + std::to_string(ratio)};
  return {};
}

// The members and where each of them ends.
inline Problem read_members(const Blob& archive, const Directory& directory, const ReadOptions& options, Names& names,
                            std::vector<Member>& members) {
  const bool strict = options.profile == Profile::strict;
  std::vector<std::uint64_t> ends;
  members.reserve(directory.members);  // read_end has seen that the file is large enough for so many
  ends.reserve(directory.members);
  std::uint64_t at = directory.offset, total = 0;
  const std::uint64_t directory_end = directory.offset + directory.size;
  for (std::uint64_t i = 0; i < directory.members; ++i) {
    Central central;
    std::uint64_t end = 0;
    Problem problem{read_central(archive.bytes, at, directory_end, strict, names, central)};
    if (!problem) problem = check_limits(options.limits, central.member.size, archive.size(), total);
    if (!problem) problem.fault = read_local(archive, directory, strict, central, end);
    if (problem) return {problem.fault, printable(central.member.name), std::move(problem.detail)};
    ends.push_back(end);
    members.push_back(std::move(central.member));
  }
  if (at != directory_end) return {Fault::directory_count};
  return check_ranges(members, ends, directory.offset, strict);
}

struct MethodName {
  std::uint16_t method;
  std::string_view name;
};

inline constexpr std::array<MethodName, 13> method_names{{{0, "stored"},
                                                          {1, "shrunk"},
                                                          {6, "imploded"},
                                                          {8, "deflated"},
                                                          {9, "deflate64"},
                                                          {12, "bzip2"},
                                                          {14, "lzma"},
                                                          {20, "zstd"},  // the number before 93
                                                          {93, "zstd"},
                                                          {94, "mp3"},
                                                          {95, "xz"},
                                                          {98, "ppmd"},
                                                          {99, "aes"}}};

}  // namespace detail

DAYPACK_DECL Problem Reader::open(Blob archive, const ReadOptions& options) {
  *this = Reader();
  detail::Directory directory;
  const bool strict = options.profile == Profile::strict;
  if (const Fault fault = detail::read_end(archive.bytes, strict, directory); fault != Fault::none) return {fault};
  const std::uint64_t most = std::min<std::uint64_t>(options.limits.members, UINT32_MAX);
  if (directory.members > most) return {Fault::too_many_members, {}, detail::got_expected(directory.members, most)};
  auto names = std::make_shared<detail::Names>();
  std::vector<Member> members;
  if (Problem problem = detail::read_members(archive, directory, options, *names, members)) return problem;
  std::vector<std::uint32_t> by_name = detail::sorted_by_name(members, {});
  if (Problem problem = detail::check_names(members, by_name)) return problem;
  if (Problem problem = options.refuse_case_clash ? detail::check_case(members) : Problem{}) return problem;
  members_ = std::move(members);
  by_name_ = std::move(by_name);
  names_ = std::move(names);
  return {};
}

DAYPACK_DECL Reader Reader::of(Blob archive, std::string name, const ReadOptions& options) {
  Reader reader;
  if (const Problem problem = reader.open(std::move(archive), options)) throw_problem(problem, name);
  reader.name_ = std::move(name);
  return reader;
}

DAYPACK_DECL const Member* Reader::find(std::string_view name) const {
  const auto plain = [&](std::uint32_t i) { return detail::without_slash(members_[i].name); };
  const auto at = std::ranges::lower_bound(by_name_, detail::without_slash(name), detail::PathOrder{}, plain);
  return at != by_name_.end() && members_[*at].name == name ? &members_[*at] : nullptr;
}

DAYPACK_DECL Problem Reader::refusal(const Member& member) {
  if (member.encrypted()) return {Fault::encrypted, printable(member.name)};
  const bool known = member.method == method_stored || member.deflated();
  if (!known) return {Fault::unsupported_method, printable(member.name), "got " + method_name(member.method)};
  return {};
}

DAYPACK_DECL Fault Reader::inflate(const Member& member, Blob& out) {
  if (const Problem problem = refusal(member)) return problem.fault;
  return unpack(member.data, member.deflated(), member.size, member.crc32, out);
}

DAYPACK_DECL Fault Reader::inflate_to(const Member& member, const Sink& out) {
  if (const Problem problem = refusal(member)) return problem.fault;
  return unpack(member.data, member.deflated(), member.size, member.crc32, out);
}

DAYPACK_DECL Blob Reader::inflate(const Member& member) const {
  if (const Problem problem = refusal(member)) throw_problem(problem, name_);
  Blob content;
  if (const Fault fault = inflate(member, content); fault != Fault::none)
    throw_problem({fault, printable(member.name), {}}, name_);
  return content;
}

DAYPACK_DECL std::string method_name(std::uint16_t method) {
  const auto found = std::ranges::find(detail::method_names, method, &detail::MethodName::method);
  return found != detail::method_names.end() ? std::string(found->name) : "method " + std::to_string(method);
}

DAYPACK_DECL daypack::Fault error_of(const Problem& problem, const std::string& archive) {
  const bool over = is_over_limit(problem.fault), whole = problem.member.empty();
  const bool beyond = problem.fault == Fault::encrypted || problem.fault == Fault::unsupported_method;
  std::string subject = whole ? archive : problem.member + " (" + archive + ")";
  if (!problem.detail.empty()) subject += " (" + problem.detail + ")";
  return {.code = over ? Errc::over_limit : Errc::damaged_zip,
          .message = (whole ? "a zip " : "a member of a zip ") + std::string(words_of(problem.fault)),
          .subject = std::move(subject),
          .hint = over     ? "raise the limit if the archive is honest"
                  : beyond ? "take another tool for this one: here stored and deflated members are read, unencrypted"
                           : "get the archive again; if that does not help, report it to whoever made it"};
}

DAYPACK_DECL void throw_problem(const Problem& problem, const std::string& archive) {
  throw Error(error_of(problem, archive));
}

}  // namespace daypack::zip
