// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/detail/wheel_fault.hpp>
#include <daypack/wheel/scripts.hpp>

#include <algorithm>
#include <array>

namespace daypack {

namespace detail {

// A plain file name. Not that of an interpreter, python3.12 and its like: it would be the interpreter of the next
// script (uv 0.13.8 reserves the same names, pip none).
inline bool is_script_name(std::string_view name) {
  static constexpr std::array<std::string_view, 4> interpreters{"pythonw", "python", "pypy", "graalpy"};
  const bool plain = !name.empty() && name != "." && name != ".." && std::ranges::none_of(name, [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
  const std::string lowered = ascii_lowered(name);
  return plain && std::ranges::none_of(interpreters, [&](std::string_view word) {
           return lowered.starts_with(word) &&
                  lowered.find_first_not_of("0123456789.t", word.size()) == std::string::npos;
         });
}

inline bool is_dotted_name(std::string_view name) {
  const auto parts = split_at(name, '.');
  return std::ranges::all_of(parts, [](const std::string& part) {
    return !part.empty() && !is_ascii_digit(part[0]) && std::ranges::all_of(part, [](char c) {
      return is_ascii_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    });
  });
}

inline ConsoleScript console_script(std::string_view line, const std::string& wheel) {
  const std::size_t equals = std::min(line.find('='), line.size());
  ConsoleScript script{.name = std::string(trimmed(line.substr(0, equals)))};
  std::string_view value = trimmed(line.substr(std::min(equals + 1, line.size())));
  value = trimmed(value.substr(0, value.find('[')));  // extras, which say nothing about where the object is
  const std::size_t colon = std::min(value.find(':'), value.size());
  script.module = trimmed(value.substr(0, colon));
  script.object = trimmed(value.substr(std::min(colon + 1, value.size())));
  if (!is_script_name(script.name)) {
    throw Error(wheel_fault("an entry point has a name that no script may have", script.name, wheel,
                            "leave scripts out, or patch the wheel"));
  }
  if (!is_dotted_name(script.module) || !is_dotted_name(script.object)) {
    throw Error(wheel_fault("an entry point does not name an object as module:object", line, wheel));
  }
  return script;
}

}  // namespace detail

DAYPACK_DECL std::vector<ConsoleScript> console_scripts(std::string_view entry_points, const std::string& wheel) {
  std::vector<ConsoleScript> scripts;
  bool wanted = false;
  for (const std::string& text : detail::split_at(entry_points, '\n')) {
    const std::string_view line = detail::trimmed(text);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      wanted = line == "[console_scripts]" || line == "[gui_scripts]";
    } else if (wanted) {
      scripts.push_back(detail::console_script(line, wheel));
    }
  }
  return scripts;
}

DAYPACK_DECL std::string script_text(const ConsoleScript& script) {
  const std::string first = script.object.substr(0, script.object.find('.'));
  return "#!/usr/bin/env python3\nimport sys\n\nfrom " + script.module + " import " + first +
         "\n\nif __name__ == \"__main__\":\n    sys.exit(" + script.object + "())\n";
}

DAYPACK_DECL std::string with_portable_shebang(std::string_view script) {
  static constexpr std::string_view python = "#!python";
  const std::string_view line = script.substr(0, script.find('\n'));
  const std::size_t end = std::min(line.find_first_not_of("w0123456789.", python.size()), line.size());
  const bool another = end < line.size() && line[end] != ' ' && line[end] != '\t' && line[end] != '\r';
  if (!line.starts_with(python) || another) return std::string(script);
  const std::string arguments(detail::trimmed(line.substr(end))), rest(script.substr(line.size()));
  if (arguments.empty()) return "#!/usr/bin/env python3" + rest;
  // The kernel hands all that follows env to it as one word; to Python the second and third line are a text.
  return "#!/bin/sh\n'''exec' /usr/bin/env python3 " + arguments + " \"$0\" \"$@\"\n' '''" + rest;
}

}  // namespace daypack
