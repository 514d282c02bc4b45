// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/deployment.hpp>
#include <daypack/split.hpp>

#include <string>
#include <string_view>

namespace daypack {

// Writes the zip, and its manifest beside it (out.zip and out.daypack.json): each whole or not at all, and neither when
// one cannot be written. A file that has these bytes already is left as it is, with its date. Warns when the package is
// over a limit of its backend. The deployment's id is the path. Throws Error{unwritable}.
struct Save {
  static constexpr std::string_view name = "Save";
  std::string path = "package.zip";
  std::string handler = {};  // remembered in the manifest, for whoever deploys it

  DAYPACK_DECL Deployment operator()(const Archive& archive, Context& context) const;
};

// The path of a layer's zip beside that of its function: "out.zip" has "out-layer-1.zip".
DAYPACK_DECL std::string layer_path(const std::string& zip_path, std::string_view layer);

// Writes function and layers, each with its manifest, as Save does: out.zip, out-layer-1.zip, ..., all of them or none.
// The function's manifest names its layers, with their digests.
struct SaveAll {
  static constexpr std::string_view name = "Save";
  std::string path = "package.zip";  // of the function
  std::string handler = {};          // remembered in the function's manifest

  DAYPACK_DECL Split<Deployment> operator()(const Split<Archive>& split, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/save.ipp>
#endif
