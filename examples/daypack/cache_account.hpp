// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "console.hpp"

#include <boost/json/array.hpp>
#include <daypack/cache/cache.hpp>

#include <string>

// --explain-cache: what a build found in the cache, and why it made the rest anew.
namespace cli {

// The name by which the build of this output is remembered.
std::string build_name(const std::string& output);

void say_cache_uses(Console& console, daypack::Cache& cache, const std::string& build);
boost::json::array cache_uses_json(const Console& console, daypack::Cache& cache, const std::string& build);

}  // namespace cli
