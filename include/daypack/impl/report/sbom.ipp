// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/declared_requirements.hpp>
#include <daypack/detail/json_text.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/report/sbom.hpp>
#include <daypack/requirements.hpp>
#include <daypack/version.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/metadata.hpp>
#include <daypack/wheel/name.hpp>

#include <map>
#include <set>

namespace daypack {

namespace detail {

// What METADATA tells of one distribution.
struct BomComponent {
  const Distribution* distribution = nullptr;
  std::string url = {};
  DeclaredLicences licences = {};
  std::set<std::string> requires_names = {};  // normalised; those that the target's markers admit
};

// Of the target as the manifest names it. Its patch release is not known; requirements hardly ever ask for it.
inline MarkerEnvironment environment_of(const Manifest& manifest) {
  MarkerEnvironment environment{.python_version = manifest.python,
                                .python_full_version = manifest.python + ".0",
                                .platform_machine = manifest.arch == "arm64" ? "aarch64" : manifest.arch};
  environment.implementation_version = environment.python_full_version;
  return environment;
}

// The names that the markers admit.
inline std::set<std::string> required_by(const MetadataHeaders& headers, const MarkerEnvironment& environment) {
  std::set<std::string> names;
  for (const Requirement& requirement : declared_requirements(headers)) {
    try {
      if (marker_holds(requirement.marker, environment)) names.insert(requirement.name);
    } catch (const Error&) {  // of the marker
    }
  }
  return names;
}

inline std::vector<BomComponent> bom_components(const Manifest& manifest, const zip::Reader& archive) {
  const MarkerEnvironment environment = environment_of(manifest);
  std::map<std::string_view, const zip::Member*> metadata;
  for (const Manifest::Item& item : manifest.items) {
    if (item.path.ends_with(".dist-info/METADATA")) metadata.emplace(item.distribution, archive.find(item.path));
  }
  std::vector<BomComponent> components;
  for (const Distribution& one : manifest.distributions) {
    BomComponent component{.distribution = &one, .url = package_url(one.name, one.version)};
    if (const auto found = metadata.find(one.name); found != metadata.end() && found->second) {
      const Blob text = archive.inflate(*found->second);
      component.licences = declared_licences(text.text());
      component.requires_names = required_by(MetadataHeaders::parse(text.text()), environment);
    }
    components.push_back(std::move(component));
  }
  return components;
}

inline void write_licences(JsonText& json, const DeclaredLicences& licences) {
  if (licences.expression.empty() && licences.names.empty()) return;
  json.key("licenses").open_array();
  if (!licences.expression.empty()) {
    json.open_object().member("expression", licences.expression).close_object();
  } else {
    for (const std::string& name : licences.names)
      json.open_object().key("license").open_object().member("name", name).close_object().close_object();
  }
  json.close_array();
}

inline void write_hashes(JsonText& json, std::string_view sha256) {
  json.key("hashes").open_array().open_object().member("alg", "SHA-256").member("content", sha256);
  json.close_object().close_array();
}

inline void write_component(JsonText& json, const BomComponent& component) {
  const Distribution& one = *component.distribution;
  json.line().open_object().member("type", "library").member("bom-ref", component.url).member("name", one.name);
  json.member("version", one.version).member("purl", component.url);
  if (!one.sha256.empty()) write_hashes(json, one.sha256);
  write_licences(json, component.licences);
  json.key("properties").open_array().open_object().member("name", "daypack:wheel").member("value", one.file);
  json.close_object().close_array().close_object();
}

inline void write_dependency(JsonText& json, std::string_view ref, const std::vector<std::string>& on) {
  json.line().open_object().member("ref", ref).key("dependsOn").open_array();
  for (const std::string& url : on) json.text(url);
  json.close_array().close_object();
}

// The package depends on what no other distribution in it requires, so that all are reached.
inline void write_dependencies(JsonText& json, const std::vector<BomComponent>& components) {
  std::map<std::string_view, std::string> urls;
  for (const BomComponent& one : components) urls.emplace(one.distribution->name, one.url);
  std::set<std::string_view> required;
  for (const BomComponent& one : components) {
    for (const std::string& name : one.requires_names) {
      if (name != one.distribution->name) required.insert(name);
    }
  }
  std::vector<std::string> top;
  for (const BomComponent& one : components) {
    if (!required.contains(one.distribution->name)) top.push_back(one.url);
  }
  json.line().key("dependencies").open_array();
  write_dependency(json, "package", top);
  for (const BomComponent& one : components) {
    std::vector<std::string> on;
    for (const std::string& name : one.requires_names) {
      const auto found = urls.find(name);
      if (found != urls.end() && name != one.distribution->name) on.push_back(found->second);
    }
    write_dependency(json, one.url, on);
  }
  json.close_array();
}

// A UUID of version 8, whose bits are whatever their maker says (RFC 9562, 5.8): here those of the digest.
inline std::string serial_number(std::string_view sha256) {
  std::string hex(sha256.substr(0, 32));
  if (hex.size() < 32) hex.resize(32, '0');
  hex[12] = '8';
  hex[16] = '8';
  for (const std::size_t dash : {20u, 16u, 12u, 8u}) hex.insert(dash, "-");
  return "urn:uuid:" + hex;
}

// The whole document, as one value.
inline void write_bom(JsonText& json, const Manifest& manifest, const zip::Reader& archive, std::string_view sha256,
                      std::string_view name) {
  const auto components = bom_components(manifest, archive);
  json.open_object().member("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
  json.line().member("bomFormat", "CycloneDX").member("specVersion", "1.6");
  json.line().member("serialNumber", serial_number(sha256)).member("version", std::uint64_t{1});
  json.line().key("metadata").open_object().key("tools").open_object().key("components").open_array().open_object();
  json.member("type", "application").member("name", "daypack").member("version", library_version);
  json.close_object().close_array().close_object();
  json.key("component").open_object().member("type", "application").member("bom-ref", "package").member("name", name);
  write_hashes(json, sha256);
  json.close_object().close_object();
  json.line().key("components").open_array();
  for (const BomComponent& component : components) write_component(json, component);
  json.close_array();
  write_dependencies(json, components);
  json.line().close_object();
}

}  // namespace detail

DAYPACK_DECL DeclaredLicences declared_licences(std::string_view metadata) {
  static constexpr std::string_view prefix = "License :: ", approved = "License :: OSI Approved";
  static constexpr std::size_t longest_name = 100;  // longer ones are the licence itself
  const MetadataHeaders headers = MetadataHeaders::parse(metadata);
  if (const auto expression = headers.value("License-Expression"); !expression.empty())
    return {.expression = std::string(expression)};
  DeclaredLicences licences;
  for (const std::string_view classifier : headers.values("Classifier")) {
    if (classifier.starts_with(prefix) && classifier != approved)
      licences.names.emplace_back(classifier.substr(classifier.rfind(" :: ") + 4));
  }
  const std::string_view text = headers.value("License");
  const bool is_name = !text.empty() && text.size() <= longest_name && text.find('\n') == std::string_view::npos;
  if (licences.names.empty() && is_name && text != "UNKNOWN") licences.names.emplace_back(text);
  return licences;
}

DAYPACK_DECL std::string package_url(std::string_view name, std::string_view version) {
  std::string url = "pkg:pypi/" + normalised_name(name) + '@';
  for (const char c : version) {
    if (detail::is_ascii_alnum(c) || c == '.' || c == '-' || c == '_') {
      url += c;
    } else {
      static constexpr std::string_view digits = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      url += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return url;
}

DAYPACK_DECL std::string cyclonedx(const Manifest& manifest, const zip::Reader& archive, std::string_view sha256,
                                   std::string_view name) {
  detail::JsonText json;
  detail::write_bom(json, manifest, archive, sha256, name);
  return json.take() + '\n';
}

}  // namespace daypack
