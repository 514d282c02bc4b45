// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/detail/wheel_fault.hpp>
#include <daypack/detail/zip_member.hpp>
#include <daypack/wheel/install.hpp>
#include <daypack/wheel/metadata.hpp>
#include <daypack/wheel/record.hpp>
#include <daypack/wheel/scripts.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <array>
#include <ranges>
#include <set>
#include <utility>

namespace daypack {

namespace detail {

inline std::string_view first_component(std::string_view path) { return path.substr(0, path.find('/')); }

// Whether "Name-version.dist-info" is that of the wheel; old wheels keep dots and capitals.
inline bool folder_of(std::string_view folder, std::string_view suffix, const WheelName& wheel) {
  if (!folder.ends_with(suffix)) return false;
  folder.remove_suffix(suffix.size());
  const std::size_t dash = folder.rfind('-');
  if (dash == std::string_view::npos || normalised_name(folder.substr(0, dash)) != wheel.name) return false;
  const auto version = Version::parse(folder.substr(dash + 1));
  return version && version == Version::parse(wheel.version);
}

inline std::string dist_info_of(const zip::Reader& archive, const WheelName& wheel) {
  std::set<std::string_view> found;
  for (const zip::Member& member : archive.members()) {
    const auto top = first_component(member.name);
    if (top.size() < member.name.size() && top.ends_with(".dist-info")) found.insert(top);
  }
  if (found.empty()) throw Error(wheel_fault("a wheel has no .dist-info folder", {}, wheel.file));
  if (found.size() > 1) {
    throw Error(wheel_fault("a wheel has more than one .dist-info folder", listed(found | std::views::take(2)),
                            wheel.file));
  }
  if (!folder_of(*found.begin(), ".dist-info", wheel)) {
    throw Error(wheel_fault("the .dist-info folder is of another project or version than the wheel's name says",
                            *found.begin(), wheel.file));
  }
  return std::string(*found.begin());
}

inline MetadataHeaders headers_of(const OpenWheel& wheel, std::string_view file) {
  const std::string path = wheel.dist_info + '/' + std::string(file);
  const zip::Member* member = wheel.archive.find(path);
  if (!member) throw Error(wheel_fault("a wheel has no " + std::string(file), path, wheel.name.file));
  return MetadataHeaders::parse(wheel.archive.inflate(*member).text());
}

inline void check_metadata(const OpenWheel& wheel) {
  const MetadataHeaders headers = headers_of(wheel, "METADATA");
  const std::string path = wheel.dist_info + "/METADATA";
  if (normalised_name(headers.value("Name")) != wheel.name.name) {
    throw Error(wheel_fault("METADATA is of another project (got " + zip::printable(headers.value("Name")) +
                                ", expected " + wheel.name.name + ')',
                            path, wheel.name.file));
  }
  const auto version = Version::parse(headers.value("Version"));
  if (!version || version != Version::parse(wheel.name.version)) {
    throw Error(wheel_fault("METADATA is of another version (got " + zip::printable(headers.value("Version")) +
                                ", expected " + wheel.name.version + ')',
                            path, wheel.name.file));
  }
}

inline std::vector<std::string> check_wheel_version(const OpenWheel& wheel) {
  const std::string text(headers_of(wheel, "WHEEL").value("Wheel-Version"));
  const auto version = Version::parse(text);
  if (!version)
    throw Error(wheel_fault(
        "WHEEL does not say which format it has (got \"" + zip::printable(text) + "\", expected Wheel-Version: 1.0)",
        wheel.dist_info + "/WHEEL", wheel.name.file));
  if (Specifiers::parse(">=2").admit(*version)) {
    throw Error(wheel_fault("a wheel has a newer format than this program knows (got " + text + ", expected 1.x)",
                            wheel.dist_info + "/WHEEL", wheel.name.file,
                            "update daypack, or pin an older version of " + wheel.name.name));
  }
  if (Specifiers::parse(">1.0").admit(*version)) return {"has wheel format " + text + ", newer than 1.0; read as 1.0"};
  return {};
}

// Where a member goes.
enum class WheelPlace { root, script, headers, installer };
struct Destination {
  WheelPlace place = WheelPlace::root;
  std::string_view path;
};

class WheelInstaller {
 public:
  WheelInstaller(const OpenWheel& wheel, std::shared_ptr<const Distribution> origin, const InstallOptions& options)
      : wheel_(wheel), origin_(std::move(origin)), options_(options) {}

  InstalledWheel run() {
    installed_.entries.reserve(wheel_.archive.members().size());
    for (const zip::Member& member : wheel_.archive.members()) {
      if (!member.folder()) install(member);
    }
    if (const zip::Member* points = wheel_.archive.find(wheel_.dist_info + "/entry_points.txt")) {
      if (options_.scripts) install_entry_points(*points);
    }
    if (!options_.direct_url.empty()) add_text(wheel_.dist_info + "/direct_url.json", options_.direct_url, Mode::file);
    return std::move(installed_);
  }

 private:
  Destination destination_of(const zip::Member& member) const {
    static constexpr std::array<std::string_view, 6> described{"RECORD",    "RECORD.jws", "RECORD.p7s",
                                                               "INSTALLER", "REQUESTED",  "direct_url.json"};
    const std::string_view top = first_component(member.name);
    if (top == wheel_.dist_info) {
      const bool describes = std::ranges::find(described, member.name.substr(top.size() + 1)) != described.end();
      return {describes ? WheelPlace::installer : WheelPlace::root, member.name};
    }
    if (!folder_of(top, ".data", wheel_.name)) return {WheelPlace::root, member.name};
    const std::string_view inside = member.name.substr(std::min(top.size() + 1, member.name.size()));
    const std::string_view scheme = first_component(inside);
    const std::string_view path = inside.substr(std::min(scheme.size() + 1, inside.size()));
    if (!path.empty()) {
      if (scheme == "purelib" || scheme == "platlib" || scheme == "data") return {WheelPlace::root, path};
      if (scheme == "headers") return {WheelPlace::headers, path};
      if (scheme == "scripts" && path.find('/') == std::string_view::npos) return {WheelPlace::script, path};
    }
    throw Error(wheel_fault("a wheel has a file in a .data folder that the format does not know", member.name,
                            wheel_.name.file,
                            "expected purelib/, platlib/, data/, headers/, or scripts/ without folders in it"));
  }

  void install(const zip::Member& member) {
    if (member.symlink())
      throw Error(
          wheel_fault("a wheel has a symbolic link, which the format does not allow", member.name, wheel_.name.file));
    const Destination to = destination_of(member);
    switch (to.place) {
      case WheelPlace::root:
        return add(to.path, member);
      case WheelPlace::headers:
        return leave_out(member, "headers", "C headers are for building, not for running");
      case WheelPlace::installer:
        return leave_out(member, "installer", "describes an installation on a disk; a package is none");
      case WheelPlace::script:
        break;
    }
    if (!options_.scripts) return leave_out(member, "scripts", "a function is not called by its scripts");
    add_text("bin/" + std::string(to.path), with_portable_shebang(wheel_.archive.inflate(member).text()),
             Mode::executable);
  }

  void add(std::string_view path, const zip::Member& member) {
    if (path.ends_with(".pth") && path.find('/') == std::string_view::npos) note_pth(path, member);
    installed_.entries.push_back(
        {.path = std::string(path),
         .mode = member.executable() ? Mode::executable : Mode::file,
         .content = zip_member(member, options_.trusted),
         .origin = origin_});
  }

  void add_text(std::string path, std::string text, Mode mode) {
    Entry entry = text_entry(std::move(path), std::move(text), mode);
    entry.origin = origin_;
    installed_.entries.push_back(std::move(entry));
  }

  void leave_out(const zip::Member& member, std::string rule, std::string note) {
    installed_.ledger.push_back({.change = Change::removed,
                                 .path = std::string(member.name),
                                 .bytes = member.size,
                                 .compressed = member.data.size(),
                                 .distribution = wheel_.name.name,
                                 .rule = "install: " + rule,
                                 .note = std::move(note)});
  }

  // Lines of a .pth that begin with "import" run whenever Python starts with this folder as a site folder.
  void note_pth(std::string_view path, const zip::Member& member) {
    installed_.ledger.push_back({.change = Change::kept,
                                 .path = std::string(path),
                                 .bytes = member.size,
                                 .bytes_after = member.size,
                                 .compressed = member.data.size(),
                                 .distribution = wheel_.name.name,
                                 .rule = "install: pth",
                                 .note = "runs at start-up where this folder is a site folder"});
  }

  void install_entry_points(const zip::Member& points) {
    for (const ConsoleScript& script : console_scripts(wheel_.archive.inflate(points).text(), wheel_.name.file)) {
      add_text("bin/" + script.name, script_text(script), Mode::executable);
    }
  }

  const OpenWheel& wheel_;
  std::shared_ptr<const Distribution> origin_;
  InstallOptions options_;
  InstalledWheel installed_;
};

}  // namespace detail

DAYPACK_DECL OpenWheel open_wheel(Blob bytes, const std::string& file) {
  OpenWheel wheel{.name = WheelName::parse(file), .archive = {}, .dist_info = {}};
  try {
    wheel.archive = zip::Reader::of(bytes, file);
  } catch (const Error&) {
    zip::Reader probe;
    const zip::Problem problem = probe.open(std::move(bytes));
    if (!zip::is_unsafe_name(problem.fault)) throw;
    throw Error(Errc::unsafe_path, "a wheel has a file that would leave its folder", problem.member + " (" + file + ")",
                "do not install this file: no honest tool makes such a wheel");
  }
  wheel.dist_info = detail::dist_info_of(wheel.archive, wheel.name);
  return wheel;
}

DAYPACK_DECL std::vector<std::string> check_wheel(const OpenWheel& wheel, Pool& pool) {
  auto remarks = detail::check_wheel_version(wheel);
  detail::check_metadata(wheel);
  check_record(wheel.archive, wheel.dist_info, wheel.name.file, pool);
  return remarks;
}

DAYPACK_DECL InstalledWheel install_wheel(const OpenWheel& wheel, std::shared_ptr<const Distribution> origin,
                                          const InstallOptions& options) {
  return detail::WheelInstaller(wheel, std::move(origin), options).run();
}

}  // namespace daypack
