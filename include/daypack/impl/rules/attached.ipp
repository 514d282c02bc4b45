// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/impl/checks/attached_layer.ipp>
#include <daypack/impl/stages/layer_units.ipp>
#include <daypack/impl/tree.ipp>
#include <daypack/rules/attached.hpp>
#include <daypack/wheel/name.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <ranges>
#include <set>
#include <string>
#include <utility>

namespace daypack {

namespace detail {

// A distribution of a layer as it lies on sys.path.
struct LayerDistribution {
  const checks::AttachedLayer* layer = nullptr;
  std::string folder = {};  // of the runtime: "/opt/python"
  std::size_t place = 0;    // of that folder on sys.path
  std::string version = {};
};

// "six" and "1.17.0" of "six-1.17.0.dist-info/METADATA"; empty for what is none.
inline std::pair<std::string, std::string> installed_in(std::string_view path) {
  const std::string_view folder = path.substr(0, path.find('/'));
  if (!folder.ends_with(".dist-info") || path.substr(folder.size()) != "/METADATA") return {};
  const std::string_view both = folder.substr(0, folder.size() - 10);
  const std::size_t dash = both.rfind('-');  // versions have none there (PEP 427)
  if (dash == std::string_view::npos) return {};
  return {normalised_name(both.substr(0, dash)), std::string(both.substr(dash + 1))};
}

// What the layers have by name, each where Python finds it first.
class LayerDistributions {
 public:
  LayerDistributions(const std::vector<checks::AttachedLayer>& layers, const TargetFacts& target) : target_(target) {
    const BackendPolicy& backend = *target.backend;
    for (std::size_t place = 0; place < backend.search_path.size(); ++place) {
      const std::string folder = search_folder(backend.search_path[place], target.runtime->python);
      if (backend.layer_order == LayerOrder::last_wins) {
        for (const auto& layer : std::views::reverse(layers)) add(layer, folder, place);
      } else {
        for (const auto& layer : layers) add(layer, folder, place);
      }
    }
  }

  const LayerDistribution* find(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &found->second;
  }

  // "the function's own is found first".
  std::string first_found(const LayerDistribution& has) const {
    const BackendPolicy& backend = *target_.backend;
    if (backend.kind == PackageKind::layer) return "the order of the layers decides which is found";
    const std::string_view packages = target_.packages_folder();
    const std::string own = std::string(backend.task_root) + (packages.empty() ? "" : "/") + std::string(packages);
    const auto at = std::ranges::find(backend.search_path, own);
    const auto place = static_cast<std::size_t>(at - backend.search_path.begin());
    // A root that nobody knows before it runs stands first.
    const bool own_first = backend.task_root.empty() || place < has.place;
    return own_first ? "the function's own is found first" : "the layer's is found first";
  }

 private:
  void add(const checks::AttachedLayer& layer, const std::string& folder, std::size_t place) {
    each_layer_file({&layer, 1}, *target_.backend, folder, [&](const Entry&, std::string_view path) {
      auto [name, version] = installed_in(path);
      if (!name.empty()) by_name_.try_emplace(std::move(name), LayerDistribution{&layer, folder, place, version});
    });
  }

  const TargetFacts& target_;
  std::map<std::string, LayerDistribution> by_name_;
};

inline bool same_version(const std::string& a, const std::string& b) {
  const auto first = Version::parse(a), second = Version::parse(b);
  return first && second ? *first == *second : a == b;
}

// Whether the layer's manifest says that it has this very wheel, for the same target.
inline bool has_same_wheel(const checks::AttachedLayer& layer, const Distribution& one, const TargetFacts& target) {
  const Manifest& manifest = layer.manifest;
  if (one.sha256.empty() || manifest.python != to_string(target.runtime->python) ||
      manifest.arch != to_string(target.arch))
    return false;
  return std::ranges::any_of(manifest.distributions, [&](const Distribution& other) {
    return other.name == one.name && other.sha256 == one.sha256;
  });
}

// The first file of a distribution that the layer has not, or otherwise; empty when there is none.
inline std::string differing_file(const Tree& tree, const Distribution& one, const LayerDistribution& has,
                                  const TargetFacts& target) {
  std::string folder = has.folder.substr(std::min(target.backend->layer_root.size() + 1, has.folder.size()));
  if (!folder.empty()) folder += '/';
  for (const Entry& entry : tree) {
    if (!entry.origin || entry.origin->name != one.name) continue;
    const std::string_view path = package_path(entry.path, &target);
    if (path.substr(0, path.find('/')).ends_with(".dist-info")) continue;
    const Entry* other = has.layer->files.find(folder + std::string(path));
    if (other == nullptr || !same_content(entry, *other)) return entry.path;
  }
  return {};
}

// What becomes of one distribution of the tree that a layer has too.
struct AttachedVerdict {
  const Distribution* distribution = nullptr;
  const LayerDistribution* has = nullptr;
  std::string stays = {};  // why; empty: it goes
  bool warns = false;

  Matcher::Note note() const {
    return {.subject = distribution->name + ' ' + distribution->version,
            .message = "the layer " + has->layer->name + " has " + has->version + ": " +
                       (stays.empty() ? "left out" : "stays, " + stays),
            .warns = warns};
  }
};

using AttachedVerdicts = std::map<std::string, AttachedVerdict>;

inline AttachedVerdicts attached_verdicts(const Tree& tree, const LayerDistributions& known,
                                          const TargetFacts& target) {
  AttachedVerdicts verdicts;
  for (const auto& one : tree.distributions()) {
    const LayerDistribution* has = known.find(one->name);
    if (has == nullptr) continue;
    AttachedVerdict verdict{.distribution = one.get(), .has = has};
    if (!same_version(one->version, has->version)) {
      verdict.warns = true;
      verdict.stays = known.first_found(*has);
    } else if (!has_same_wheel(*has->layer, *one, target)) {
      const std::string differs = differing_file(tree, *one, *has, target);
      if (!differs.empty()) verdict.stays = "it is not the same there: " + differs;
    }
    verdicts.emplace(one->name, std::move(verdict));
  }
  return verdicts;
}

// Who shares a package with a distribution that stays has to stay beside it.
inline void keep_units_whole(AttachedVerdicts& verdicts, const Tree& tree, const TargetFacts& target) {
  for (const LayerUnit& unit : LayerUnits(tree, target, "").all()) {
    const auto stays = std::ranges::find_if(unit.names, [&](const std::string& name) {
      const auto found = verdicts.find(name);
      return found == verdicts.end() || !found->second.stays.empty();
    });
    if (stays == unit.names.end() && unit.kept.empty()) continue;
    for (const std::string& name : unit.names) {
      const auto found = verdicts.find(name);
      if (found == verdicts.end() || !found->second.stays.empty()) continue;
      found->second.stays = stays == unit.names.end() ? unit.kept : "it shares a package with " + *stays;
    }
  }
}

inline Matcher attached_matcher(const std::vector<checks::AttachedLayer>& layers, const Tree& tree,
                                const TargetFacts* target) {
  if (!target || !target->backend || !target->runtime) return {[](const Entry&) { return false; }};
  const LayerDistributions known(layers, *target);
  AttachedVerdicts verdicts = attached_verdicts(tree, known, *target);
  keep_units_whole(verdicts, tree, *target);
  Matcher matcher;
  std::set<std::string> gone;
  for (const auto& [name, verdict] : verdicts) {
    matcher.notes.push_back(verdict.note());
    if (verdict.stays.empty()) gone.insert(name);
  }
  matcher.removes = [gone = std::move(gone)](const Entry& entry) {
    return entry.origin && gone.contains(entry.origin->name);
  };
  return matcher;
}

}  // namespace detail

DAYPACK_DECL rules::Attached::operator Rule() const {
  const auto shared = std::make_shared<const std::vector<checks::AttachedLayer>>(layers);
  return {.name = std::string(name),
          .reason = std::string(reason),
          .risk = std::string(risk),
          .matcher = [shared](const Tree& tree, const TargetFacts* target) {
            return detail::attached_matcher(*shared, tree, target);
          }};
}

}  // namespace daypack
