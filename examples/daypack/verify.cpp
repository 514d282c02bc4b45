// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "checks.hpp"
#include "console.hpp"
#include "options.hpp"
#include "package.hpp"
#include "packaged.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/checks/budget.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/size_words.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/stages/verify.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <memory>

namespace cli {

using namespace daypack;

namespace {

struct VerifyOptions {
  std::string zip = {}, handler = {}, import_times = {};
  double timeout = 60;
  std::vector<std::string> allow = {}, layers = {};
  bool isolated = true, checks = true;
};

// The layers that build cut off, which lie beside the zip, and those that are named.
std::vector<Archive> layers_of(const Packaged& package, const VerifyOptions& options) {
  const std::string folder = options.zip.substr(0, options.zip.rfind('/') + 1);
  std::vector<Archive> layers;
  for (const Manifest::Layer& layer : package.manifest->layers) {
    layers.push_back(read_archive(folder + layer.file));
    if (layers.back().sha256().hex() != layer.sha256)
      throw Error(Errc::hash_mismatch, "a layer is not the one that the package was built with", folder + layer.file, "build both again");
  }
  for (const std::string& path : options.layers) layers.push_back(read_archive(path));
  return layers;
}

// All that is found: by checks of files, of sizes, of bytecode and by imports.
Verification examined(const Packaged& package, const VerifyOptions& options, const Everywhere& everywhere, const Context& context) {
  const auto target = target_of(package.file.manifest());
  if (!target) throw Error(Errc::usage, "nothing is known of this package's backend", package.manifest->backend, "daypack backends lists those that can be verified");
  const Archive archive = read_archive(options.zip);
  const Verify stage{.handler = options.handler,
                     .patience = std::chrono::milliseconds(static_cast<long>(options.timeout * 1000)),
                     .allow = options.allow,
                     .layers = layers_of(package, options),
                     .folder = rehearsal_folder(everywhere),
                     .isolated = options.isolated};
  Verification result = stage.examine(archive, context.with_target(*target).in_stage("Verify"));
  if (options.checks) {
    for (auto& found : {findings_of(package, *target, context), checks::Budget{}.findings_of(archive, *target)})
      result.findings.insert(result.findings.end(), found.begin(), found.end());
    sort_findings(result.findings);
  }
  return result;
}

boost::json::object answer_of(const Verification& result, const Packaged& package) {
  boost::json::array modules, imports, findings;
  for (const auto& one : result.modules) {
    modules.push_back(boost::json::object{
        {"name", one.name}, {"distribution", one.distribution}, {"imported", one.imported}, {"seconds", one.time.count()}, {"memory", one.memory}});
  }
  for (const Report::Import& one : result.imports) imports.push_back(boost::json::object{{"module", one.module}, {"self", one.self}, {"cumulative", one.cumulative}});
  for (const Finding& one : result.findings) findings.push_back(finding_json(one));
  return {{"path", package.file.path},
          {"sha256", package.sha256},
          {"passed", !failure_of(result.findings)},
          {"interpreter", result.interpreter},
          {"isolated", result.isolated},
          {"offline", result.offline},
          {"bytecode", boost::json::object{{"files", result.bytecode.files}, {"loaded", result.bytecode.loaded}, {"faults", result.bytecode.faults()}}},
          {"modules", std::move(modules)},
          {"imports", std::move(imports)},
          {"findings", std::move(findings)}};
}

void print_row(std::string label, const std::string& words) {
  label.resize(std::max<std::size_t>(label.size(), 10), ' ');
  print(label + ' ' + words);
}

void print_modules(const Verification& result) {
  static constexpr std::size_t shown = 5;
  auto modules = result.modules;
  std::ranges::stable_sort(modules, std::greater<>(), &Verification::Module::time);
  const auto imported = std::ranges::count(modules, true, &Verification::Module::imported);
  print_row("imported", thousands(static_cast<std::uint64_t>(imported)) + " of " + detail::counted(modules.size(), "module") + " by CPython " + result.interpreter +
                            (result.isolated ? ", where the package will lie" : ", where it is unpacked") + (result.offline ? ", without a network" : ""));
  for (std::size_t i = 0; i < std::min(shown, modules.size()); ++i)
    print_row(i == 0 ? "slowest" : "", modules[i].name + ' ' + seconds(modules[i].time.count()) + ", " + megabytes(modules[i].memory));
}

void print_findings(const std::vector<Finding>& findings) {
  for (const Finding& one : findings) {
    print(std::string(to_string(one.severity)) + ": " + redacted(one.subject) + ": " + redacted(one.message));
    if (one.severity == Severity::error && !one.hint.empty()) print("  hint: " + redacted(one.hint));
  }
}

int verify_zip(const VerifyOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  const Context context = context_of(everywhere, console, true);
  const Packaged package(options.zip, {.profile = zip::Profile::general}, console);
  const Verification result = examined(package, options, everywhere, context);
  if (!options.import_times.empty()) detail::write_file(options.import_times, result.import_log());
  const auto failure = failure_of(result.findings);
  if (everywhere.json) {
    print(boost::json::serialize(answer_of(result, package)));
  } else {
    const BytecodeProof& bytecode = result.bytecode;
    print_row("target", package.manifest->backend + ", Python " + package.manifest->python + ", " + package.manifest->arch);
    print_row("bytecode", detail::counted(bytecode.files, "file") + ", " + thousands(bytecode.loaded) + " loaded, " + detail::counted(bytecode.faults(), "fault"));
    if (!result.interpreter.empty()) print_modules(result);
    print_findings(result.findings);
    print(failure ? "failed: " + findings_words(result.findings) : "passed");
  }
  return failure ? exit_code(failure->code) : 0;
}

}  // namespace

std::string rehearsal_folder(const Everywhere& everywhere) { return everywhere.cache_folder.empty() ? "" : everywhere.cache_folder + "/unpacked"; }

void verify(Package& package, const BuildOptions& options, const Everywhere& everywhere, const Context& context) {
  Verify stage{.handler = options.handler, .folder = rehearsal_folder(everywhere)};
  for (const auto& layer : package.parts.layers) stage.layers.push_back(layer.value);
  for (const std::string& path : options.layers) stage.layers.push_back(read_archive(path));
  package.parts.function.value = detail::run_stage(stage, Archive(package.archive()), context.with_target(package.parts.function.target));
}

void add_verify(CLI::App& app, Run& run) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand("verify", "Rehearse a package: its sizes, libraries and bytecode, and every import of it");
  command->footer("It reads the manifest beside the zip. The exit code is 4 when the package will not do.\n"
                  "Examples:\n  daypack verify out.zip\n  daypack verify out.zip --handler app.handler --import-times times.txt --json");
  command->add_option("ZIP", options->zip, "A package that daypack has built")->required();
  command->add_option("--handler", options->handler, "The handler that is imported too (default: that of the manifest)");
  command->add_option("--timeout", options->timeout, "Seconds for one import (default: 60)")->check(CLI::Range(0.001, 86400.0));
  command->add_option("--allow", options->allow, "A module, or glob of modules, that may fail; repeatable")->allow_extra_args(false);
  command->add_option("--layer", options->layers, "The zip of a layer that the function attaches; repeatable")->allow_extra_args(false);
  command->add_option("--import-times", options->import_times, "Write what each import took, for report --import-times")->check(is_named, "");
  command->add_flag("!--no-isolation", options->isolated, "Import it where it is unpacked, not in namespaces of its own");
  command->add_flag("!--no-checks", options->checks, "Run no checks of sizes, names and libraries");
  command->callback([options, &run] { run = [options](const Everywhere& everywhere) { return verify_zip(*options, everywhere); }; });
}

}  // namespace cli
