// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <daypack/error.hpp>
#include <daypack/impl/providers/local_runtime_api.ipp>
#include <daypack/impl/providers/local_runtime_environment.ipp>
#include <daypack/impl/providers/local_runtime_process.ipp>
#include <daypack/providers/local_runtime.hpp>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace daypack::detail::lambda {

using Steady = std::chrono::steady_clock;

// Lambda's init phase; what a start takes beyond it counts as the function's own time.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (2026-11-20)
inline constexpr std::chrono::seconds init_allowance{10};
inline constexpr std::size_t payload_limit = 6291456;

inline std::string new_id() {
  static thread_local boost::uuids::random_generator generate;
  return boost::uuids::to_string(generate());
}

// "Root=1-SECONDS-96BITS;Parent=64BITS;Sampled=0", as X-Ray writes it.
inline std::string new_trace_id() {
  std::string random = new_id() + new_id();
  std::erase(random, '-');
  char seconds[17];
  std::snprintf(seconds, sizeof seconds, "%08llx", static_cast<unsigned long long>(std::time(nullptr)));
  return std::string("Root=1-") + seconds + '-' + random.substr(0, 24) + ";Parent=" + random.substr(32, 16) +
         ";Sampled=0";
}

inline std::string error_payload(std::string_view type, const std::string& id, const std::string& message) {
  return boost::json::serialize(
      boost::json::object{{"errorType", type}, {"errorMessage", "RequestId: " + id + " Error: " + message}});
}

// How a process ended, in the words of Lambda.
inline std::string exit_words(int exit_code, int signal) {
  if (signal != 0) {
    std::string name = ::strsignal(signal);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return "Runtime exited with error: signal: " + name;
  }
  if (exit_code == 0) return "Runtime exited without providing a reason";
  return "Runtime exited with error: exit status " + std::to_string(exit_code);
}

// A started process and all that belongs to it.
struct Running {
  std::string token = new_id();  // of the metadata endpoint
  LogFile log;
  RuntimeApi api{token};
  std::unique_ptr<Child> child;
  MemoryWatch watch{0};
  Steady::time_point start = Steady::now();
};

// Why waiting ended.
enum class Turn { moved_on, exited, out_of_memory, timed_out };

inline std::string type_in(const Answer& answer) {
  if (answer.streamed) return answer.error_type;
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(answer.body, error);
  if (!error && document.is_object()) {
    if (const auto* type = document.as_object().if_contains("errorType"); type && type->is_string())
      return std::string(type->as_string());
  }
  return answer.error_type;
}

inline void check_payload(std::string_view payload) {
  if (payload.size() > payload_limit) {
    throw Error(Errc::over_limit, "the payload is too large",
                "got " + std::to_string(payload.size()) + " bytes, expected at most " + std::to_string(payload_limit),
                "pass large data by a file or an object store");
  }
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = 1000;  // 32 by default: less than what functions are given
  if (!payload.empty()) boost::json::parse({payload.data(), payload.size()}, error, {}, options);
  if (error)
    throw Error(Errc::usage, "the payload is not JSON", error.message(),
                "quote strings with \"...\", also inside the shell's quotes");
}

}  // namespace daypack::detail::lambda

namespace daypack::local {

struct Sandbox::State {
  detail::lambda::ExecutionEnvironment here;
  Context context;
  std::mutex mutex;
  std::unique_ptr<detail::lambda::Running> running;
  std::function<void(std::string_view)> listener;  // to the parts of this event's answer

  State(const Store& store, Version deployed, InvokeOptions options, Context shared)
      : here(store, std::move(deployed), std::move(options), shared), context(std::move(shared)) {}

  void start() {
    running = std::make_unique<detail::lambda::Running>();
    running->child = context.runner().start(here.command(running->log.path(), running->api.address(), running->token));
    running->watch = detail::lambda::MemoryWatch(running->child->pid());
  }

  Finished stop() { return detail::lambda::end_family(*running->child, running->watch); }

  // Hands on what has come of a streamed answer.
  void hand_on() {
    if (!listener) return;
    const std::string parts = running->api.exchange().take_parts();
    if (!parts.empty()) listener(parts);
  }

  // Waits until the runtime moves on from a phase, while it lives and keeps within its limits.
  detail::lambda::Turn await(detail::lambda::Phase from, detail::lambda::Steady::time_point deadline) {
    using detail::lambda::Turn;
    detail::lambda::Exchange& exchange = running->api.exchange();
    const std::uint64_t limit = static_cast<std::uint64_t>(here.version.memory) << 20;
    for (;;) {
      context.check_stop();
      const bool moved = exchange.wait(from, std::chrono::milliseconds(10)) != from;
      hand_on();
      if (running->watch.above(limit)) return Turn::out_of_memory;
      if (moved) return Turn::moved_on;
      if (!running->child->running()) return exchange.phase() != from ? Turn::moved_on : Turn::exited;
      if (detail::lambda::Steady::now() > deadline) return Turn::timed_out;
    }
  }

  detail::lambda::Turn exchange_event(std::string_view payload, Invocation& invocation) {
    using namespace detail::lambda;
    const std::chrono::seconds timeout(here.version.timeout);
    Turn ready = await(Phase::away, running->start + init_allowance + timeout);
    if (ready == Turn::exited && !invocation.cold) {  // it had not survived the event before this one
      end();
      start();
      invocation.cold = true;
      ready = await(Phase::away, running->start + init_allowance + timeout);
    }
    // The system can be out of processes for a moment. Nothing of the function has run by then.
    for (int again = 0; again < 3 && ready == Turn::exited && running->log.text().starts_with("unshare: fork failed");
         ++again) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100 << again));
      end();
      start();
      ready = await(Phase::away, running->start + init_allowance + timeout);
    }
    if (invocation.cold) invocation.init = Steady::now() - running->start;
    if (ready != Turn::moved_on || running->api.exchange().phase() != Phase::idle) return ready;
    const Steady::time_point began = Steady::now();
    running->api.give({.id = invocation.request_id,
                       .payload = std::string(payload),
                       .function_arn = "arn:aws:lambda:us-east-1:000000000000:function:" + here.version.function,
                       .trace_id = new_trace_id(),
                       .deadline = std::chrono::system_clock::now() + timeout,
                       .listened = static_cast<bool>(listener)});
    const Turn turn = await(Phase::busy, began + timeout);
    invocation.run = Steady::now() - began;
    return turn;
  }

  void fail(Invocation& invocation, std::string type, const std::string& message) const {
    invocation.failed = true;
    invocation.payload = detail::lambda::error_payload(type, invocation.request_id, message);
    invocation.error_type = std::move(type);
  }

  void take_answer(Invocation& invocation) {
    detail::lambda::Answer answer = running->api.exchange().take();
    invocation.failed = answer.phase != detail::lambda::Phase::answered;
    if (invocation.failed) invocation.error_type = detail::lambda::type_in(answer);
    invocation.streamed = answer.streamed;
    invocation.error_details = std::move(answer.error_details);
    invocation.payload = std::move(answer.body);
    if (listener && !answer.streamed) listener(invocation.payload);
    if (answer.phase == detail::lambda::Phase::init_failed) await_end(invocation);
  }

  // A runtime that has told why it cannot start ends by itself; one that does not has 2 s, as in Lambda's shutdown.
  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (2026-11-20)
  void await_end(Invocation& invocation) {
    const auto until = detail::lambda::Steady::now() + std::chrono::seconds(2);
    while (running->child->running() && detail::lambda::Steady::now() < until) {
      context.check_stop();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    note_end(invocation, stop());
  }

  // The shell between us and the function tells of a signal by an exit code.
  void note_end(Invocation& invocation, const Finished& finished) const {
    const bool coded = finished.signal == 0 && finished.exit_code > 128 && finished.exit_code <= 128 + SIGRTMAX;
    invocation.signal = coded ? finished.exit_code - 128 : finished.signal;
    invocation.exit_code = coded ? -1 : finished.exit_code;
  }

  void conclude(detail::lambda::Turn turn, Invocation& invocation) {
    using detail::lambda::Turn;
    if (turn == Turn::moved_on) return take_answer(invocation);
    note_end(invocation, stop());
    if (turn == Turn::exited) {
      fail(invocation, "Runtime.ExitError", detail::lambda::exit_words(invocation.exit_code, invocation.signal));
    } else if (turn == Turn::out_of_memory) {
      fail(invocation, "Runtime.OutOfMemory", detail::lambda::exit_words(-1, SIGKILL));
    } else {
      char seconds[32];
      std::snprintf(seconds, sizeof seconds, "%.2f", static_cast<double>(here.version.timeout));
      fail(invocation, "Sandbox.Timedout", std::string("Task timed out after ") + seconds + " seconds");
    }
  }

  Invocation invoke(std::string_view payload, const std::function<void(std::string_view)>& part) {
    listener = part;
    if (running && !running->child->running()) end();
    Invocation invocation{.request_id = detail::lambda::new_id(), .cold = !running};
    try {
      if (!running) start();
      const detail::lambda::Turn turn = exchange_event(payload, invocation);
      running->watch.look_anew();  // a quick event ends before the watch has seen all processes
      conclude(turn, invocation);
      invocation.memory = running->watch.peak();
      invocation.log = running->log.take();
      if (!running->child->running()) end();
    } catch (...) {
      end();
      throw;
    }
    return invocation;
  }

  void end() {
    if (running && running->child) stop();
    running.reset();
  }
};

DAYPACK_DECL Sandbox::Sandbox(const Store& store, Version deployed, InvokeOptions options, Context context)
    : state_(std::make_unique<State>(store, std::move(deployed), std::move(options), std::move(context))) {}

DAYPACK_DECL Sandbox::~Sandbox() {
  try {
    state_->end();
  } catch (...) {  // nothing can be done about a process that does not end
  }
}

DAYPACK_DECL bool Sandbox::isolated() const noexcept { return static_cast<bool>(state_->here.isolation); }

DAYPACK_DECL Invocation Sandbox::invoke(std::string_view payload, const std::function<void(std::string_view)>& part) {
  daypack::detail::lambda::check_payload(payload);
  const std::scoped_lock lock(state_->mutex);
  return state_->invoke(payload.empty() ? "{}" : payload, part);
}

DAYPACK_DECL Invocation invoke(const Store& store, const Version& deployed, std::string_view payload,
                               const InvokeOptions& options, Context& context) {
  daypack::detail::lambda::check_payload(payload);  // before anything is unpacked for it
  return Sandbox(store, deployed, options, context).invoke(payload);
}

}  // namespace daypack::local
