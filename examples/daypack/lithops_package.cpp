// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "lithops_package.hpp"

#include <daypack/error.hpp>
#include <daypack/stages/vendor.hpp>

#include <algorithm>

namespace cli {

namespace {

using daypack::Entry, daypack::Tree;

bool has_lithops(const Tree& tree) {
  return std::ranges::any_of(tree.distributions(), [](const auto& one) { return one->name == "lithops"; });
}

// What Lithops asks of the host of Azure: one call at a time, messages tried five times (lithops 3.8.0,
// azure_functions/config.py; schema: documents, "host.json reference", both read on 2026-11-22).
constexpr std::string_view host_settings = R"json({
  "version": "2.0",
  "extensions": {
    "http": {"maxOutstandingRequests": 1, "maxConcurrentRequests": 1, "dynamicThrottlesEnabled": true},
    "queues": {
      "batchSize": 1,
      "newBatchThreshold": 1,
      "maxDequeueCount": 5,
      "maxPollingInterval": "00:00:02",
      "visibilityTimeout": "00:00:05"
    }
  },
  "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"}
}
)json";

// The queues have names that only the storage account decides, so app settings name them: a package is for any account
// (documents, "Binding expressions patterns", app settings, read on 2026-11-22).
constexpr std::string_view queue_function = R"json({
  "scriptFile": "__init__.py",
  "entryPoint": "main_queue",
  "bindings": [
    {"type": "queueTrigger", "direction": "in", "name": "msgIn", "queueName": "%LITHOPS_IN_QUEUE%",
     "connection": "AzureWebJobsStorage"},
    {"type": "queue", "direction": "out", "name": "msgOut", "queueName": "%LITHOPS_OUT_QUEUE%",
     "connection": "AzureWebJobsStorage"}
  ]
}
)json";

constexpr std::string_view http_function = R"json({
  "scriptFile": "__init__.py",
  "entryPoint": "main_http",
  "bindings": [
    {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "methods": ["get", "post"]},
    {"type": "http", "direction": "out", "name": "$return"}
  ]
}
)json";

Tree azure_files(const LithopsOptions& options) {
  const std::string_view function = options.trigger == "https" ? http_function : queue_function;
  return Tree::of({daypack::text_entry("host.json", std::string(host_settings)),
                   daypack::text_entry("lithops_handler/function.json", std::string(function))});
}

Entry entry_point_of(const Tree& tree, const LithopsOptions& options) {
  const std::string path = "lithops/serverless/backends/" + options.backend + "/entry_point.py";
  for (const Entry& entry : tree) {
    if (!entry.path.ends_with(path)) continue;
    Entry found = entry;
    found.path = options.entry_point;
    return found;
  }
  throw daypack::Error(daypack::Errc::not_found, "this Lithops has no entry point for the backend", path,
                       "take another version of it: --lithops VERSION");
}

}  // namespace

Tree AddLithops::operator()(const Tree& tree, daypack::Context& context) const {
  if (options.requirement.empty()) return tree;
  Tree all = tree;
  if (!has_lithops(tree)) {
    const auto wanted = daypack::Requirements::of({options.requirement});
    all = tree.merge(daypack::Vendor{}(resolve(wanted, context), context));
  }
  if (options.backend == "azure_functions") all = all.merge(azure_files(options));
  return all.merge(Tree::of({entry_point_of(all, options)}));
}

}  // namespace cli
