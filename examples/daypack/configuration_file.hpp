// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <CLI/CLI.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

// What somebody has set for an option, away from the command line.
struct Setting {
  std::vector<std::string> values = {};
  std::string place = {};  // "pyproject.toml:6", or the name of a variable
  bool is_list = false;
};

// The table [tool.daypack] of a pyproject.toml: options under their long names, for all commands that have them;
// [tool.daypack.build] those of one command, which win.
class ConfigurationFile {
 public:
  // Every key is checked against the commands of the application, and every value for credentials. Error{syntax}, with
  // file, line and the nearest name.
  ConfigurationFile(const std::string& path, const CLI::App& app);

  // Whether the file has such a table.
  bool has_table() const { return has_table_; }
  // For an option of this command, which is named as it is typed: "cache prune". Paths are seen from here.
  std::optional<Setting> find(const std::string& command, const std::string& option) const;

 private:
  std::string located(const std::string& option, const std::string& value) const;

  std::string path_;
  bool has_table_ = false;
  std::map<std::pair<std::string, std::string>, Setting> settings_;  // by command and key
};

// The pyproject.toml of this folder, or else of the nearest one above it; empty where there is none.
std::string nearest_project();

// Whether this is a pyproject.toml, whatever its name: not a lock, not a URL.
bool is_project(std::string_view file);

// Whether a value of the option is a path.
bool names_path(const std::string& option);

}  // namespace cli
