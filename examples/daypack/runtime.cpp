// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "runtime.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/manifest.hpp>

#include <boost/filesystem.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;

std::optional<int> number_of(const std::string& text, const char* what) {
  if (text.empty()) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1)
    throw Error(Errc::usage, std::string(what) + " is a number", text + " (expected one from 1)");
  return number;
}

// One command's run: everything that all of them settle first.
struct Session {
  Session(const RuntimeOptions& told, Everywhere everywhere_)
      : options(told),
        everywhere(louder(std::move(everywhere_), told)),
        console(everywhere),
        context(context_of(everywhere, console)),
        config(LithopsConfig::read(told.config)),
        backend(lithops_backend(told.backend, config)),
        runtimes(runtimes_of(backend, config, told, context)) {}

  static Everywhere louder(Everywhere everywhere, const RuntimeOptions& told) {
    if (told.debug || told.dry_run) everywhere.verbose = std::max(everywhere.verbose, 1);
    return everywhere;
  }

  RuntimeOptions options;
  Everywhere everywhere;
  Console console;
  daypack::Context context;
  LithopsConfig config;
  const LithopsBackend& backend;
  std::unique_ptr<Runtimes> runtimes;
};

// The version of Lithops in a package. Error{usage} for a package that is no runtime of the backend.
std::string lithops_in(const daypack::Archive& archive, const LithopsBackend& backend, const std::string& path) {
  const daypack::Manifest& manifest = archive.manifest();
  if (manifest.backend != backend.name)
    throw Error(Errc::usage, "the package was built for another backend",
                path + " (got " + (manifest.backend.empty() ? "none" : manifest.backend) + ", expected " +
                    std::string(backend.name) + ')',
                "build it again with daypack runtime build -b " + std::string(backend.name));
  const auto lithops = std::ranges::find(manifest.distributions, "lithops", &daypack::Distribution::name);
  if (lithops != manifest.distributions.end()) return lithops->version;
  throw Error(Errc::usage, "the package is no runtime: Lithops is not in it", path,
              "daypack runtime build makes runtimes");
}

void check_architecture(const Session& session, const daypack::Manifest& manifest) {
  const std::string wanted = session.backend.text(session.config, "architecture");
  if (wanted.empty() || wanted == manifest.arch) return;
  throw Error(Errc::usage, "the package is for another machine than the configuration says",
              session.options.name + " (got " + manifest.arch + ", expected " + wanted + ')',
              "build it again with --arch " + wanted + ", or change architecture in " + session.config.origin());
}

struct Built {
  std::string path = {};
  daypack::Archive archive = {};
  std::string lithops = {};
};

Built built(Session& session) {
  const std::string& name = session.options.name;
  const std::string path =
      session.options.archive.empty() ? runtime_file(session.backend, name) : session.options.archive;
  if (session.options.archive.empty() && !boost::filesystem::exists(path)) {
    if (!name.starts_with(session.backend.default_name))
      throw Error(Errc::not_found, "the runtime was not built on this machine", name + " (expected " + path + ')',
                  "daypack runtime build -b " + std::string(session.backend.name) + " -f requirements.txt " + name +
                      ", or name its package with --archive");
    session.console.say("there is no package of " + name + " yet: it is built now");
    build_default_runtime(session.backend, session.backend.text(session.config, "trigger"), path, session.everywhere,
                          session.console);
  }
  Built found{path, daypack::read_archive(path)};
  found.lithops = lithops_in(found.archive, session.backend, path);
  check_architecture(session, found.archive.manifest());
  return found;
}

// What the runtime says of itself has to be what was packed: Lithops compares it with the client's own.
boost::json::object checked_metadata(const Session& session, const DeployedRuntime& runtime,
                                     const daypack::Manifest& manifest) {
  boost::json::object answer = session.runtimes->metadata_of(runtime, session.context);
  const std::array<std::pair<const char*, std::string>, 2> expected{
      {{"lithops_version", runtime.version}, {"python_version", manifest.python}}};
  for (const auto& [key, wanted] : expected) {
    const boost::json::value* const got = answer.if_contains(key);
    if (got && got->is_string() && got->get_string() == wanted) continue;
    throw Error(Errc::verification, "the runtime says something else than its package",
                runtime.worker + " (got " + (got ? boost::json::serialize(*got) : "no " + std::string(key)) +
                    ", expected " + wanted + ')',
                "deploy it again; if it stays so, build it again");
  }
  return answer;
}

struct Outcome {
  DeployedRuntime runtime = {};
  daypack::Deployment live = {};
  std::string key = {};
};

Outcome bring(Session& session, const Built& package, int memory) {
  const int timeout = number_of(session.options.timeout, "--timeout")
                          .value_or(session.backend.number(session.config, "runtime_timeout", session.backend.timeout));
  RuntimePlan plan{.runtime = {session.options.name, memory, package.lithops, {}},
                   .timeout = timeout,
                   .path = package.path,
                   .archive = package.archive,
                   .dry_run = session.options.dry_run};
  plan.runtime.worker = session.runtimes->worker_of(plan.runtime);
  Outcome outcome{.runtime = plan.runtime, .key = session.runtimes->key_of(plan.runtime)};
  outcome.live = session.runtimes->deploy(plan, session.context);
  if (session.options.dry_run) return outcome;
  boost::json::object metadata = checked_metadata(session, plan.runtime, package.archive.manifest());
  metadata["runtime_timeout"] = timeout;
  session.runtimes->keep(outcome.key, boost::json::serialize(metadata), session.context);
  return outcome;
}

boost::json::object answer_of(const Outcome& outcome) {
  return {{"runtime", outcome.runtime.name},
          {"memory", outcome.runtime.memory},
          {"lithops_version", outcome.runtime.version},
          {"worker", outcome.runtime.worker},
          {"key", outcome.key},
          {"id", outcome.live.id},
          {"version", outcome.live.version},
          {"digest", outcome.live.digest},
          {"unchanged", outcome.live.unchanged}};
}

void tell(Session& session, const Outcome& outcome) {
  const std::string done = session.options.dry_run  ? "nothing was changed"
                           : outcome.live.unchanged ? "unchanged"
                                                    : "deployed";
  session.console.say(done + ": " + outcome.runtime.name + ", " + std::to_string(outcome.runtime.memory) +
                      " MB, sha256 " + outcome.live.digest);
}

int deploy(Session& session) {
  check_runtime_name(session.options.name);
  const Built package = built(session);
  const int memory = number_of(session.options.memory, "--memory")
                         .value_or(session.backend.number(session.config, "runtime_memory", session.backend.memory));
  const Outcome outcome = bring(session, package, session.runtimes->memory_for(memory, session.context));
  print(session.everywhere.json ? boost::json::serialize(answer_of(outcome)) : outcome.runtime.worker);
  tell(session, outcome);
  return 0;
}

// The columns of Lithops' table, as its tabulate writes them.
using Row = std::array<std::string, 4>;

std::string table_of(const std::vector<Row>& rows) {
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows) {
    const std::size_t padding = &row == &rows.front() ? 2 : 0;
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size() + padding);
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].size(), ' ');
      text += i == 1 ? space + row[i] : i + 1 == row.size() ? row[i] : row[i] + space;
      text += i + 1 == row.size() ? "\n" : "  ";
    }
    if (&row != &rows.front()) continue;
    for (std::size_t i = 0; i < widths.size(); ++i)
      text += std::string(widths[i], '-') + (i + 1 == widths.size() ? "\n" : "  ");
  }
  return text;
}

int list(Session& session) {
  std::vector<DeployedRuntime> found = session.runtimes->list(session.context);
  const std::string& name = session.options.name;
  if (!name.empty() && name != "all") std::erase_if(found, [&](const auto& one) { return one.name != name; });
  std::ranges::sort(found, {}, [](const auto& one) { return std::tie(one.name, one.version, one.memory); });
  std::vector<Row> rows{{"Runtime Name", "Memory Size", "Lithops Version", "Worker Name"}};
  boost::json::array all;
  for (const DeployedRuntime& one : found) {
    rows.push_back({one.name, std::to_string(one.memory), one.version, one.worker});
    all.push_back(boost::json::object{
        {"runtime", one.name}, {"memory", one.memory}, {"lithops_version", one.version}, {"worker", one.worker}});
  }
  print(session.everywhere.json ? boost::json::serialize(boost::json::object{{"runtimes", std::move(all)}})
                                : table_of(rows) + "\nTotal runtimes: " + std::to_string(found.size()));
  return 0;
}

// Those of this very name; Error{not_found} when there are none.
std::vector<DeployedRuntime> named(const Session& session, const std::function<bool(const DeployedRuntime&)>& wanted) {
  std::vector<DeployedRuntime> found = session.runtimes->list(session.context);
  std::erase_if(found, [&](const auto& one) { return one.name != session.options.name || !wanted(one); });
  if (!found.empty()) return found;
  throw Error(Errc::not_found, "there is no such runtime", session.options.name,
              "daypack runtime list -b " + std::string(session.backend.name) + " shows what there is");
}

int update(Session& session) {
  const Built package = built(session);
  boost::json::array all;
  for (const DeployedRuntime& one :
       named(session, [&](const auto& runtime) { return runtime.version == package.lithops; })) {
    const Outcome outcome = bring(session, package, one.memory);
    all.push_back(answer_of(outcome));
    if (!session.everywhere.json) print(outcome.runtime.worker);
    tell(session, outcome);
  }
  if (session.everywhere.json) print(boost::json::serialize(boost::json::object{{"updated", std::move(all)}}));
  return 0;
}

int remove(Session& session) {
  const auto memory = number_of(session.options.memory, "--memory");
  const std::string& version = session.options.version;
  boost::json::array all;
  for (const DeployedRuntime& one : named(session, [&](const auto& runtime) {
         return (!memory || runtime.memory == *memory) && (version.empty() || runtime.version == version);
       })) {
    if (!session.options.dry_run) {
      session.runtimes->remove(one, session.context);
      session.runtimes->forget(session.runtimes->key_of(one), session.context);
    }
    all.push_back(boost::json::string(one.worker));
    if (!session.everywhere.json) print(one.worker);
    session.console.say((session.options.dry_run ? "would be deleted: " : "deleted: ") + one.name + ", " +
                        std::to_string(one.memory) + " MB, Lithops " + one.version);
  }
  if (session.everywhere.json) print(boost::json::serialize(boost::json::object{{"deleted", std::move(all)}}));
  return 0;
}

using Command = int (*)(Session&);

std::shared_ptr<RuntimeOptions> add_command(CLI::App& group, Run& run, const char* name, const char* words,
                                            const char* example, Command command) {
  auto options = std::make_shared<RuntimeOptions>();
  CLI::App* const added = group.add_subcommand(name, words);
  added->footer(std::string("Example:\n  daypack runtime ") + example);
  add_runtime_options(*added, *options);
  added->add_option("--storage,-s", options->storage,
                    "The storage of Lithops, as its configuration calls it: aws_s3, ...");
  added->add_option("--endpoint-url", options->endpoint_url,
                    "The provider's API, or a server that speaks as it does (default: as its own tools find it)");
  added->callback([options, command, &run] {
    run = [options, command](const Everywhere& everywhere) {
      Session session(*options, everywhere);
      return command(session);
    };
  });
  return options;
}

void add_package_options(CLI::App& command, RuntimeOptions& options) {
  command.add_option("--archive", options.archive,
                     "The package, where it is not the one that was built here under this name");
  command.add_option("--scm-url", options.scm_url, "On Azure: the app's deployment site (default: as the app has it)");
  command.add_option("--timeout", options.timeout, "Seconds that one call may take (default: the configuration's)");
}

}  // namespace

std::unique_ptr<Runtimes> runtimes_of(const LithopsBackend& backend, const LithopsConfig& config,
                                      const RuntimeOptions& options, const daypack::Context& context) {
  if (backend.name == "aws_lambda") return aws_runtimes(config, options, context);
  if (backend.name == "aliyun_fc") return aliyun_runtimes(config, options, context);
  return azure_runtimes(config, options, context);
}

void add_runtime_options(CLI::App& command, RuntimeOptions& options) {
  command.add_option("NAME", options.name, "The name of the runtime");
  command.add_option("--config,-c", options.config, "The configuration of Lithops (default: where Lithops finds it)")
      ->check(CLI::ExistingFile)
      ->configurable(false);
  command
      .add_option("--backend,-b", options.backend,
                  "aws_lambda, aliyun_fc or azure_functions (default: the configuration's)")
      ->configurable(false);
  command.add_flag("--debug,-d", options.debug, "Print notes too");
}

void add_runtime(CLI::App& app, Run& run) {
  CLI::App* const group = app.add_subcommand("runtime", "Build and deploy runtimes of Lithops, without Docker");
  group->require_subcommand(1);
  group->fallthrough();
  group->footer("Example:\n  daypack runtime build -f requirements.txt my_matplotlib_runtime");
  add_runtime_build(*group, run);
  const auto deployed = add_command(*group, run, "deploy", "Deploy a runtime that was built",
                                    "deploy my_matplotlib_runtime --memory 512", deploy);
  const auto listed =
      add_command(*group, run, "list", "List the runtimes that are deployed", "list -b aws_lambda", list);
  const auto updated = add_command(*group, run, "update", "Deploy a runtime again wherever it is deployed",
                                   "update my_matplotlib_runtime", update);
  const auto removed =
      add_command(*group, run, "delete", "Delete a runtime", "delete my_matplotlib_runtime --memory 256", remove);
  for (const auto& [name, options] : {std::pair{"deploy", deployed}, {"update", updated}, {"delete", removed}}) {
    CLI::App& command = *group->get_subcommand(name);
    command.get_option("NAME")->required();
    command.add_flag("--dry-run", options->dry_run, "Change nothing; tell what would be");
  }
  for (const auto& [name, options] : {std::pair{"deploy", deployed}, {"update", updated}})
    add_package_options(*group->get_subcommand(name), *options);
  group->get_subcommand("deploy")->add_option("--memory", deployed->memory,
                                              "MB (default: the configuration's, or 256)");
  group->get_subcommand("deploy")->add_option("--role", deployed->role,
                                              "The role that it runs as (default: the configuration's)");
  group->get_subcommand("delete")->add_option("--memory,-m", removed->memory, "Only the one with so many MB");
  group->get_subcommand("delete")
      ->add_option("--version,-v", removed->version, "Only those of this version of Lithops")
      ->configurable(false);
}

}  // namespace cli
