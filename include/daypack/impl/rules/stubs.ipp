// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/stubs.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>

namespace daypack {

namespace detail {

// Distributions to which stubs are data: typeshed in jedi 0.19 (jedi/third_party) and mypy 1.19 (mypy/typeshed), seen
// in the wheels of 2026-11; the others are type checkers too.
inline constexpr std::array<std::string_view, 6> stub_readers{"basedpyright", "jedi",   "mypy",
                                                              "pyright",      "pytype", "ty"};

// The module beside a stub reads it: lazy.attach_stub(__name__, __file__) of lazy_loader 0.6, as 15 packages of
// scikit-image 0.26 do.
inline bool reads_its_stub(const Entry& module) {
  return read_content(module).text().find("attach_stub") != std::string_view::npos;
}

}  // namespace detail

DAYPACK_DECL Matcher rules::Stubs::matcher(const Tree& tree, const TargetFacts*) {
  auto needed = std::make_shared<std::set<std::string, std::less<>>>();
  for (const Entry& entry : tree) {
    if (!entry.origin || !entry.path.ends_with(".pyi")) continue;
    const Entry* module = tree.find(std::string_view(entry.path).substr(0, entry.path.size() - 1));
    if (module && detail::reads_its_stub(*module)) needed->insert(entry.path);
  }
  return {.removes = [needed](const Entry& entry) {
    return entry.origin && entry.path.ends_with(".pyi") && !needed->contains(entry.path) &&
           std::ranges::find(detail::stub_readers, entry.origin->name) == detail::stub_readers.end();
  }};
}

}  // namespace daypack
