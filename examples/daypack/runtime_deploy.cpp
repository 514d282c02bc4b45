// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "runtime_session.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/error.hpp>
#include <daypack/manifest.hpp>

#include <boost/filesystem.hpp>

#include <algorithm>
#include <array>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;

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

void check_architecture(const RuntimeSession& session, const daypack::Manifest& manifest) {
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

Built built(RuntimeSession& session) {
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
boost::json::object checked_metadata(const RuntimeSession& session, const DeployedRuntime& runtime,
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

Outcome bring(RuntimeSession& session, const Built& package, int memory) {
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

void tell(RuntimeSession& session, const Outcome& outcome) {
  const std::string done = session.options.dry_run  ? "nothing was changed"
                           : outcome.live.unchanged ? "unchanged"
                                                    : "deployed";
  session.console.say(done + ": " + outcome.runtime.name + ", " + std::to_string(outcome.runtime.memory) +
                      " MB, sha256 " + outcome.live.digest);
}

}  // namespace

int deploy_runtime(RuntimeSession& session) {
  check_runtime_name(session.options.name);
  const Built package = built(session);
  const int memory = number_of(session.options.memory, "--memory")
                         .value_or(session.backend.number(session.config, "runtime_memory", session.backend.memory));
  const Outcome outcome = bring(session, package, session.runtimes->memory_for(memory, session.context));
  print(session.everywhere.json ? boost::json::serialize(answer_of(outcome)) : outcome.runtime.worker);
  tell(session, outcome);
  return 0;
}

int update_runtimes(RuntimeSession& session) {
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

}  // namespace cli
