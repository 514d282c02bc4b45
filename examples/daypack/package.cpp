// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "package.hpp"
#include "backends.hpp"
#include "checks.hpp"

#include <daypack/daypack.hpp>
#include <daypack/net/fetch_text.hpp>
#include <daypack/resolvers/pip.hpp>
#include <daypack/stages/layout.hpp>

#include <variant>

namespace cli {

using namespace daypack;

namespace {

Requirements requirements_of(const BuildOptions& options, const Context& context) {
  Requirements all = Requirements::read_all(options.requirement_files, parts_of(options.parts), fetch_text(context));
  if (!options.packages.empty()) all.add(Requirements::of(options.packages));
  if (!options.index_url.empty()) all.options.push_back("--index-url " + options.index_url);
  for (const std::string& url : options.extra_index_urls) all.options.push_back("--extra-index-url " + url);
  for (const std::string& where : options.find_links) all.options.push_back("--find-links " + where);
  if (all.items.empty() && all.locks.empty() && options.add.empty()) {
    throw Error(Errc::usage, "there is nothing to package", {}, "name requirements (-r FILE, or packages) or files of your own (--add PATH)");
  }
  return all;
}

Add add_of(const BuildOptions& options) {
  Add add;
  for (const std::string& text : options.add) add.sources.push_back(Source::parse(text));
  return add;
}

Python python_of(const BuildOptions& options, Context& context, Console& console) {
  if (options.python.empty()) {
    const Python found = local_python(context);
    console.say("Python " + to_string(found) + ", as python3 on this machine (choose another with --python)");
    return found;
  }
  const auto python = parse_python(options.python);
  if (!python) throw Error(Errc::usage, "a Python is written as major.minor", options.python + " (expected e.g. 3.12)");
  return *python;
}

// Which resolver is known only at run time.
struct Resolver {
  std::variant<Uv, Pip> chosen = {};
  Resolution resolve(const Requirements& requirements, const Context& context) const {
    return std::visit([&](const auto& one) { return one.resolve(requirements, context); }, chosen);
  }
  std::string identity() const {
    return std::visit([](const auto& one) { return one.identity(); }, chosen);
  }
  BuildSettings build_settings() const {
    return std::visit([](const auto& one) { return one.build_settings(); }, chosen);
  }
};

Resolve<Resolver> resolve_of(const BuildOptions& options) {
  Resolver resolver;
  if (options.resolver == "pip") {
    resolver.chosen = Pip{.exclude_newer = options.exclude_newer};
  } else {
    resolver.chosen = Uv{.exclude_newer = options.exclude_newer};
  }
  const bool pruned = (',' + options.prune + ',').find(",preinstalled,") != std::string::npos;
  return {.resolver = resolver, .lock = options.lock, .writes_lock = options.writes_lock, .frozen = options.frozen, .runtime_versions = pruned};
}

// Bytecode or not is known only at run time, so one stage decides.
struct Bytecode {
  static constexpr std::string_view name = "PycOnly";
  bool wanted = true;
  Tree operator()(const Tree& tree, Context& context) const { return wanted ? PycOnly{}(tree, context) : tree; }
};

// The same for what is taken out of libraries, and for equal files.
struct Stripping {
  static constexpr std::string_view name = "Strip";
  std::string what = "none";
  Tree operator()(const Tree& tree, Context& context) const {
    if (what == "none") return tree;
    return Strip{.what = what == "debug" ? elf::Discard::debug : elf::Discard::unneeded}(tree, context);
  }
};

struct EqualFiles {
  static constexpr std::string_view name = "Duplicates";
  std::string what = "none";
  Tree operator()(const Tree& tree, Context& context) const {
    return what == "none" ? tree : Duplicates{.link = what == "link"}(tree, context);
  }
};

}  // namespace

Python local_python(Context& context) {
  const Finished answer = context.runner().run({.argv = {"python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"}}, context.stop());
  const auto python = parse_python(answer.out.substr(0, answer.out.find('\n')));
  if (!answer.ok() || !python) throw Error(Errc::usage, "python3 does not tell its version", answer.err, "choose one with --python");
  return *python;
}

namespace {

// The size of the zip is known only now.
void judge_zip(const Package& package, const TargetFacts& target, bool refuses, const Context& context) {
  const auto findings = checks::Budget{}.findings_of(package.archive, target);
  for (const Finding& finding : findings) context.emit(finding);
  auto failure = refuses ? failure_of(findings) : std::nullopt;
  if (failure) throw Error(*std::move(failure)).in_stage("Check");
}

}  // namespace

Package pack(const BuildOptions& options, const Context& context, Console& console) {
  Context here = context;
  const Requirements requirements = requirements_of(options, context);
  const Python python = python_of(options, here, console);
  const Arch arch = options.arch == "arm64" ? Arch::arm64 : Arch::x86_64;
  ChosenChecks chosen = checks_of(options);
  const auto stages = resolve_of(options) | Vendor{.scripts = options.scripts, .prefer = options.prefer} | Prune<>{.rules = rules::parse(options.prune)} | Stripping{options.strip} | add_of(options) | Layout{.handler = options.handler} |
                      step("Sources", Check<>{std::move(chosen.of_sources), options.refuses}) | Bytecode{options.bytecode == "pyc-only"} | EqualFiles{options.duplicates} |
                      Check<>{std::move(chosen.of_package), options.refuses} | Zip<>{.effort = effort_of(options.effort), .epoch = source_date_epoch()};
  Package package;
  with_target<Backends>(options.backend, python, arch, [&](auto target) {
    package.backend = target.facts().backend;
    package.archive = (target | stages)(requirements, context);
    if (chosen.budget) judge_zip(package, target.facts(), options.refuses, context);
  });
  package.budget = budget(package.archive, *package.backend);
  return package;
}

void save(const Package& package, const BuildOptions& options, const Context& context) {
  Context here = context.in_stage("Save");
  Save{.path = options.output, .handler = options.handler}(package.archive, here);
}

}  // namespace cli
