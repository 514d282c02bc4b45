// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/context.hpp>
#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/environment.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/elf/inspect.hpp>
#include <daypack/impl/bytecode/interpreter.ipp>
#include <daypack/process/search_path.hpp>
#include <daypack/sign/sha256.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// find_interpreter() without starting one, where an earlier run has found it. To ask Python what it is takes 20 ms, and
// pyenv's shims ten times that.
namespace daypack::detail {

// What tells a program from what it is replaced with; empty when there is none.
inline std::string identity_of_file(const std::string& path) {
  struct ::stat found{};
  if (::stat(path.c_str(), &found) != 0) return {};
  const auto words = [](auto... numbers) { return ((std::to_string(numbers) + ' ') + ...); };
  return words(found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
}

// What pyenv's shims go by: $PYENV_VERSION, else the nearest .python-version, else the version of all folders
// (pyenv 2.4, libexec/pyenv-version-file). Files by what stands in them.
inline std::vector<std::string> pyenv_choices() {
  std::vector<std::string> words{environment_text("PYENV_VERSION"), environment_text("PYENV_DIR")};
  const auto add_file = [&](const std::string& path) {
    if (identity_of_file(path).empty()) return false;
    words.push_back(path + '\n' + read_file(path));
    return true;
  };
  char here[4096];
  std::string folder = words[1].empty() && ::getcwd(here, sizeof here) ? here : words[1];
  while (!folder.empty() && !add_file(folder + "/.python-version"))
    folder.erase(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/'));
  add_file(pyenv_root() + "/version");
  words.push_back(identity_of_file(pyenv_root() + "/versions"));  // which there are
  return words;
}

// By everything that decides which one find_interpreter() takes; what uv finds is not among it.
inline CacheKey interpreter_key(Python python, const std::string& chosen) {
  Sha256Hasher hasher;
  const auto add = [&](std::string_view word) { add_word(hasher, word); };
  add("interpreter 1");
  add(to_string(python));
  add(chosen);
  add(environment_text("PATH"));
  for (const std::string& path : programs_named(chosen.empty() ? "python" + to_string(python) : chosen)) {
    add(path);
    add(identity_of_file(path));
  }
  for (const std::string& word : pyenv_choices()) add(word);
  return {.kind = "interpreters", .name = hasher.finish().hex()};
}

// The files that an interpreter is made of, as far as its bytecode depends on them: itself, and the library that it may
// be split into. Nothing for what is no such program, a script for instance, or when the library is not where it is
// installed with it.
inline std::optional<std::string> identity_of(const Interpreter& interpreter) {
  std::string words = identity_of_file(interpreter.path);
  if (words.empty()) return {};
  const Blob program = map_file(interpreter.path);
  const auto facts = elf::inspect(program.bytes);
  if (!facts) return {};
  for (const std::string& library : facts->needed) {
    if (!library.starts_with("libpython")) continue;
    char real[4096];
    if (!::realpath(interpreter.path.c_str(), real)) return {};
    std::string prefix = real;  // PREFIX/bin/python3.12
    for (int level = 0; level < 2; ++level) prefix.erase(prefix.rfind('/'));
    const std::string identity = identity_of_file(prefix + "/lib/" + library);
    if (identity.empty()) return {};
    words += identity;
  }
  return words;
}

// Four lines: path, release, magic number, identity.
inline std::optional<Interpreter> parse_known_interpreter(std::string_view text, Python python) {
  const auto lines = lines_of(text);
  if (lines.size() != 4) return {};
  Interpreter known{.path = lines[0], .python = python, .version = lines[1]};
  const auto [end, code] = std::from_chars(lines[2].data(), lines[2].data() + lines[2].size(), known.magic);
  if (code != std::errc() || *end != '\0' || identity_of(known) != lines[3]) return {};
  return known;
}

inline Interpreter known_interpreter(Python python, const std::string& chosen, const Context& context) {
  const auto find = [&] { return find_interpreter(python, chosen, context.runner(), context.stop()); };
  if (!context.has_cache()) return find();
  const CacheKey key = interpreter_key(python, chosen);
  const auto kept = context.cache().get(key);
  auto known = kept ? parse_known_interpreter(kept->text(), python) : std::nullopt;
  tell_cache_use(context, key, {"Python " + to_string(python), kept ? std::string(kept->text()) : ""},
                 CacheCount::one(known.has_value()), {}, kept && !known ? "the interpreter has changed" : "");
  if (known) return *std::move(known);
  Interpreter found = find();
  if (const auto identity = identity_of(found)) {
    const std::string text =
        found.path + '\n' + found.version + '\n' + std::to_string(found.magic) + '\n' + *identity + '\n';
    context.cache().put(key, as_bytes(text));
  }
  return found;
}

}  // namespace daypack::detail
