// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

// The one place of the version: CMake, meson and the command line read it here.
#define DAYPACK_VERSION_MAJOR 0
#define DAYPACK_VERSION_MINOR 1
#define DAYPACK_VERSION_PATCH 0

namespace daypack {

inline constexpr const char* library_version = "0.1.0";

}  // namespace daypack
