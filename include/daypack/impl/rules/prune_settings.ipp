// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/impl/detail/toml_reader.ipp>
#include <daypack/rules/prune_settings.hpp>

#include <utility>

namespace daypack {

DAYPACK_DECL rules::PruneSettings rules::PruneSettings::parse(std::string_view text, std::string source) {
  const detail::TomlReader in(std::move(source), "cannot read the table [tool.daypack]",
                              "write prune = \"RULE,...\" and patterns = [\"GLOB\", \"!GLOB\"]");
  const toml::table file = in.parse(text);
  const toml::table* tool = in.table_of(file, "tool");
  const toml::table* table = tool == nullptr ? nullptr : in.table_of(*tool, "daypack");
  PruneSettings settings;
  if (table == nullptr) return settings;
  settings.prune = in.text_of(*table, "prune");
  settings.patterns = in.texts_of(*table, "patterns");
  return settings;
}

DAYPACK_DECL rules::PruneSettings rules::PruneSettings::read(const std::string& path) {
  return parse(detail::read_file(path), path);
}

}  // namespace daypack
