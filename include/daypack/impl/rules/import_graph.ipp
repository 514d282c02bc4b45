// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/rules/module_index.ipp>

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Which modules and distributions of a tree are reached from its roots.
namespace daypack::detail {

// Modules that import what their sources do not say, if it is there: zoneinfo asks tzdata for what the system does not
// have (PEP 615); since 3.12 only setuptools has a distutils (PEP 632); pyarrow's extension module tries cloudpickle,
// which pyarrow does not name as an extra (types.pxi of 20.0.0, 2026-11).
struct HiddenImport {
  std::string_view module;
  std::string_view distribution;
};
inline constexpr std::array<HiddenImport, 4> hidden_imports{{{"zoneinfo", "tzdata"},
                                                             {"backports.zoneinfo", "tzdata"},
                                                             {"distutils", "setuptools"},
                                                             {"pyarrow.lib", "cloudpickle"}}};

// Groups of entry points that one program reads, under their very names, or that are scripts: who asks for groups that
// are not known does not mean them (pip, setuptools and pytest, read 2026-11).
inline constexpr std::array<std::string_view, 7> groups_of_one_program{"console_scripts",
                                                                       "gui_scripts",
                                                                       "distutils.commands",
                                                                       "distutils.setup_keywords",
                                                                       "egg_info.writers",
                                                                       "setuptools.finalize_distribution_options",
                                                                       "pytest11"};

// Follows what is certain first; then what may be, with its reason.
class ImportGraph {
 public:
  struct State {
    bool reached = false;
    bool whole = false;  // all its modules are taken for reached
    bool has_extension = false;
    std::string because = {};  // why it is reached, when that is not certain
  };

  ImportGraph(ModuleIndex& index)
      : index_(index), states_(index.distributions().size()), reached_(index.modules().size()) {
    for (const IndexedModule& module : index.modules())
      states_[module.owner].has_extension |= module.kind == ModuleKind::extension;
    states_[0].reached = true;
  }

  const State& state(std::size_t distribution) const { return states_[distribution]; }
  bool is_reached(std::size_t module) const { return reached_[module]; }
  // Why everything stays; empty when not.
  const std::string& everything() const { return everything_; }

  // The module of that name and the packages above it; those of them that are there.
  void reach(std::string_view name, bool tests = true) {
    if (!index_.knows_top(name)) return;
    for (std::size_t dot = name.find('.');; dot = name.find('.', dot + 1)) {
      for (const std::size_t module : index_.named(name.substr(0, dot))) {
        if (tests || !index_.modules()[module].test) reach_module(module);
      }
      if (dot == std::string_view::npos) return;
    }
  }

  void reach_module(std::size_t module) {
    if (reached_[module]) return;
    reached_[module] = true;
    queue_.push_back(module);
    reach_distribution(index_.modules()[module].owner);
  }

  // All of a distribution but its tests, since any of it may be imported.
  void reach_whole(std::size_t distribution, const std::string& why) {
    State& state = states_[distribution];
    if (distribution == 0 || state.whole) return;
    if (!state.reached && !certain_) state.because = why;
    state.whole = true;
    reach_distribution(distribution);
    for (const std::size_t module : index_.distributions()[distribution].modules) {
      if (!index_.modules()[module].test) reach_module(module);
    }
  }

  // `named_modules`: the user has named the modules that own files import by names that are known only when they run.
  void follow(bool named_modules) {
    named_modules_ = named_modules;
    follow_queue();
    certain_ = false;
    while (!doubts_.empty() && everything_.empty()) {
      for (const auto& [module, letter, text] : std::exchange(doubts_, {})) doubt(module, letter, text);
      follow_queue();
    }
  }

 private:
  struct Doubt {
    std::size_t module;
    char letter;  // of the fact
    std::string text;
  };
  static constexpr char is_extension = 'X';  // a fact of no source

  void reach_distribution(std::size_t distribution) {
    State& state = states_[distribution];
    if (std::exchange(state.reached, true)) return;
    if (certain_ || !state.because.empty()) return;
    state.because = importer_ ? "imported by " + importer_->entry->path + ", which may be imported" : because_;
  }

  void follow_queue() {
    while (!queue_.empty()) {
      const std::vector<std::size_t> batch = std::exchange(queue_, {});
      std::set<std::size_t> owners;
      for (const std::size_t module : batch) owners.insert(index_.modules()[module].owner);
      index_.read({owners.begin(), owners.end()});
      for (const std::size_t module : batch) follow_module(module);
    }
  }

  void follow_module(std::size_t at) {
    const IndexedModule& module = index_.modules()[at];
    importer_ = &module;
    if (module.kind != ModuleKind::source) {
      doubts_.push_back({at, module.kind == ModuleKind::extension ? is_extension : fact::any, ""});
    }
    for (std::string_view rest = module.facts; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (!line.empty()) follow_fact(at, line[0], line.substr(1));
    }
    importer_ = nullptr;
  }

  void follow_fact(std::size_t at, char letter, std::string_view text) {
    switch (letter) {
      case fact::imports:
        return follow_import(text);
      case fact::text:
      case fact::top:
        return reach(text, false);
      case fact::below:
        return reach_below(index_.modules()[at].name, text, false);
      case fact::any_below:
        return reach_all_below(text);
      case fact::group:
        return reach_group(text);
      case fact::metadata:
        if (const std::size_t named = index_.distribution_named(name_in(text))) reach_whole(named, "");
        return;
      default:
        doubts_.push_back({at, letter, std::string(text)});
    }
  }

  void follow_import(std::string_view text) {
    const std::string module(text.substr(0, text.find(' ')));
    for (const HiddenImport& hidden : hidden_imports) {
      const bool same = module.starts_with(hidden.module) &&
                        (module.size() == hidden.module.size() || module[hidden.module.size()] == '.');
      if (const std::size_t found = same ? index_.distribution_named(hidden.distribution) : 0) reach_whole(found, "");
    }
    if (!index_.knows_top(module)) return;
    reach(module);
    text.remove_prefix(module.size());
    while (!text.empty()) {
      text.remove_prefix(1);
      const std::string_view name = text.substr(0, text.find(' '));
      reach_below(module, name, true);
      text.remove_prefix(name.size());
    }
  }

  void reach_below(const std::string& package, std::string_view name, bool tests) {
    std::string module = package;
    module.append(".").append(name);
    if (!index_.named(module).empty()) reach(module, tests);
  }

  void reach_all_below(std::string_view package) {
    if (!index_.knows_top(package) || !all_below_.emplace(package).second) return;
    reach(package);
    const std::string begin = std::string(package) + '.';
    for (std::size_t i = 0; i < index_.modules().size(); ++i) {
      if (index_.modules()[i].name.starts_with(begin) && !index_.modules()[i].test) reach_module(i);
    }
  }

  void reach_group(std::string_view group) {
    for (std::size_t i = 1; i < states_.size(); ++i) {
      for (const IndexedEntryPoint& point : index_.distributions()[i].entry_points) {
        if (point.group != group) continue;
        reach_distribution(i);
        reach(point.module);
      }
    }
  }

  // "numpy" of "numpy>=1.17".
  static std::string_view name_in(std::string_view requirement) {
    return requirement.substr(0, requirement.find_first_of(" <>=!~;[("));
  }

  std::string name_of(std::size_t distribution) const {
    return distribution == 0 ? "the package's own files" : index_.distributions()[distribution].distribution->name;
  }

  // What may be imported in a way that cannot be seen.
  void doubt(std::size_t at, char letter, const std::string& text) {
    const IndexedModule& module = index_.modules()[at];
    const std::string where = module.entry->path + (text.empty() ? "" : ':' + text);
    switch (letter) {
      case fact::any_group:
        return any_group(where + " reads entry points of groups that are known only when it runs");
      case fact::any_metadata:
        return requirements(module.owner, true, where + " asks for metadata of what is known only when it runs");
      case is_extension:
        return may_import(module, false, where + " is an extension module, whose imports cannot be read");
      case fact::unreadable:
        return may_import(module, true, where + " cannot be read as Python");
      default:
        return may_import(module, true,
                          where + (module.kind == ModuleKind::source ? " imports what is known only when it runs"
                                                                     : " is no source, so its imports cannot be read"));
    }
  }

  void may_import(const IndexedModule& module, bool extras, const std::string& why) {
    reach_whole(module.owner, why);
    requirements(module.owner, extras, why);
  }

  void requirements(std::size_t distribution, bool extras, const std::string& why) {
    if (distribution == 0) {
      if (!named_modules_) everything_ = why;
      return;
    }
    if (!required_.emplace(distribution, extras).second) return;
    const auto names = index_.required_by(distribution, extras);
    if (!names) {
      everything_ = why + ", and " + name_of(distribution) + " has no METADATA that says what it requires";
      return;
    }
    for (const std::string& name : *names) {
      if (const std::size_t required = index_.distribution_named(name))
        reach_whole(required, name_of(distribution) + " requires it, and " + why);
    }
  }

  void any_group(const std::string& why) {
    for (std::size_t i = 1; i < states_.size(); ++i) {
      for (const IndexedEntryPoint& point : index_.distributions()[i].entry_points) {
        if (std::ranges::find(groups_of_one_program, point.group) != groups_of_one_program.end()) continue;
        because_ = "it has entry points of the group " + point.group + ", and " + why;
        reach_distribution(i);
        reach(point.module);
      }
    }
  }

  ModuleIndex& index_;
  std::vector<State> states_;
  std::vector<bool> reached_;
  std::vector<std::size_t> queue_;
  std::vector<Doubt> doubts_;
  std::set<std::string, std::less<>> all_below_;
  std::set<std::pair<std::size_t, bool>> required_;  // whose requirements were looked at, with extras
  bool certain_ = true;                              // what is reached now is; later nothing is
  const IndexedModule* importer_ = nullptr;          // whose imports are followed now
  std::string because_;                              // why else something is reached
  std::string everything_;
  bool named_modules_ = false;
};

}  // namespace daypack::detail
