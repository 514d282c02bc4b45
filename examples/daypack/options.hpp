// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/codec/codec.hpp>
#include <daypack/python.hpp>
#include <daypack/requirements.hpp>
#include <daypack/zip/reader.hpp>

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace cli {

// Options of every subcommand.
struct Everywhere {
  std::size_t jobs = 0;
  std::string cache_folder = {};
  std::uint64_t cache_limit = 10'000'000'000;  // bytes
  std::string remote_cache = {};
  std::string remote_cache_mode = "read-write";
  int remote_cache_patience = 2;  // seconds
  bool json = false;
  bool quiet = false;
  int verbose = 0;  // 1: notes too; 2: also the requests of the network
  std::string progress = "auto";
  std::string project = {};  // the pyproject.toml whose [tool.daypack] has set options; empty: none
  std::stop_token stop = {};
};

// Which parts of a project or lock are wanted.
struct PartOptions {
  std::vector<std::string> extras = {};
  std::vector<std::string> groups = {};
  std::vector<std::string> only_groups = {};
  std::string package = {};
  bool no_default_groups = false;
  friend bool operator==(const PartOptions&, const PartOptions&) = default;
};

// How sources are compiled.
struct CompileOptions {
  std::string kind = "pyc-only";
  int optimize = 0;
  int debug_ranges = 0;  // above 0: asked for; below: not wanted
  std::vector<std::string> keep_source = {};
  std::string interpreter = {};
  friend bool operator==(const CompileOptions&, const CompileOptions&) = default;
};

// What a package needs to be a runtime of Lithops.
struct LithopsOptions {
  std::string requirement = {};  // "lithops==3.8.0"; empty: the package is no runtime
  std::string backend = {};      // as Lithops calls it
  std::string entry_point = {};  // where its entry point lies in the package
  std::string trigger = {};      // on Azure: "https", or else by queues
  friend bool operator==(const LithopsOptions&, const LithopsOptions&) = default;
};

// Options of build and plan.
struct BuildOptions {
  std::string backend = {};
  std::string python = {};
  std::string arch = "x86_64";
  std::vector<std::string> requirement_files = {};
  std::string project = {};  // a pyproject.toml whose patterns hold when no requirement file is one
  PartOptions parts = {};
  std::vector<std::string> packages = {};
  std::vector<std::string> add = {};
  std::string handler = {};
  std::string prune = {};                  // empty: as projects say, else safe
  std::vector<std::string> patterns = {};  // as rules::Globs takes them
  std::string strip = "none";
  CompileOptions bytecode = {};
  std::string duplicates = "none";
  std::string effort = "balanced";
  std::string resolver = "uv";
  std::string lock = {};
  bool frozen = false;
  std::string exclude_newer = {};
  std::string index_url = {};
  std::vector<std::string> extra_index_urls = {};
  std::vector<std::string> find_links = {};
  bool scripts = false;
  std::vector<std::string> prefer = {};
  bool offline = false;
  std::string checks = "all";
  std::vector<std::string> no_checks = {};
  std::vector<std::string> allow_secrets = {};
  std::vector<std::string> layers = {};
  std::string split = {};  // "auto" or a number; empty: one package
  std::vector<std::string> split_groups = {};
  std::vector<std::string> split_keep = {};
  std::string split_like = {};
  bool verify = false;  // rehearse it before it is saved
  bool refuses = true;  // plan does not, before it has told all
  bool writes = true;   // plan does not
  std::string output = "out.zip";
  std::string report = {};  // the page; empty: none
  bool explain_cache = false;
  std::string sources = {};  // the zip of sources that are kept aside; empty: none
  LithopsOptions lithops = {};
  friend bool operator==(const BuildOptions&, const BuildOptions&) = default;
};

// A subcommand adds itself to the application and stores what shall run; run() gives the exit code.
using Run = std::function<int(const Everywhere&)>;

void add_build(CLI::App& app, Run& run);
void add_plan(CLI::App& app, Run& run);
void add_matrix(CLI::App& app, Run& run);
void add_backends(CLI::App& app, Run& run);
void add_requirements(CLI::App& app, Run& run);
void add_zip(CLI::App& app, Run& run);
void add_ls(CLI::App& app, Run& run);
void add_unzip(CLI::App& app, Run& run);
void add_explain(CLI::App& app, Run& run);
void add_diff(CLI::App& app, Run& run);
void add_sbom(CLI::App& app, Run& run);
void add_report(CLI::App& app, Run& run);
void add_statement(CLI::App& app, Run& run);
void add_licences(CLI::App& app, Run& run);
void add_trace(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_cache(CLI::App& app, Run& run);
void add_completion(CLI::App& app, Run& run);
void add_manual(CLI::App& app, Run& run);
// Prunes the cache once a day.
void keep_cache_within_limit(const Everywhere& everywhere);
void add_deploy(CLI::App& app, Run& run);
void add_rollback(CLI::App& app, Run& run);
void add_runtime(CLI::App& app, Run& run);
void add_invoke(CLI::App& app, Run& run);
void add_doctor(CLI::App& app, Run& run);

// "fast", "balanced", "smallest" or a level from 1 to 12; Error{usage} otherwise.
daypack::Effort effort_of(const std::string& text);

// --extra, --group, --only-group, --package, --no-default-groups, and what they mean.
void add_part_options(CLI::App& command, PartOptions& options);
daypack::Parts parts_of(const PartOptions& options);

// How ls and unzip read: --strict, --limit-..., --refuse-case-clash. What they change must live as long as the command.
void add_read_options(CLI::App& command, daypack::zip::ReadOptions& options);

// The date that $SOURCE_DATE_EPOCH asks for, in seconds since 1970 (reproducible-builds.org); nothing when it is not
// set. Error{usage} when it is no number.
std::optional<std::int64_t> source_date_epoch();

// A check of options that name a file: why this one does not, or nothing.
std::string is_named(const std::string& path);

// "K=V" to its parts; Error{usage} otherwise.
std::pair<std::string, std::string> assignment_of(const std::string& text);
std::map<std::string, std::string> assignments_of(const std::vector<std::string>& texts);

}  // namespace cli
