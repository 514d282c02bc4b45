// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "fleet_keys.hpp"
#include "build.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

namespace {

// Steps from one word to the other: letters that are taken, put or changed.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i] != to[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
    }
  }
  return row.back();
}

}  // namespace

FleetKeys::FleetKeys() {
  CLI::App app;
  BuildOptions options;
  add_build_options(app, options);
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags_[name] = option->get_items_expected_max() == 0;
  }
  for (const char* name : {"help", "offline", "no-debug-ranges"}) flags_.erase(name);
  flags_["debug-ranges"] = true;
  flags_["packages"] = false;
}

std::string FleetKeys::nearest(const std::string& word) const {
  const auto nearer = [&](const auto& a, const auto& b) { return edits(word, a.first) < edits(word, b.first); };
  return std::ranges::min_element(flags_, nearer)->first;
}

}  // namespace cli
