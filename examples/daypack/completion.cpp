// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "backends.hpp"
#include "command_tree.hpp"
#include "console.hpp"
#include "options.hpp"

#include <algorithm>

#include <memory>
#include <string>
#include <vector>

namespace cli {

namespace {

template <class... Bs>
std::vector<std::string> names_of(daypack::backends<Bs...>) {
  return {std::string(Bs::policy.name)...};
}

// What may follow one command.
struct Scope {
  std::string path = {};  // "cache prune"; empty before any command
  std::vector<CommandOption> options = {};
  std::vector<Command> commands = {};
};

// The options of `everywhere` may stand behind each command.
void add_scopes(const Command& command, const std::string& path, const std::vector<CommandOption>& everywhere,
                std::vector<Scope>& scopes) {
  Scope scope{path, command.options, command.commands};
  for (CommandOption& option : scope.options) {
    // Checked by the commands themselves, who know which of them they take.
    if (option.names.front() == "--backend" && option.choices.empty()) option.choices = names_of(Backends{});
  }
  scope.options.insert(scope.options.end(), everywhere.begin(), everywhere.end());
  scopes.push_back(std::move(scope));
  for (const Command& one : command.commands)
    add_scopes(one, (path.empty() ? "" : path + ' ') + one.name, everywhere, scopes);
}

std::vector<Scope> scopes_of(Command daypack) {
  std::vector<CommandOption> everywhere = std::move(daypack.options);
  // Each command has its own help; the version belongs to none.
  const auto alone = [](const CommandOption& option) {
    return option.names.front() != "--help" && option.names.front() != "--version";
  };
  const auto first = std::stable_partition(everywhere.begin(), everywhere.end(), alone);
  daypack.options.assign(first, everywhere.end());
  everywhere.erase(first, everywhere.end());
  std::vector<Scope> scopes;
  add_scopes(daypack, "", everywhere, scopes);
  return scopes;
}

template <class Items, class Text>
std::string joined(const Items& items, const std::string& between, const Text& text) {
  std::string all;
  for (const auto& item : items) all += (all.empty() ? "" : between) + text(item);
  return all;
}

const auto itself = [](const std::string& text) { return text; };

// Between single quotes of a shell; `escaped` characters get a backslash.
std::string shell_word(const std::string& text, const std::string& escaped = {}) {
  std::string out;
  for (const char c : text) {
    if (escaped.find(c) != std::string::npos) out += '\\';
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return '\'' + out + '\'';
}

// The lines by which bash and zsh find the command that was typed so far.
std::string path_loop(const std::vector<Scope>& scopes, const std::string& typed) {
  const std::vector<Scope> commands(scopes.begin() + 1, scopes.end());
  return "  for word in " + typed + "; do\n    case \"${at:+$at }$word\" in\n      " +
         joined(commands, "|", [](const Scope& scope) { return shell_word(scope.path); }) +
         ") at=\"${at:+$at }$word\" ;;\n    esac\n  done\n";
}

std::string bash_completion(const std::vector<Scope>& scopes) {
  std::string words, values;
  for (const Scope& scope : scopes) {
    std::vector<std::string> names;
    for (const Command& one : scope.commands) names.push_back(one.name);
    for (const CommandOption& option : scope.options)
      names.insert(names.end(), option.names.begin(), option.names.end());
    words += "    " + shell_word(scope.path) + ") words=" + shell_word(joined(names, " ", itself)) + " ;;\n";
    for (const CommandOption& option : scope.options) {
      if (option.value.empty()) continue;
      const auto place = [&](const std::string& name) { return shell_word(scope.path + ' ' + name); };
      values += "    " + joined(option.names, "|", place) +
                ") words=" + shell_word(joined(option.choices, " ", itself)) + " ;;\n";
    }
  }
  return "# daypack completion bash > ~/.local/share/bash-completion/completions/daypack\n"
         "_daypack() {\n"
         "  local at= word words= current=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n" +
         path_loop(scopes, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"") + "  case \"$at\" in\n" + words +
         "  esac\n  case \"$at $before\" in\n" + values +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _daypack daypack\n";
}

std::string zsh_option(const CommandOption& option) {
  const auto one = [&](const std::string& name) {
    std::string text = (option.repeatable ? "*" : "") + name + '[' + option.words + ']';
    std::string spec = shell_word(text, "[]:").replace(0, 1, "'");
    // The brackets around the words are the specification's own.
    const std::size_t begin = spec.find("\\["), end = spec.rfind("\\]");
    spec.erase(end, 1).erase(begin, 1);
    if (option.value.empty()) return spec;
    spec.pop_back();
    spec += ':' + option.value + ':';
    return spec + (option.choices.empty() ? "_files'" : "(" + joined(option.choices, " ", itself) + ")'");
  };
  return joined(option.names, " ", one);
}

std::string zsh_completion(const std::vector<Scope>& scopes) {
  std::string cases;
  for (const Scope& scope : scopes) {
    const auto command = [](const Command& one) { return shell_word(one.name + ':' + one.words, ""); };
    cases += "    " + shell_word(scope.path) + ")\n";
    if (!scope.commands.empty())
      cases += "      commands=(" + joined(scope.commands, " ", command) + ")\n      _describe command commands\n";
    cases += "      _arguments " + joined(scope.options, " ", zsh_option) +
             (scope.commands.empty() ? " '*:file:_files'" : "") + " ;;\n";
  }
  return "#compdef daypack\n"
         "# daypack completion zsh > \"${fpath[1]}/_daypack\"\n"
         "_daypack() {\n"
         "  local at= word\n"
         "  local -a commands\n" +
         path_loop(scopes, "\"${(@)words[2,CURRENT-1]}\"") + "  case \"$at\" in\n" + cases +
         "  esac\n"
         "}\n"
         "compdef _daypack daypack\n";
}

std::string fish_option(const CommandOption& option) {
  std::string text;
  for (const std::string& name : option.names)
    text += (name.starts_with("--") ? " -l " : " -s ") + name.substr(name.starts_with("--") ? 2 : 1);
  if (!option.value.empty()) text += " -r";
  if (!option.choices.empty()) text += " -f -a " + shell_word(joined(option.choices, " ", itself));
  return text + " -d " + shell_word(option.words);
}

std::string fish_completion(const std::vector<Scope>& scopes) {
  std::string text = "# daypack completion fish > ~/.config/fish/completions/daypack.fish\n";
  for (const Scope& scope : scopes) {
    std::string when = scope.path.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + scope.path;
    if (const std::size_t space = when.rfind(' '); std::ranges::count(scope.path, ' ') == 1)
      when.replace(space, 1, "; and __fish_seen_subcommand_from ");
    const std::string line = "complete -c daypack -n " + shell_word(when);
    for (const Command& one : scope.commands)
      text += line + " -f -a " + one.name + " -d " + shell_word(one.words) + '\n';
    for (const CommandOption& option : scope.options) text += line + fish_option(option) + '\n';
  }
  return text;
}

}  // namespace

void add_completion(CLI::App& app, Run& run) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print the completions for a shell");
  command->footer("Examples:\n  source <(daypack completion bash)");
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &app, &run] {
    run = [shell, &app](const Everywhere&) {
      const std::vector<Scope> scopes = scopes_of(command_tree(app));
      std::string text = *shell == "bash"  ? bash_completion(scopes)
                         : *shell == "zsh" ? zsh_completion(scopes)
                                           : fish_completion(scopes);
      text.pop_back();  // print() ends the line
      print(text);
      return 0;
    };
  });
}

}  // namespace cli
