// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// The name of a project in its one normal form: lower case, runs of "-", "_" and "." as one "-" (PEP 503, read
// 2026-11).
DAYPACK_DECL std::string normalised_name(std::string_view name);

// Whether a project may be called so: ASCII letters, digits, "-", "_", "."; begins and ends with a letter or digit (PEP
// 508).
DAYPACK_DECL bool is_project_name(std::string_view name);

// The build number of a wheel, "2" or "1_post": compared as (number, rest). An absent one is less than any.
struct BuildTag {
  std::string number = {};  // digits without leading zeros; empty when the wheel has none
  std::string rest = {};
  DAYPACK_DECL friend std::strong_ordering operator<=>(const BuildTag& a, const BuildTag& b);
  friend bool operator==(const BuildTag&, const BuildTag&) = default;
};

// The file name of a wheel, taken apart (PEP 427): name-version(-build)?-python-abi-platform.whl
struct WheelName {
  std::string file = {};     // the whole name
  std::string name = {};     // normalised
  std::string version = {};  // as it stands there
  BuildTag build = {};
  std::vector<std::string> pythons = {};    // {"py2", "py3"}, lower case
  std::vector<std::string> abis = {};       // {"none"}
  std::vector<std::string> platforms = {};  // {"manylinux_2_17_x86_64", "manylinux2014_x86_64"}

  // Throws Error{damaged_wheel} that says what is wrong with the name.
  DAYPACK_DECL static WheelName parse(std::string_view file);
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/name.ipp>
#endif
