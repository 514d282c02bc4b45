// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "checks.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/checks/presets.hpp>
#include <daypack/detail/text.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace cli {

using namespace daypack;

namespace {

AnyCheck with_options(AnyCheck check, const BuildOptions& options, const std::vector<checks::AttachedLayer>& layers) {
  if (check.name == checks::Secrets::name) return checks::Secrets{.allow = options.allow_secrets};
  if (check.name == checks::Budget::name) return checks::Budget{.layers = layers};
  if (check.name == checks::Elf::name) return checks::Elf{.layers = layers};
  if (check.name == checks::Imports::name) return checks::Imports{.layers = layers};
  return check;
}

}  // namespace

std::vector<checks::AttachedLayer> layers_read(const BuildOptions& options) {
  std::vector<checks::AttachedLayer> layers;
  for (const std::string& path : options.layers) {
    layers.push_back(checks::AttachedLayer::read(path));
    const ArchiveFile file = read_archive_file(path);
    if (file.has_manifest()) layers.back().manifest = file.manifest();
  }
  return layers;
}

ChosenChecks checks_of(const BuildOptions& options, const std::vector<checks::AttachedLayer>& layers) {
  const auto unwanted =
      options.no_checks.empty() ? std::vector<AnyCheck>{} : checks::parse(detail::listed(options.no_checks, ","));
  ChosenChecks chosen;
  for (AnyCheck& check : checks::parse(options.checks)) {
    if (std::ranges::find(unwanted, check.name, &AnyCheck::name) != unwanted.end()) continue;
    chosen.budget = chosen.budget || check.name == checks::Budget::name;
    auto& list = check.name == checks::Imports::name ? chosen.of_sources : chosen.of_package;
    list.push_back(with_options(std::move(check), options, layers));
  }
  return chosen;
}

void add_check_options(CLI::App& command, BuildOptions& options) {
  command.add_option("--check", options.checks, "all, none or CHECK,...: budget, elf, foreign, imports, names, secrets");
  command.add_option("--no-check", options.no_checks, "A check to leave out, repeatable; or CHECK,...")->allow_extra_args(false);
  command.add_option("--allow-secret", options.allow_secrets, "A path or glob of a file of your own that may hold secrets, repeatable")->allow_extra_args(false);
  command
      .add_option("--layer", options.layers,
                  "The zip of a layer that the function attaches: its size counts, its libraries and modules are "
                  "there, --prune attached leaves out what it has; repeatable")
      ->allow_extra_args(false);
}

boost::json::object finding_json(const Finding& finding) {
  boost::json::object object{{"check", finding.check},
                             {"severity", to_string(finding.severity)},
                             {"subject", redacted(finding.subject)},
                             {"message", redacted(finding.message)}};
  if (!finding.hint.empty()) object["hint"] = redacted(finding.hint);
  return object;
}

std::string findings_words(const std::vector<Finding>& findings) {
  const auto count = [&](Severity severity, const std::string& word) {
    const auto found = std::ranges::count(findings, severity, &Finding::severity);
    return found == 0 ? std::string() : std::to_string(found) + ' ' + word + (found == 1 ? "" : "s");
  };
  const std::string errors = count(Severity::error, "error"), warnings = count(Severity::warning, "warning");
  if (errors.empty() && warnings.empty()) return "passed";
  return errors + (errors.empty() || warnings.empty() ? "" : ", ") + warnings;
}

}  // namespace cli
