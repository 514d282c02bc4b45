// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/manifest.hpp>
#include <daypack/policy.hpp>
#include <daypack/split.hpp>
#include <daypack/tree.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// A layer that the user names, and what lies in it.
struct LayerGroup {
  std::string name = {};                        // A-Z a-z 0-9 - _, not a number alone
  std::vector<std::string> distributions = {};  // globs of their names: "numpy*"
};

// The layer of each distribution, by its normalised name.
using LayerPlacement = std::map<std::string, std::string>;

// The placement of the function that this manifest is of, for Layers{.previous}.
DAYPACK_DECL LayerPlacement placement_of(const Manifest& manifest);

namespace detail {

// Facts in a class name, so that the compiler prints them above the message.
template <class Backend, bool IsFunction, bool HasLayers>
struct split_of {
  static_assert(IsFunction,
                "daypack: a layer attaches no layers. Split the package of the function: take its backend as the "
                "target: split_of<Backend, ...> above.");
  static_assert(!IsFunction || HasLayers,
                "daypack: functions of this backend cannot be split into layers. Leave Layers{} out, or take a backend "
                "that has them: split_of<Backend, ...> above.");
  static constexpr bool judged = true;
};

}  // namespace detail

// Cuts the package of a function into the function and its layers, by distribution. The user's own files stay with the
// function; every distribution goes as a whole into one layer, in the layout of the backend's layers. Distributions
// that Python could not tell apart from others lie with those: where both have files in one package with an __init__,
// or in one X.libs folder. One that shares such a package, or a module's name, with the user's own files stays with the
// function, and so does the one that the handler is in.
//
// Stable: which layer it is follows from names alone, so another version of a package changes its layer and no other,
// and one that comes or goes changes the layer that it is in. Only where a layer would outgrow what is uploaded without
// an object store (Limits.direct, by the sizes of the streams in the wheels, in coarse steps) the next one is taken.
// With `previous`, what was placed stays where it was.
//
// Stands after Vendor and Prune, and before PycOnly, which then knows where each file will lie: Layers{} |
// each(PycOnly{}) | whole(Check{}) | each(Zip{}) | SaveAll{}. A note tells of each layer. Throws Error{usage} for more
// layers than the function may attach, and for groups that cannot be. Needs a target.
struct Layers {
  static constexpr std::string_view name = "Layers";
  int count = 0;                        // of layers at most, groups among them; 0: as many as the backend lets attach
  std::vector<LayerGroup> groups = {};  // layers with a name; what is in none goes into the others, if `count` has any
  std::vector<std::string> keep = {};   // globs of names of distributions that stay with the function
  LayerPlacement previous = {};         // of an earlier build: placement_of() reads it from a manifest
  int attached = 0;                     // layers that the function attaches beside these
  std::string handler = {};             // "app.handler", as Layout takes it

  DAYPACK_DECL Split<Tree> operator()(const Tree& tree, Context& context) const;

  template <class Target>
  static consteval bool demand() {
    using Backend = typename Target::backend_type;
    constexpr bool is_function = Backend::policy.kind == PackageKind::function;
    return detail::split_of<Backend, is_function, (!is_function || Backend::policy.layer != nullptr)>::judged;
  }
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/layers.ipp>
#endif
