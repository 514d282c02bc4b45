// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "runtime.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cli {

// One command's run: everything that all of them settle first.
struct RuntimeSession {
  RuntimeSession(const RuntimeOptions& told, Everywhere everywhere_)
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

// The runtimes of the very name that was asked for, as far as they are wanted; Error{not_found} when there are none.
std::vector<DeployedRuntime> named(const RuntimeSession& session,
                                   const std::function<bool(const DeployedRuntime&)>& wanted);

// Nothing of an empty text; Error{usage} for what is no number from 1.
std::optional<int> number_of(const std::string& text, const char* what);

// The commands; each gives the exit code.
int deploy_runtime(RuntimeSession& session);
int update_runtimes(RuntimeSession& session);
int list_runtimes(RuntimeSession& session);
int delete_runtimes(RuntimeSession& session);

}  // namespace cli
