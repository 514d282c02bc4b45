// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "command_tree.hpp"

#include <algorithm>
#include <numeric>

namespace cli {

namespace {

// CLI11 writes what a value may be as "TEXT:{auto,always,never}".
std::vector<std::string> choices_in(const std::string& type) {
  const std::size_t begin = type.find('{'), end = type.find('}', begin);
  std::vector<std::string> choices;
  if (begin == std::string::npos || end == std::string::npos) return choices;
  std::string inside = type.substr(begin + 1, end - begin - 1);
  for (std::size_t at = 0; at <= inside.size();) {
    const std::size_t comma = std::min(inside.find(',', at), inside.size());
    const std::string choice = inside.substr(at, comma - at);
    choices.push_back(choice.substr(0, choice.find("->")));  // of a table: the name, not what it stands for
    at = comma + 1;
  }
  return choices;
}

CommandOption option_of(const CLI::Option& option) {
  CommandOption found{.words = option.get_description(),
                      .variable = option.get_envname(),
                      .repeatable = option.get_items_expected_max() > 1};
  for (const std::string& name : option.get_lnames()) found.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) found.names.push_back("-" + name);
  if (option.get_items_expected_max() == 0) return found;
  const std::string type = option.get_type_name();
  found.value = type.substr(0, type.find(':'));
  if (found.value.empty()) found.value = "TEXT";
  found.choices = choices_in(type);
  return found;
}

// How many letters have to be changed, added, taken away or swapped with their neighbour.
std::size_t distance(const std::string& one, const std::string& other) {
  std::vector<std::vector<std::size_t>> far(one.size() + 1, std::vector<std::size_t>(other.size() + 1));
  for (std::size_t i = 0; i <= one.size(); ++i) far[i][0] = i;
  std::iota(far[0].begin(), far[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= one.size(); ++i) {
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const bool same = one[i - 1] == other[j - 1];
      far[i][j] = std::min({far[i - 1][j] + 1, far[i][j - 1] + 1, far[i - 1][j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
        far[i][j] = std::min(far[i][j], far[i - 2][j - 2] + 1);
    }
  }
  return far[one.size()][other.size()];
}

}  // namespace

Command command_tree(const CLI::App& app) {
  Command found{.name = app.get_name(), .words = app.get_description(), .footer = app.get_footer()};
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional())
      found.options.push_back(option_of(*option));
    else
      found.arguments.push_back(option->get_name(true));
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    found.commands.push_back(command_tree(*command));
  }
  return found;
}

std::string nearest_name(const std::string& typed, const std::vector<std::string>& names) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::size_t far = distance(typed, name);
    if (far < least) {
      least = far;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace cli
