// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/walk/glob.hpp>

namespace daypack {

namespace detail {

// One [set] at the pattern's front: how many characters it takes, and whether c is in it.
inline bool glob_set(std::string_view pattern, char c, std::size_t& used) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  bool found = false;
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    char low = pattern[at++];
    if (low == '\\' && at < pattern.size()) low = pattern[at++];
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      high = pattern[at + 1];
      at += 2;
    }
    found |= low <= c && c <= high;
  }
  if (at >= pattern.size()) return used = 0, false;  // no closing bracket: not a set
  used = at + 1;
  return found != negated && c != '/';
}

// Iterative with one restart point for each kind of star, so it is linear in practice and never recurses.
inline bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::size_t star_p = std::string_view::npos, star_t = 0;  // "*"
  std::size_t deep_p = std::string_view::npos, deep_t = 0;  // "**"
  while (true) {
    if (p < pattern.size() && pattern.substr(p).starts_with("**")) {
      p += 2;
      const bool whole = p < pattern.size() && pattern[p] == '/' && (p == 2 || pattern[p - 3] == '/');
      if (whole) ++p;  // "**/" also matches nothing
      deep_p = p, deep_t = t, star_p = std::string_view::npos;
      continue;
    }
    if (p < pattern.size() && pattern[p] == '*') {
      star_p = ++p, star_t = t;
      continue;
    }
    if (p == pattern.size() && t == text.size()) return true;
    if (p < pattern.size() && t < text.size()) {
      std::size_t used = 1;
      bool same = false;
      if (pattern[p] == '?') {
        same = text[t] != '/';
      } else if (pattern[p] == '[') {
        same = glob_set(pattern.substr(p), text[t], used);
        if (used == 0) used = 1, same = text[t] == '[';
      } else if (pattern[p] == '\\' && p + 1 < pattern.size()) {
        used = 2, same = pattern[p + 1] == text[t];
      } else {
        same = pattern[p] == text[t];
      }
      if (same) {
        p += used, ++t;
        continue;
      }
    }
    if (star_p != std::string_view::npos && star_t < text.size() && text[star_t] != '/') {
      p = star_p, t = ++star_t;
      continue;
    }
    if (deep_p == std::string_view::npos || deep_t >= text.size()) return false;
    star_p = std::string_view::npos;
    const bool at_component = deep_p > 0 && pattern[deep_p - 1] == '/';
    ++deep_t;
    if (at_component) {
      while (deep_t < text.size() && text[deep_t - 1] != '/') ++deep_t;
      if (deep_t >= text.size()) return false;
    }
    p = deep_p, t = deep_t;
  }
}

}  // namespace detail

DAYPACK_DECL Glob::Glob(std::string_view pattern) {
  if (pattern.starts_with('/')) {
    pattern_ = pattern.substr(1);
  } else if (pattern.find('/') == std::string_view::npos) {
    pattern_ = "**/" + std::string(pattern);
  } else {
    pattern_ = pattern;
  }
}

DAYPACK_DECL bool Glob::matches(std::string_view path) const { return detail::glob_match(pattern_, path); }

}  // namespace daypack
