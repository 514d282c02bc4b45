// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "configuration_file.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <string>
#include <vector>

namespace cli {

// Sets what was not typed from the environment (DAYPACK_*) and from [tool.daypack], for every option of every command:
// CLI11 calls it between the command line and its own checks, which then hold for all values alike.
class Configuration {
 public:
  // Before options and commands are added: adds --config-file and --print-config.
  explicit Configuration(CLI::App& app);
  // After that.
  void learn_defaults() { learn_defaults(app_); }

  bool prints() const { return prints_; }
  // Each option of the command with its value and where that comes from.
  void print(bool json) const;
  // The pyproject.toml that was read; empty when there is none.
  const std::string& file() const { return file_; }
  // Where the value comes from of which CLI11 says this: "--jobs comes from DAYPACK_JOBS"; empty when it was typed.
  std::string origin_of_fault(const std::string& said) const;

 private:
  enum class Origin { typed, environment, file, usual };
  struct Source {
    Origin origin = Origin::usual;
    std::string place = {};
  };

  void learn_defaults(CLI::App& app);
  void apply(const std::string& file);
  void settle(CLI::Option& option, const ConfigurationFile* file);
  void inject(CLI::Option& option, const std::string& name, Setting setting, Origin origin);
  std::string file_for(const std::string& wanted) const;
  std::vector<std::string> values_of(const CLI::Option& option) const;
  std::string command() const;

  CLI::App& app_;
  bool prints_ = false;
  std::string file_ = {};
  std::vector<CLI::App*> chain_ = {};  // the application, its command, that one's command
  std::map<const CLI::Option*, std::string> defaults_ = {};
  std::map<const CLI::Option*, Source> sources_ = {};
};

}  // namespace cli
