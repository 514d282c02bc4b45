// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "options.hpp"

#include <functional>
#include <string>
#include <vector>

namespace cli {

// One function for one target.
struct Cell {
  std::string name = {};
  BuildOptions options = {};
};

// "thumbnails for aws_lambda, Python 3.12, x86_64"
std::string words_of(const Cell& cell);

struct Fleet {
  std::vector<Cell> cells = {};         // by name, then as the file lists backends, Pythons and architectures
  std::vector<std::string> notes = {};  // what was left out, in words
};

// Reads a TOML file of functions: [function.NAME] has the options of build under their long names, [defaults] those of
// all functions. Paths in it are relative to the file. With globs in `only`, functions that none of them matches are
// left out. `local_python` gives the default of python.
//
// Errors: syntax, with file and line, for what is no TOML, an unknown key or a value that its option does not take;
// usage for a target that does not exist, two cells with one path to write to, and a glob that matches nothing.
Fleet read_fleet(const std::string& path, const std::vector<std::string>& only,
                 const std::function<std::string()>& local_python);

}  // namespace cli
