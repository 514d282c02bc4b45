// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/wheel/install.hpp>
#include "python.hpp"
#include "temporary_folder.hpp"

#include <string>

// The wheels of make_wheels.py, made once for all tests of a program.
inline const TemporaryFolder& made_wheels() {
  static const TemporaryFolder folder;
  static const std::string done = python_output("make_wheels.py", "'" + folder.path().string() + "'");
  return folder;
}

inline std::string wheel_path(const std::string& oddity, const std::string& file = "demo-1.0-py3-none-any.whl") {
  return made_wheels() / (oddity + '/' + file);
}

inline daypack::OpenWheel opened(const std::string& oddity, const std::string& file = "demo-1.0-py3-none-any.whl") {
  return daypack::open_wheel(daypack::detail::map_file(wheel_path(oddity, file)), file);
}
