// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/detail/module_names.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/tree.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace daypack::detail {

// "pkg.app.handler": {"pkg", "app"} and "handler".
struct Handler {
  std::string text = {};
  std::vector<std::string> module = {};
  std::string function = {};
};

// A name as Python writes it. Bytes beyond ASCII count as letters.
inline bool is_python_name(std::string_view text) {
  return !text.empty() && !is_ascii_digit(text.front()) && std::ranges::all_of(text, is_word_byte);
}

inline std::string_view handler_example(HandlerForm form) {
  switch (form) {
    case HandlerForm::function:
      return "the name of a function, e.g. handler";
    case HandlerForm::path_function:
      return "module.function, e.g. app.handler or pkg/app.handler";
    default:
      return "module.function, e.g. app.handler, with the module at the root";
  }
}

[[noreturn]] inline void refuse_handler(std::string_view text, const BackendPolicy& backend) {
  throw Error(Errc::usage, std::string(backend.title) + " takes no such handler",
              "'" + std::string(text) + "' (expected " + std::string(handler_example(backend.handler.form)) + ")");
}

inline void check_module_name(const Handler& handler) {
  const std::string& first = handler.module.front();
  if (std::ranges::binary_search(builtin_modules, std::string_view(first))) {
    throw Error(Errc::usage, "the handler's module has the name of one that is built into Python", handler.text,
                "rename the file " + first + ".py");
  }
  if (std::ranges::find(handler.module, "__main__") != handler.module.end()) {
    throw Error(Errc::usage, "the handler's module may not be __main__: the runtime's own program has that name",
                handler.text, "rename the file __main__.py");
  }
}

// Reads a handler by the backend's grammar.
inline Handler handler_of(const std::string& text, const BackendPolicy& backend) {
  const HandlerRule& rule = backend.handler;
  if (rule.form == HandlerForm::none)
    throw Error(Errc::usage, std::string(backend.title) + " has no handler", text, "leave it out");
  if (rule.most != 0 && text.size() > static_cast<std::size_t>(rule.most)) {
    throw Error(Errc::usage, "the handler is too long",
                text + " (got " + std::to_string(text.size()) + " characters, expected at most " +
                    std::to_string(rule.most) + ")");
  }
  Handler handler{.text = text};
  if (rule.form == HandlerForm::function) {
    handler.function = text;
    std::string_view file = backend.entry_files.front();  // "/main.py"
    file.remove_prefix(file.starts_with('/') ? 1 : 0);
    handler.module = {std::string(file.substr(0, file.rfind(".py")))};
  } else {
    const std::size_t dot = text.rfind('.');
    if (dot == std::string::npos) refuse_handler(text, backend);
    handler.function = text.substr(dot + 1);
    std::string module = text.substr(0, dot);
    if (rule.form == HandlerForm::path_function) std::ranges::replace(module, '/', '.');
    handler.module = split_at(module, '.');
    if (rule.form != HandlerForm::path_function && handler.module.size() != 1) refuse_handler(text, backend);
  }
  // importlib takes names that no import statement could write, such as my-app: only what no file can be called is off.
  const auto no_module = [](const std::string& part) {
    return part.empty() || part.find_first_of(" \t\r\n\v\f/\\") != std::string::npos ||
           part.find('\0') != std::string::npos;
  };
  if (!is_python_name(handler.function) || std::ranges::any_of(handler.module, no_module))
    refuse_handler(text, backend);
  if (rule.form != HandlerForm::function) check_module_name(handler);
  return handler;
}

// The module's file below one folder of sys.path: source, bytecode, package or extension module.
inline const Entry* module_below(const Tree& tree, std::string_view folder, const std::vector<std::string>& module) {
  std::string base(folder);
  for (const std::string& part : module) base += (base.empty() ? "" : "/") + part;
  for (const std::string_view ending : {"/__init__.py", "/__init__.pyc", ".py", ".pyc"}) {
    if (const Entry* entry = tree.find(base + std::string(ending))) return entry;
  }
  for (const Entry& entry : tree) {
    if (entry.path.starts_with(base + '.') && entry.path.ends_with(".so") &&
        entry.path.find('/', base.size()) == std::string::npos)
      return &entry;
  }
  return nullptr;
}

// The user's own modules at the root of the code: what a handler could have meant.
inline std::string own_modules(const Tree& tree, std::string_view folder) {
  std::string list;
  int count = 0;
  for (const Entry& entry : tree) {
    std::string_view path = entry.path;
    if (!folder.empty()) {
      if (!path.starts_with(folder) || path.size() <= folder.size()) continue;
      path.remove_prefix(folder.size() + 1);
    }
    if (entry.origin || !path.ends_with(".py") || path.find('/') != std::string_view::npos) continue;
    if (++count <= 5) list += (list.empty() ? "" : ", ") + std::string(path);
  }
  return count > 5 ? list + ", ..." : list;
}

// Whether a source may have the name at its top level: said no only where the word stands nowhere in its code and
// nothing in it can make names (import *, globals(), exec, __getattr__, ...).
inline bool may_define(std::string_view source, std::string_view name) {
  for (const std::string_view maker :
       {"import *", "globals", "exec", "__getattr__", "setattr", "sys.modules", "__dict__", "locals"}) {
    if (source.find(maker) != std::string_view::npos) return true;
  }
  for (const std::string& line : split_at(source, '\n')) {
    if (trimmed(line).starts_with('#')) continue;
    for (std::size_t at = line.find(name); at != std::string::npos; at = line.find(name, at + 1)) {
      const bool begins = at == 0 || !is_word_byte(line[at - 1]);
      const std::size_t end = at + name.size();
      if (begins && (end == line.size() || !is_word_byte(line[end]))) return true;
    }
  }
  return false;
}

// "f(a): ..." of "async def f(a): ..."; empty for a line that defines no function at the top level.
inline std::string_view definition_in(std::string_view line) {
  if (line.starts_with("async ")) line.remove_prefix(6);
  return line.starts_with("def ") ? trimmed(line.substr(4)) : std::string_view();
}

// The functions that a source defines at its top level.
inline std::string functions_in(std::string_view source) {
  std::vector<std::string> names;
  for (const std::string& whole : split_at(source, '\n')) {
    const std::string_view line = definition_in(whole);
    if (!line.empty()) names.emplace_back(trimmed(line.substr(0, line.find('('))));
  }
  return listed(names);
}

// The name of a function's first parameter; "req" where the source does not tell.
inline std::string first_parameter(std::string_view source, std::string_view function) {
  for (const std::string& whole : split_at(source, '\n')) {
    std::string_view line = definition_in(whole);
    if (line.empty() || !line.starts_with(function)) continue;
    line = trimmed(line.substr(function.size()));
    if (!line.starts_with('(')) continue;
    line = trimmed(line.substr(1));
    const std::string_view name =
        line.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(line, is_word_byte) - line.begin()));
    if (is_python_name(name)) return std::string(name);
  }
  return "req";
}

inline void check_function(const Entry& module, const std::string& function, const std::string& subject) {
  if (!module.path.ends_with(".py")) return;
  const Blob source = read_content(module);
  if (may_define(source.text(), function)) return;
  const std::string there = functions_in(source.text());
  throw Error(Errc::not_found, "there is no such function in the handler's module",
              subject + " (got no " + function + " in " + module.path +
                  (there.empty() ? "" : ", expected one of " + there) + ")");
}

inline void check_handler(const Tree& tree, const Handler& handler, const Context& context) {
  const TargetFacts& target = context.target();
  const std::string_view code = target.backend->code_folder;
  const Entry* module = module_below(tree, code, handler.module);
  if (!module) module = module_below(tree, target.packages_folder(), handler.module);
  if (!module) {
    const std::string wanted = listed(handler.module, "/");
    const std::string there = own_modules(tree, code);
    throw Error(Errc::not_found, "the handler's module is not in the package",
                handler.text + " (got no " + wanted + ".py" + (there.empty() ? "" : ", expected one of " + there) + ")",
                "add it: --add " + wanted + ".py, or Add{.sources = {{\"" + wanted + ".py\"}}}");
  }
  if (target.backend->handler.form == HandlerForm::http_function && module->path != handler.module.front() + ".py") {
    throw Error(Errc::not_found, "the handler's module must be a source at the root",
                handler.text + " (got " + module->path + ", expected " + handler.module.front() + ".py)");
  }
  if (is_standard_module(handler.module.front(), target.runtime->python)) {
    context.warn(module->path, "hides the module " + handler.module.front() +
                                   " of the standard library from all that is in the package; better rename it");
  }
  check_function(*module, handler.function, handler.text);
}

}  // namespace daypack::detail
