// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

namespace rules {

// Distributions that nothing imports from the roots on: the rule as a value. A root is a handler, "app.handler" or
// "pkg/app.handler", or a module that is imported in a way that cannot be seen, "plugins.mail"; with one of these
// named, imports of own files whose names are known only when they run are taken to be those. What the backend itself
// starts with, and what its runtime loads, are roots too. The tree needs the user's own files, as sources.
//
// The graph has import statements at any depth (but those below TYPE_CHECKING), importlib and its like, texts that name
// modules, entry points, and importlib.metadata. What cannot be seen keeps what it may mean, with a note for each
// distribution: extension modules keep what their distribution requires, imports of names that are known only when they
// run all of their distribution and what it requires, extras too. Own files always stay.
//
// The matcher throws Error{usage} for a root that is none, or whose module is bytecode; Error{not_found} for a module
// or function that is not there.
DAYPACK_DECL Rule unreachable(std::vector<std::string> roots);

// Modules too: of distributions without extension modules, of which every import can be seen. Data files stay.
DAYPACK_DECL Rule unreachable_modules(std::vector<std::string> roots);

}  // namespace rules

namespace detail {

// A dotted name, or one with folders: "app.handler", "pkg/app.handler". Python imports names that no statement could
// write, as "my-app", so only what no file can be called is off.
constexpr bool names_python_path(std::string_view text) {
  bool part = false;
  for (const char c : text) {
    const bool separates = c == '.' || c == '/';
    if (separates ? !part : (c == ' ' || c == '\\' || (c > 0 && c < 0x20))) return false;
    part = !separates;
  }
  return part;
}

// Whether a text names a module and a function in it.
constexpr bool names_handler(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  return names_python_path(text) && dot != std::string_view::npos &&
         text.substr(dot).find('/') == std::string_view::npos && !(text[dot + 1] >= '0' && text[dot + 1] <= '9');
}

DAYPACK_DECL Matcher match_unreachable(const Tree& tree, const TargetFacts* target,
                                       const std::vector<std::string>& roots, bool modules);
DAYPACK_DECL Matcher match_unreachable_in(const Tree& tree, const Context& context,
                                          const std::vector<std::string>& roots, bool modules);

// What both rules share. The first root is a handler, others may be modules.
template <bool Modules, FixedText Handler, FixedText... More>
struct UnreachableFrom {
  static_assert(names_handler(Handler.view()),
                "daypack: this names no function of a module. Write module.function, e.g. \"app.handler\" or "
                "\"pkg/app.handler\".");
  static_assert((names_python_path(More.view()) && ...),
                "daypack: this names no module. Write it as an import statement does, e.g. \"plugins.mail\".");
  static Matcher matcher(const Tree& tree, const TargetFacts* target) {
    return match_unreachable(tree, target, roots(), Modules);
  }
  static Matcher matcher_in(const Tree& tree, const Context& context) {
    return match_unreachable_in(tree, context, roots(), Modules);
  }

 private:
  static std::vector<std::string> roots() { return {std::string(Handler.view()), std::string(More.view())...}; }
};

}  // namespace detail

namespace rules {

// Prune<rules::Unreachable<"app.handler">>{}, Prune<rules::Unreachable<"app.handler", "plugins.mail">>{}.
template <detail::FixedText Handler, detail::FixedText... More>
struct Unreachable : detail::UnreachableFrom<false, Handler, More...> {
  static constexpr std::string_view name = "unreachable";
  static constexpr std::string_view reason = "distributions that the handler never imports";
  static constexpr std::string_view risk =
      "what is imported by a name that no source has, and is nowhere required, fails to import";
};

template <detail::FixedText Handler, detail::FixedText... More>
struct UnreachableModules : detail::UnreachableFrom<true, Handler, More...> {
  static constexpr std::string_view name = "unreachable-modules";
  static constexpr std::string_view reason = "distributions and modules that the handler never imports";
  static constexpr std::string_view risk =
      "what is imported by a name that no source has fails to import, even within a distribution";
};

}  // namespace rules

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/unreachable.ipp>
#endif
