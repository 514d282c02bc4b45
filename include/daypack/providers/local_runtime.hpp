// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/providers/local.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

// Runs a deployed version the way AWS Lambda does: the target's own Python, the official runtime client (awslambdaric),
// the runtime API on loopback. One include with a price: Boost.Beast, when header-only.
namespace daypack::local {

struct InvokeOptions {
  // Added to the version's variables for this run and kept nowhere: credentials, AWS_REGION ("us-east-1" when nobody
  // says).
  std::map<std::string, std::string> environment = {};
  // In a mount and process namespace of its own where the system permits it: the package really is /var/task and layers
  // are /opt, all but /tmp is read-only, and nothing outlives the sandbox. Otherwise, or with false, the package runs
  // where it is unpacked.
  bool isolated = true;
};

// What came of one event.
struct Invocation {
  std::string payload = {};  // the answer, mostly JSON; or {"errorMessage", "errorType", ...} as Lambda gives it
  bool failed = false;       // an error is the payload
  std::string error_type =
      {};                 // "ValueError", "Runtime.ImportModuleError", "Sandbox.Timedout", "Runtime.OutOfMemory", ...
  bool streamed = false;  // the runtime streamed its answer: payload may be any bytes
  std::string error_details = {};  // what the runtime said of a streamed answer that it broke off: JSON
  std::string request_id = {};
  std::string log = {};                  // what it wrote to stdout and stderr: the last 64 KiB
  bool cold = false;                     // a process was started for it
  std::chrono::duration<double> init{};  // from the start of the process until it asked for the event; 0 when warm
  std::chrono::duration<double> run{};   // from the event to the answer
  std::uint64_t memory = 0;              // bytes, the most that was seen
  int exit_code = -1;                    // of a process that ended during it
  int signal = 0;                        // that ended it
};

// One running copy of a function, as Lambda's execution environment: started by the first event, kept warm for the next
// ones, started anew after it failed to survive one. Ends with all its processes when destroyed. One event at a time;
// any thread.
class Sandbox {
 public:
  // Unpacks the version and installs the runtime client where that has not been done yet.
  // Throws Error{interpreter_missing} without the version's Python, Error{tool_missing} or Error{tool_failed} when the
  // client cannot be installed, Error{damaged_zip}, Error{unwritable}.
  DAYPACK_DECL Sandbox(const Store& store, Version deployed, InvokeOptions options, Context context);
  DAYPACK_DECL ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // Whether it runs in namespaces of its own.
  DAYPACK_DECL bool isolated() const noexcept;

  // What the handler does, also raising, exiting, and exceeding its time or memory, is an Invocation and not an error.
  // Throws Error{usage} when the payload is not JSON, Error{over_limit} above 6 MB, Error{cancelled} when the context
  // is stopped.
  //
  // With `part`, as InvokeWithResponseStream: what the runtime streams is handed on as it comes, in the calling thread,
  // and may have 200 MB; an answer that is not streamed is one part. What `part` throws ends the sandbox and is thrown
  // on. https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html (2026-11-22)
  DAYPACK_DECL Invocation invoke(std::string_view payload, const std::function<void(std::string_view)>& part = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One event in a sandbox of its own.
DAYPACK_DECL Invocation invoke(const Store& store, const Version& deployed, std::string_view payload,
                               const InvokeOptions& options, Context& context);

}  // namespace daypack::local

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/local_runtime.ipp>
#endif
