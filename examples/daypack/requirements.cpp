// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/context.hpp>
#include <daypack/error.hpp>
#include <daypack/net/fetch_text.hpp>
#include <daypack/requirements.hpp>

#include <boost/filesystem/operations.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string_view>

namespace cli {

namespace {

struct RequirementsOptions {
  std::vector<std::string> given = {};
  PartOptions parts = {};
  bool offline = false;
};

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return text.ends_with(ending); });
}

// A file of requirements, not a requirement: that is what is no package in itself and lies here, is a URL, or has the
// name of such a file.
bool names_a_file(const std::string& text) {
  if (ends_with_any(text, {".whl", ".zip", ".tar.gz", ".tgz"})) return false;
  return boost::filesystem::is_regular_file(text) || text.starts_with("http://") || text.starts_with("https://") ||
         text.starts_with("file:") || ends_with_any(text, {".txt", ".in", ".toml", ".lock"});
}

boost::json::array texts(const std::vector<std::string>& all) {
  boost::json::array array;
  for (const std::string& text : all) array.emplace_back(daypack::redacted(text));
  return array;
}

boost::json::array array_of(const std::vector<daypack::Requirement>& items) {
  boost::json::array array;
  for (const daypack::Requirement& item : items) {
    array.push_back(boost::json::object{{"name", item.name},
                                        {"specifier", item.specifier},
                                        {"extras", texts(item.extras)},
                                        {"marker", item.marker},
                                        {"url", daypack::redacted(item.url)},
                                        {"hashes", texts(item.hashes)},
                                        {"config_settings", texts(item.config_settings)},
                                        {"editable", item.editable},
                                        {"file", daypack::redacted(item.file)},
                                        {"line", item.line}});
  }
  return array;
}

// By pip's names: true for what has no value, a text for the one index, a list for what may be said often.
boost::json::object options_of(const std::vector<std::string>& lines) {
  boost::json::object options;
  for (const std::string& line : lines) {
    const std::size_t blank = line.find(' ');
    const std::string name = line.substr(2, blank - 2);
    if (blank == std::string::npos) {
      options[name] = true;
      continue;
    }
    const std::string value = daypack::redacted(line.substr(blank + 1));
    if (name == "index-url") {
      options[name] = value;
    } else {
      if (!options.contains(name)) options[name] = boost::json::array();
      options[name].as_array().emplace_back(value);
    }
  }
  return options;
}

// As a requirements.txt, each line with its place.
void print(const daypack::Requirements& all) {
  const auto line = [](const std::string& text, const std::string& comment) {
    const std::string shown = daypack::redacted(text);
    std::printf("%s%s%s\n", shown.c_str(), comment.empty() ? "" : "  # ", daypack::redacted(comment).c_str());
  };
  const auto items = [&](const std::vector<daypack::Requirement>& list, const std::string& head) {
    for (const daypack::Requirement& item : list) {
      std::string text = daypack::Requirements{.items = {item}}.text();
      text.pop_back();
      line(head + text, item.file.empty() ? "" : item.file + ':' + std::to_string(item.line));
    }
  };
  for (const daypack::RequiredPython& python : all.pythons)
    line("# requires-python " + python.specifier, python.file + ':' + std::to_string(python.line));
  for (const std::string& option : all.options) line(option, "");
  items(all.items, "");
  items(all.locked(), "");
  items(all.constraints, "# constraint ");
}

int show(const RequirementsOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  const daypack::Context context = context_of(everywhere, console, options.offline);
  std::vector<std::string> files, packages;
  for (const std::string& given : options.given) (names_a_file(given) ? files : packages).push_back(given);
  auto all = daypack::Requirements::read_all(files, parts_of(options.parts), daypack::fetch_text(context));
  all.add(daypack::Requirements::of(packages));
  if (!everywhere.json) {
    print(all);
    return 0;
  }
  boost::json::array requirements = array_of(all.items), pythons;
  for (auto& locked : array_of(all.locked())) requirements.push_back(std::move(locked));
  for (const daypack::RequiredPython& python : all.pythons)
    pythons.push_back(
        boost::json::object{{"specifier", python.specifier}, {"file", python.file}, {"line", python.line}});
  const boost::json::object answer{{"requirements", std::move(requirements)},
                                   {"constraints", array_of(all.constraints)},
                                   {"requires_python", std::move(pythons)},
                                   {"options", options_of(all.options)}};
  cli::print(boost::json::serialize(answer));
  return 0;
}

}  // namespace

void add_requirements(CLI::App& app, Run& run) {
  auto options = std::make_shared<RequirementsOptions>();
  CLI::App* command = app.add_subcommand("requirements", "What was understood of requirement files, with their lines");
  command->footer(
      "Examples:\n  daypack requirements requirements.txt --json\n  daypack requirements pyproject.toml --extra fast\n"
      "  daypack requirements uv.lock\n  daypack requirements 'requests<3' numpy");
  command->add_option("FILE", options->given, "Requirement files, projects, locks, URLs of such files; or packages")
      ->required();
  add_part_options(*command, options->parts);
  command->add_flag("--offline", options->offline, "Fetch nothing");
  command->callback(
      [options, &run] { run = [options](const Everywhere& everywhere) { return show(*options, everywhere); }; });
}

}  // namespace cli
