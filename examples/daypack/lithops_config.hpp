// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cli {

// The configuration of Lithops, read as it reads it (lithops 3.8.0, lithops/config.py, read on 2026-11-22).
class LithopsConfig {
 public:
  // From the file that is named, else from $LITHOPS_CONFIG (JSON), $LITHOPS_CONFIG_FILE, ./.lithops_config,
  // ~/.lithops/config or /etc/lithops/config, whichever is first; else there is none.
  // Error{not_found, unreadable, syntax}.
  static LithopsConfig read(const std::string& file);

  // Where it was found, for messages; empty: nowhere.
  const std::string& origin() const { return origin_; }

  // A value of the first of the sections that has it ("vpc.subnets": in a section of that); empty: none has.
  // Error{usage} where it has another type.
  std::string text(std::initializer_list<const char*> sections, const char* key) const;
  std::optional<int> number(std::initializer_list<const char*> sections, const char* key) const;
  std::vector<std::string> texts(std::initializer_list<const char*> sections, const char* key) const;
  // A mapping, or as Lithops writes variables: a list of {name, value}.
  std::map<std::string, std::string> assignments(std::initializer_list<const char*> sections, const char* key) const;
  bool has(const char* section, const char* key) const;

 private:
  YAML::Node find(std::initializer_list<const char*> sections, const char* key) const;
  [[noreturn]] void refuse(const char* key, const char* expected) const;

  std::string origin_ = {};
  YAML::Node root_ = {};
};

}  // namespace cli
