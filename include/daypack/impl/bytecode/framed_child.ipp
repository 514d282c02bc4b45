// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/context.hpp>
#include <daypack/error.hpp>

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace daypack::detail {

// An interpreter without site-packages, settings and warnings; the script and its arguments are to be added. -E would
// also switch PYTHONHASHSEED off: so no environment, but for what the program may need to start at all.
inline Command bare_python(const Interpreter& interpreter) {
  Command command{.argv = {interpreter.path, "-S", "-s", "-B", "-W", "ignore"},
                  .environment = {{"PYTHONHASHSEED", "0"}, {"LC_ALL", "C.UTF-8"}},
                  .clean_environment = true,
                  .directory = "/"};
  for (const char* name : {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}) {
    if (const char* value = std::getenv(name)) command.environment.emplace_back(name, value);
  }
  return command;
}

// An interpreter that answers frames over its pipes. Killed when a stop is requested, and with this object.
class FramedChild {
 public:
  FramedChild(const Command& command, std::chrono::milliseconds patience, const Context& context)
      : patience_(patience),
        child_(context.runner().start(command)),
        kill_when_stopped_(context.stop(), Kill{child_.get()}) {}

  // Whether it was taken; if not, the child is at its end, and exactly() says so after what it has answered yet.
  bool send(std::string_view frame) {
    try {
      child_->write(frame, patience_);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  // So many bytes of its answer; nothing when it has ended or hangs.
  std::optional<std::string> exactly(std::size_t size) {
    std::string text(size, '\0');
    try {
      for (std::size_t done = 0; done < size;) {
        const std::size_t count = child_->read(std::span(text).subspan(done), patience_);
        if (count == 0) return {};
        done += count;
      }
    } catch (const Error&) {
      hangs_ = true;
      return {};
    }
    return text;
  }

  // After nothing came: what became of it.
  std::string why_silent() {
    if (hangs_) return "no answer within " + std::to_string(patience_.count() / 1000) + " s";
    child_->signal(SIGKILL);  // it has closed its output: no change for one that is at its end
    const Finished end = child_->wait();
    if (end.signal != 0) return "the interpreter was ended by signal " + std::to_string(end.signal);
    const std::size_t line = end.err.find_last_of('\n', end.err.size() - 2) + 1;
    return "the interpreter ended with exit code " + std::to_string(end.exit_code) +
           (end.err.empty() ? "" : ": " + end.err.substr(line, end.err.find('\n', line) - line));
  }

 private:
  struct Kill {
    Child* child;
    void operator()() const { child->signal(SIGKILL); }
  };

  std::chrono::milliseconds patience_;
  std::unique_ptr<Child> child_;
  std::stop_callback<Kill> kill_when_stopped_;
  bool hangs_ = false;
};

}  // namespace daypack::detail
