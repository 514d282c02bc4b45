// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace cli {

// The command line as completions and the manual tell it: read from what CLI11 was told, so that neither goes stale.
struct CommandOption {
  std::vector<std::string> names = {};  // "--jobs", "-j"
  std::string value = {};               // what kind of value it takes: "INT"; empty for flags
  std::vector<std::string> choices = {};
  std::string words = {};
  std::string variable = {};  // of the environment, that says the same
  bool repeatable = false;
};

struct Command {
  std::string name = {};  // "cache prune"
  std::string words = {};
  std::string footer = {};  // its examples
  std::vector<CommandOption> options = {};
  std::vector<std::string> arguments = {};  // "ARCHIVE", "NAME"
  std::vector<Command> commands = {};
};

Command command_tree(const CLI::App& app);

// The name among these that somebody has probably meant; empty where none is near.
std::string nearest_name(const std::string& typed, const std::vector<std::string>& names);

}  // namespace cli
