// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// The list of "Tips for creating powerful Lambda functions" (Mapbox, Vincent Sarago), as it is written there: folders
// *-info and tests wherever they are, and boto3, botocore, docutils, dateutil, jmespath, s3transfer, numpy/doc.
struct Mapbox {
  static constexpr std::string_view name = "mapbox";
  static constexpr std::string_view reason = "what a much read recipe for small Lambda packages removes";
  static constexpr std::string_view risk =
      "importlib.metadata finds nothing, licences are gone, and boto3 and its kin are whatever versions the runtime "
      "has; docutils is in no runtime of today";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/mapbox.ipp>
#endif
