// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "fleet.hpp"
#include "backends.hpp"
#include "build.hpp"
#include "configuration_file.hpp"
#include "fleet_keys.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/detail/toml_reader.ipp>
#include <daypack/manifest_file.hpp>
#include <daypack/walk/glob.hpp>

#include <boost/filesystem/path.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace cli {

using namespace daypack;

std::string words_of(const Cell& cell) {
  return cell.name + " for " + cell.options.backend + ", Python " + cell.options.python + ", " + cell.options.arch;
}

namespace {

using detail::TomlReader;

// A key of build's options and what a function of the file gives for it.
using Settings = std::map<std::string, const toml::node*>;

constexpr const char* expected_shape =
    "write [defaults] and [function.NAME], with the options of daypack build under their long names";

bool is_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.front() != '-' && std::ranges::all_of(name, [](char c) {
    return detail::is_ascii_alnum(c) || c == '-' || c == '_' || c == '.';
  });
}

[[noreturn]] void refuse_path(const std::string& path, const Cell& one, const Cell& other, const std::string& source) {
  throw Error(Errc::usage, "two cells of the fleet would write one file",
              path + " (" + words_of(one) + "; " + words_of(other) + "; in " + source + ')',
              "tell them apart by {name}, {backend}, {python} and {arch}: output = \"dist/{name}-{python}.zip\"");
}

// Whether one lock answers both.
bool ask_for_the_same(const BuildOptions& a, const BuildOptions& b) {
  const auto asked = [](const BuildOptions& one) {
    return std::tie(one.backend, one.python, one.arch, one.requirement_files, one.packages, one.parts, one.resolver,
                    one.exclude_newer, one.index_url, one.extra_index_urls, one.find_links);
  };
  return asked(a) == asked(b);
}

// No cell overwrites what another has written, nor a lock that is made for other packages or another target.
void check_paths(const std::vector<Cell>& cells, const std::string& source) {
  const auto normal = [](const std::string& path) { return boost::filesystem::path(path).lexically_normal().string(); };
  std::map<std::string, const Cell*> written, locks;
  for (const Cell& cell : cells) {
    const BuildOptions& options = cell.options;
    for (const std::string& path : {options.output, manifest_path(options.output), options.sources, options.report}) {
      if (path.empty()) continue;
      const auto [at, fresh] = written.emplace(normal(path), &cell);
      if (!fresh) refuse_path(at->first, *at->second, cell, source);
    }
    if (options.lock.empty()) continue;
    const auto [at, fresh] = locks.emplace(normal(options.lock), &cell);
    if (!fresh && !ask_for_the_same(at->second->options, options)) refuse_path(at->first, *at->second, cell, source);
  }
}

class FleetReader {
 public:
  FleetReader(const std::string& path, const std::function<std::string()>& local_python)
      : in_(path, "cannot read a fleet", expected_shape),
        folder_(boost::filesystem::path(path).parent_path().string()),
        local_python_(local_python) {}

  Fleet read(const std::vector<std::string>& only) {
    const toml::table file = in_.parse(detail::read_file(in_.source()));
    for (const auto& [key, node] : file) {
      if (key.str() != "defaults" && key.str() != "function")
        in_.fail(key.source(), std::string(key.str()), "[defaults] or [function.NAME]");
    }
    Settings defaults;
    if (const toml::table* table = in_.table_of(file, "defaults")) overlay(defaults, *table);
    const toml::table* functions = in_.table_of(file, "function");
    if (functions == nullptr || functions->empty())
      throw Error(Errc::usage, "the fleet has no function", in_.source(), expected_shape);
    for (const auto& [key, node] : *functions) {
      const std::string name(key.str());
      if (!is_name(name)) in_.fail(key.source(), "the name \"" + name + '"', "letters, digits, '-', '_' and '.'");
      if (!node.is_table()) in_.fail(node.source(), "another type for " + name, "a table");
      Settings settings = defaults;
      overlay(settings, *node.as_table());
      if (is_wanted(name, only)) add_cells(name, settings, *node.as_table());
    }
    if (fleet_.cells.empty())
      throw Error(Errc::usage, "no function of the fleet matches", detail::listed(only, ", "),
                  "its functions are " +
                      detail::listed(*functions, ", ", [](const auto& one) { return std::string(one.first.str()); }));
    check_paths(fleet_.cells, in_.source());
    return std::move(fleet_);
  }

 private:
  static bool is_wanted(const std::string& name, const std::vector<std::string>& only) {
    return only.empty() || std::ranges::any_of(only, [&](const std::string& glob) { return Glob(glob).matches(name); });
  }

  void overlay(Settings& settings, const toml::table& table) const {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (name == "offline")
        in_.fail(key.source(), "offline", "it for all, on the command line: daypack matrix --offline");
      if (!keys_.knows(name))
        in_.fail(key.source(), "the key " + name, "an option of daypack build",
                 "did you mean " + keys_.nearest(name) + '?');
      settings[name] = &node;
    }
  }

  // The values of a key, as the command line takes them.
  std::vector<std::string> values_of(const std::string& key, const toml::node& node) const {
    std::vector<std::string> values;
    const auto take = [&](const toml::node& one) {
      if (const auto text = one.value_exact<std::string>()) return values.push_back(*text);
      if (const auto number = one.value_exact<std::int64_t>()) return values.push_back(std::to_string(*number));
      in_.fail(one.source(), "another type for " + key, node.is_array() ? "texts" : "a text");
    };
    if (const toml::array* array = node.as_array()) {
      for (const toml::node& one : *array) take(one);
    } else {
      take(node);
    }
    return values;
  }

  // What is written relative to the file, seen from here.
  std::string located(const std::string& key, const std::string& value) const {
    const bool program = key == "interpreter" && value.find('/') != std::string::npos;
    if (value.empty() || value.starts_with('/') || value.find("://") != std::string::npos ||
        !(program || names_path(key)))
      return value;
    return below(value);
  }

  std::string below(const std::string& path) const { return folder_.empty() ? path : folder_ + '/' + path; }

  std::vector<std::string> arguments_of(const Settings& settings) const {
    std::vector<std::string> arguments, packages;
    for (const auto& [key, node] : settings) {
      if (keys_.is_flag(key)) {
        const auto wanted = node->value_exact<bool>();
        if (!wanted) in_.fail(node->source(), "another type for " + key, "true or false");
        if (key == "debug-ranges") {
          arguments.push_back(*wanted ? "--debug-ranges" : "--no-debug-ranges");
        } else if (*wanted) {
          arguments.push_back("--" + key);
        }
        continue;
      }
      if (is_axis(key)) continue;
      for (const std::string& value : values_of(key, *node)) {
        if (key == "packages") {
          packages.push_back(value.starts_with("./") || value.starts_with("../") ? below(value) : value);
        } else if (!value.empty()) {  // else it is not given, as in a function that takes back a default
          arguments.push_back("--" + key + '=' + located(key, value));
        }
      }
    }
    if (!packages.empty()) arguments.push_back("--");
    arguments.insert(arguments.end(), packages.begin(), packages.end());
    return arguments;
  }

  static bool is_axis(const std::string& key) { return key == "backend" || key == "python" || key == "arch"; }

  std::vector<std::string> axis(const Settings& settings, const std::string& key) const {
    const auto found = settings.find(key);
    if (found == settings.end()) return {""};
    auto values = values_of(key, *found->second);
    if (values.empty()) in_.fail(found->second->source(), "no " + key, "at least one");
    return values;
  }

  // One function for all its targets. Of a product with several, those that a backend does not offer are left out, as
  // long as each value of each list is of use somewhere.
  void add_cells(const std::string& name, const Settings& settings, const toml::table& table) {
    const auto arguments = arguments_of(settings);
    const auto backends = axis(settings, "backend"), pythons = axis(settings, "python"), archs = axis(settings, "arch");
    std::set<std::string> used;
    std::optional<Error> refused;
    std::vector<std::string> left_out;
    for (const std::string& backend : backends) {
      for (const std::string& python : pythons) {
        for (const std::string& arch : archs) {
          BuildOptions options = parsed({backend, python, arch}, arguments, settings, table);
          try {
            check_target(options);
          } catch (const Error& error) {
            if (error.code() != Errc::usage) throw;
            if (!refused) refused = error;
            left_out.push_back("left out: " + name + " for " + options.backend + ", Python " + options.python + ", " +
                               options.arch + ": " + error.message());
            continue;
          }
          used.insert({"b" + backend, "p" + python, "a" + arch});
          place(name, options);
          fleet_.cells.push_back({name, std::move(options)});
        }
      }
    }
    if (used.size() < backends.size() + pythons.size() + archs.size() && refused)
      throw Error(refused->code(), refused->message(),
                  refused->subject() + " (" + in_.place(table.source()) + ", function " + name + ')', refused->hint());
    fleet_.notes.insert(fleet_.notes.end(), left_out.begin(), left_out.end());
  }

  static void check_target(const BuildOptions& options) {
    const auto python = parse_python(options.python);
    if (!python)
      throw Error(Errc::syntax, "a Python is written as major.minor", options.python + " (expected e.g. 3.12)");
    with_target<Backends>(options.backend, *python, options.arch == "arm64" ? Arch::arm64 : Arch::x86_64, [](auto) {});
  }

  struct Target {
    std::string backend, python, arch;
  };

  // The command line judges the values; what it says is told with the place in the file.
  BuildOptions parsed(const Target& target, std::vector<std::string> arguments, const Settings& settings,
                      const toml::table& table) const {
    CLI::App app;
    BuildOptions options;
    options.output = below(default_output);
    add_build_options(app, options);
    const auto put = [&](const char* key, const std::string& value) {
      if (!value.empty()) arguments.insert(arguments.begin(), std::string("--") + key + '=' + value);
    };
    put("backend", target.backend);
    put("python", target.python);
    put("arch", target.arch);
    std::ranges::reverse(arguments);
    try {
      app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      const std::string said = error.what();
      const toml::node* where = &table;
      for (const auto& [key, node] : settings) {
        if (said.find("--" + key + ':') != std::string::npos) where = node;
      }
      throw Error(Errc::syntax, "cannot read a fleet", in_.place(where->source()) + " (" + said + ')',
                  "daypack build --help tells what each option takes");
    }
    if (options.python.empty()) options.python = local_python_();
    return options;
  }

  // Each cell writes to paths of its own.
  void place(const std::string& name, BuildOptions& options) const {
    for (std::string* path : {&options.output, &options.sources, &options.report, &options.lock})
      *path = expanded(
          *path, {{"name", name}, {"backend", options.backend}, {"python", options.python}, {"arch", options.arch}});
  }

  std::string expanded(const std::string& text, const std::map<std::string, std::string>& values) const {
    std::string all;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = text.find('{', at), end = text.find('}', begin);
      if (end == std::string::npos) return all += text.substr(at);
      const auto value = values.find(text.substr(begin + 1, end - begin - 1));
      if (value == values.end())
        throw Error(Errc::usage, "this placeholder is not known",
                    text.substr(begin, end - begin + 1) + " (" + in_.source() + ": " + text + ')',
                    "there are {name}, {backend}, {python} and {arch}");
      all += text.substr(at, begin - at) + value->second;
      at = end + 1;
    }
    return all;
  }

  static constexpr const char* default_output = "{name}-{backend}-{python}-{arch}.zip";

  const TomlReader in_;
  const std::string folder_;
  const std::function<std::string()>& local_python_;
  const FleetKeys keys_;
  Fleet fleet_;
};

}  // namespace

Fleet read_fleet(const std::string& path, const std::vector<std::string>& only,
                 const std::function<std::string()>& local_python) {
  return FleetReader(path, local_python).read(only);
}

}  // namespace cli
