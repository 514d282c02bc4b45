// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/zip/extract_folder.ipp>
#include <daypack/impl/zip/reader_tree.ipp>
#include <daypack/zip/extract.hpp>
#include <daypack/zip/reader.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// What an extraction will make, judged before anything is written.
namespace daypack::zip::detail {

struct ExtractLink {
  std::string_view name = {};
  std::string target = {};
};

// All sorted by name.
struct ExtractPlan {
  std::vector<const Member*> files = {};
  std::vector<ExtractLink> links = {};
  std::set<std::string_view> folders = {};  // also those that no member names; a folder before what lies in it
};

inline constexpr std::uint64_t longest_target = 4095;  // PATH_MAX of Linux, less the NUL

// Why a link may not be made, or nothing. Its target may climb first, as far as the root, and then descend: after a
// descent ".." could start from wherever another link leads.
inline std::string_view unsafe_target_reason(std::string_view name, std::string_view target) {
  if (target.empty()) return "has no target";
  if (target.find('\0') != std::string_view::npos) return "has a target with a NUL";
  if (target.starts_with('/')) return "leads to an absolute path";
  auto climb = std::ranges::count(name, '/');
  bool descended = false;
  for (std::size_t begin = 0; begin < target.size();) {
    const std::size_t end = std::min(target.find('/', begin), target.size());
    const std::string_view part = target.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      descended = true;
      continue;
    }
    if (descended) return "climbs after it has descended";
    if (climb-- == 0) return "leads out of the folder";
  }
  return {};
}

inline void add_folders(std::set<std::string_view>& folders, std::string_view path) {
  while (!path.empty() && folders.insert(path).second) path = parent_of(path);
}

inline void add_link(ExtractPlan& plan, const Reader& reader, const Member& member,
                     std::vector<daypack::Fault>& faults) {
  Blob target;
  const bool too_long = member.size > longest_target;
  const Fault fault = too_long ? Fault::none : Reader::inflate(member, target);
  if (fault != Fault::none) {
    faults.push_back(error_of({fault, printable(member.name), {}}, reader.name()));
    return;
  }
  const auto reason = too_long ? "has a target that is too long" : unsafe_target_reason(member.name, target.text());
  if (reason.empty()) {
    plan.links.push_back({member.name, std::string(target.text())});
    return;
  }
  faults.push_back({.code = Errc::unsafe_path,
                    .message = "a link of a zip " + std::string(reason),
                    .subject = printable(member.name) + " (" + reader.name() + ", got " +
                               (too_long ? std::to_string(member.size) + " bytes" : printable(target.text())) + ")",
                    .hint = "leave this member out"});
}

inline ExtractPlan plan_of(const Reader& reader, const ExtractOptions& options) {
  ExtractPlan plan;
  std::vector<daypack::Fault> faults;
  for (const Member& member : reader.members()) {
    if (options.wanted && !options.wanted(member.name)) continue;
    if (member.folder()) {
      if (member.name != "./") add_folders(plan.folders, without_slash(member.name));
      continue;
    }
    add_folders(plan.folders, parent_of(member.name));
    if (const Problem problem = Reader::refusal(member)) {
      faults.push_back(error_of(problem, reader.name()));
    } else if (member.symlink()) {
      add_link(plan, reader, member, faults);
    } else {
      plan.files.push_back(&member);
    }
  }
  throw_collected(std::move(faults), "some members cannot be extracted");
  std::ranges::sort(plan.files, {}, &Member::name);
  std::ranges::sort(plan.links, {}, &ExtractLink::name);
  return plan;
}

}  // namespace daypack::zip::detail
