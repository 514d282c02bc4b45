// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/deployment.hpp>

#include <string>
#include <string_view>

namespace daypack {

// Writes the zip, and its manifest beside it (out.zip and out.daypack.json): each whole or not at all, and neither when
// one cannot be written. Warns when the package is over a limit of its backend. The deployment's id is the path. Throws
// Error{unwritable}.
struct Save {
  static constexpr std::string_view name = "Save";
  std::string path = "package.zip";
  std::string handler = {};  // remembered in the manifest, for whoever deploys it

  DAYPACK_DECL Deployment operator()(const Archive& archive, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/save.ipp>
#endif
