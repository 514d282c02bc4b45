// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/json_text.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/report/sbom.ipp>
#include <daypack/report/statement.hpp>
#include <daypack/version.hpp>

#include <algorithm>

namespace daypack {

namespace detail {

inline void write_digest(JsonText& json, std::string_view sha256) {
  json.key("digest").open_object().member("sha256", sha256).close_object();
}

// All before the predicate.
inline void open_statement(JsonText& json, std::string_view type, std::string_view sha256, std::string_view name) {
  json.open_object().member("_type", "https://in-toto.io/Statement/v1");
  json.line().key("subject").open_array().open_object().member("name", name);
  write_digest(json, sha256);
  json.close_object().close_array();
  json.line().member("predicateType", type).line().key("predicate");
}

inline std::string closed_statement(JsonText& json) { return json.line().close_object().take() + '\n'; }

inline void write_parameters(JsonText& json, const Manifest& manifest) {
  json.line().key("externalParameters").open_object().member("backend", manifest.backend);
  json.member("python", manifest.python).member("architecture", manifest.arch);
  if (!manifest.handler.empty()) json.member("handler", manifest.handler);
  json.close_object();
  json.line().key("internalParameters").open_object().member("deflate", manifest.codec);
  json.member("level", static_cast<std::uint64_t>(std::max(manifest.level, 0))).close_object();
}

// A wheel as a ResourceDescriptor of in-toto.
inline void write_material(JsonText& json, const Distribution& one) {
  json.line().open_object().member("name", one.file).member("uri", package_url(one.name, one.version));
  if (!one.sha256.empty()) write_digest(json, one.sha256);
  json.close_object();
}

// scheme ":" and something without blanks (RFC 3986, 3.1).
inline bool is_uri(std::string_view text) {
  const auto [scheme, rest] = split_once(text, ':');
  const auto fits = [](char c) { return is_ascii_alnum(c) || c == '+' || c == '-' || c == '.'; };
  return !scheme.empty() && is_ascii_alnum(scheme.front()) && !is_ascii_digit(scheme.front()) &&
         std::ranges::all_of(scheme, fits) && !rest.empty() &&
         std::ranges::all_of(rest, [](char c) { return c > ' ' && c < '\x7f'; });
}

inline void write_run(JsonText& json, const Builder& builder) {
  json.line().key("runDetails").open_object().key("builder").open_object().member("id", builder.id);
  json.key("version").open_object().member("daypack", library_version).close_object();
  json.close_object().close_object();
}

}  // namespace detail

DAYPACK_DECL std::string provenance_statement(const Manifest& manifest, std::string_view sha256, std::string_view name,
                                              const Builder& builder) {
  if (!detail::is_uri(builder.id)) {
    throw Error(Errc::usage, "a builder is named by a URI", '"' + builder.id + '"',
                "write e.g. https://ci.example.com/packages");
  }
  detail::JsonText json;
  detail::open_statement(json, provenance_type, sha256, name);
  json.open_object().line().key("buildDefinition").open_object().line().member("buildType", "urn:daypack:package:1");
  detail::write_parameters(json, manifest);
  json.line().key("resolvedDependencies").open_array();
  for (const Distribution& one : manifest.distributions) detail::write_material(json, one);
  json.close_array().close_object();
  detail::write_run(json, builder);
  json.close_object();
  return detail::closed_statement(json);
}

DAYPACK_DECL std::string cyclonedx_statement(const Manifest& manifest, const zip::Reader& archive,
                                             std::string_view sha256, std::string_view name) {
  detail::JsonText json;
  detail::open_statement(json, cyclonedx_type, sha256, name);
  detail::write_bom(json, manifest, archive, sha256, name);
  return detail::closed_statement(json);
}

}  // namespace daypack
