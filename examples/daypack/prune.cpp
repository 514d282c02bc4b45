// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "prune.hpp"

#include <daypack/rules/presets.hpp>

namespace cli {

using namespace daypack;

namespace {

// Both fill one list, as the command line comes to them.
void add_pattern_option(CLI::App& command, const std::string& names, const std::string& prefix, BuildOptions& options, const std::string& words) {
  command.add_option_function<std::vector<std::string>>(
             names, [&options, prefix](const std::vector<std::string>& given) { for (const std::string& one : given) options.patterns.push_back(prefix + one); }, words)
      ->allow_extra_args(false)
      ->trigger_on_parse();
}

}  // namespace

void add_prune_options(CLI::App& command, BuildOptions& options) {
  command.add_option("--prune", options.prune, "safe (default), lean, mapbox, none or RULE,...");
  add_pattern_option(command, "--exclude,-x", "", options, "A path or glob to leave out, a folder with all in it; repeatable, the last that matches decides");
  add_pattern_option(command, "--include", "!", options, "A path or glob that stays, whatever excludes it; repeatable, the last that matches decides");
}

std::vector<Rule> own_rules_of(const BuildOptions& options) {
  if (options.patterns.empty()) return {};
  return {rules::Globs{options.patterns}};
}

std::vector<Rule> rules_of(const BuildOptions& options) {
  std::vector<Rule> rules = rules::parse(options.prune);
  for (Rule& rule : own_rules_of(options)) rules.push_back(std::move(rule));
  return rules;
}

}  // namespace cli
