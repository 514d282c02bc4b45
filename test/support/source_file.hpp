// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <boost/filesystem.hpp>
#include <string>

// The absolute path of a file of the project. Tests are started in its folder (CMake and meson see to it).
inline std::string source_file(const std::string& name) { return boost::filesystem::absolute(name).string(); }
