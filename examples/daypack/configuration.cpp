// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "configuration.hpp"
#include "console.hpp"

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>

namespace cli {

namespace {

bool is_flag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }
bool is_repeatable(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

// "cache prune", "unused": DAYPACK_CACHE_PRUNE_UNUSED
std::string variable_of(const std::string& command, const std::string& name) {
  std::string variable = "DAYPACK_" + (command.empty() ? "" : command + '_') + name;
  for (char& c : variable) c = c == '-' || c == ' ' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return variable;
}

// That of the command wins over that of all.
std::optional<Setting> in_environment(const std::string& command, const std::string& name, bool list) {
  for (const std::string& variable : {variable_of(command, name), variable_of("", name)}) {
    const char* const value = std::getenv(variable.c_str());
    if (!value || !*value) continue;
    if (!list) return Setting{{value}, variable, false};
    return Setting{CLI::detail::split_up(value), variable, true};
  }
  return std::nullopt;
}

// Whether a flag is wanted; a number says how often.
std::string wanted(const std::string& text, const std::string& place, bool countable) {
  const auto is = [&](const auto& words) { return std::ranges::find(words, text) != words.end(); };
  if (is(std::array{"1", "true", "yes", "on"})) return "true";
  if (is(std::array{"0", "false", "no", "off"})) return "false";
  if (countable && text.find_first_not_of("0123456789") == std::string::npos) return text;
  throw daypack::Error(daypack::Errc::usage, "a flag is true or false", place + " (got " + text + ')');
}

// What may be shown of a value: not the values of a function's variables.
std::string shown(const CLI::Option& option, const std::string& value) {
  const std::size_t equals = value.find('=');
  if (option.check_lname("env") && equals != std::string::npos) return value.substr(0, equals + 1) + "***";
  return daypack::redacted(value);
}

}  // namespace

Configuration::Configuration(CLI::App& app) : app_(app) {
  app.option_defaults()->always_capture_default();
  // The first of the options, so that the others' callbacks see what it sets.
  app.add_option_function<std::string>(
         "--config-file", [this](const std::string& file) { apply(file); },
         "The pyproject.toml whose [tool.daypack] sets options, or none (default: that of -r, or the nearest)")
      ->envname("DAYPACK_CONFIG_FILE")
      ->configurable(false)
      ->force_callback();
  app.add_flag("--print-config", prints_, "Print each option's value and where it comes from, and do nothing else")
      ->configurable(false);
}

// CLI11 would show them in its help, which has them in words.
void Configuration::learn_defaults(CLI::App& app) {
  for (CLI::Option* option : app.get_options([](const CLI::Option*) { return true; })) {
    defaults_[option] = is_flag(*option) ? "false" : option->get_default_str();
    option->default_str("");
  }
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) learn_defaults(*command);
}

std::string Configuration::command() const {
  std::string path;
  for (const CLI::App* app : chain_) {
    if (app != &app_) path += (path.empty() ? "" : " ") + app->get_name();
  }
  return path;
}

std::string Configuration::file_for(const std::string& wanted) const {
  if (wanted == "none") return {};
  if (!wanted.empty()) return wanted;
  const CLI::Option* const named = chain_.back()->get_option_no_throw("--requirements");
  if (named != nullptr && named->count() != 0) {
    const auto given = named->results();
    const auto project = std::ranges::find_if(given, is_project);
    if (project != given.end()) return *project;
  }
  return nearest_project();
}

void Configuration::apply(const std::string& wanted_file) {
  chain_ = {&app_};
  while (!chain_.back()->get_subcommands().empty()) chain_.push_back(chain_.back()->get_subcommands().front());
  for (const CLI::App* app : chain_) {
    if (app->get_help_ptr() != nullptr && app->get_help_ptr()->count() != 0) return;
    for (const CLI::Option* option : app->parse_order()) sources_[option] = {Origin::typed, {}};
  }
  if (chain_.size() == 1) return;
  file_ = file_for(wanted_file);
  std::optional<ConfigurationFile> file;
  if (!file_.empty()) file.emplace(file_, app_);
  if (file && !file->has_table()) file_.clear();
  for (CLI::App* app : chain_) {
    for (CLI::Option* option : app->get_options([](const CLI::Option*) { return true; })) {
      if (option->nonpositional() && option->get_configurable() && !sources_.contains(option))
        settle(*option, file ? &*file : nullptr);
    }
  }
}

void Configuration::settle(CLI::Option& option, const ConfigurationFile* file) {
  option.clear();  // CLI11 has read the variable that it knows by itself, which may not be the one that counts
  for (const std::string& name : option.get_lnames()) {
    if (auto setting = in_environment(command(), name, is_repeatable(option)))
      return inject(option, name, *std::move(setting), Origin::environment);
  }
  for (const std::string& name : option.get_lnames()) {
    if (auto setting = file ? file->find(command(), name) : std::nullopt)
      return inject(option, name, *std::move(setting), Origin::file);
  }
}

void Configuration::inject(CLI::Option& option, const std::string& name, Setting setting, Origin origin) {
  if (setting.is_list && !is_repeatable(option))
    throw daypack::Error(daypack::Errc::usage, "this option takes one value", name + " (" + setting.place + ')');
  if (setting.values.empty()) return;
  sources_[&option] = {origin, setting.place};
  if (!is_flag(option)) {
    for (const std::string& value : setting.values) option.add_result(value);
    return;
  }
  const std::string value = wanted(setting.values.front(), setting.place, name == "verbose");
  // What is not wanted is not given, but where the option has a word for that.
  if (value == "false" && option.get_lnames().size() == 1) return;
  option.add_result(option.get_flag_value(name, value));
}

std::vector<std::string> Configuration::values_of(const CLI::Option& option) const {
  if (is_flag(option)) {
    if (option.count() == 0) return {"false"};
    const std::size_t times = option.count();
    return {times > 1 ? std::to_string(times) : option.get_fnames().empty() ? option.results().front() : "true"};
  }
  std::vector<std::string> values = option.results();
  if (values.empty()) {
    const std::string usual = defaults_.at(&option);
    if (!usual.empty() && usual != "[]" && usual != "{}") values.push_back(usual);
  }
  for (std::string& value : values) value = shown(option, value);
  return values;
}

void Configuration::print(bool json) const {
  static constexpr std::array origins{"flag", "environment", "file", "default"};
  boost::json::array options;
  for (const CLI::App* app : chain_) {
    for (const CLI::Option* option : app->get_options()) {
      if (!option->nonpositional() || !option->get_configurable() || option == app->get_help_ptr()) continue;
      const auto found = sources_.find(option);
      const Source source = found == sources_.end() ? Source{} : found->second;
      const std::string origin = origins.at(static_cast<std::size_t>(source.origin));
      const auto values = values_of(*option);
      if (!json) {
        std::string line = option->get_lnames().front();
        line += std::string(line.size() < 24 ? 24 - line.size() : 1, ' ');
        const std::string value = daypack::detail::listed(values, " ");
        line += value + std::string(value.size() < 30 ? 30 - value.size() : 1, ' ');
        cli::print(line + ' ' + (source.place.empty() ? origin : source.place));
        continue;
      }
      boost::json::object one{{"name", option->get_lnames().front()}};
      if (is_repeatable(*option)) {
        one["value"] = boost::json::array(values.begin(), values.end());
      } else {
        one["value"] = values.empty() ? "" : values.front();
      }
      one["origin"] = origin;
      one["place"] = source.place;
      options.push_back(std::move(one));
    }
  }
  if (json)
    cli::print(boost::json::serialize(
        boost::json::object{{"command", command()}, {"file", file_}, {"options", std::move(options)}}));
}

std::string Configuration::origin_of_fault(const std::string& said) const {
  for (const auto& [option, source] : sources_) {
    for (const std::string& name : option->get_lnames()) {
      if (!source.place.empty() && said.find("--" + name + ':') != std::string::npos)
        return "--" + name + " comes from " + source.place;
    }
  }
  return {};
}

}  // namespace cli
