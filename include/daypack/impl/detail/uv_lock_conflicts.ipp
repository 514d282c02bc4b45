// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/detail/toml_reader.ipp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/name.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace daypack::detail {

// One side of a conflict of [tool.uv] (https://docs.astral.sh/uv/concepts/projects/config/#conflicting-dependencies,
// 2026-11-20): a project, or an extra or dependency group of one.
struct UvLockSide {
  std::string package = {};
  std::string kind = {};  // "extra", "group" or "project"
  std::string name = {};  // empty for a project
  friend bool operator==(const UvLockSide&, const UvLockSide&) = default;

  // How markers of uv.lock call it, in the place of an extra: "extra-4-demo-fast", the number being the size of "demo"
  // (found in locks of uv 0.13.8).
  std::string in_markers() const {
    std::string text = kind + '-' + std::to_string(package.size()) + '-' + package;
    return name.empty() ? text : text + '-' + name;
  }
  std::string words() const {
    if (kind == "project") return package;
    return kind == "extra" ? package + '[' + name + ']' : package + ':' + name;
  }
};

// What is taken of the sides that exclude each other, for the markers that ask about it.
class UvLockConflicts {
 public:
  UvLockConflicts(const TomlReader& in, const toml::table& lock) {
    in.each_array(lock, "conflicts", [&](const toml::array& set) {
      std::vector<UvLockSide> sides;
      for (const toml::node& node : set) {
        if (!node.is_table()) in.fail(node.source(), "something else in conflicts", "a table");
        sides.push_back(side_of(in, *node.as_table()));
      }
      sets_.emplace_back(std::move(sides), static_cast<int>(set.source().begin.line));
    });
  }

  bool empty() const { return sets_.empty(); }
  bool is_taken(const UvLockSide& side) const { return std::find(taken_.begin(), taken_.end(), side) != taken_.end(); }
  // False when it was already.
  bool take(UvLockSide side) {
    if (is_taken(side)) return false;
    taken_.push_back(std::move(side));
    return true;
  }

  // With these sides taken too. uv asks for them as for extras, of which any number may be there at a time: as those
  // of a lock (PEP 751).
  bool hold(std::string marker, MarkerEnvironment environment, const std::vector<UvLockSide>& more = {}) const {
    for (const auto* sides : {&taken_, &more}) {
      for (const UvLockSide& side : *sides) environment.extras.push_back(side.in_markers());
    }
    for (const auto& [operation, words] : {std::pair{"extra == '", "' in extras"}, {"extra != '", "' not in extras"}}) {
      const std::string_view begin = operation;
      for (std::size_t at = marker.find(begin); at != std::string::npos; at = marker.find(begin, at)) {
        const std::size_t end = marker.find('\'', at + begin.size());
        if (end == std::string::npos) break;
        marker.replace(end, 1, words);
        marker.erase(at, begin.size() - 1);
      }
    }
    return marker_holds(marker, environment);
  }

  // Error{usage} when two sides of one conflict are taken.
  void check(const std::string& source) const {
    for (const auto& [sides, line] : sets_) {
      std::vector<std::string> both;
      for (const UvLockSide& side : sides) {
        if (is_taken(side)) both.push_back(side.words());
      }
      if (both.size() < 2) continue;
      throw Error(Errc::usage, "extras or groups that exclude each other are asked for",
                  both[0] + " and " + both[1] + " (" + source + ':' + std::to_string(line) + ')',
                  "leave one of them out");
    }
  }

 private:
  static UvLockSide side_of(const TomlReader& in, const toml::table& table) {
    UvLockSide side{.package = normalised_name(in.text_of(table, "package")), .kind = "project"};
    for (const char* kind : {"extra", "group"}) {
      if (const std::string name = in.text_of(table, kind); !name.empty())
        side = {side.package, kind, normalised_name(name)};
    }
    if (side.package.empty()) in.fail(table.source(), "a side of a conflict without a project", "package = \"...\"");
    return side;
  }

  std::vector<std::pair<std::vector<UvLockSide>, int>> sets_ = {};  // and the line
  std::vector<UvLockSide> taken_ = {};
};

}  // namespace daypack::detail
