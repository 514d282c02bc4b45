// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/scratch_folder.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/detail/uv_program.hpp>
#include <daypack/detail/uv_words.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/bytecode/interpreter.ipp>  // lines_of
#include <daypack/process/runner.hpp>
#include <daypack/resolution.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace daypack::detail {

inline std::string build_subject(const Pinned& package) {
  return package.name + (package.version.empty() ? "" : ' ' + package.version);
}

// The end of what a program said, as causes.
inline void add_last_lines(Fault& fault, const std::string& output) {
  static constexpr std::size_t most = 12;
  const std::vector<std::string> lines = lines_of(plain_words(output) + '\n');
  std::vector<std::string> told;
  std::ranges::copy_if(lines, std::back_inserter(told), [](const std::string& line) { return !trimmed(line).empty(); });
  for (std::size_t i = told.size() - std::min(told.size(), most); i < told.size(); ++i)
    fault.causes.push_back({.code = fault.code, .message = told[i]});
}

// Runs programs with umask 022: tools write the modes of files into wheels.
class CommonUmask final : public Runner {
 public:
  explicit CommonUmask(Runner& runner) : runner_(runner) {}
  Finished run(const Command& command, std::stop_token stop) override try {
    return runner_.run(wrapped(command), stop);
  } catch (const Error& error) {
    if (error.code() != Errc::cancelled) throw;
    throw Error(error.code(), error.message(), command.argv.front(), error.hint());
  }
  std::unique_ptr<Child> start(const Command& command) override { return runner_.start(wrapped(command)); }

 private:
  // exec of a program that is not there ends with 127.
  static Command wrapped(Command command) {
    command.argv.insert(command.argv.begin(), {"sh", "-c", "umask 022 && exec \"$@\"", "sh"});
    return command;
  }

  Runner& runner_;
};

// `uv build` or `pip wheel`, in an environment that is the same everywhere.
class BuildTool {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  BuildTool(const BuildSettings& settings, const Context& ctx)
      : settings_(settings), ctx_(ctx), runner_(ctx.runner()), uv_(runner_, ctx.stop()), pip_(settings.pip) {}

  // "uv 0.13.8" or "pip 24.2". Takes pip where there is no uv. Error{tool_missing} when neither is
  // there.
  std::string version() {
    if (pip_.empty()) {
      try {
        return first_words(uv_.run({.argv = {"--version"}}).out);
      } catch (const Error& error) {
        if (error.code() != Errc::tool_missing) throw;
      }
      pip_ = "python3";
    }
    const Finished finished = runner_.run({.argv = {pip_, "-m", "pip", "--version"}}, ctx_.stop());
    if (finished.ok()) return first_words(finished.out);
    throw Error(Errc::tool_missing, "neither uv nor pip is installed, and a wheel has to be built", pip_ + " -m pip",
                "install uv (https://docs.astral.sh/uv), or pip for this Python (" + pip_ + " -m ensurepip)");
  }

  std::string name() const { return pip_.empty() ? "uv build --wheel" : "pip wheel"; }

  // Builds the wheel of a folder into another one.
  Finished build(const std::string& python, const std::string& source, const std::string& out, const Pinned& package,
                 const ScratchFolder& scratch) {
    if (pip_.empty()) return build_with_uv(python, source, out, package);
    const Finished own = run_pip({python, "-m", "pip"}, source, out, package, scratch);
    const bool no_pip = own.err.find("No module named pip") != std::string::npos ||
                        own.err.find("No module named 'pip'") != std::string::npos;
    return no_pip ? run_pip({pip_, "-m", "pip", "--python", python}, source, out, package, scratch) : own;
  }

 private:
  static std::string first_words(const std::string& text) {
    const std::size_t blank = text.find(' ');
    return text.substr(0, blank == std::string::npos ? blank : text.find_first_of(" \n", blank + 1));
  }

  static bool is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  }

  static std::string joined(const char* variable, std::string text, char between) {
    const char* own = std::getenv(variable);
    if (own == nullptr || *own == '\0') return text;
    return own + std::string(1, between) + text;
  }

  // What neither the caller's locale, time zone and umask nor the Python packages that lie around may decide.
  static Environment common_environment() {
    Environment environment{{"LC_ALL", "C.UTF-8"},
                            {"LANGUAGE", ""},
                            {"TZ", "UTC"},
                            {"PYTHONHASHSEED", "0"},
                            {"PYTHONPATH", ""},
                            {"PYTHONNOUSERSITE", "1"},
                            {"NO_COLOR", "1"},
                            {"UV_PYTHON_DOWNLOADS", "never"},
                            {"PIP_NO_INPUT", "1"},
                            {"PIP_DISABLE_PIP_VERSION_CHECK", "1"},
                            {"PIP_NO_BUILD_ISOLATION", ""},
                            {"UV_NO_BUILD_ISOLATION", "false"}};
    if (!is_set("SOURCE_DATE_EPOCH"))
      environment.emplace_back("SOURCE_DATE_EPOCH", "315532800");  // the first day that a zip can tell
    return environment;
  }

  // uv takes its indexes from the environment (https://docs.astral.sh/uv/reference/environment/, uv 0.13.8,
  // 2026-11-21): they may hold logins, and command lines are seen by all users of a host. What the user's own variables
  // say goes first, as when uv resolves.
  void add_indexes(Environment& environment, std::vector<std::string>& argv) const {
    std::string index, more, links, hosts;
    const auto add = [](std::string& list, std::string_view value, char between) {
      if (!list.empty()) list += between;
      list += value;
    };
    for (const std::string& option : settings_.options) {
      const auto [name, value] = split_once(option, ' ');
      if (name == "--index-url") index = value;
      if (name == "--extra-index-url") add(more, value, ' ');
      if (name == "--find-links") add(links, value, ',');
      if (name == "--trusted-host") add(hosts, value, ' ');
      if (name == "--no-index") argv.push_back("--no-index");
      if (name == "--pre") argv.insert(argv.end(), {"--prerelease", "allow"});
    }
    if (!index.empty() && !is_set("UV_DEFAULT_INDEX") && !is_set("UV_INDEX_URL"))
      environment.emplace_back("UV_DEFAULT_INDEX", index);
    if (!more.empty()) environment.emplace_back("UV_INDEX", joined("UV_INDEX", more, ' '));
    if (!links.empty()) environment.emplace_back("UV_FIND_LINKS", joined("UV_FIND_LINKS", links, ','));
    if (!hosts.empty()) environment.emplace_back("UV_INSECURE_HOST", joined("UV_INSECURE_HOST", hosts, ' '));
    if (!settings_.exclude_newer.empty()) argv.insert(argv.end(), {"--exclude-newer", settings_.exclude_newer});
  }

  Finished build_with_uv(const std::string& python, const std::string& source, const std::string& out,
                         const Pinned& package) {
    std::vector<std::string> argv{
        "build", "--wheel", "--no-create-gitignore", "--color", "never", "--python", python, "--out-dir", out};
    if (ctx_.offline()) argv.push_back("--offline");
    for (const std::string& setting : package.config_settings) argv.insert(argv.end(), {"--config-setting", setting});
    Environment environment = common_environment();
    add_indexes(environment, argv);
    argv.insert(argv.end(), {"--", source});
    return uv_.run({.argv = std::move(argv), .environment = std::move(environment)});
  }

  // pip takes its indexes from a file of this run, which nobody else may read.
  Finished run_pip(std::vector<std::string> argv, const std::string& source, const std::string& out,
                   const Pinned& package, const ScratchFolder& scratch) {
    argv.insert(argv.end(), {"wheel", "--no-deps", "--wheel-dir", out});
    std::string lines;
    for (const std::string& option : settings_.options) lines += option + '\n';
    const std::string file = scratch.file("indexes.txt");
    write_file(file, lines);
    argv.insert(argv.end(), {"--requirement", file});
    if (ctx_.offline()) argv.push_back("--no-index");
    for (const std::string& setting : package.config_settings) argv.insert(argv.end(), {"--config-settings", setting});
    argv.push_back(source);
    return runner_.run({.argv = std::move(argv), .environment = common_environment()}, ctx_.stop());
  }

  const BuildSettings& settings_;
  const Context& ctx_;
  CommonUmask runner_;
  UvProgram uv_;
  std::string pip_;  // empty: uv
};

}  // namespace daypack::detail
