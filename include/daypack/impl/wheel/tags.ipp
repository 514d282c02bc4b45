// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/python.hpp>
#include <daypack/wheel/tags.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace daypack {

namespace detail {

// "cp312" as ("cp", 3, 12), "py3" as ("py", 3, none).
struct PythonTag {
  std::string_view implementation = {};
  int major = 0;
  std::optional<int> minor = {};
};

inline std::optional<int> tag_number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool canonical = digits == "0" || !digits.starts_with('0');
  return !digits.empty() && error == std::errc() && end == digits.data() + digits.size() && canonical && value >= 0
             ? std::optional(value)
             : std::nullopt;
}

inline std::optional<PythonTag> python_tag(std::string_view tag) {
  const std::size_t letters = std::min(tag.find_first_of("0123456789"), tag.size());
  if (letters == 0 || letters == tag.size()) return {};
  PythonTag parsed{.implementation = tag.substr(0, letters), .major = tag[letters] - '0'};
  if (const auto rest = tag.substr(letters + 1); !rest.empty()) {
    if (!(parsed.minor = tag_number(rest))) return {};
  }
  return parsed;
}

// "manylinux_2_28_aarch64" as (2.28, "aarch64"), older names included.
struct ManylinuxTag {
  Glibc glibc = {};
  std::string_view machine = {};
  bool alias = false;
};

struct ManylinuxAlias {
  std::string_view prefix;
  int minor;
};
constexpr std::array<ManylinuxAlias, 3> manylinux_aliases{
    {{"manylinux2014_", 17}, {"manylinux2010_", 12}, {"manylinux1_", 5}}};

inline std::optional<ManylinuxTag> manylinux_tag(std::string_view tag) {
  for (const ManylinuxAlias& alias : manylinux_aliases) {
    if (tag.starts_with(alias.prefix)) return ManylinuxTag{{2, alias.minor}, tag.substr(alias.prefix.size()), true};
  }
  if (!tag.starts_with("manylinux_")) return {};
  tag.remove_prefix(10);
  const std::size_t minor_at = tag.find('_') + 1;
  const std::size_t machine_at = minor_at ? tag.find('_', minor_at) + 1 : 0;
  if (!machine_at) return {};
  const auto major = tag_number(tag.substr(0, minor_at - 1));
  const auto minor = tag_number(tag.substr(minor_at, machine_at - 1 - minor_at));
  if (!major || !minor) return {};
  return ManylinuxTag{{*major, *minor}, tag.substr(machine_at)};
}

inline std::string nodot(Python python) { return std::to_string(python.major) + std::to_string(python.minor); }
inline std::string text_of(Glibc glibc) { return std::to_string(glibc.major) + '.' + std::to_string(glibc.minor); }

}  // namespace detail

DAYPACK_DECL SupportedTags::SupportedTags(Python python, Glibc glibc, Arch arch)
    : python_(python),
      glibc_(glibc),
      machine_(machine_of(arch)),
      oldest_glibc_(arch == Arch::x86_64 ? 5 : 17),
      own_abi_("cp" + detail::nodot(python) + (python < Python{3, 8} ? "m" : "")),
      old_abi3_(std::max(python.minor - 2, 0)) {
  for (int minor = glibc_.minor; minor >= oldest_glibc_; --minor) {
    platforms_ +=
        1 + static_cast<int>(std::ranges::count(detail::manylinux_aliases, minor, &detail::ManylinuxAlias::minor));
  }
  ++platforms_;  // linux_ARCH
}

// cp312-cp312, cp312-abi3, cp312-none, cp311-abi3 ... cp32-abi3, py312-none, py3-none, py311-none ... py30-none
DAYPACK_DECL std::optional<int> SupportedTags::group_of(std::string_view python, std::string_view abi) const {
  const auto tag = detail::python_tag(python);
  if (!tag || tag->major != python_.major) return {};
  if (tag->implementation == "cp" && tag->minor) {
    if (*tag->minor == python_.minor) {
      if (abi == own_abi_) return 0;
      if (abi == "abi3") return 1;
      if (abi == "none") return 2;
    } else if (*tag->minor < python_.minor && *tag->minor >= 2 && abi == "abi3") {
      return 2 + python_.minor - *tag->minor;
    }
  } else if (tag->implementation == "py" && abi == "none") {
    const int first = 3 + old_abi3_;
    if (!tag->minor) return first + 1;
    if (*tag->minor == python_.minor) return first;
    if (*tag->minor < python_.minor) return first + 1 + python_.minor - *tag->minor;
  }
  return {};
}

// manylinux_2_28, manylinux_2_27 ... manylinux_2_17, manylinux2014, ... linux
DAYPACK_DECL std::optional<int> SupportedTags::platform_of(std::string_view platform) const {
  if (platform.starts_with("linux_"))
    return platform.substr(6) == machine_ ? std::optional(platforms_ - 1) : std::nullopt;
  const auto tag = detail::manylinux_tag(platform);
  if (!tag || tag->machine != machine_ || tag->glibc.major != glibc_.major) return {};
  const int minor = tag->glibc.minor;
  if (minor > glibc_.minor || minor < oldest_glibc_) return {};
  const auto newer_aliases = std::ranges::count_if(
      detail::manylinux_aliases, [&](const auto& alias) { return alias.minor > minor && alias.minor <= glibc_.minor; });
  return glibc_.minor - minor + static_cast<int>(newer_aliases) + (tag->alias ? 1 : 0);
}

DAYPACK_DECL std::optional<int> SupportedTags::rank(std::string_view python, std::string_view abi,
                                                    std::string_view platform) const {
  const auto group = group_of(python, abi);
  if (!group) return {};
  if (platform != "any") {
    const auto place = platform_of(platform);
    return place ? std::optional(*group * platforms_ + *place) : std::nullopt;
  }
  // cp312-none-any, then the groups of py in their own order
  const int first_py = 3 + old_abi3_;
  const int groups = first_py + 2 + python_.minor;
  if (*group >= first_py) return groups * platforms_ + 1 + *group - first_py;
  return *group == 2 ? std::optional(groups * platforms_) : std::nullopt;
}

DAYPACK_DECL std::optional<int> SupportedTags::rank(const WheelName& wheel) const {
  std::optional<int> best;
  for (const std::string& python : wheel.pythons) {
    for (const std::string& abi : wheel.abis) {
      for (const std::string& platform : wheel.platforms) {
        const auto one = rank(python, abi, platform);
        if (one && (!best || *one < *best)) best = one;
      }
    }
  }
  return best;
}

DAYPACK_DECL SupportedTags::Misfit SupportedTags::python_misfit(const WheelName& wheel) const {
  Misfit nearest{1000, {}};
  const auto offer = [&](int distance, std::string words) {
    if (distance < nearest.distance) nearest = {distance, std::move(words)};
  };
  const std::string own = ", the target has " + to_string(python_);
  for (const std::string& text : wheel.pythons) {
    for (const std::string& abi : wheel.abis) {
      if (group_of(text, abi)) return {};
      const auto tag = detail::python_tag(text);
      if (!tag || (tag->implementation != "cp" && tag->implementation != "py")) {
        const bool pypy = tag && tag->implementation == "pp";
        offer(400, pypy ? "is for PyPy" : "is for " + text);
      } else if (tag->major != python_.major || !tag->minor) {
        offer(300, "needs Python " + std::to_string(tag->major));
      } else {
        const std::string release = to_string(Python{tag->major, *tag->minor});
        const int distance = 20 + std::abs(*tag->minor - python_.minor);
        const bool or_newer = abi == "abi3" || tag->implementation == "py";
        if (abi.starts_with("cp") && abi.ends_with('t')) {
          offer(distance + 100, "needs a free-threaded Python " + release);
        } else if (*tag->minor == python_.minor) {
          offer(distance + 100, "needs a Python " + release + " of ABI " + abi);
        } else {
          offer(distance, "needs Python " + release + (or_newer ? " or newer" : "") + own);
        }
      }
    }
  }
  return nearest;
}

DAYPACK_DECL SupportedTags::Misfit SupportedTags::platform_misfit(const WheelName& wheel) const {
  Misfit nearest{10000, {}};
  const auto offer = [&](int distance, std::string words) {
    if (distance < nearest.distance) nearest = {distance, std::move(words)};
  };
  for (const std::string& platform : wheel.platforms) {
    if (platform == "any" || platform_of(platform)) return {};
    if (const auto tag = detail::manylinux_tag(platform)) {
      if (tag->machine != machine_) {
        offer(500, "is for " + std::string(tag->machine));
      } else {
        offer(1 + std::max(tag->glibc.minor - glibc_.minor, 0),
              "needs glibc " + detail::text_of(tag->glibc) + ", the target has " + detail::text_of(glibc_));
      }
    } else if (platform.starts_with("musllinux_")) {
      offer(platform.ends_with('_' + std::string(machine_)) ? 600 : 700, "is for musl");
    } else if (platform.starts_with("linux_")) {
      offer(500, "is for " + platform.substr(6));
    } else if (platform.starts_with("macosx_")) {
      offer(800, "is for macOS");
    } else if (platform.starts_with("win")) {
      offer(900, "is for Windows");
    } else {
      offer(1000, "is for " + platform);
    }
  }
  return nearest;
}

DAYPACK_DECL SupportedTags::Misfit SupportedTags::misfit(const WheelName& wheel) const {
  Misfit python = python_misfit(wheel), platform = platform_misfit(wheel);
  if (python.words.empty() && platform.words.empty()) {  // each half is known, but no Python loads the two together
    const std::string tag = wheel.pythons.front() + '-' + wheel.abis.front() + '-' + wheel.platforms.front();
    return {10000, "its tag " + tag + " is not one that a Python loads"};
  }
  const std::string between = python.words.empty() || platform.words.empty() ? "" : "; ";
  return {python.distance + platform.distance, python.words + between + platform.words};
}

DAYPACK_DECL std::vector<std::string> SupportedTags::list() const {
  std::vector<std::string> groups, platforms, all;
  const std::string own = "cp" + detail::nodot(python_), major = std::to_string(python_.major);
  for (const std::string& abi : {own_abi_, std::string("abi3"), std::string("none")}) groups.push_back(own + '-' + abi);
  for (int minor = python_.minor - 1; minor >= 2; --minor)
    groups.push_back("cp" + major + std::to_string(minor) + "-abi3");
  const std::size_t first_py = groups.size();
  groups.push_back("py" + detail::nodot(python_) + "-none");
  groups.push_back("py" + major + "-none");
  for (int minor = python_.minor - 1; minor >= 0; --minor)
    groups.push_back("py" + major + std::to_string(minor) + "-none");
  for (int minor = glibc_.minor; minor >= oldest_glibc_; --minor) {
    platforms.push_back("manylinux_" + std::to_string(glibc_.major) + '_' + std::to_string(minor) + '_' +
                        std::string(machine_));
    for (const auto& alias : detail::manylinux_aliases) {
      if (alias.minor == minor) platforms.push_back(std::string(alias.prefix) + std::string(machine_));
    }
  }
  platforms.push_back("linux_" + std::string(machine_));
  for (const std::string& group : groups) {
    for (const std::string& platform : platforms) all.push_back(group + '-' + platform);
  }
  all.push_back(own + "-none-any");
  for (std::size_t i = first_py; i < groups.size(); ++i) all.push_back(groups[i] + "-any");
  return all;
}

}  // namespace daypack
