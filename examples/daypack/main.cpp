// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "command_tree.hpp"
#include "configuration.hpp"
#include "console.hpp"
#include "options.hpp"

#include <daypack/error.hpp>
#include <daypack/version.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

int wake = -1;  // the writing end of the pipe below: all that a signal handler may use

// SIGINT and SIGTERM become a request to stop. A thread waits for them at a pipe, because a handler may do no more than
// write. Children start with the usual handlers, so nothing is blocked or ignored for them.
class Interrupts {
 public:
  Interrupts() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) return;
    wake = ends_[1];
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
      std::signal(number, [](int) { static_cast<void>(!::write(wake, "s", 1)); });
    }
    waiter_ = std::thread([this] {
      char why = 0;
      while (::read(ends_[0], &why, 1) == 1 && why == 's') source_.request_stop();
    });
  }
  ~Interrupts() {
    if (!waiter_.joinable()) return;
    static_cast<void>(!::write(ends_[1], "q", 1));
    waiter_.join();
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  int ends_[2] = {-1, -1};
  std::stop_source source_;
  std::thread waiter_;
};

void add_everywhere(CLI::App& app, cli::Everywhere& options) {
  app.add_option("--jobs,-j", options.jobs, "Threads (default: as many as processors that it may use)")
      ->envname("DAYPACK_JOBS")
      ->check(CLI::Range(1, 1024));
  app.add_option("--cache-dir", options.cache_folder, "Where wheels and results are kept")
      ->envname("DAYPACK_CACHE_DIR");
  app.add_option("--cache-limit", options.cache_limit,
                 "How much the cache may take: 500MB, 10GB, ...; what was used longest ago goes first (default: 10GB)")
      ->envname("DAYPACK_CACHE_LIMIT")
      ->transform(CLI::AsSizeValue(true));
  app.add_option("--remote-cache", options.remote_cache,
                 "A cache that machines share: the URL of bazel-remote, or of another of Bazel's HTTP caches")
      ->envname("DAYPACK_REMOTE_CACHE");
  app.add_option("--remote-cache-mode", options.remote_cache_mode, "read-write or read")
      ->envname("DAYPACK_REMOTE_CACHE_MODE")
      ->check(CLI::IsMember({"read-write", "read"}));
  app.add_option("--remote-cache-patience", options.remote_cache_patience,
                 "Seconds that it may cost beyond what it saves (default: 2)")
      ->envname("DAYPACK_REMOTE_CACHE_PATIENCE")
      ->check(CLI::Range(1, 3600));
  app.add_flag("--json", options.json, "Print the result as JSON");
  app.add_flag("--quiet,-q", options.quiet, "Print nothing but the result and errors");
  app.add_flag("--verbose,-v", options.verbose,
               "Print notes too; twice: also each request of the network, without secrets");
  app.add_option("--progress", options.progress, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

// What was typed in the place of a command or an option, and is near to one.
std::string meant(const CLI::App& app, const std::vector<std::string>& typed) {
  const cli::Command daypack = cli::command_tree(app);
  std::vector<std::string> names;
  for (const cli::Command& command : daypack.commands) names.push_back(command.name);
  const cli::Command* own = &daypack;
  for (const cli::Command& command : daypack.commands) {
    if (app.got_subcommand(command.name)) own = &command;
  }
  for (const std::string& word : typed) {
    const std::string name = word.substr(0, word.find('='));
    if (!name.starts_with('-')) {
      if (own == &daypack) return cli::nearest_name(name, names);
      continue;
    }
    std::vector<std::string> options;
    for (const cli::Command* one : {own, &daypack}) {
      for (const cli::CommandOption& option : one->options)
        options.insert(options.end(), option.names.begin(), option.names.end());
    }
    if (std::find(options.begin(), options.end(), name) == options.end()) return cli::nearest_name(name, options);
  }
  return {};
}

int refuse(const CLI::App& app, const cli::Configuration& configuration, const CLI::ParseError& error) {
  const int code = app.exit(error) == 0 ? 0 : 2;
  const std::string name = code == 0 ? "" : meant(app, app.remaining(true));
  if (!name.empty()) std::fprintf(stderr, "Did you mean %s?\n", name.c_str());
  const std::string origin = configuration.origin_of_fault(error.what());
  if (!origin.empty()) std::fprintf(stderr, "%s\n", origin.c_str());
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"daypack: packaging pipelines for serverless Python", "daypack"};
  app.set_version_flag("--version", std::string("daypack ") + daypack::library_version);
  app.require_subcommand(0, 1);
  app.fallthrough();
  cli::Everywhere options;
  cli::Configuration configuration(app);
  add_everywhere(app, options);
  cli::Run run;
  cli::add_build(app, run);
  cli::add_plan(app, run);
  cli::add_matrix(app, run);
  cli::add_requirements(app, run);
  cli::add_zip(app, run);
  cli::add_ls(app, run);
  cli::add_unzip(app, run);
  cli::add_explain(app, run);
  cli::add_diff(app, run);
  cli::add_sbom(app, run);
  cli::add_report(app, run);
  cli::add_statement(app, run);
  cli::add_licences(app, run);
  cli::add_trace(app, run);
  cli::add_verify(app, run);
  cli::add_deploy(app, run);
  cli::add_rollback(app, run);
  cli::add_invoke(app, run);
  cli::add_runtime(app, run);
  cli::add_backends(app, run);
  cli::add_cache(app, run);
  cli::add_doctor(app, run);
  cli::add_completion(app, run);
  cli::add_manual(app, run);
  configuration.learn_defaults();
  try {
    app.parse(argc, argv);
    if (!run) throw CLI::RequiredError("A subcommand");  // not CLI11's own check, which hides that a name is misspelt
  } catch (const CLI::RequiredError& error) {
    if (!configuration.prints() || app.get_subcommands().empty()) return refuse(app, configuration, error);
  } catch (const CLI::ParseError& error) {
    return refuse(app, configuration, error);
  } catch (const daypack::Error& error) {
    cli::print_error(error, app.get_option("--json")->count() != 0);
    return daypack::exit_code(error.code());
  }
  if (configuration.prints()) {
    configuration.print(options.json);
    return 0;
  }
  options.project = configuration.file();
  std::signal(SIGXFSZ,
              [](int) {});  // a file that may not grow is an error of write(), with words; unlike SIG_IGN not inherited
  Interrupts interrupts;
  options.stop = interrupts.token();
  try {
    const int code = run(options);
    if (!app.got_subcommand("cache")) cli::keep_cache_within_limit(options);
    return code;
  } catch (const daypack::Error& error) {
    cli::print_error(error, options.json);
    return daypack::exit_code(error.code());
  } catch (const std::exception& error) {
    cli::print_error(daypack::Error(daypack::Errc::failed, error.what()), options.json);
    return 1;
  }
}
