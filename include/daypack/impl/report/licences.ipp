// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/licence_files.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/report/licences.hpp>
#include <daypack/wheel/metadata.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace daypack {

namespace detail {

// What one distribution has in the package, and had.
struct LicencePlaces {
  std::vector<const Manifest::Item*> items = {};
  std::vector<const LedgerLine*> removed = {};
  const Manifest::Item* metadata = nullptr;
};

inline std::map<std::string_view, LicencePlaces> licence_places(const Manifest& manifest) {
  std::map<std::string_view, LicencePlaces> places;
  for (const Manifest::Item& item : manifest.items) {
    if (item.distribution.empty()) continue;
    LicencePlaces& place = places[item.distribution];
    place.items.push_back(&item);
    if (item.path.ends_with(".dist-info/METADATA")) place.metadata = &item;
  }
  for (const LedgerLine& line : manifest.ledger) {
    const auto found = places.find(line.distribution);
    if (line.change == Change::removed && found != places.end()) found->second.removed.push_back(&line);
  }
  return places;
}

// The paths where a file that License-File names may be: below licenses/ since metadata 2.4, beside METADATA before.
class NamedLicences {
 public:
  NamedLicences(const MetadataHeaders& headers, std::string_view metadata_path)
      : folder_(metadata_path.substr(0, metadata_path.rfind('/') + 1)) {
    for (const std::string_view name : headers.values("License-File")) names_.emplace(name);
  }

  bool has(std::string_view path) const { return names_.contains(name_of(path)); }
  void found(std::string_view path) { names_.erase(name_of(path)); }
  const std::set<std::string>& left() const { return names_; }

 private:
  std::string name_of(std::string_view path) const {
    if (folder_.empty() || !path.starts_with(folder_)) return {};
    path.remove_prefix(folder_.size());
    if (path.starts_with("licenses/")) path.remove_prefix(9);
    return std::string(path);
  }

  std::string folder_;
  std::set<std::string> names_;
};

inline PackageLicences licences_of(const Distribution& one, const LicencePlaces& places, const zip::Reader& archive) {
  PackageLicences licences{.name = one.name, .version = one.version};
  MetadataHeaders headers;
  if (const zip::Member* member = places.metadata ? archive.find(places.metadata->path) : nullptr) {
    const Blob text = archive.inflate(*member);
    licences.has_metadata = true;
    licences.declared = declared_licences(text.text());
    headers = MetadataHeaders::parse(text.text());
  }
  NamedLicences named(headers, places.metadata ? std::string_view(places.metadata->path) : std::string_view());
  NamedLicences left = named;
  for (const Manifest::Item* item : places.items) {
    if (named.has(item->path) || is_licence_file(item->path)) licences.files.push_back(item->path);
    left.found(item->path);
  }
  for (const LedgerLine* line : places.removed) {
    if (named.has(line->path) || is_licence_file(line->path)) licences.removed.push_back(*line);
    left.found(line->path);
  }
  licences.missing.assign(left.left().begin(), left.left().end());
  std::ranges::sort(licences.files);
  return licences;
}

}  // namespace detail

DAYPACK_DECL std::string PackageLicences::declared_words() const {
  if (!has_metadata) return "not known";
  if (!declared.expression.empty()) return declared.expression;
  return declared.names.empty() ? "not declared" : detail::listed(declared.names);
}

DAYPACK_DECL std::vector<PackageLicences> licences(const Manifest& manifest, const zip::Reader& archive) {
  const auto places = detail::licence_places(manifest);
  std::vector<PackageLicences> all;
  for (const Distribution& one : manifest.distributions) {
    if (const auto found = places.find(one.name); found != places.end())
      all.push_back(detail::licences_of(one, found->second, archive));
  }
  std::ranges::sort(all, {}, &PackageLicences::name);
  return all;
}

}  // namespace daypack
