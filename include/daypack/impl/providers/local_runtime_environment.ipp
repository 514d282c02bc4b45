// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/providers/local_runtime_home.ipp>
#include <daypack/impl/providers/local_runtime_process.ipp>
#include <daypack/providers/local_runtime.hpp>
#include <daypack/python.hpp>

#include <sys/utsname.h>
#include <unistd.h>
#include <boost/filesystem.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Where a function runs: its folders, its variables, the command that starts it.
namespace daypack::detail::lambda {

// The places of a function as itself sees them.
struct Places {
  std::string task = "/var/task";
  std::string layers = "/opt";
  std::string python = "/var/lang";
  std::string runtime = "/var/runtime";
};

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

// What the image's /var/runtime/bootstrap does with AWS_LAMBDA_EXEC_WRAPPER (python3.10, 2023-07-25), in other words.
inline constexpr std::string_view wrapping_script = R"sh(wrapper=$AWS_LAMBDA_EXEC_WRAPPER
[ -f "$wrapper" ] || { echo "$wrapper: does not exist"; exit 127; }
[ -x "$wrapper" ] || { echo "$wrapper: is not an executable"; exit 126; }
exec "$wrapper" "$@"
)sh";

struct ExecutionEnvironment {
  Version version;
  local::InvokeOptions options;
  std::string program;
  std::string prefix;
  std::string client;
  Unpacked task;
  Unpacked layers;
  Isolation isolation;

  // Unpacks the version and installs the runtime client where that has not been done yet.
  ExecutionEnvironment(const Store& store, Version deployed, local::InvokeOptions wanted, const Context& context)
      : version(std::move(deployed)), options(std::move(wanted)) {
    const Python python = parse_python(version.python).value_or(Python{});
    const Interpreter interpreter = find_interpreter(python, {}, context.runner(), context.stop());
    program = interpreter.path;
    prefix = prefix_of(interpreter, context);
    client = runtime_client(store, python, program, context);
    task = unpacked(store, {version.digest}, context);
    layers = unpacked(store, version.layers, context);
    const bool movable = boost::filesystem::exists(prefix + "/bin/python" + version.python);
    if (options.isolated && movable) isolation = possible_isolation(prefix, context);
    warn_of_another_machine(context);
  }

  void warn_of_another_machine(const Context& context) const {
    struct ::utsname host{};
    ::uname(&host);
    const std::string_view wanted = version.arch == to_string(Arch::arm64) ? "aarch64" : "x86_64";
    if (host.machine == wanted) return;
    context.warn(version.function, "packaged for " + version.arch + ", but this host is " + host.machine +
                                       ": extension modules will not load");
  }

  Places places() const {
    if (isolation) return {};
    return {.task = task.folder, .layers = layers.folder, .python = prefix, .runtime = client};
  }

  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, .../configuration-metadata-endpoint.html
  // (2026-11-22); the search paths are those of the image's Dockerfile.
  std::map<std::string, std::string> variables(const std::string& api, const std::string& token) const {
    const Places at = places();
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
        {"AWS_LAMBDA_METADATA_API", api},
        {"AWS_LAMBDA_METADATA_TOKEN", token},
        {"AWS_LAMBDA_RUNTIME_API", api},
        {"AWS_REGION", "us-east-1"},
        {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
        {"AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000"},
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
    if (at.layers != "/opt") all["_DAYPACK_LAYERS"] = at.layers;  // the bootstrap takes these away
    if (!version.packages_folder.empty()) all["_DAYPACK_PACKAGES"] = version.packages_folder;
    return all;
  }

  // What the image's bootstrap starts: wrappers put options before the last word, so that is the script.
  std::vector<std::string> runtime(bool wrapped) const {
    const Places at = places();
    std::vector<std::string> words;
    if (wrapped) words = {"/bin/sh", "-c", std::string(wrapping_script), "sh"};
    words.insert(words.end(), {isolation ? at.python + "/bin/python" + version.python : program, "-S",
                               at.runtime + "/bootstrap.py"});
    return words;
  }

  // The search paths are set last: no program that runs before the function may find its files.
  Command command(const std::string& log, const std::string& api, const std::string& token) const {
    std::map<std::string, std::string> all = variables(api, token);
    std::vector<std::string> argv{"/bin/sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log};
    const auto append = [&](const std::vector<std::string>& words) {
      argv.insert(argv.end(), words.begin(), words.end());
    };
    if (isolation) append(isolation.around(task.folder, layers.folder, prefix, client));
    append({"/bin/sh", "-c", std::string(keeping_script), "sh", "/usr/bin/env", "PATH=" + all["PATH"],
            "LD_LIBRARY_PATH=" + all["LD_LIBRARY_PATH"]});
    const auto wrapper = all.find("AWS_LAMBDA_EXEC_WRAPPER");
    append(runtime(wrapper != all.end() && !wrapper->second.empty()));
    all.erase("LD_LIBRARY_PATH");
    all["PATH"] = tools_path;
    return {.argv = std::move(argv),
            .environment = {all.begin(), all.end()},
            .clean_environment = true,
            .directory = task.folder};
  }
};

}  // namespace daypack::detail::lambda
