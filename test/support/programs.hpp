// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstdlib>
#include <string>

// Other people's programs as judges. A program that is not installed judges nothing: test/run.sh installs them all.
inline bool installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}
inline bool passes(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }
