// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "console.hpp"
#include "package.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cli {

// What build and its kin tell of a package as JSON; `path` is where the function was saved, empty when it was not.
boost::json::object answer_of(const Package& package, const Console& console, const std::string& path);

// Where the function and its layers were saved.
std::vector<std::string> paths_of(const Package& package, const std::string& path);

// The table behind a build.
void summarise(const Package& package, Console& console);

// One row for each layer: what lies in it.
std::vector<std::pair<std::string, std::string>> layer_rows(const Package& package);

// What each rule saved in all parts.
std::vector<std::pair<std::string, std::string>> savings(const Package& package);

// "71.2 MB of 262.1 MB, 190.9 MB free"
std::string against(std::uint64_t bytes, std::uint64_t limit);

}  // namespace cli
