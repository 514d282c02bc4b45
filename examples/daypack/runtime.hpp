// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "console.hpp"
#include "lithops_backend.hpp"
#include "lithops_config.hpp"
#include "options.hpp"

#include <daypack/archive.hpp>
#include <daypack/context.hpp>
#include <daypack/deployment.hpp>

#include <boost/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cli {

// What each command of `daypack runtime` takes, as `lithops runtime` does (lithops 3.8.0, scripts/cli.py, read on
// 2026-11-22).
struct RuntimeOptions {
  std::string name = {};
  std::string config = {};   // the file of Lithops' configuration; empty: found as Lithops finds it
  std::string backend = {};  // empty: the configuration's
  std::string storage = {};  // empty: the configuration's
  std::string memory = {};
  std::string timeout = {};
  std::string version = {};  // of Lithops
  std::string archive = {};  // a package that was built elsewhere, or under another name
  std::string role = {};
  std::string endpoint_url = {};  // of the provider's functions; on Azure of the resource manager
  std::string scm_url = {};       // of an app's deployment site
  bool debug = false;
  bool dry_run = false;
};

// A runtime that runs, as Lithops lists it.
struct DeployedRuntime {
  std::string name = {};
  int memory = 0;            // MB
  std::string version = {};  // of Lithops
  std::string worker = {};   // what the function is called
};

// What is to be deployed.
struct RuntimePlan {
  DeployedRuntime runtime = {};  // but the worker
  int timeout = 0;               // seconds
  std::string path = {};         // of the package
  daypack::Archive archive = {};
  bool dry_run = false;
};

// Where runtimes of one backend run, and where Lithops looks for what it knows of them.
class Runtimes {
 public:
  virtual ~Runtimes() = default;

  // The memory that a runtime gets when so much is asked for, in MB.
  virtual int memory_for(int asked, const daypack::Context&) const { return asked; }
  virtual std::string worker_of(const DeployedRuntime& runtime) const = 0;
  // Under which Lithops finds what it knows of it.
  virtual std::string key_of(const DeployedRuntime& runtime) const = 0;
  virtual daypack::Deployment deploy(const RuntimePlan& plan, daypack::Context& context) const = 0;
  // The runtime's answer to get_metadata.
  virtual boost::json::object metadata_of(const DeployedRuntime& runtime, const daypack::Context& context) const = 0;
  // All of Lithops, of this user.
  virtual std::vector<DeployedRuntime> list(const daypack::Context& context) const = 0;
  virtual void remove(const DeployedRuntime& runtime, const daypack::Context& context) const = 0;

  // The storage of Lithops.
  virtual void keep(const std::string& key, const std::string& text, daypack::Context& context) const = 0;
  virtual void forget(const std::string& key, const daypack::Context& context) const = 0;
};

std::unique_ptr<Runtimes> aws_runtimes(const LithopsConfig& config, const RuntimeOptions& options,
                                       const daypack::Context& context);

std::unique_ptr<Runtimes> aliyun_runtimes(const LithopsConfig& config, const RuntimeOptions& options,
                                          const daypack::Context& context);

std::unique_ptr<Runtimes> azure_runtimes(const LithopsConfig& config, const RuntimeOptions& options,
                                         const daypack::Context& context);

// Those of a backend.
std::unique_ptr<Runtimes> runtimes_of(const LithopsBackend& backend, const LithopsConfig& config,
                                      const RuntimeOptions& options, const daypack::Context& context);

// The file of a runtime that was built: it stays until it is built again.
std::string runtime_file(const LithopsBackend& backend, const std::string& name);

// A package that is to be built.
struct RuntimeBuild {
  BuildOptions build = {};
  std::string file = {};     // of requirements; empty: what Lithops needs, nothing else
  std::string lithops = {};  // a version, or a requirement as pip takes it; empty: this machine's, or the newest
};
void add_runtime_build(CLI::App& group, Run& run);
// The one that needs no file of requirements.
void build_default_runtime(const LithopsBackend& backend, const std::string& trigger, const std::string& output,
                           const Everywhere& everywhere, Console& console);

// Options that all commands have.
void add_runtime_options(CLI::App& command, RuntimeOptions& options);

}  // namespace cli
