// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/joined_path.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/rules/import_graph.ipp>
#include <daypack/impl/stages/layout_handler.ipp>
#include <daypack/rules/unreachable.hpp>
#include <daypack/walk/glob.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack {

namespace detail {

// What a backend's own program loads from the package. azure_functions_worker imports azure.functions before the first
// call (azure-functions-python-worker 4.40, its dispatcher); Google starts functions-framework (its documents,
// 2026-11).
struct LoadedByBackend {
  std::string_view backends;  // how their names begin
  std::string_view distribution;
};
inline constexpr std::array<LoadedByBackend, 2> loaded_by_backend{
    {{"azure_", "azure-functions"}, {"gcp_", "functions-framework"}}};

// The scriptFile of a function.json; what Azure takes when there is none (its Python developer guide, 2026-11).
inline std::string script_file_of(const Entry& entry) {
  const Blob content = read_content(entry);
  const auto [before, after] = std::pair(content.text().find("\"scriptFile\""), content.text());
  std::string script = "__init__.py";
  if (before != std::string_view::npos) {
    const FirstArgument value = first_argument(after.substr(std::min(after.find(':', before) + 1, after.size())));
    if (!value.text.empty()) script = value.text;
  }
  return joined_path(std::string(folder_above(entry.path)) + '/' + script).value_or("");
}

class Unreached {
 public:
  Unreached(const Tree& tree, const Context& context, const std::vector<std::string>& roots, bool modules)
      : tree_(tree),
        context_(context),
        rule_(modules ? "unreachable-modules" : "unreachable"),
        modules_(modules),
        roots_(roots),
        index_(tree, context),
        graph_(index_) {}

  Matcher matcher() {
    bool named_modules = false;
    for (const std::string& root : roots_) named_modules |= add_root(root);
    add_roots_of_backend();
    graph_.follow(named_modules);
    Matcher matcher{.notes = notes()};
    if (!graph_.everything().empty()) {
      matcher.removes = [](const Entry&) { return false; };
      return matcher;
    }
    std::set<std::string, std::less<>> distributions, files;
    for (std::size_t i = 1; i < index_.distributions().size(); ++i) {
      if (!graph_.state(i).reached) distributions.insert(index_.distributions()[i].distribution->name);
    }
    if (modules_) files = unreached_files();
    matcher.removes = [distributions = std::move(distributions), files = std::move(files)](const Entry& entry) {
      return entry.origin && (distributions.contains(entry.origin->name) || files.contains(entry.path));
    };
    return matcher;
  }

 private:
  // True when it is a module, not a function of one.
  bool add_root(const std::string& root) {
    if (!names_python_path(root)) refuse(root);
    std::string name = root;
    std::ranges::replace(name, '/', '.');
    const bool is_module = !index_.named(name).empty();
    if (!is_module) add_handler(root, name);
    graph_.reach(name);
    return is_module;
  }

  void add_handler(const std::string& root, const std::string& name) {
    if (!names_handler(root)) refuse(root);
    const std::size_t dot = name.rfind('.');
    const auto found = index_.named(name.substr(0, dot));
    if (found.empty()) {
      const std::string there = own_modules(tree_, context_.has_target() ? context_.target().backend->code_folder : "");
      throw Error(Errc::not_found, "the rule " + rule_ + " finds no module of this name in the package",
                  root + " (got no " + name.substr(0, dot) + (there.empty() ? "" : ", expected one of " + there) + ")",
                  "prune after the package's own files were added");
    }
    const IndexedModule& module = index_.modules()[found.front()];
    if (module.kind == ModuleKind::bytecode) {
      throw Error(Errc::usage, "the rule " + rule_ + " reads sources, and the handler's module is none",
                  module.entry->path, "put Prune before PycOnly");
    }
    check_function(*module.entry, root.substr(root.rfind('.') + 1), root);
  }

  [[noreturn]] void refuse(const std::string& root) const {
    throw Error(Errc::usage, "the rule " + rule_ + " starts at a function or a module", '"' + root + '"',
                "write e.g. " + rule_ + "=app.handler, with further modules after commas");
  }

  void add_roots_of_backend() {
    if (!context_.has_target()) return;
    const BackendPolicy& backend = *context_.target().backend;
    std::set<std::string, std::less<>> starts;
    for (const Entry& entry : tree_) {
      const bool starts_with = std::ranges::any_of(
          backend.entry_files, [&](std::string_view pattern) { return Glob(pattern).matches(entry.path); });
      if (!entry.origin && starts_with)
        starts.insert(entry.path.ends_with("function.json") ? script_file_of(entry) : entry.path);
    }
    for (std::size_t i = 0; i < index_.modules().size(); ++i) {
      if (starts.contains(index_.modules()[i].entry->path)) graph_.reach(index_.modules()[i].name);
    }
    for (const LoadedByBackend& loaded : loaded_by_backend) {
      const std::size_t found =
          backend.name.starts_with(loaded.backends) ? index_.distribution_named(loaded.distribution) : 0;
      if (found) graph_.reach_whole(found, "");
    }
  }

  // Sources that nothing imports, of reached distributions of which all imports are seen.
  std::set<std::string, std::less<>> unreached_files() const {
    std::set<std::string, std::less<>> files;
    for (std::size_t i = 0; i < index_.modules().size(); ++i) {
      const IndexedModule& module = index_.modules()[i];
      const ImportGraph::State& owner = graph_.state(module.owner);
      if (module.owner != 0 && owner.reached && !owner.whole && !owner.has_extension && !graph_.is_reached(i))
        files.insert(module.entry->path);
    }
    return files;
  }

  std::vector<Matcher::Note> notes() const {
    std::vector<Matcher::Note> notes;
    const std::string roots =
        roots_.size() == 1 ? roots_[0] : roots_[0] + " and " + std::to_string(roots_.size() - 1) + " more";
    if (!graph_.everything().empty()) {
      notes.push_back({rule_, "keeps everything: " + graph_.everything() +
                                  "; name the modules that it means: " + rule_ + "=" + roots_[0] + ",MODULE"});
      return notes;
    }
    std::size_t certain = 0;
    for (std::size_t i = 1; i < index_.distributions().size(); ++i) {
      const ImportGraph::State& state = graph_.state(i);
      const Distribution& one = *index_.distributions()[i].distribution;
      if (state.reached && state.because.empty()) ++certain;
      if (state.reached && !state.because.empty())
        notes.push_back({one.name + ' ' + one.version, "kept, for it may be imported: " + state.because});
    }
    notes.insert(notes.begin(), {rule_, roots + " imports " + std::to_string(certain) + " of " +
                                            std::to_string(index_.distributions().size() - 1) + " distributions; " +
                                            std::to_string(notes.size()) + " more may be imported, and stay"});
    return notes;
  }

  const Tree& tree_;
  const Context& context_;
  std::string rule_;
  bool modules_;
  const std::vector<std::string>& roots_;
  ModuleIndex index_;
  ImportGraph graph_;
};

inline Rule unreachable_rule(std::string_view name, std::string_view reason, std::string_view risk,
                             std::vector<std::string> roots, bool modules) {
  if (roots.empty()) {
    throw Error(Errc::usage, "the rule " + std::string(name) + " has no root", "",
                "name the handler: " + std::string(name) + "=app.handler");
  }
  Rule rule{std::string(name), std::string(reason), std::string(risk)};
  rule.matcher = [roots, modules](const Tree& tree, const TargetFacts* target) {
    return match_unreachable(tree, target, roots, modules);
  };
  rule.matcher_in = [roots, modules](const Tree& tree, const Context& context) {
    return match_unreachable_in(tree, context, roots, modules);
  };
  return rule;
}

}  // namespace detail

DAYPACK_DECL Matcher detail::match_unreachable_in(const Tree& tree, const Context& context,
                                                  const std::vector<std::string>& roots, bool modules) {
  return Unreached(tree, context, roots, modules).matcher();
}

DAYPACK_DECL Matcher detail::match_unreachable(const Tree& tree, const TargetFacts* target,
                                               const std::vector<std::string>& roots, bool modules) {
  const Context alone(Services{.pool = std::make_shared<Pool>(1)});
  const bool aimed = target && target->backend && target->runtime;
  return match_unreachable_in(tree, aimed ? alone.with_target(*target) : alone, roots, modules);
}

DAYPACK_DECL Rule rules::unreachable(std::vector<std::string> roots) {
  using Facts = Unreachable<"app.handler">;
  return detail::unreachable_rule(Facts::name, Facts::reason, Facts::risk, std::move(roots), false);
}

DAYPACK_DECL Rule rules::unreachable_modules(std::vector<std::string> roots) {
  using Facts = UnreachableModules<"app.handler">;
  return detail::unreachable_rule(Facts::name, Facts::reason, Facts::risk, std::move(roots), true);
}

}  // namespace daypack
