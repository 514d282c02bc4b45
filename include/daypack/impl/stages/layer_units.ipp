// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/split.ipp>
#include <daypack/policy.hpp>
#include <daypack/tree.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace daypack::detail {

// Distributions that lie together, whatever decides where.
struct LayerUnit {
  std::vector<std::string> names = {};  // sorted
  std::uint64_t bytes = 0;              // unpacked
  std::uint64_t packed = 0;             // about what they take in a zip
  std::string kept = {};                // why it stays with the function; empty when it need not
};

// What a file takes in a zip: known for what a wheel has deflated, else taken for a half (bytecode and sources deflate
// to 0.3 to 0.5 of their size).
inline std::uint64_t about_packed(const Content& content) {
  const auto* member = std::get_if<ZipMember>(&content);
  return member ? member->data.size() : size_of(content) / 2;
}

// Finds what cannot be apart. A folder without an __init__ may have portions on several entries of sys.path (PEP 420);
// a package with one is taken from the first entry that has it, and so is a module. Shared objects find those in X.libs
// by a way relative to their own.
class LayerUnits {
 public:
  LayerUnits(const Tree& tree, const TargetFacts& target, const std::string& handler)
      : packages_(target.packages_folder()), code_(target.backend->code_folder) {
    owners_.push_back({"", 0, 0, ""});
    for (const Entry& entry : tree) add(entry);
    parents_.resize(owners_.size());
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    for (const auto& [path, owners] : places_) join_all(path, owners);
    keep_handler(handler);
    for (const auto& [index, path] : misplaced_) keep(index, path + " lies outside the folder of packages");
  }

  // All units, in the order of their first names. Distributions that stay with the function are one each.
  std::vector<LayerUnit> all() {
    std::map<std::size_t, LayerUnit> by_root;
    for (const auto& [name, index] : indices_) {  // sorted by name
      const bool stays = root(index) == root(0);
      LayerUnit& unit = by_root[stays ? index : root(index)];
      unit.names.push_back(name);
      unit.bytes += owners_[index].bytes;
      unit.packed += owners_[index].packed;
      if (stays)
        unit.kept = owners_[index].kept.empty() ? "it shares a package with another that stays" : owners_[index].kept;
    }
    std::vector<LayerUnit> units;
    for (auto& [first, unit] : by_root) units.push_back(std::move(unit));
    std::ranges::sort(units, {}, [](const LayerUnit& unit) { return unit.names.front(); });
    return units;
  }

 private:
  struct Owner {
    std::string name;
    std::uint64_t bytes, packed;
    std::string kept;  // why it stays with the function, where that is known of itself
  };
  struct Place {
    std::vector<std::size_t> owners = {};
    bool one = false;  // whether it cannot be in several folders of sys.path
  };

  void add(const Entry& entry) {
    std::size_t index = 0;
    if (entry.origin) {
      index = indices_.try_emplace(entry.origin->name, owners_.size()).first->second;
      if (index == owners_.size()) owners_.push_back({entry.origin->name, 0, 0, ""});
      owners_[index].bytes += size_of(entry.content);
      owners_[index].packed += about_packed(entry.content);
    }
    const std::string_view folder = entry.origin ? packages_ : code_, below = below_folder(entry.path, folder);
    if (!folder.empty() && below.size() == entry.path.size()) {
      if (index != 0) misplaced_.try_emplace(index, entry.path);
      return;
    }
    for (std::size_t slash = below.find('/'); slash != std::string_view::npos; slash = below.find('/', slash + 1)) {
      Place& place = places_[below.substr(0, slash)];
      own(place, index);
      if (below.substr(0, slash).ends_with(".libs")) place.one = true;
    }
    add_module(below, index);
  }

  // "pkg/mod.cpython-312-x86_64-linux-gnu.so" is the module pkg/mod, "pkg/__init__.py" is the package pkg.
  void add_module(std::string_view path, std::size_t index) {
    static constexpr std::array<std::string_view, 3> endings{".py", ".pyc", ".so"};
    if (std::ranges::none_of(endings, [&](std::string_view ending) { return path.ends_with(ending); })) return;
    const std::size_t begin = path.rfind('/') + 1, end = path.find('.', begin);
    if (end == begin) return;
    std::string_view place = path.substr(0, end);
    if (path.substr(begin, end - begin) == "__init__") place = path.substr(0, begin == 0 ? 0 : begin - 1);
    if (place.empty()) return;
    own(places_[place], index);
    places_[place].one = true;
  }

  static void own(Place& place, std::size_t index) {
    if (std::ranges::find(place.owners, index) == place.owners.end()) place.owners.push_back(index);
  }

  std::size_t root(std::size_t index) {
    while (parents_[index] != index) index = parents_[index] = parents_[parents_[index]];
    return index;
  }

  void join(std::size_t a, std::size_t b) {
    a = root(a), b = root(b);
    parents_[std::max(a, b)] = std::min(a, b);  // the function, if it is one of them, is the root
  }

  void join_all(std::string_view path, const Place& place) {
    if (!place.one || place.owners.size() < 2) return;
    const bool shared = std::ranges::find(place.owners, std::size_t{0}) != place.owners.end();
    for (const std::size_t index : place.owners) {
      join(place.owners.front(), index);
      if (shared && index != 0) keep(index, std::string(path) + " is your own too");
    }
  }

  void keep(std::size_t index, std::string reason) {
    join(0, index);
    std::string& known = owners_[index].kept;
    if (known.empty() || reason < known) known = std::move(reason);
  }

  void keep_handler(const std::string& handler) {
    const auto found = places_.find(std::string_view(handler).substr(0, handler.find_first_of("./")));
    if (handler.empty() || found == places_.end()) return;
    for (const std::size_t index : found->second.owners) {
      if (index != 0) keep(index, "the handler " + handler + " is in it");
    }
  }

  std::string_view packages_, code_;
  std::vector<Owner> owners_;                   // the first is the function with the user's own files
  std::map<std::string, std::size_t> indices_;  // of distributions
  std::unordered_map<std::string_view, Place> places_;
  std::map<std::size_t, std::string> misplaced_;
  std::vector<std::size_t> parents_;
};

}  // namespace daypack::detail
