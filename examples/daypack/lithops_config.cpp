// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "lithops_config.hpp"

#include <daypack/detail/environment.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>

#include <boost/filesystem.hpp>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;
using daypack::detail::environment_text;

// The first place that has a configuration; empty: none has.
std::string default_file() {
  if (const std::string named = environment_text("LITHOPS_CONFIG_FILE"); !named.empty()) return named;
  std::vector<std::string> places{".lithops_config"};
  if (const std::string home = environment_text("HOME"); !home.empty()) places.push_back(home + "/.lithops/config");
  places.emplace_back("/etc/lithops/config");
  for (const std::string& place : places) {
    boost::system::error_code error;
    if (boost::filesystem::exists(place, error)) return place;
  }
  return {};
}

YAML::Node parsed(const std::string& text, const std::string& origin) {
  try {
    YAML::Node root = YAML::Load(text);
    if (root.IsNull() || root.IsMap()) return root;
    throw Error(Errc::syntax, "the configuration of Lithops has no sections", origin);
  } catch (const YAML::Exception& error) {
    // Not what() of it alone: that of some errors quotes the text, which may hold keys.
    throw Error(Errc::syntax, "the configuration of Lithops is no YAML",
                origin + " (line " + std::to_string(error.mark.line + 1) + ", column " +
                    std::to_string(error.mark.column + 1) + ')');
  }
}

}  // namespace

LithopsConfig LithopsConfig::read(const std::string& file) {
  LithopsConfig config;
  if (file.empty() && !environment_text("LITHOPS_CONFIG").empty()) {
    config.origin_ = "$LITHOPS_CONFIG";
    config.root_ = parsed(environment_text("LITHOPS_CONFIG"), config.origin_);
    return config;
  }
  std::string path = file.empty() ? default_file() : file;
  if (path.empty()) return config;
  if (path.starts_with("~/")) path = environment_text("HOME") + path.substr(1);
  config.origin_ = path;
  config.root_ = parsed(daypack::detail::read_file(path), path);
  return config;
}

YAML::Node LithopsConfig::find(std::initializer_list<const char*> sections, const char* key) const {
  for (const char* name : sections) {
    YAML::Node value = root_.IsMap() ? YAML::Clone(root_[name]) : YAML::Node();
    for (std::string rest = key; !rest.empty() && value.IsDefined();) {
      const std::size_t dot = std::min(rest.find('.'), rest.size() - 1);
      const std::string part = rest[dot] == '.' ? rest.substr(0, dot) : rest;
      value.reset(value.IsMap() ? value[part] : YAML::Node(YAML::NodeType::Undefined));
      rest.erase(0, part.size() + 1);
    }
    if (value.IsDefined() && !value.IsNull()) return value;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

void LithopsConfig::refuse(const char* key, const char* expected) const {
  throw Error(Errc::usage, "a value of Lithops' configuration is of another kind",
              std::string(key) + " in " + origin_ + " (expected " + expected + ')');
}

bool LithopsConfig::has(const char* section, const char* key) const { return find({section}, key).IsDefined(); }

std::string LithopsConfig::text(std::initializer_list<const char*> sections, const char* key) const {
  const YAML::Node value = find(sections, key);
  if (!value.IsDefined()) return {};
  if (!value.IsScalar()) refuse(key, "a text");
  return value.Scalar();
}

std::optional<int> LithopsConfig::number(std::initializer_list<const char*> sections, const char* key) const {
  const YAML::Node value = find(sections, key);
  if (!value.IsDefined()) return std::nullopt;
  int number = 0;
  if (!YAML::convert<int>::decode(value, number)) refuse(key, "a whole number");
  return number;
}

std::vector<std::string> LithopsConfig::texts(std::initializer_list<const char*> sections, const char* key) const {
  const YAML::Node value = find(sections, key);
  if (!value.IsDefined()) return {};
  if (!value.IsSequence()) refuse(key, "a list");
  std::vector<std::string> all;
  for (const YAML::Node& one : value) {
    if (!one.IsScalar()) refuse(key, "a list of texts");
    all.push_back(one.Scalar());
  }
  return all;
}

std::map<std::string, std::string> LithopsConfig::assignments(std::initializer_list<const char*> sections,
                                                              const char* key) const {
  const YAML::Node value = find(sections, key);
  std::map<std::string, std::string> all;
  if (!value.IsDefined()) return all;
  if (value.IsScalar()) refuse(key, "a mapping");
  for (const auto& one : value) {
    const YAML::Node name = value.IsMap() ? one.first : one["name"], text = value.IsMap() ? one.second : one["value"];
    if (!name || !name.IsScalar() || !text || !text.IsScalar()) refuse(key, "names and texts");
    all[name.Scalar()] = text.Scalar();
  }
  return all;
}

}  // namespace cli
