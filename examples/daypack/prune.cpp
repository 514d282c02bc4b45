// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "prune.hpp"
#include "configuration_file.hpp"

#include <daypack/rules/presets.hpp>
#include <daypack/rules/prune_settings.hpp>

#include <algorithm>
#include <iterator>

namespace cli {

using namespace daypack;

namespace {

// Both fill one list, as the command line comes to them.
void add_pattern_option(CLI::App& command, const std::string& names, const std::string& prefix, BuildOptions& options,
                        const std::string& words) {
  command
      .add_option_function<std::vector<std::string>>(
          names,
          [&options, prefix](const std::vector<std::string>& given) {
            for (const std::string& one : given) options.patterns.push_back(prefix + one);
          },
          words)
      ->allow_extra_args(false)
      ->trigger_on_parse();
}

// What the projects say and the command line does not: it wins, and its patterns come last.
rules::PruneSettings settings_of(const BuildOptions& options) {
  rules::PruneSettings all;
  std::vector<std::string> projects;
  std::ranges::copy_if(options.requirement_files, std::back_inserter(projects), is_project);
  if (projects.empty() && !options.project.empty()) projects.push_back(options.project);
  for (const std::string& file : projects) {
    const auto settings = rules::PruneSettings::read(file);
    if (!settings.prune.empty()) all.prune += (all.prune.empty() ? "" : ",") + settings.prune;
    all.patterns.insert(all.patterns.end(), settings.patterns.begin(), settings.patterns.end());
  }
  if (!options.prune.empty()) all.prune = options.prune;
  if (all.prune.empty()) all.prune = "safe";
  all.patterns.insert(all.patterns.end(), options.patterns.begin(), options.patterns.end());
  return all;
}

}  // namespace

PruneRules rules_of(const BuildOptions& options, const std::vector<checks::AttachedLayer>& layers) {
  const auto settings = settings_of(options);
  PruneRules rules{.of_packages = rules::parse(settings.prune, layers), .said = settings};
  if (!settings.patterns.empty()) rules.of_all = {rules::Globs{settings.patterns}};
  rules.of_packages.insert(rules.of_packages.end(), rules.of_all.begin(), rules.of_all.end());
  // These start at own files, which come to the tree after the packages.
  const auto from_handler = std::ranges::stable_partition(rules.of_packages, [](const Rule& rule) {
    return rule.name != rules::Unreachable<"app.handler">::name &&
           rule.name != rules::UnreachableModules<"app.handler">::name;
  });
  rules.of_all.insert(rules.of_all.end(), from_handler.begin(), from_handler.end());
  rules.of_packages.erase(from_handler.begin(), from_handler.end());
  rules.names_preinstalled =
      std::ranges::find(rules.of_packages, rules::Preinstalled::name, &Rule::name) != rules.of_packages.end();
  return rules;
}

void add_prune_options(CLI::App& command, BuildOptions& options) {
  command.add_option("--prune", options.prune, "safe (default), lean, mapbox, none or RULE,...");
  add_pattern_option(command, "--exclude,-x", "", options,
                     "A path or glob to leave out, a folder with all in it; repeatable, the last that matches decides");
  add_pattern_option(command, "--include", "!", options,
                     "A path or glob that stays, whatever excludes it; repeatable, the last that matches decides");
}

}  // namespace cli
