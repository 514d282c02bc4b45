// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/bytecode/pyc.hpp>
#include <daypack/detail/environment.hpp>
#include <daypack/detail/uv_program.hpp>
#include <daypack/error.hpp>
#include <daypack/process/search_path.hpp>
#include <daypack/python.hpp>

#include <dirent.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace daypack {

namespace detail {

// Runs on every Python since 2.6, so that a wrong one can say what it is.
inline constexpr const char* interpreter_question = R"(
import sys
try:
    from importlib.util import MAGIC_NUMBER as number
    number = int.from_bytes(number[:2], 'little')
except ImportError:
    number = 0
name = getattr(getattr(sys, 'implementation', None), 'name', 'python')
sys.stdout.write('daypack\n%s\n%d.%d\n%d\n%d\n%s\n' % ((name,) + sys.version_info[:3] + (number, sys.executable)))
)";

struct InterpreterAnswer {
  std::optional<Interpreter> interpreter = {};
  std::string otherwise = {};  // what it is instead
};

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

inline InterpreterAnswer answer_of(const std::string& path, const Finished& finished) {
  if (finished.timed_out) return {.otherwise = "a program that does not answer"};
  const auto lines = lines_of(finished.out);
  if (!finished.ok() || lines.size() != 6 || lines[0] != "daypack")
    return {.otherwise = "no working Python interpreter"};
  const auto python = parse_python(lines[2]);
  unsigned magic = 0;
  std::from_chars(lines[4].data(), lines[4].data() + lines[4].size(), magic);
  if (lines[1] != "cpython" || !python || python->major != 3 || magic == 0) {
    return {.otherwise = (lines[1] == "cpython" ? "CPython" : lines[1]) + ' ' + lines[2]};
  }
  return {.interpreter = Interpreter{.path = lines[5].empty() ? path : lines[5],
                                     .python = *python,
                                     .version = lines[2] + '.' + lines[3],
                                     .magic = static_cast<std::uint16_t>(magic)}};
}

// Throws Error{tool_missing} when it cannot even be started.
inline InterpreterAnswer ask_interpreter(const std::string& path, Runner& runner, std::stop_token stop) {
  const Command command{.argv = {path, "-E", "-S", "-s", "-B", "-c", interpreter_question},
                        .timeout = std::chrono::seconds(20)};
  return answer_of(path, runner.run(command, stop));
}

inline std::optional<Interpreter> fitting(const std::string& path, Python python, Runner& runner,
                                          std::stop_token stop) {
  try {
    const auto answer = ask_interpreter(path, runner, stop);
    const bool fits = answer.interpreter && answer.interpreter->python == python &&
                      answer.interpreter->magic == pyc_magic(python).value_or(answer.interpreter->magic);
    return fits ? answer.interpreter : std::nullopt;
  } catch (const Error& error) {
    if (error.code() == Errc::tool_missing) return {};
    throw;
  }
}

inline std::string pyenv_root() {
  const std::string root = environment_text("PYENV_ROOT");
  return root.empty() ? environment_text("HOME") + "/.pyenv" : root;
}

// $PYENV_ROOT/versions/X.Y.*, the newest patch release first.
inline std::vector<std::string> pyenv_interpreters(Python python) {
  const std::string versions = pyenv_root() + "/versions";
  const std::string prefix = to_string(python) + '.';
  std::vector<std::pair<int, std::string>> found;
  const std::unique_ptr<::DIR, int (*)(::DIR*)> folder(::opendir(versions.c_str()),
                                                       [](::DIR* opened) { return ::closedir(opened); });
  while (const ::dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    const std::string_view name = entry->d_name;
    int patch = 0;
    if (!name.starts_with(prefix)) continue;
    const auto [end, code] = std::from_chars(name.data() + prefix.size(), name.data() + name.size(), patch);
    if (code == std::errc() && end == name.data() + name.size())
      found.emplace_back(-patch, versions + '/' + std::string(name));
  }
  std::ranges::sort(found);
  std::vector<std::string> paths;
  for (const auto& [patch, version] : found) paths.push_back(version + "/bin/python" + to_string(python));
  return paths;
}

inline std::vector<std::string> uv_interpreters(Python python, Runner& runner, std::stop_token stop) {
  try {
    const Finished finished = UvProgram(runner, stop)
                                  .run({.argv = {"python", "find", "--no-project", "cpython@" + to_string(python)},
                                        .environment = {{"UV_PYTHON_DOWNLOADS", "never"}, {"UV_OFFLINE", "1"}},
                                        .timeout = std::chrono::seconds(20)});
    if (finished.ok()) return lines_of(finished.out);
  } catch (const Error& error) {
    if (error.code() != Errc::tool_missing) throw;
  }
  return {};
}

inline Interpreter chosen_interpreter(Python python, const std::string& chosen, Runner& runner, std::stop_token stop) {
  Interpreter interpreter = interpreter_at(chosen, runner, stop);
  const auto expected = pyc_magic(python).value_or(interpreter.magic);
  if (interpreter.python == python && interpreter.magic == expected) return interpreter;
  const bool unfinished = interpreter.python == python;
  throw Error(Errc::usage, "the chosen interpreter does not fit the target",
              chosen + " (got CPython " + interpreter.version +
                  (unfinished ? " with bytecode magic " + std::to_string(interpreter.magic) + ", expected " +
                                    std::to_string(expected)
                              : ", expected CPython " + to_string(python)) +
                  ")",
              "name one of the target's version, or none to have it found");
}

}  // namespace detail

DAYPACK_DECL Interpreter interpreter_at(const std::string& path, Runner& runner, std::stop_token stop) {
  detail::InterpreterAnswer answer;
  try {
    answer = detail::ask_interpreter(path, runner, stop);
  } catch (const Error& error) {
    if (error.code() != Errc::tool_missing) throw;
    throw Error(Errc::interpreter_missing, "the interpreter cannot be started", path + " (" + error.message() + ")");
  }
  if (answer.interpreter) return *answer.interpreter;
  throw Error(Errc::usage, "not an interpreter that can compile",
              path + " (got " + answer.otherwise + ", expected CPython 3)");
}

DAYPACK_DECL Interpreter find_interpreter(Python python, const std::string& chosen, Runner& runner,
                                          std::stop_token stop) {
  if (!chosen.empty()) return detail::chosen_interpreter(python, chosen, runner, stop);
  const std::string version = to_string(python);
  const auto first_of = [&](const std::vector<std::string>& paths) -> std::optional<Interpreter> {
    for (const std::string& path : paths) {
      if (auto found = detail::fitting(path, python, runner, stop)) return found;
    }
    return {};
  };
  if (auto found = first_of(programs_named("python" + version))) return *found;
  if (auto found = first_of(detail::pyenv_interpreters(python))) return *found;
  if (auto found = first_of(detail::uv_interpreters(python, runner, stop))) return *found;
  throw Error(Errc::interpreter_missing, "no interpreter of the target's version on this host",
              "CPython " + version + " (looked for python" + version + " in PATH, in pyenv's versions, and by uv)",
              "get one by `uv python install " + version + "`, `pyenv install " + version +
                  "` or your system's package python" + version + ", name one by its path, or build without bytecode");
}

}  // namespace daypack
