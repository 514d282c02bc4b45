// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/policy.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// What environment markers are asked about (PEP 508; the fields of the dependency specifier page, read 2026-11).
struct MarkerEnvironment {
  std::string python_version = {};       // "3.12"
  std::string python_full_version = {};  // "3.12.4"
  std::string platform_machine = {};     // "x86_64", "aarch64"
  std::string os_name = "posix";
  std::string sys_platform = "linux";
  std::string platform_system = "Linux";
  std::string platform_release = {};  // unknown before it runs
  std::string platform_version = {};
  std::string platform_python_implementation = "CPython";
  std::string implementation_name = "cpython";
  std::string implementation_version = {};  // that of python_full_version
  std::string extra = {};                   // the extra that is being looked at
  std::vector<std::string> extras = {};     // of a lock file
  std::vector<std::string> dependency_groups = {};

  // Of the target's runtime (policy.hpp, backends/), never of the host.
  DAYPACK_DECL static MarkerEnvironment of(const TargetFacts& target);
};

// Whether a marker holds; an empty one does. Versions compare as versions where both sides are versions, else as text.
// Throws Error{syntax} with the column (from 1) of what is not well-formed and what was expected there.
DAYPACK_DECL bool marker_holds(std::string_view marker, const MarkerEnvironment& environment);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/markers.ipp>
#endif
