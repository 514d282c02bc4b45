// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/process/runner.hpp>

#include <cstdlib>
#include <stop_token>
#include <string>
#include <vector>

namespace daypack::detail {

// uv as a program: $DAYPACK_UV alone, else `uv` of the PATH, else `python3 -m uv`.
class UvProgram {
 public:
  UvProgram(Runner& runner, std::stop_token stop) : runner_(runner), stop_(std::move(stop)) {}

  // The command's argv are arguments of uv. Throws Error{tool_missing} when no way to start it works.
  Finished run(Command command) {
    const std::vector<std::string> arguments = std::move(command.argv);
    const auto all = way_.empty() ? ways() : std::vector<std::vector<std::string>>{way_};
    for (const std::vector<std::string>& way : all) {
      command.argv = way;
      command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
      try {
        Finished finished = runner_.run(command, stop_);
        if (is_missing(finished)) continue;
        way_ = way;
        return finished;
      } catch (const Error& error) {
        if (error.code() != Errc::tool_missing) throw;
      }
    }
    const bool named = all.size() == 1;
    throw Error(
        Errc::tool_missing, "uv is not installed, and it resolves the requirements",
        named ? "DAYPACK_UV=" + all.front().front() : "uv",
        named ? "let DAYPACK_UV name an uv that can be started, or unset it"
              : "install it: pip install uv, or pipx install uv, or your system's package; or let DAYPACK_UV name it");
  }

 private:
  static std::vector<std::vector<std::string>> ways() {
    if (const char* own = std::getenv("DAYPACK_UV"); own != nullptr && *own != '\0') return {{own}};
    return {{"uv"}, {"python3", "-m", "uv"}};
  }

  // A shim of pyenv without an uv behind it ends with 127.
  static bool is_missing(const Finished& finished) {
    return finished.exit_code == 127 || finished.err.find("No module named uv") != std::string::npos ||
           finished.err.find("No module named 'uv'") != std::string::npos;
  }

  Runner& runner_;
  std::stop_token stop_;
  std::vector<std::string> way_ = {};  // the one that worked
};

}  // namespace daypack::detail
