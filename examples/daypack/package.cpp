// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "package.hpp"
#include "backends.hpp"
#include "bytecode.hpp"
#include "checks.hpp"
#include "lithops_package.hpp"
#include "prune.hpp"

#include <daypack/daypack.hpp>
#include <daypack/manifest_file.hpp>
#include <daypack/net/fetch_text.hpp>
#include <daypack/python.hpp>
#include <daypack/resolvers/pip.hpp>
#include <daypack/stages/layout.hpp>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>
#include <variant>

namespace cli {

using namespace daypack;

Requirements requirements_of(const BuildOptions& options, const Context& context) {
  Requirements all = Requirements::read_all(options.requirement_files, parts_of(options.parts), fetch_text(context));
  if (!options.packages.empty()) all.add(Requirements::of(options.packages));
  if (!options.index_url.empty()) all.options.push_back("--index-url " + options.index_url);
  for (const std::string& url : options.extra_index_urls) all.options.push_back("--extra-index-url " + url);
  for (const std::string& where : options.find_links) all.options.push_back("--find-links " + where);
  if (all.items.empty() && all.locks.empty() && options.add.empty()) {
    throw Error(Errc::usage, "there is nothing to package", {},
                "name requirements (-r FILE, or packages) or files of your own (--add PATH)");
  }
  return all;
}

namespace {

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

Resolver resolver_of(const BuildOptions& options, const std::vector<std::string>& arguments = {}) {
  if (options.resolver == "pip") return {Pip{.exclude_newer = options.exclude_newer, .arguments = arguments}};
  return {Uv{.exclude_newer = options.exclude_newer, .arguments = arguments}};
}

Resolve<Resolver> resolve_of(const BuildOptions& options, bool runtime_versions) {
  return {.resolver = resolver_of(options),
          .lock = options.lock,
          .writes_lock = options.writes,
          .frozen = options.frozen,
          .runtime_versions = runtime_versions};
}

// Lithops comes from where the other packages come from.
AddLithops lithops_of(const BuildOptions& options, const Requirements& requirements) {
  return {.options = options.lithops,
          .resolve = [resolve = Resolve<Resolver>{.resolver = resolver_of(options, {"--no-deps"})},
                      places = requirements.options](const Requirements& wanted, Context& context) {
            Requirements from = wanted;
            from.options = places;
            return resolve(from, context);
          }};
}

// The files of the user's own, and of a runtime those of Lithops.
struct Added {
  static constexpr std::string_view name = "Add";
  AddLithops lithops = {};
  Add own = {};
  Tree operator()(const Tree& tree, Context& context) const { return own(lithops(tree, context), context); }
};

Added added(const BuildOptions& options, const Requirements& requirements) {
  Added all{.lithops = lithops_of(options, requirements)};
  for (const std::string& text : options.add) all.own.sources.push_back(Source::parse(text));
  return all;
}

int count_of(const std::string& text) {
  if (text == "auto") return 0;
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count < 1) {
    throw Error(Errc::usage, "no such number of layers", text + " (expected auto, or a number from 1)");
  }
  return count;
}

// "NAME=GLOB,GLOB"
LayerGroup group_of(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size())
    throw Error(Errc::usage, "a layer's distributions are written as NAME=GLOB,...", text);
  LayerGroup group{.name = text.substr(0, equals)};
  for (std::size_t begin = equals + 1; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    group.distributions.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return group;
}

Layers layers_of(const BuildOptions& options) {
  Layers layers{.count = count_of(options.split),
                .keep = options.split_keep,
                .attached = static_cast<int>(options.layers.size()),
                .handler = options.handler};
  for (const std::string& group : options.split_groups) layers.groups.push_back(group_of(group));
  if (!options.split_like.empty()) layers.previous = placement_of(read_manifest(manifest_path(options.split_like)));
  return layers;
}

// What is taken out of libraries is known only at run time, so one stage decides; the same for equal files.
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

// The user's patterns hold for the user's own files too, and stand for nothing when there are none.
struct Excluded {
  static constexpr std::string_view name = "Exclude";
  std::vector<Rule> rules = {};
  Tree operator()(const Tree& tree, Context& context) const {
    return rules.empty() ? tree : Prune<>{.rules = rules}(tree, context);
  }
};

}  // namespace

Python local_python(Context& context) {
  const Finished answer = context.runner().run(
      {.argv = {"python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"}}, context.stop());
  const auto python = parse_python(answer.out.substr(0, answer.out.find('\n')));
  if (!answer.ok() || !python)
    throw Error(Errc::usage, "python3 does not tell its version", answer.err, "choose one with --python");
  return *python;
}

namespace {

auto resolved(const BuildOptions& options, bool runtime_versions) {
  return once(resolve_of(options, runtime_versions));
}
auto vendored(const BuildOptions& options) {
  return once(Vendor{.scripts = options.scripts, .prefer = options.prefer});
}
auto pruned(const BuildOptions& options, std::vector<Rule> rules) {
  return once(Prune<>{.rules = std::move(rules)} | Stripping{options.strip});
}

// What was made for options that count as equal.
template <class Stages>
class ByOptions {
 public:
  template <class Make>
  Stages of(BuildOptions about, Make make) {
    const std::scoped_lock lock(mutex_);
    for (const auto& [same, stages] : all_) {
      if (same == about) return stages;
    }
    return all_.emplace_back(std::move(about), make()).second;
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<BuildOptions, Stages>> all_;
};

}  // namespace

// A stage is shared by all builds that have the same of the options that it takes.
struct SharedPackages::Kept {
  ByOptions<decltype(resolved({}, false))> resolves;
  ByOptions<decltype(vendored({}))> vendors;
  ByOptions<decltype(pruned({}, {}))> prunes;

  auto of(const BuildOptions& options, const PruneRules& rules) {
    const bool versions = rules.names_preinstalled;
    return resolves.of({.prune = versions ? "preinstalled" : "",
                        .resolver = options.resolver,
                        .lock = options.lock,
                        .frozen = options.frozen,
                        .exclude_newer = options.exclude_newer,
                        .writes = options.writes},
                       [&] { return resolved(options, versions); }) |
           vendors.of({.scripts = options.scripts, .prefer = options.prefer}, [&] { return vendored(options); }) |
           prunes.of({.prune = rules.said.prune,
                      .patterns = rules.said.patterns,
                      .strip = options.strip,
                      .layers = options.layers},
                     [&] { return pruned(options, rules.of_packages); });
  }
};

SharedPackages::SharedPackages() : kept(std::make_unique<Kept>()) {}
SharedPackages::~SharedPackages() = default;

namespace {

// The sizes of the zips are known only now.
void judge_zips(const Package& package, bool refuses, const Context& context) {
  auto findings = checks::Budget{}.findings_of(package.archive(), package.parts.function.target);
  for (const auto& layer : package.parts.layers) {
    for (Finding& finding : checks::Budget{}.findings_of(layer.value, layer.target)) {
      finding.subject = "layer " + layer.name + ": " + finding.subject;
      findings.push_back(std::move(finding));
    }
  }
  for (const Finding& finding : findings) context.emit(finding);
  auto failure = refuses ? failure_of(findings) : std::nullopt;
  if (failure) throw Error(*std::move(failure)).in_stage("Check");
}

// All that makes one package, or several; how they are split is known only at run time.
template <class Target, class Before>
Split<Archive> run(Target target, const Before& before, const BytecodeStage& bytecode, ChosenChecks chosen,
                   const BuildOptions& options, const Requirements& requirements, const Context& context) {
  const EqualFiles duplicates{options.duplicates};
  const Check<> check{std::move(chosen.of_package), options.refuses};
  const Zip<> zip{.effort = effort_of(options.effort), .epoch = source_date_epoch()};
  if (options.split.empty())
    return {.function = {.target = target.facts(),
                         .value = (target | before | bytecode | duplicates | check | zip)(requirements, context)}};
  if constexpr (Target::backend_type::policy.layer != nullptr) {
    return (target | before | layers_of(options) | each(bytecode) | each(duplicates) | whole(check) | each(zip))(
        requirements, context);
  } else {
    constexpr const BackendPolicy& policy = Target::backend_type::policy;
    throw Error(Errc::usage, "a package of this backend is not split into layers", std::string(policy.name),
                policy.kind == PackageKind::layer
                    ? "split the package of the function: -b " + std::string(policy.functions)
                    : "leave --split out");
  }
}

}  // namespace

Package pack(const BuildOptions& options, const Context& context, Console& console, SharedPackages& shared) {
  Context here = context;
  const Requirements requirements = requirements_of(options, context);
  const Python python = python_of(options, here, console);
  const Arch arch = options.arch == "arm64" ? Arch::arm64 : Arch::x86_64;
  const auto layers = layers_read(options);
  ChosenChecks chosen = checks_of(options, layers);
  PruneRules rules = rules_of(options, layers);
  const auto before = shared.kept->of(options, rules) | added(options, requirements) |
                      Excluded{std::move(rules.of_all)} | Layout{.handler = options.handler} |
                      step("Sources", Check<>{std::move(chosen.of_sources), options.refuses});
  const bool judges = chosen.budget;
  Package package;
  const BytecodeStage bytecode{options.bytecode, effort_of(options.effort),
                               options.writes ? nullptr : &package.bytecode,
                               options.sources.empty() ? nullptr : &package.sources};
  with_target<Backends>(options.backend, python, arch, [&](auto target) {
    package.backend = target.facts().backend;
    package.parts = run(target, before, bytecode, std::move(chosen), options, requirements, context);
  });
  if (judges) judge_zips(package, options.refuses, context);
  package.budget = budget(package.parts);
  return package;
}

void save(const Package& package, const BuildOptions& options, const Context& context) {
  Context here = context.in_stage("Save");
  SaveAll{.path = options.output, .handler = options.handler}(package.parts, here);
  if (options.sources.empty()) return;
  Tree sources;
  for (const Tree& part : package.sources) sources = sources.merge(part);
  Zip<>{.epoch = source_date_epoch()}(sources, here).save(options.sources);
}

}  // namespace cli
