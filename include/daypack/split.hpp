// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/fwd.hpp>
#include <daypack/policy.hpp>
#include <daypack/tree.hpp>

#include <string>
#include <vector>

namespace daypack {

// A function and the layers that it attaches, each a package of its own: what Layers{} gives. T is what each of them is
// by now: Tree, Archive or Deployment.
template <class T>
struct Split {
  struct Part {
    std::string name = {};    // of a layer: that of its group, or "1", "2", ...; empty for the function
    TargetFacts target = {};  // a layer has the backend of layers, and its own layout
    T value = {};
  };

  Part function = {};
  std::vector<Part> layers = {};  // in the order in which they are attached; no path stands in two of them
};

// The one package that function and layers make up when all are attached, in the layout of the function: the tree that
// was split.
DAYPACK_DECL Tree joined(const Split<Tree>& split);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/split.ipp>
#endif
