// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/checks/budget.ipp>
#include <daypack/impl/split.ipp>
#include <daypack/impl/stages/layer_units.ipp>
#include <daypack/sign/sha256.hpp>
#include <daypack/stages/layers.hpp>
#include <daypack/walk/glob.hpp>
#include <daypack/wheel/name.hpp>

#include <algorithm>
#include <bit>
#include <limits>
#include <set>

namespace daypack {

namespace detail {

// Which of the patterns match a distribution of the unit.
inline bool names_match(const LayerUnit& unit, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    const Glob glob(normalised_name(pattern));
    return std::ranges::any_of(unit.names, [&](const std::string& name) { return glob.matches(name); });
  });
}

// Assigns units to layers by rendezvous hashing: a unit prefers the layer whose name, hashed with its own, is greatest.
// So it depends on no other unit, and one more layer takes units from the others but moves none between them.
class LayerAssignment {
 public:
  LayerAssignment(const Layers& options, const TargetFacts& target, const Context& context)
      : options_(options), context_(context), room_(room_of(target)) {
    const int most = std::max(0, target.backend->limits.layers - options.attached);
    const int count = options.count == 0 ? most : options.count;
    if (options.count < 0 || count > most || most == 0) refuse_count(count, most, target);
    if (options.groups.size() > static_cast<std::size_t>(count)) {
      throw Error(Errc::usage, "there are more groups than layers",
                  std::to_string(options.groups.size()) + " groups (expected at most " + std::to_string(count) + ")",
                  "put several into one group, or ask for more layers");
    }
    std::set<std::string> names;
    for (const LayerGroup& group : options.groups) add_group(group, names);
    for (int i = 1; i <= count - static_cast<int>(options.groups.size()); ++i) add_layer(std::to_string(i));
    numbered_ = options.groups.size();
  }

  void place(const std::vector<LayerUnit>& units) {
    std::vector<std::pair<Sha256, const LayerUnit*>> others;
    for (const LayerUnit& unit : units) {
      if (!place_as_told(unit)) others.emplace_back(hash_of("", unit), &unit);
    }
    const auto by_hash = [](const auto& a, const auto& b) {
      return std::ranges::lexicographical_compare(a.first.bytes, b.first.bytes);
    };
    std::ranges::sort(others, by_hash);
    for (const auto& [hash, unit] : others) {
      const std::size_t layer = preferred(*unit);
      if (layer != nowhere) put(*unit, layer);
    }
  }

  const std::vector<std::string>& names() const { return names_; }
  // The layer of each distribution that does not stay with the function.
  const std::map<std::string, std::size_t>& layers() const { return layers_; }
  const std::vector<std::uint64_t>& packed() const { return loads_; }

 private:
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  static std::uint64_t room_of(const TargetFacts& target) {
    const Limits& limits = target.backend->layer->limits;
    for (const std::uint64_t limit : {limits.direct, limits.layer_zipped, limits.zipped}) {
      if (limit != 0) return limit;
    }
    return std::numeric_limits<std::uint64_t>::max();
  }

  // A power of two or the middle between two: a new version is rarely in another step.
  static std::uint64_t in_steps(std::uint64_t bytes) {
    if (bytes >= std::uint64_t{1} << 62) return bytes;
    const std::uint64_t power = std::bit_ceil(bytes);
    return power >= 4 && bytes <= power / 4 * 3 ? power / 4 * 3 : power;
  }

  static Sha256 hash_of(const std::string& layer, const LayerUnit& unit) {
    const std::string text = layer + '\n' + unit.names.front();
    return sha256_of(as_bytes(text));
  }

  [[noreturn]] static void refuse_count(int count, int most, const TargetFacts& target) {
    throw Error(Errc::usage, "so many layers cannot be attached to a function of " + std::string(target.backend->title),
                std::to_string(count) + (count == 1 ? " layer" : " layers") + " (expected 1 to " +
                    std::to_string(most) + " beside those that are attached anyway)",
                most > 0 ? "ask for fewer" : "attach fewer others");
  }

  void add_group(const LayerGroup& group, std::set<std::string>& names) {
    const NameRule rule{.least = 1, .most = 64};
    const bool number = group.name.find_first_not_of("0123456789") == std::string::npos;
    if (number || !rule.allows(group.name)) {
      throw Error(Errc::usage, "a layer cannot be named so", "'" + group.name + "'",
                  "take 1 to 64 of A-Z, a-z, 0-9, '-' and '_', not digits alone");
    }
    if (!names.insert(group.name).second) throw Error(Errc::usage, "two layers have one name", group.name);
    add_layer(group.name);
  }

  void add_layer(std::string name) {
    names_.push_back(std::move(name));
    loads_.push_back(0);
  }

  void put(const LayerUnit& unit, std::size_t layer) {
    for (const std::string& name : unit.names) layers_.emplace(name, layer);
    loads_[layer] += in_steps(unit.packed);
  }

  // Whether the options, or what the unit has in common with the user's files, decide.
  bool place_as_told(const LayerUnit& unit) {
    const bool kept = names_match(unit, options_.keep);
    std::vector<std::size_t> groups;
    for (std::size_t i = 0; i < options_.groups.size(); ++i) {
      if (names_match(unit, options_.groups[i].distributions)) groups.push_back(i);
    }
    if (!unit.kept.empty()) context_.note(listed(unit.names), "stays with the function: " + unit.kept);
    if (!unit.kept.empty() || kept) {
      if (!groups.empty())
        context_.warn("layer " + names_[groups.front()],
                      "cannot have " + listed(unit.names) + ", which stays with the function");
      return true;
    }
    if (groups.size() > 1)
      context_.warn("layer " + names_[groups.front()], "has " + listed(unit.names) + ", which other groups name too");
    if (!groups.empty()) put(unit, groups.front());
    return !groups.empty() || place_as_before(unit);
  }

  bool place_as_before(const LayerUnit& unit) {
    for (const std::string& name : unit.names) {
      const auto before = options_.previous.find(name);
      if (before == options_.previous.end()) continue;
      const auto layer =
          std::find(names_.begin() + static_cast<std::ptrdiff_t>(numbered_), names_.end(), before->second);
      if (layer == names_.end()) continue;
      put(unit, static_cast<std::size_t>(layer - names_.begin()));
      return true;
    }
    return false;
  }

  // The first layer in the unit's own order that has room for it, else the very first.
  std::size_t preferred(const LayerUnit& unit) const {
    std::vector<std::pair<std::string, std::size_t>> order;
    for (std::size_t i = numbered_; i < names_.size(); ++i) order.emplace_back(hash_of(names_[i], unit).hex(), i);
    std::ranges::sort(order, std::greater{});
    for (const auto& [hash, layer] : order) {
      if (loads_[layer] + in_steps(unit.packed) <= room_) return layer;
    }
    return order.empty() ? nowhere : order.front().second;
  }

  const Layers& options_;
  const Context& context_;
  std::uint64_t room_;
  std::vector<std::string> names_;
  std::size_t numbered_ = 0;  // where the layers begin that are no groups
  std::vector<std::uint64_t> loads_;
  std::map<std::string, std::size_t> layers_;
};

// Deals entries and lines of the ledger out: 0 is the function, then the layers.
inline std::vector<Tree> deal_out(const Tree& tree, const LayerAssignment& assignment) {
  std::vector<std::vector<Entry>> entries(assignment.names().size() + 1);
  std::vector<Ledger> ledgers(entries.size());
  const auto place = [&](const std::string& distribution) {
    const auto found = assignment.layers().find(distribution);
    return found == assignment.layers().end() ? 0 : found->second + 1;
  };
  for (const Entry& entry : tree) entries[entry.origin ? place(entry.origin->name) : 0].push_back(entry);
  for (const LedgerLine& line : tree.ledger()) ledgers[place(line.distribution)].push_back(line);
  std::vector<Tree> trees;
  for (std::size_t i = 0; i < entries.size(); ++i)
    trees.push_back(Tree::of(std::move(entries[i]), std::move(ledgers[i])));
  return trees;
}

inline TargetFacts layer_target(const TargetFacts& target) {
  const BackendPolicy& layer = *target.backend->layer;
  const Runtime* runtime = target.runtime ? runtime_of(layer, target.runtime->python) : nullptr;
  return {&layer, runtime ? runtime : target.runtime, target.arch};
}

inline void note_layer(const Split<Tree>::Part& layer, std::uint64_t packed, const Context& context) {
  const std::string names =
      listed(layer.value.distributions(), ", ", [](const auto& distribution) { return distribution->name; });
  context.note("layer " + layer.name, size_words(layer.value.total().bytes) + " unpacked, at most about " +
                                          size_words(packed) + " as a zip: " + names);
}

inline void warn_of_unmatched(const Layers& options, const std::vector<LayerUnit>& units, const Context& context) {
  const auto warn = [&](const std::vector<std::string>& patterns, const std::string& subject) {
    for (const std::string& pattern : patterns) {
      if (std::ranges::none_of(units, [&](const LayerUnit& unit) { return names_match(unit, {pattern}); }))
        context.warn(subject, "no distribution is called " + pattern);
    }
  };
  for (const LayerGroup& group : options.groups) warn(group.distributions, "layer " + group.name);
  warn(options.keep, "kept with the function");
}

}  // namespace detail

DAYPACK_DECL LayerPlacement placement_of(const Manifest& manifest) {
  LayerPlacement placement;
  for (const Manifest::Layer& layer : manifest.layers) {
    for (const std::string& name : layer.distributions) placement.emplace(name, layer.name);
  }
  return placement;
}

DAYPACK_DECL Split<Tree> Layers::operator()(const Tree& tree, Context& context) const {
  const TargetFacts& target = context.target();
  if (target.backend->layer == nullptr) {
    throw Error(Errc::usage, "functions of this backend cannot be split into layers",
                std::string(target.backend->title), "build one package");
  }
  context.check_stop();
  const std::vector<detail::LayerUnit> units = detail::LayerUnits(tree, target, handler).all();
  detail::LayerAssignment assignment(*this, target, context);
  detail::warn_of_unmatched(*this, units, context);
  assignment.place(units);
  std::vector<Tree> trees = detail::deal_out(tree, assignment);
  Split<Tree> split{.function = {.target = target, .value = std::move(trees.front())}};
  const TargetFacts facts = detail::layer_target(target);
  for (std::size_t i = 1; i < trees.size(); ++i) {
    if (trees[i].empty()) continue;
    Tree laid_out = detail::with_packages_in(trees[i], target.packages_folder(), facts.packages_folder());
    split.layers.push_back({assignment.names()[i - 1], facts, std::move(laid_out)});
    detail::note_layer(split.layers.back(), assignment.packed()[i - 1], context);
  }
  return split;
}

}  // namespace daypack
