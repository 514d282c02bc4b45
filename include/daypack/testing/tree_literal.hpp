// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/tree.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace daypack::testing {

// A tree of texts: tree_literal({{"a.py", "print()"}, {"bin/run", "#!/bin/sh", Mode::executable}}).
struct TextFile {
  std::string path;
  std::string text;
  Mode mode = Mode::file;
};

inline Tree tree_literal(std::initializer_list<TextFile> files) {
  std::vector<Entry> entries;
  for (const TextFile& file : files) entries.push_back(text_entry(file.path, file.text, file.mode));
  return Tree::of(std::move(entries));
}

// So many bytes that deflate can shrink to about two thirds; the same for each seed.
inline std::string filler(std::uint64_t size, std::uint32_t seed = 1) {
  std::string text(size, '\0');
  for (char& c : text) {
    seed = seed * 1664525 + 1013904223;
    c = static_cast<char>('a' + (seed >> 28) + (seed >> 12 & 1) * 16);
  }
  return text;
}

}  // namespace daypack::testing
