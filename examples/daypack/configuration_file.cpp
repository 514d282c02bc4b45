// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "configuration_file.hpp"
#include "command_tree.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/detail/toml_reader.ipp>

#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace cli {

namespace {

using daypack::detail::TomlReader;

constexpr const char* way_out = "daypack COMMAND --help lists the options of a command";

CLI::App* command_named(const CLI::App& app, const std::string& name) {
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (one->get_name() == name) return const_cast<CLI::App*>(one);
  }
  return nullptr;
}

void add_keys(const CLI::App& app, bool below, std::set<std::string>& keys) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_configurable()) keys.insert(option->get_lnames().begin(), option->get_lnames().end());
  }
  if (!below) return;
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) add_keys(*one, true, keys);
}

bool has_login(const std::string& value) {
  const std::size_t scheme = value.find("://");
  if (scheme == std::string::npos) return false;
  const std::size_t host = scheme + 3;
  return value.substr(host, value.find('/', host) - host).find('@') != std::string::npos;
}

bool sounds_secret(std::string_view name) {
  std::string lower = daypack::detail::ascii_lowered(name);
  std::ranges::replace_if(lower, [](char c) { return c == '_' || c == '.'; }, '-');
  return std::ranges::any_of(std::array{"password", "passwd", "secret", "token", "credential", "access-key", "api-key"},
                             [&](const char* word) { return lower.find(word) != std::string::npos; });
}

// Fills settings from the table and those of the commands in it.
class TableReader {
 public:
  using Settings = std::map<std::pair<std::string, std::string>, Setting>;
  TableReader(const TomlReader& in, const CLI::App& app, Settings& settings) : in_(in), app_(app), to_(settings) {}

  void read(const toml::table& table, const CLI::App& command, const std::string& path) const {
    std::set<std::string> keys;
    add_keys(command, true, keys);
    add_keys(app_, false, keys);
    if (&command == &app_) keys.insert("patterns");
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const CLI::App* const below = node.is_table() ? command_named(command, name) : nullptr;
      if (below) {
        read(*node.as_table(), *below, path.empty() ? name : path + ' ' + name);
      } else if (keys.contains(name)) {
        to_[{path, name}] = setting_of(name, node);
      } else {
        refuse(name, key.source(), command, keys);
      }
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& name, const toml::source_region& where, const CLI::App& command,
                           const std::set<std::string>& keys) const {
    if (sounds_secret(name)) refuse_secret(where, "the key " + name);
    std::vector<std::string> names(keys.begin(), keys.end());
    for (const CLI::App* one : command.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(one->get_name());
    const std::string nearest = nearest_name(name, names);
    const std::string of = &command == &app_ ? "of daypack" : "of daypack " + command.get_name();
    in_.fail(where, "the key " + name, "an option " + of, nearest.empty() ? way_out : "did you mean " + nearest + '?');
  }

  [[noreturn]] void refuse_secret(const toml::source_region& where, const std::string& what) const {
    in_.fail(where, what, "no credentials in a file that is shared",
             "give them where providers and indexes look for them: their environment variables, profiles, ~/.netrc");
  }

  Setting setting_of(const std::string& name, const toml::node& node) const {
    const auto line = std::to_string(node.source().begin.line);
    Setting setting{.place = in_.source() + ':' + line, .is_list = node.is_array() || node.is_table()};
    if (const toml::array* array = node.as_array()) {
      for (const toml::node& one : *array) setting.values.push_back(text_of(name, one));
    } else if (const toml::table* table = node.as_table()) {
      for (const auto& [key, one] : *table) setting.values.push_back(std::string(key.str()) + '=' + text_of(name, one));
    } else {
      setting.values.push_back(text_of(name, node));
    }
    for (const std::string& value : setting.values) {
      const std::string variable = value.substr(0, value.find('='));
      if (has_login(value)) refuse_secret(node.source(), "a login in a URL of " + name);
      if (name == "env" && sounds_secret(variable)) refuse_secret(node.source(), variable);
    }
    return setting;
  }

  std::string text_of(const std::string& name, const toml::node& node) const {
    if (const auto text = node.value_exact<std::string>()) return *text;
    if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
    if (const auto wanted = node.value_exact<bool>()) return *wanted ? "true" : "false";
    if (const auto number = node.value_exact<double>()) return CLI::detail::to_string(*number);
    in_.fail(node.source(), "another type for " + name, "a text, a number, true or false, or a list of texts");
  }

  const TomlReader& in_;
  const CLI::App& app_;
  Settings& to_;
};

}  // namespace

ConfigurationFile::ConfigurationFile(const std::string& path, const CLI::App& app) : path_(path) {
  const std::string text = daypack::detail::read_file(path);
  if (text.find("daypack") == std::string::npos) return;  // whatever else is off in it is for others to tell
  const TomlReader in(path, "cannot read the table [tool.daypack]", way_out);
  const toml::table file = in.parse(text);
  const toml::table* const tool = in.table_of(file, "tool");
  const toml::table* const table = tool == nullptr ? nullptr : in.table_of(*tool, "daypack");
  has_table_ = table != nullptr;
  if (has_table_) TableReader(in, app, settings_).read(*table, app, "");
}

std::optional<Setting> ConfigurationFile::find(const std::string& command, const std::string& option) const {
  for (std::string table = command;;) {
    const auto found = settings_.find({table, option});
    if (found != settings_.end()) {
      Setting setting = found->second;
      for (std::string& value : setting.values) value = located(option, value);
      return setting;
    }
    if (table.empty()) return std::nullopt;
    const std::size_t space = table.rfind(' ');
    table.erase(space == std::string::npos ? 0 : space);
  }
}

std::string ConfigurationFile::located(const std::string& option, const std::string& value) const {
  const std::string folder = boost::filesystem::path(path_).parent_path().string();
  const bool program = option == "interpreter" && value.find('/') != std::string::npos;
  if (folder.empty() || value.empty() || value.starts_with('/') || value.starts_with("arn:") ||
      value.find("://") != std::string::npos || !(program || names_path(option)))
    return value;
  return folder + '/' + value;
}

std::string nearest_project() {
  namespace fs = boost::filesystem;
  const char* const name = "pyproject.toml";
  boost::system::error_code ignored;
  const fs::path here = fs::current_path(ignored);
  for (fs::path folder = here; !folder.empty(); folder = folder.parent_path()) {
    if (fs::is_regular_file(folder / name, ignored)) return folder == here ? name : (folder / name).string();
  }
  return {};
}

bool is_project(std::string_view file) {
  const std::string_view name = daypack::detail::last_component(file);
  return name.ends_with(".toml") && !name.starts_with("pylock.") && file.find("://") == std::string_view::npos;
}

bool names_path(const std::string& option) {
  static const std::set<std::string> paths{"requirements", "add",    "lock",    "find-links",      "layer",
                                           "split-like",   "output", "sources", "report",          "cache-dir",
                                           "import-times", "html",   "against", "publish-profile", "names-from",
                                           "directory",    "file",   "archive"};
  return paths.contains(option);
}

}  // namespace cli
