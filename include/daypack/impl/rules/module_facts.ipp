// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/impl/detail/module_paths.ipp>
#include <daypack/impl/detail/source_scanner.ipp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What a source may import when it runs, as lines of text: what is kept of a wheel between runs.
namespace daypack::detail {

// The letter before each line.
namespace fact {
inline constexpr char imports = 'I';       // "a.b c d": a.b, and a.b.c where that is a module
inline constexpr char text = 'L';          // "a.b.C": perhaps the name of a module, or of what stands in one
inline constexpr char below = 'W';         // "c": perhaps a module of this package
inline constexpr char top = 'T';           // "a": perhaps a module
inline constexpr char any_below = 'P';     // "a.b": imports modules of it, which ones is known only when it runs
inline constexpr char any = 'D';           // "12": imports in this line what is known only when it runs
inline constexpr char group = 'G';         // "a.b": reads these entry points
inline constexpr char any_group = 'E';     // "12": the same, which ones is known only when it runs
inline constexpr char metadata = 'V';      // "a-b": asks for the metadata of this distribution
inline constexpr char any_metadata = 'R';  // "12": the same, of which one is known only when it runs
inline constexpr char unreadable = 'U';    // "": no source that a Python could read
}  // namespace fact

// The first argument of a call, as far as it is a string.
struct FirstArgument {
  std::string_view text = {};  // what it begins with
  bool literal = false;        // that is all of it
  bool missing = false;        // there is none
  bool is_own_name = false;    // __name__, __package__
  std::string_view rest = {};  // behind it
};

// Without what Python skips within brackets: blanks, line ends, comments.
inline std::string_view without_blanks(std::string_view text) {
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\\"), text.size()));
    if (!text.starts_with('#')) return text;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
}

inline bool begins_with_own_name(std::string_view text) {
  return text.starts_with("__name__") || text.starts_with("__package__") || text.starts_with("__spec__");
}

inline FirstArgument first_argument(std::string_view text) {
  FirstArgument argument;
  text = without_blanks(text);
  const auto name_size = static_cast<std::size_t>(std::ranges::find_if_not(text, is_name_byte) - text.begin());
  if (const auto after = without_blanks(text.substr(name_size));
      name_size > 0 && after.starts_with('=') && !after.starts_with("=="))
    text = without_blanks(after.substr(1));  // name="a"
  argument.missing = text.starts_with(')');
  argument.is_own_name = begins_with_own_name(text);
  const std::size_t quote = text.find_first_of("\"'");
  const std::string_view prefix = text.substr(0, quote);
  if (quote == std::string_view::npos || quote > 2 || !std::ranges::all_of(prefix, is_name_byte)) return argument;
  const bool formatted = prefix.find_first_of("fFtT") != std::string_view::npos;
  const std::size_t end = text.find(text[quote], quote + 1);
  if (end == std::string_view::npos) return argument;
  const std::string_view inside = text.substr(quote + 1, end - quote - 1);
  argument.rest = without_blanks(text.substr(end + 1));
  const bool last = argument.rest.starts_with(',') || argument.rest.starts_with(')');
  argument.literal = last && !(formatted && inside.find('{') != std::string_view::npos);
  argument.text = argument.literal ? inside : inside.substr(0, inside.find_first_of("{%"));
  return argument;
}

// Calls by name, sorted, and what they do with their first argument:
//   m  imports the module of that name: importlib, pkgutil, runpy, imp, and helpers that many packages have
//   e  reads entry points of that group
//   v  asks for the metadata of that distribution
struct KnownCall {
  std::string_view name;
  char kind;
};
inline constexpr std::array<KnownCall, 32> known_calls{{
    {"SourceFileLoader", 'm'},
    {"__import__", 'm'},
    {"attach_stub", 'm'},
    {"distribution", 'v'},
    {"distributions", 'e'},
    {"entry_points", 'e'},
    {"files", 'v'},
    {"find_loader", 'm'},
    {"find_module", 'm'},
    {"find_spec", 'm'},
    {"get_distribution", 'v'},
    {"get_entry_info", 'e'},
    {"get_entry_map", 'e'},
    {"get_loader", 'm'},
    {"import_from_string", 'm'},
    {"import_module", 'm'},
    {"import_object", 'm'},
    {"import_string", 'm'},
    {"iter_entry_points", 'e'},
    {"load_dynamic", 'm'},
    {"load_entry_point", 'e'},
    {"load_module", 'm'},
    {"load_source", 'm'},
    {"metadata", 'v'},
    {"require", 'v'},
    {"require_version", 'v'},
    {"requires", 'v'},
    {"resolve_name", 'm'},
    {"run_module", 'm'},
    {"run_path", 'm'},
    {"spec_from_file_location", 'm'},
    {"version", 'v'},
}};
static_assert(std::ranges::is_sorted(known_calls, {}, &KnownCall::name));

// Parts of the names of calls that may import what they are given, as import_optional_dependency("a"), lazy.load("a"),
// is_available("a").
inline constexpr std::array<std::string_view, 7> loader_words{"mport", "azy",  "available", "equire",
                                                              "lugin", "load", "odule"};

inline char kind_of_call(std::string_view name) {
  if (name.size() < 4) return '\0';
  const auto known = std::ranges::lower_bound(known_calls, name, {}, &KnownCall::name);
  if (known != known_calls.end() && known->name == name) return known->kind;
  if (name.ends_with("import_module")) return 'm';
  const bool loads = std::ranges::any_of(
      loader_words, [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
  return loads ? 's' : '\0';
}

// Calls that read pickles, which import whatever they were made of: babel's own data, models of scikit-learn.
inline constexpr std::array<std::string_view, 7> pickle_readers{
    "ickle.load", "ickle.loads", "Unpickler", "joblib.load", "dill.load", "dill.loads", "read_pickle"};

inline bool reads_pickles(std::string_view called) {
  return std::ranges::any_of(pickle_readers, [&](std::string_view reader) { return called.ends_with(reader); });
}

class ModuleFactsSink : public SourceSink {
 public:
  // The path is that below a folder of sys.path.
  ModuleFactsSink(std::string_view path, std::string_view source, bool own)
      : path_(path), source_(source), own_(own), package_(path.ends_with("/__init__.py")) {}

  void statement(ImportStatement statement) override {
    if (statement.never_runs) return;
    std::string text = imported_module(path_, statement);
    for (const std::string& name : statement.names) {
      if (name != "*") text.append(" ").append(name);
    }
    add(fact::imports, text);
  }

  char call(std::string_view called, std::string_view rest) override {
    const std::string_view name = called.substr(called.rfind('.') + 1);
    const char kind = kind_of_call(name);
    if (reads_pickles(called)) add_line(fact::any, called);
    if (kind == 'm') loads(called, first_argument(rest));
    if (kind == 'e') reads_entry_points(called, first_argument(rest), rest);
    if (kind == 'v') reads_metadata(called, first_argument(rest));
    return kind;
  }

  void text(std::string_view text, char kind) override {
    const bool runs = std::exchange(after_m_, text == "-m");  // python -m a
    if (text.empty() || text.size() > 120 || is_ascii_digit(text[0])) return;
    if (!std::ranges::all_of(text, [](char c) { return is_name_byte(c) || c == '.' || c == ':'; })) return;
    text = text.substr(0, text.find(':'));
    const std::size_t level = std::min(text.find_first_not_of('.'), text.size());
    if (level == text.size()) return;
    if (level > 0) return add(fact::text, import_base_of(path_, level) + '.' + std::string(text.substr(level)));
    if (text.find('.') != std::string_view::npos) {
      add(fact::text, text);
    } else if (own_ || runs || kind == 'm' || kind == 's') {
      add(fact::top, text);
    }
    if (package_) add(fact::below, text);
  }

  // The lines, sorted, each once.
  std::string lines(bool readable) {
    if (!readable) add(fact::unreadable, "");
    std::ranges::sort(lines_);
    const auto twice = std::ranges::unique(lines_);
    lines_.erase(twice.begin(), twice.end());
    std::string all;
    for (const std::string& line : lines_) all.append(line).append("\n");
    return all;
  }

 private:
  void add(char letter, std::string_view text) { lines_.push_back(letter + std::string(text)); }

  void add_line(char letter, std::string_view where) {
    if (std::ranges::any_of(lines_, [&](const std::string& line) { return line[0] == letter; })) return;
    const auto at = static_cast<std::size_t>(where.data() - source_.data());
    add(letter, std::to_string(1 + std::ranges::count(source_.substr(0, at), '\n')));
  }

  // import_module(".a", package): whether that is this module's own one.
  static bool counts_from_here(std::string_view rest) {
    if (!rest.starts_with(',')) return true;
    rest = without_blanks(rest.substr(1));
    if (rest.starts_with("package")) rest = without_blanks(without_blanks(rest.substr(7)).substr(1));
    return begins_with_own_name(rest) || rest.starts_with(')') || rest.starts_with("globals()");
  }

  void loads(std::string_view called, const FirstArgument& argument) {
    if (argument.missing || argument.is_own_name) return;
    const std::size_t level = std::min(argument.text.find_first_not_of('.'), argument.text.size());
    if (level > 0 && !counts_from_here(argument.literal ? argument.rest : with_second(argument.rest)))
      return add_line(fact::any, called);
    std::string module = level > 0 ? import_base_of(path_, level) + '.' : std::string();
    module += argument.text.substr(level);
    if (argument.literal) return add(fact::imports, module);
    const std::size_t dot = module.rfind('.');
    if (dot == std::string::npos || dot == 0) return add_line(fact::any, called);
    add(fact::any_below, module.substr(0, dot));
  }

  // What follows an argument that is an expression, from its comma.
  static std::string_view with_second(std::string_view rest) {
    return rest.substr(std::min(rest.find_first_of(",)\n"), rest.size()));
  }

  void reads_entry_points(std::string_view called, const FirstArgument& argument, std::string_view rest) {
    if (argument.literal) return add(fact::group, argument.text);
    if (argument.missing) {
      rest = without_blanks(without_blanks(rest).substr(1));
      for (const std::string_view reader : {".get(", "[", ".select("}) {
        if (!rest.starts_with(reader)) continue;
        std::string read(rest.substr(reader.size(), 200));
        std::ranges::replace(read, ']', ')');
        if (const FirstArgument group = first_argument(read); group.literal) return add(fact::group, group.text);
      }
    }
    add_line(fact::any_group, called);
  }

  void reads_metadata(std::string_view called, const FirstArgument& argument) {
    if (argument.literal) return add(fact::metadata, argument.text);
    const bool sure = called.find("metadata.") != std::string_view::npos || called.ends_with("get_distribution") ||
                      (called.find('.') == std::string_view::npos && source_.find("metadata import") != source_.npos);
    if (sure && !argument.missing && !argument.is_own_name) add_line(fact::any_metadata, called);
  }

  std::string_view path_, source_;
  bool own_, package_, after_m_ = false;
  std::vector<std::string> lines_;
};

inline std::string module_facts(std::string_view path, std::string_view source, bool own) {
  ModuleFactsSink sink(path, source, own);
  const bool readable = SourceScanner(source, sink).scan();
  return sink.lines(readable);
}

}  // namespace daypack::detail
