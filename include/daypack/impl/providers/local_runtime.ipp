// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/providers/local_runtime_api.ipp>
#include <daypack/impl/providers/local_runtime_home.ipp>
#include <daypack/impl/providers/local_runtime_process.ipp>
#include <daypack/providers/local_runtime.hpp>
#include <daypack/python.hpp>

#include <sys/utsname.h>
#include <unistd.h>
#include <algorithm>
#include <boost/filesystem.hpp>
#include <boost/json.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>

namespace daypack::detail::lambda {

using Steady = std::chrono::steady_clock;

// Lambda's init phase; what a start takes beyond it counts as the function's own time.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (2026-11-20)
inline constexpr std::chrono::seconds init_allowance{10};
inline constexpr std::size_t payload_limit = 6291456;

// The places of a function as itself sees them.
struct Places {
  std::string task = "/var/task";
  std::string layers = "/opt";
  std::string python = "/var/lang";
  std::string runtime = "/var/runtime";
};

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

// Where the interpreter was installed: its folder has bin/pythonX.Y and lib/pythonX.Y. Without the site module, a
// virtual environment gives that of the Python that it was made of.
inline std::string prefix_of(const Interpreter& interpreter, const Context& context) {
  const Command question{.argv = {interpreter.path, "-I", "-S", "-c", "import sys; sys.stdout.write(sys.base_prefix)"},
                         .timeout = std::chrono::seconds(20)};
  const Finished finished = context.runner().run(question, context.stop());
  if (finished.ok() && !finished.out.empty()) return finished.out;
  throw Error(Errc::interpreter_missing, "an interpreter does not say where it is installed",
              interpreter.path + ": " + finished.err);
}

// How a sandbox is shut in; no words at all when the system does not permit it.
struct Isolation {
  std::vector<std::string> namespaces;  // the command that makes them
  std::string rights;                   // "drop" or "keep"
  explicit operator bool() const noexcept { return !namespaces.empty(); }

  // The words before a command that run it in there.
  std::vector<std::string> around(const std::string& task, const std::string& layers, const std::string& prefix,
                                  const std::string& client) const {
    std::vector<std::string> words = namespaces;
    words.insert(words.end(),
                 {"/bin/sh", "-c", std::string(isolating_script), "sh", task, layers, prefix, client, rights});
    return words;
  }
};

inline constexpr std::string_view tools_path = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";

// Finds out by doing it: containers and distributions forbid any part of it in many ways.
inline Isolation possible_isolation(const std::string& prefix, const Context& context) {
  std::vector<Isolation> ways;
  if (::geteuid() == 0)
    ways.push_back({{"unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"}, "drop"});
  ways.push_back(
      {{"unshare", "--map-root-user", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"},
       "keep"});
  for (const Isolation& way : ways) {
    std::vector<std::string> argv = way.around(prefix, prefix, prefix, prefix);
    argv.emplace_back("true");
    try {
      const Command command{
          .argv = argv, .environment = {{"PATH", std::string(tools_path)}}, .timeout = std::chrono::seconds(20)};
      if (context.runner().run(command, context.stop()).ok()) return way;
    } catch (const Error& error) {
      if (error.code() != Errc::tool_missing) throw;
    }
  }
  return {};
}

// A started process and all that belongs to it.
struct Running {
  LogFile log;
  RuntimeApi api;
  std::unique_ptr<Child> child;
  MemoryWatch watch{0};
  Steady::time_point start = Steady::now();
};

// Why waiting ended.
enum class Turn { moved_on, exited, out_of_memory, timed_out };

inline std::string type_in(const Answer& answer) {
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
  if (!payload.empty()) boost::json::parse({payload.data(), payload.size()}, error);
  if (error)
    throw Error(Errc::usage, "the payload is not JSON", error.message(),
                "quote strings with \"...\", also inside the shell's quotes");
}

}  // namespace daypack::detail::lambda

namespace daypack::local {

struct Sandbox::State {
  Version version;
  InvokeOptions options;
  Context context;
  Python python;
  std::string program;
  std::string prefix;
  std::string client;
  detail::lambda::Unpacked task;
  detail::lambda::Unpacked layers;
  detail::lambda::Isolation isolation;
  std::mutex mutex;
  std::unique_ptr<detail::lambda::Running> running;

  State(const Store& store, Version deployed, InvokeOptions wanted, Context shared)
      : version(std::move(deployed)),
        options(std::move(wanted)),
        context(std::move(shared)),
        python(parse_python(version.python).value_or(Python{})) {
    const Interpreter interpreter = find_interpreter(python, {}, context.runner(), context.stop());
    program = interpreter.path;
    prefix = detail::lambda::prefix_of(interpreter, context);
    client = detail::lambda::runtime_client(store, python, program, context);
    task = detail::lambda::unpacked(store, {version.digest}, context);
    layers = detail::lambda::unpacked(store, version.layers, context);
    const bool movable = boost::filesystem::exists(prefix + "/bin/python" + version.python);
    if (options.isolated && movable) isolation = detail::lambda::possible_isolation(prefix, context);
    struct ::utsname host{};
    ::uname(&host);
    if (version.arch == to_string(Arch::arm64) ? std::string_view(host.machine) != "aarch64"
                                               : std::string_view(host.machine) != "x86_64") {
      context.warn(version.function, "packaged for " + version.arch + ", but this host is " + host.machine +
                                         ": extension modules will not load");
    }
  }

  detail::lambda::Places places() const {
    if (isolation) return {};
    return {.task = task.folder, .layers = layers.folder, .python = prefix, .runtime = client};
  }

  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (2026-11-20); the search paths are those of
  // the image's Dockerfile.
  std::map<std::string, std::string> environment(const std::string& api) const {
    const detail::lambda::Places at = places();
    std::map<std::string, std::string> all{
        {"_HANDLER", version.handler},
        {"AWS_DEFAULT_REGION", "us-east-1"},
        {"AWS_EXECUTION_ENV", "AWS_Lambda_python" + version.python},
        {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(version.memory)},
        {"AWS_LAMBDA_FUNCTION_NAME", version.function},
        {"AWS_LAMBDA_FUNCTION_VERSION", std::to_string(version.number)},
        {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
        {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + version.function},
        {"AWS_LAMBDA_LOG_STREAM_NAME", "local/[" + std::to_string(version.number) + ']'},
        {"AWS_LAMBDA_RUNTIME_API", api},
        {"AWS_REGION", "us-east-1"},
        {"LAMBDA_RUNTIME_DIR", at.runtime},
        {"LAMBDA_TASK_ROOT", at.task},
        {"LANG", "en_US.UTF-8"},
        {"LD_LIBRARY_PATH", at.python + "/lib:/lib64:/usr/lib64:" + at.runtime + ':' + at.runtime + "/lib:" + at.task +
                                ':' + at.task + "/lib:" + at.layers + "/lib"},
        {"PATH", at.python + "/bin:/usr/local/bin:/usr/bin/:/bin:" + at.layers + "/bin"},
        {"TZ", ":UTC"}};
    for (const auto* more : {&version.environment, &options.environment}) {
      for (const auto& [name, value] : *more) all.insert_or_assign(name, value);
    }
    return all;
  }

  // The search paths are set last: no program that runs before the function may find its files.
  Command command(const std::string& log, const std::string& api) const {
    std::map<std::string, std::string> variables = environment(api);
    std::vector<std::string> argv{"/bin/sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log};
    if (isolation) {
      const std::vector<std::string> around = isolation.around(task.folder, layers.folder, prefix, client);
      argv.insert(argv.end(), around.begin(), around.end());
    }
    const detail::lambda::Places at = places();
    argv.insert(argv.end(), {"/bin/sh", "-c", std::string(detail::lambda::keeping_script), "sh", "/usr/bin/env",
                             "PATH=" + variables["PATH"], "LD_LIBRARY_PATH=" + variables["LD_LIBRARY_PATH"],
                             isolation ? at.python + "/bin/python" + version.python : program, "-S",
                             at.runtime + "/bootstrap.py", at.layers, version.packages_folder});
    variables.erase("LD_LIBRARY_PATH");
    variables["PATH"] = detail::lambda::tools_path;
    return {.argv = std::move(argv),
            .environment = {variables.begin(), variables.end()},
            .clean_environment = true,
            .directory = task.folder};
  }

  void start() {
    running = std::make_unique<detail::lambda::Running>();
    running->child = context.runner().start(command(running->log.path(), running->api.address()));
    running->watch = detail::lambda::MemoryWatch(running->child->pid());
  }

  Finished stop() { return detail::lambda::end_family(*running->child, running->watch); }

  // Waits until the runtime moves on from a phase, while it lives and keeps within its limits.
  detail::lambda::Turn await(detail::lambda::Phase from, detail::lambda::Steady::time_point deadline) {
    using detail::lambda::Turn;
    detail::lambda::Exchange& exchange = running->api.exchange();
    const std::uint64_t limit = static_cast<std::uint64_t>(version.memory) << 20;
    for (;;) {
      context.check_stop();
      const bool moved = exchange.wait(from, std::chrono::milliseconds(10)) != from;
      if (running->watch.above(limit)) return Turn::out_of_memory;
      if (moved) return Turn::moved_on;
      if (!running->child->running()) return exchange.phase() != from ? Turn::moved_on : Turn::exited;
      if (detail::lambda::Steady::now() > deadline) return Turn::timed_out;
    }
  }

  detail::lambda::Turn exchange_event(std::string_view payload, Invocation& invocation) {
    using namespace detail::lambda;
    const std::chrono::seconds timeout(version.timeout);
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
                       .function_arn = "arn:aws:lambda:us-east-1:000000000000:function:" + version.function,
                       .trace_id = new_trace_id(),
                       .deadline = std::chrono::system_clock::now() + timeout});
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
    invocation.payload = std::move(answer.body);
    if (answer.phase != detail::lambda::Phase::init_failed) return;
    const Finished finished = running->child->wait();
    note_end(invocation, finished);
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
      std::snprintf(seconds, sizeof seconds, "%.2f", static_cast<double>(version.timeout));
      fail(invocation, "Sandbox.Timedout", std::string("Task timed out after ") + seconds + " seconds");
    }
  }

  Invocation invoke(std::string_view payload) {
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

DAYPACK_DECL bool Sandbox::isolated() const noexcept { return static_cast<bool>(state_->isolation); }

DAYPACK_DECL Invocation Sandbox::invoke(std::string_view payload) {
  daypack::detail::lambda::check_payload(payload);
  const std::scoped_lock lock(state_->mutex);
  return state_->invoke(payload.empty() ? "{}" : payload);
}

DAYPACK_DECL Invocation invoke(const Store& store, const Version& deployed, std::string_view payload,
                               const InvokeOptions& options, Context& context) {
  daypack::detail::lambda::check_payload(payload);  // before anything is unpacked for it
  return Sandbox(store, deployed, options, context).invoke(payload);
}

}  // namespace daypack::local
