// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "cache_account.hpp"

#include <boost/filesystem/operations.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

namespace cli {

namespace {

using daypack::CacheUse;

// "Bytecode, bytecode: 66 of 67 found"
std::string heading(const std::vector<CacheUse>& uses, std::size_t begin, std::size_t end) {
  std::uint64_t found = 0, all = 0;
  for (std::size_t i = begin; i < end; ++i) {
    found += uses[i].found;
    all += uses[i].found + uses[i].missing;
  }
  const CacheUse& first = uses[begin];
  return "cache: " + first.stage + ", " + first.kind + ": " + thousands(found) + " of " + thousands(all) + " found";
}

// "numpy (3 of 80)"
std::string words_of(const CacheUse& use) {
  const std::uint64_t all = use.found + use.missing;
  return use.subject + (all > 1 ? " (" + thousands(use.missing) + " of " + thousands(all) + ')' : "");
}

// "numpy, scipy and 3 more"
std::string listed(const std::vector<std::string>& names, std::size_t most) {
  std::string all;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) all += (i == 0 ? "" : ", ") + names[i];
  return names.size() <= most ? all : all + " and " + thousands(names.size() - most) + " more";
}

// The name by which the build of an output is remembered.
std::string build_name(const std::string& output) {
  return boost::filesystem::absolute(output).lexically_normal().string();
}

}  // namespace

std::vector<CacheUse> cache_uses(const Console& console, const daypack::Context& context, const std::string& output) {
  return console.cache_account().explained(context.cache(), build_name(output));
}

void remember_cache_uses(const Console& console, const daypack::Context& context, const std::string& output) {
  console.cache_account().remember(context.cache(), build_name(output));
}

void say_cache_uses(Console& console, const std::vector<CacheUse>& uses) {
  static constexpr std::size_t most = 10;
  for (std::size_t begin = 0, end = 0; begin < uses.size(); begin = end) {
    while (end < uses.size() && uses[end].stage == uses[begin].stage && uses[end].kind == uses[begin].kind) ++end;
    console.say(heading(uses, begin, end));
    std::map<std::string, std::vector<std::string>> missing;  // by the reason
    for (std::size_t i = begin; i < end; ++i) {
      if (uses[i].missing > 0) missing[uses[i].why].push_back(words_of(uses[i]));
    }
    for (const auto& [why, names] : missing)
      console.say("  " + why + ": " + listed(names, console.verbose() ? names.size() : most));
  }
}

boost::json::array cache_uses_json(const std::vector<CacheUse>& uses) {
  boost::json::array said;
  for (const CacheUse& use : uses) {
    boost::json::object one{{"stage", use.stage},
                            {"kind", use.kind},
                            {"subject", use.subject},
                            {"found", use.found},
                            {"missing", use.missing}};
    if (!use.why.empty()) one["why"] = use.why;
    said.push_back(std::move(one));
  }
  return said;
}

}  // namespace cli
