// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "console.hpp"

#include <boost/json/array.hpp>
#include <daypack/context.hpp>

#include <string>
#include <vector>

// --explain-cache: what a build found in the cache, and why it made the rest anew.
namespace cli {

// Of the build of this output, as far as the last one of it is remembered.
std::vector<daypack::CacheUse> cache_uses(const Console& console, const daypack::Context& context,
                                          const std::string& output);
void remember_cache_uses(const Console& console, const daypack::Context& context, const std::string& output);

void say_cache_uses(Console& console, const std::vector<daypack::CacheUse>& uses);
boost::json::array cache_uses_json(const std::vector<daypack::CacheUse>& uses);

}  // namespace cli
