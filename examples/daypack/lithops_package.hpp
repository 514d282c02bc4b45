// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "options.hpp"

#include <daypack/context.hpp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>
#include <daypack/tree.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cli {

// Makes a package what Lithops calls on its backend: Lithops itself, without what it requires (its backends have a list
// of their own), and its entry point where the backend starts it. A tree that has Lithops already keeps that.
struct AddLithops {
  LithopsOptions options = {};
  // Resolves a requirement without its dependencies.
  std::function<daypack::Resolution(const daypack::Requirements&, daypack::Context&)> resolve = {};

  // Error{not_found} when this Lithops has no such entry point, those of Resolve and Vendor.
  daypack::Tree operator()(const daypack::Tree& tree, daypack::Context& context) const;
};

}  // namespace cli
