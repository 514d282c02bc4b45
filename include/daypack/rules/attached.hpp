// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/attached_layer.hpp>
#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

#include <string_view>
#include <vector>

namespace daypack::rules {

// Distributions that attached layers already have: a value, since it has data. One goes as a whole where the layer that
// Python finds first has the same version of it, and the same: from the very wheel, as the manifest beside a layer of
// this Python and architecture says, else with every file but those of *.dist-info equal. Distributions that share a
// package go together or not at all. A note for each; a warning where a layer has another version, which stays, with
// who is found first by the backend's sys.path. Never part of a preset.
struct Attached {
  static constexpr std::string_view name = "attached";
  static constexpr std::string_view reason = "attached layers have these distributions already";
  static constexpr std::string_view risk = "without these very layers the function does not start";
  std::vector<checks::AttachedLayer> layers = {};

  DAYPACK_DECL operator Rule() const;
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/attached.ipp>
#endif
