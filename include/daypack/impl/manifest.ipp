// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/json_text.hpp>
#include <daypack/manifest.hpp>
#include <daypack/version.hpp>

namespace daypack {

namespace detail {

inline void write_distributions(JsonText& json, const std::vector<Distribution>& distributions) {
  json.key("distributions").open_array();
  for (const Distribution& distribution : distributions) {
    json.line().open_object().member("name", distribution.name).member("version", distribution.version);
    json.member("file", distribution.file).member("sha256", distribution.sha256).close_object();
  }
  json.close_array();
}

inline void write_items(JsonText& json, const std::vector<Manifest::Item>& items) {
  json.key("entries").open_array();
  for (const Manifest::Item& item : items) {
    json.line().open_object().member("path", item.path).member("mode", to_string(item.mode)).member("size", item.size);
    json.member("compressed", item.compressed).member("distribution", item.distribution).close_object();
  }
  json.close_array();
}

inline void write_ledger(JsonText& json, const Ledger& ledger) {
  json.key("ledger").open_array();
  for (const LedgerLine& line : ledger) {
    json.line()
        .open_object()
        .member("change", to_string(line.change))
        .member("path", line.path)
        .member("bytes", line.bytes);
    json.member("bytes_after", line.bytes_after).member("compressed", line.compressed);
    json.member("distribution", line.distribution).member("rule", line.rule).member("note", line.note).close_object();
  }
  json.close_array();
}

inline void write_layers(JsonText& json, const std::vector<Manifest::Layer>& layers) {
  json.key("layers").open_array();
  for (const Manifest::Layer& layer : layers) {
    json.line().open_object().member("name", layer.name).member("file", layer.file).member("sha256", layer.sha256);
    json.member("size", layer.size).member("unzipped", layer.unzipped).key("distributions").open_array();
    for (const std::string& name : layer.distributions) json.text(name);
    json.close_array().close_object();
  }
  json.close_array();
}

}  // namespace detail

DAYPACK_DECL std::string Manifest::json(const std::string& sha256, std::uint64_t size) const {
  detail::JsonText json;
  json.open_object().line().member("format", format).line().member("tool", "daypack " + std::string(library_version));
  json.line().key("archive").open_object().member("sha256", sha256).member("size", size).close_object();
  json.line().key("target").open_object();
  json.member("backend", backend).member("python", python).member("arch", arch).close_object();
  json.line().member("handler", handler);
  json.line().member("unzipped", unzipped).line().member("codec", codec);
  json.line().member("level", static_cast<std::uint64_t>(level));
  json.line().key("bytecode").open_object();
  json.member("files", bytecode.files).member("proven", bytecode.proven).close_object();
  detail::write_distributions(json.line(), distributions);
  detail::write_items(json.line(), items);
  detail::write_ledger(json.line(), ledger);
  if (!layers.empty()) detail::write_layers(json.line(), layers);
  return json.line().close_object().take() + '\n';
}

DAYPACK_DECL std::string manifest_path(const std::string& zip_path) {
  static constexpr std::string_view ending = ".zip";
  const bool ends = zip_path.size() > ending.size() && zip_path.ends_with(ending) &&
                    zip_path[zip_path.size() - ending.size() - 1] != '/';
  return (ends ? zip_path.substr(0, zip_path.size() - ending.size()) : zip_path) + ".daypack.json";
}

}  // namespace daypack
