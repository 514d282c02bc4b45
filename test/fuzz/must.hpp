// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

// What has to hold for every input: else the words, and a crash that libFuzzer keeps.
inline void must(bool holds, const std::string& words) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", words.c_str());
  std::abort();
}
