// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "answer.hpp"
#include "build.hpp"
#include "runtime.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/net/fetch_text.hpp>
#include <daypack/net/url.hpp>
#include <daypack/providers/local.hpp>
#include <daypack/requirements.hpp>

#include <boost/filesystem.hpp>

#include <algorithm>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;

// The Lithops that is installed here, which has to be the runtime's: Lithops compares both versions.
std::string local_lithops(const daypack::Context& context) {
  const daypack::Finished answer = context.runner().run(
      {.argv = {"python3", "-c", "from importlib.metadata import version; print(version('lithops'))"}}, context.stop());
  return answer.ok() ? answer.out.substr(0, answer.out.find('\n')) : "";
}

// A version, "lithops==3.8.0", a path, a URL, or nothing.
std::string lithops_requirement(const std::string& asked, const daypack::Context& context, Console& console) {
  if (!asked.empty()) {
    const bool version = asked.find_first_not_of("0123456789.abrcdevpost") == std::string::npos;
    return version ? "lithops==" + asked : asked;
  }
  const std::string version = local_lithops(context);
  if (version.empty()) {
    console.say("Lithops is not installed for python3: the newest is packed (choose one with --lithops)");
    return "lithops";
  }
  console.say("Lithops " + version + ", as python3 has it (choose another with --lithops)");
  return "lithops==" + version;
}

void refuse_container_file(const std::string& path) {
  if (path.empty()) return;
  std::string name(daypack::detail::last_component(path));
  std::ranges::transform(name, name.begin(), daypack::detail::ascii_lower);
  if (name.find("dockerfile") == std::string::npos) return;
  throw Error(Errc::usage, "a runtime is made of requirements", path + " (got a Dockerfile)",
              "name a requirements.txt with -f: the package is built without Docker");
}

// What Lithops cannot do without, and the user's file does not name. Theirs go before ours.
std::vector<std::string> missing_mandatory(const LithopsBackend& backend, const std::string& file,
                                           const daypack::Context& context) {
  daypack::Requirements asked;
  if (!file.empty()) asked = daypack::Requirements::read_all({file}, {}, fetch_text(context));
  std::vector<std::string> missing;
  std::vector<std::string_view> needed(backend.policy->base_lists.back().requirements.begin(),
                                       backend.policy->base_lists.back().requirements.end());
  // Lithops 3.8.0 imports it wherever it runs; of the lists only that of Aliyun has it, and what brought it in the
  // others (kubernetes) needs it no longer (2026-11-22).
  if (std::ranges::find(needed, "six") == needed.end()) needed.push_back("six");
  for (const std::string_view text : needed) {
    const std::string name = daypack::Requirements::of({std::string(text)}).items.front().name;
    const bool named = std::ranges::any_of(asked.items, [&](const auto& one) { return one.name == name; });
    if (!named) missing.emplace_back(text);
  }
  return missing;
}

Package build_runtime(const LithopsBackend& backend, const RuntimeBuild& wanted, const std::string& trigger,
                      const Everywhere& everywhere, const daypack::Context& context, Console& console) {
  refuse_container_file(wanted.file);
  BuildOptions build = wanted.build;
  build.backend = backend.name;
  build.handler = backend.handler;
  build.lithops = {.requirement = lithops_requirement(wanted.lithops, context, console),
                   .backend = std::string(backend.name),
                   .entry_point = std::string(backend.entry_point),
                   .trigger = trigger};
  if (!wanted.file.empty()) build.requirement_files = {wanted.file};
  build.packages = missing_mandatory(backend, wanted.file, context);
  if (!wanted.file.empty() && !build.packages.empty())
    console.say("added, since Lithops needs them: " + daypack::detail::listed(build.packages, ", "));
  const std::string folder = build.output.substr(0, build.output.rfind('/') + 1);
  if (!folder.empty()) boost::filesystem::create_directories(folder);
  SharedPackages alone;
  return cli::build(build, everywhere, context, console, alone);
}

// The architecture that the configuration has chosen, unless the command line has.
void settle_arch(BuildOptions& build, const CLI::App& command, const LithopsBackend& backend,
                 const LithopsConfig& config) {
  const std::string configured = backend.text(config, "architecture");
  if (command.count("--arch") == 0 && !configured.empty()) build.arch = configured;
}

daypack::Python python_of(const BuildOptions& build, daypack::Context context) {
  return build.python.empty() ? local_python(context) : daypack::parse_python(build.python).value_or(daypack::Python{});
}

int run_runtime_build(const RuntimeOptions& options, RuntimeBuild wanted, const CLI::App& command,
                      const Everywhere& everywhere) {
  Console console(everywhere);
  const daypack::Context context = context_of(everywhere, console, wanted.build.offline);
  const LithopsConfig config = LithopsConfig::read(options.config);
  const LithopsBackend& backend = lithops_backend(options.backend, config);
  settle_arch(wanted.build, command, backend, config);
  std::string name = options.name.empty() ? backend.text(config, "runtime") : options.name;
  if (name.empty() || name == "default") name = default_runtime_name(backend, python_of(wanted.build, context));
  check_runtime_name(name);
  const bool own_place = command.count("--output") == 0;
  if (own_place) wanted.build.output = runtime_file(backend, name);
  const Package package = build_runtime(backend, wanted, backend.text(config, "trigger"), everywhere, context, console);
  if (everywhere.json) {
    boost::json::object answer = answer_of(package, console, wanted.build.output);
    answer["runtime"] = name;
    print(boost::json::serialize(answer));
  } else {
    for (const std::string& path : paths_of(package, wanted.build.output)) print(path);
  }
  summarise(package, console);
  console.say("next: daypack runtime deploy -b " + std::string(backend.name) + ' ' + name +
              (own_place ? "" : " --archive " + wanted.build.output));
  return 0;
}

}  // namespace

std::string runtime_file(const LithopsBackend& backend, const std::string& name) {
  std::string file = daypack::uri_encoded(name);  // names have '/' and ':' of images
  if (file.find_first_not_of('.') == std::string::npos) file = "%2E" + file.substr(1);
  return daypack::local::data_folder() + "/runtimes/" + std::string(backend.name) + '/' + file + ".zip";
}

void build_default_runtime(const LithopsBackend& backend, const std::string& trigger, const std::string& output,
                           const Everywhere& everywhere, Console& console) {
  RuntimeBuild wanted;
  wanted.build.output = output;
  build_runtime(backend, wanted, trigger, everywhere, context_of(everywhere, console, false), console);
}

void add_runtime_build(CLI::App& group, Run& run) {
  auto options = std::make_shared<RuntimeOptions>();
  auto wanted = std::make_shared<RuntimeBuild>();
  CLI::App* command = group.add_subcommand("build", "Build the package of a runtime");
  command->footer(
      "Examples:\n  daypack runtime build -f requirements.txt my_matplotlib_runtime\n"
      "  daypack runtime build -b azure_functions -f requirements.txt matplotlib-runtime");
  add_runtime_options(*command, *options);
  command->add_option("--file,-f", wanted->file, "A requirements.txt, pyproject.toml or lock");
  command->add_option("--lithops", wanted->lithops,
                      "The version of Lithops, or a requirement of it (default: as python3 has it, or the newest)");
  add_packing_options(*command, wanted->build);
  command->add_option("--output,-o", wanted->build.output, "The zip (default: where runtime deploy finds it)")
      ->check(is_named, "");
  command->callback([=, &run] {
    run = [=](const Everywhere& everywhere) { return run_runtime_build(*options, *wanted, *command, everywhere); };
  });
}

}  // namespace cli
