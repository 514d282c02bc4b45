// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "command_tree.hpp"
#include "console.hpp"
#include "options.hpp"

#include <daypack/version.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace cli {

namespace {

// As man(7) wants text: hyphens that can be searched for, nothing that reads as a request.
std::string roff(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && (c == '.' || c == '\'')) out += "\\&";
    at_start = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string option_item(const CommandOption& option) {
  std::string text = ".TP\n";
  for (std::size_t i = 0; i < option.names.size(); ++i) text += (i == 0 ? "" : ", ") + bold(option.names[i]);
  std::string value = option.value;
  if (!option.choices.empty()) {
    value.clear();
    for (const std::string& choice : option.choices) value += (value.empty() ? "" : "|") + choice;
  }
  if (!value.empty()) text += ' ' + italic(value);
  text += '\n' + roff(option.words);
  if (!option.variable.empty()) text += " (" + bold(option.variable) + ")";
  return text + '\n';
}

std::string options_of(const Command& command, bool with_help) {
  std::string text;
  for (const CommandOption& option : command.options) {
    if (with_help || option.names.front() != "--help") text += option_item(option);
  }
  return text;
}

// footer: of the command above, which CLI11 hands down.
std::string section_of(const Command& command, const std::string& path, const std::string& footer = {}) {
  std::string usage = path;
  for (const std::string& argument : command.arguments) usage += ' ' + argument;
  std::string text = ".SS \"" + roff(usage) + "\"\n" + roff(command.words) + ".\n" + options_of(command, false);
  if (!command.footer.empty() && command.footer != footer) text += ".PP\n.nf\n" + roff(command.footer) + "\n.fi\n";
  for (const Command& one : command.commands) text += section_of(one, path + ' ' + one.name, command.footer);
  return text;
}

std::string exit_statuses() {
  static constexpr std::array<std::pair<int, const char*>, 7> statuses{
      {{0, "done"},
       {1, "failed; also a function that failed"},
       {2, "usage: options, names, values"},
       {3, "over a limit of the backend; nothing is written"},
       {4, "verification failed"},
       {5, "network or provider"},
       {130, "interrupted; nothing is half-written"}}};
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [status, words] : statuses)
    text += ".TP\n" + bold(std::to_string(status)) + '\n' + roff(words) + '\n';
  return text;
}

std::string manual_of(const Command& root) {
  std::string text = ".TH DAYPACK 1 \"\" \"daypack " + std::string(daypack::library_version) + "\" \"User Commands\"\n";
  text += ".SH NAME\ndaypack \\- packaging pipelines for serverless Python\n";
  text += ".SH SYNOPSIS\n.B daypack\n.I COMMAND\n[\\fIoptions\\fR]\n";
  text += ".SH OPTIONS OF EVERY COMMAND\n" + options_of(root, true);
  text += ".SH COMMANDS\n";
  for (const Command& command : root.commands) text += section_of(command, command.name);
  return text + exit_statuses();
}

}  // namespace

void add_manual(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("manual", "Print the manual page, for man");
  command->footer("Examples:\n  daypack manual > ~/.local/share/man/man1/daypack.1");
  command->callback([&app, &run] {
    run = [&app](const Everywhere&) {
      std::string text = manual_of(command_tree(app));
      text.pop_back();  // print() ends the line
      print(text);
      return 0;
    };
  });
}

}  // namespace cli
