// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "build.hpp"
#include "answer.hpp"
#include "cache_account.hpp"
#include "checks.hpp"
#include "prune.hpp"
#include "report.hpp"
#include "watch.hpp"

#include <daypack/detail/size_words.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/manifest.hpp>
#include <daypack/manifest_file.hpp>
#include <daypack/report/report.hpp>
#include <daypack/stages/save.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace cli {

namespace {

void add_options(CLI::App& command, BuildOptions& options) {
  command
      .add_option("--backend,-b", options.backend,
                  "aws_lambda, azure_functions, aliyun_fc, local, ...: all stand in daypack backends")
      ->required()
      ->envname("DAYPACK_BACKEND");
  command
      .add_option("--requirements,-r", options.requirement_files,
                  "A requirements.txt (a file or URL), pyproject.toml, pylock.toml or uv.lock, repeatable")
      ->allow_extra_args(false);
  add_part_options(command, options.parts);
  command.add_option("PKG", options.packages, "Packages, as a requirements.txt names them");
  command.add_option("--handler", options.handler,
                     "module.function, as the backend writes it: checked against the package, remembered for deploy");
  add_packing_options(command, options);
}
// What it would take with bytecode, sources, or both: "43.9 MB unpacked, 11.7 MB zip".
std::string words_of(const BytecodeChoice& choice) {
  if (!choice.unknown.empty()) return "not known (" + choice.unknown + ')';
  return megabytes(choice.unpacked) + " unpacked, " + megabytes(choice.zipped) + " zip";
}

boost::json::array choices_json(const Package& package, const BuildOptions& options) {
  boost::json::array choices;
  for (const BytecodeChoice& one : package.bytecode) {
    boost::json::object said{{"bytecode", one.kind}, {"chosen", one.kind == options.bytecode.kind}};
    if (one.unknown.empty()) {
      said["unpacked"] = one.unpacked;
      said["size"] = one.zipped;
    } else {
      said["unknown"] = one.unknown;
    }
    choices.push_back(std::move(said));
  }
  return choices;
}

daypack::Report report_of_build(const Package& package, const BuildOptions& options, const Console& console) {
  daypack::Report report = daypack::report_of(daypack::read_manifest(daypack::manifest_path(options.output)),
                                              package.archive().size(), package.backend);
  report.name = daypack::detail::last_component(options.output);
  report.sha256 = package.archive().sha256().hex();
  report.findings = console.findings();
  return report;
}

int run_build(const BuildOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  SharedPackages alone;
  const Package package = build(options, everywhere, context_of(everywhere, console, options.offline), console, alone);
  if (everywhere.json) {
    print(boost::json::serialize(answer_of(package, console, options.output)));
  } else {
    for (const std::string& path : paths_of(package, options.output)) print(path);
  }
  summarise(package, console);
  if (!everywhere.json) say_cache_uses(console, package.cache_uses);
  console.say("next: daypack deploy " + options.output + " NAME --to local");
  return 0;
}

int plan(const BuildOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  daypack::Context context = context_of(everywhere, console, options.offline);
  BuildOptions dry = options;
  dry.writes = dry.refuses = false;
  SharedPackages alone;
  Package package = pack(dry, context, console, alone);
  if (options.explain_cache) package.cache_uses = cache_uses(console, context, options.output);
  if (everywhere.json) {
    boost::json::object answer = answer_of(package, console, "");
    answer["bytecode"] = choices_json(package, options);
    print(boost::json::serialize(answer));
  } else {
    const daypack::Manifest& manifest = package.archive().manifest();
    std::printf("target    %s, Python %s, %s\n", manifest.backend.c_str(), manifest.python.c_str(),
                manifest.arch.c_str());
    std::printf("sha256    %s\n", package.archive().sha256().hex().c_str());
    std::printf("entries   %s from %s distributions\n", thousands(manifest.items.size()).c_str(),
                thousands(manifest.distributions.size()).c_str());
    std::printf("unpacked  %s\n", against(package.budget.unzipped, package.budget.limit).c_str());
    std::printf("zip       %s\n", against(package.budget.zipped, package.budget.zipped_limit).c_str());
    for (const auto& [layer, words] : layer_rows(package)) std::printf("%-9s %s\n", layer.c_str(), words.c_str());
    for (const BytecodeChoice& one : package.bytecode)
      std::printf("bytecode  %s%s: %s\n", one.kind.c_str(), one.kind == options.bytecode.kind ? " (chosen)" : "",
                  words_of(one).c_str());
    for (const auto& [rule, saved] : savings(package)) std::printf("saved by %s: %s\n", rule.c_str(), saved.c_str());
    std::printf("checks    %s\n", findings_words(console.findings()).c_str());
  }
  std::fflush(stdout);
  if (!everywhere.json) say_cache_uses(console, package.cache_uses);
  if (auto failure = daypack::failure_of(console.findings()))
    throw daypack::Error(*std::move(failure)).in_stage("Check");
  return 0;
}

}  // namespace

void add_packing_options(CLI::App& command, BuildOptions& options) {
  command.add_option("--python", options.python, "3.12 (default: the minor version of python3 on this machine)")
      ->envname("DAYPACK_PYTHON");
  command.add_option("--arch", options.arch, "x86_64 or arm64")->check(CLI::IsMember({"x86_64", "arm64"}));
  command.add_option("--add", options.add, "PATH[=DEST]: files and folders of your own, repeatable")
      ->allow_extra_args(false);
  add_prune_options(command, options);
  command
      .add_option("--strip", options.strip,
                  "none, debug (debug sections of libraries) or unneeded (unneeded symbols too)")
      ->check(CLI::IsMember({"none", "debug", "unneeded"}));
  add_bytecode_options(command, options.bytecode);
  command
      .add_option("--duplicates", options.duplicates,
                  "Equal files: none, report (with --verbose or --json), or link as symbolic links where the backend "
                  "keeps them")
      ->check(CLI::IsMember({"none", "report", "link"}));
  command.add_option("--effort", options.effort, "fast, balanced, smallest or a level from 1 to 12");
  command.add_option("--resolver", options.resolver, "uv or pip")->check(CLI::IsMember({"uv", "pip"}));
  command.add_option("--lock", options.lock, "A pylock.toml: used when it fits, written when it is missing or stale");
  command.add_flag("--frozen", options.frozen, "Fail when the lock is missing or stale")->needs("--lock");
  command.add_option("--exclude-newer", options.exclude_newer,
                     "Ignore what was published after this date, or later than e.g. \"7 days\" ago");
  command.add_option("--index-url", options.index_url, "The package index");
  command.add_option("--extra-index-url", options.extra_index_urls, "Another index, repeatable")
      ->allow_extra_args(false);
  command.add_option("--find-links", options.find_links, "A folder or page of wheels, repeatable")
      ->allow_extra_args(false);
  command.add_flag("--scripts", options.scripts, "Keep the scripts and entry points of packages, as bin/NAME");
  command
      .add_option("--prefer", options.prefer,
                  "The distribution whose file is taken where packages disagree, repeatable")
      ->allow_extra_args(false);
  command.add_flag("--offline", options.offline, "Fetch nothing");
  command.add_flag("--explain-cache", options.explain_cache,
                   "Tell what was in the cache, by stage, and why the rest was made anew");
  add_check_options(command, options);
  command.add_option("--split", options.split,
                     "Cut it into the function and so many layers at most: auto, or a number; OUT-layer-1.zip, ...");
  const auto of_split = [&](const char* name, auto& value, const char* words) {
    command.add_option(name, value, words)->needs("--split")->allow_extra_args(false);
  };
  of_split("--split-group", options.split_groups,
           "NAME=GLOB,...: distributions that lie in a layer of this name, repeatable");
  of_split("--split-keep", options.split_keep,
           "A distribution or glob of them that stays with the function, repeatable");
  of_split("--split-like", options.split_like, "The zip of an earlier build: what it had in a layer stays there");
}

void add_build_options(CLI::App& command, BuildOptions& options) {
  add_options(command, options);
  command.add_option("--output,-o", options.output, "The zip (default: out.zip)")->check(is_named, "");
  command.add_option("--sources", options.sources, "Also write the Python sources, for daypack trace, to this zip")
      ->check(is_named, "");
  command.add_option("--report", options.report, "Also write the report of the package, a page for a browser")
      ->check(is_named, "");
  command.add_flag("--verify", options.verify, "Rehearse the package before it is saved, as the command verify does");
}

Package build(const BuildOptions& options, const Everywhere& everywhere, const daypack::Context& context,
              Console& console, SharedPackages& shared) {
  Package package = pack(options, context, console, shared);
  if (options.verify) verify(package, options, everywhere, context);
  save(package, options, context);
  if (options.explain_cache) package.cache_uses = cache_uses(console, context, options.output);
  remember_cache_uses(console, context, options.output);
  if (!options.report.empty()) write_page(report_of_build(package, options, console), options.report);
  return package;
}

void add_build(CLI::App& app, Run& run) {
  auto options = std::make_shared<BuildOptions>();
  CLI::App* command = app.add_subcommand("build", "Package requirements and your own code for a backend");
  command->footer(
      "Examples:\n  daypack build -b aws_lambda -r requirements.txt --add app.py --handler app.handler -o out.zip\n"
      "  daypack build -b azure_functions --python 3.11 requests numpy --add function_app.py --add host.json");
  add_build_options(*command, *options);
  auto watched = std::make_shared<WatchedBuild>();
  command->add_flag("--watch", watched->wanted,
                    "Build again whenever something changes that the package is made of, until interrupted");
  command
      ->add_option("--deploy", watched->deploy, "With --watch: deploy each build to the local store, as this function")
      ->needs("--watch");
  command->callback([options, watched, &run] {
    run = [options, watched](const Everywhere& everywhere) {
      options->project = everywhere.project;
      return watched->wanted ? watch(*options, *watched, everywhere) : run_build(*options, everywhere);
    };
  });
}

void add_plan(CLI::App& app, Run& run) {
  auto options = std::make_shared<BuildOptions>();
  CLI::App* command = app.add_subcommand("plan", "Say what build would do: digest, sizes, limits; writes nothing");
  command->footer("Example:\n  daypack plan -b aws_lambda -r requirements.txt");
  add_options(*command, *options);
  command->callback([options, &run] {
    run = [options](const Everywhere& everywhere) {
      options->project = everywhere.project;
      return plan(*options, everywhere);
    };
  });
}

}  // namespace cli
