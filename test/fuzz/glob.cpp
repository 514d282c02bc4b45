// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Any pattern and any paths: the glob matcher, which never goes back more than it must, against a slow and plain one.
#include <daypack/walk/glob.hpp>

#include <string>
#include "input_lines.hpp"
#include "must.hpp"

using namespace daypack;

namespace {

// One [set]: the position behind it; the bracket's own when none closes it.
std::size_t read_set(std::string_view pattern, std::size_t at, char c, bool& found) {
  const std::size_t begin = at++;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  at += negated;
  found = false;
  for (const std::size_t first = at; at < pattern.size() && (at == first || pattern[at] != ']');) {
    const auto take = [&] {
      return pattern[at] == '\\' && at + 1 < pattern.size() ? (at += 2, pattern[at - 1]) : pattern[at++];
    };
    const char low = take();
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') high = pattern[at + 1], at += 2;
    found |= low <= c && c <= high;
  }
  if (at >= pattern.size()) return begin;
  found = found != negated && c != '/';
  return at + 1;
}

bool plain_match(std::string_view pattern, std::string_view text) {
  Memo memo(pattern.size(), text.size(), [&](auto& match, std::size_t p, std::size_t t) -> bool {
    const std::string_view rest = pattern.substr(p);
    if (rest.empty()) return t == text.size();
    if (rest.starts_with("**/") && (p == 0 || pattern[p - 1] == '/')) {
      if (match(p + 3, t)) return true;
      for (++t; t < text.size(); ++t) {
        if (text[t - 1] == '/' && match(p + 3, t)) return true;
      }
      return false;
    }
    if (rest[0] == '*') {
      const bool deep = rest.starts_with("**");
      for (p += deep ? 2 : 1; !match(p, t); ++t) {
        if (t == text.size() || (!deep && text[t] == '/')) return false;
      }
      return true;
    }
    if (t == text.size()) return false;
    if (rest[0] == '?') return text[t] != '/' && match(p + 1, t + 1);
    if (bool found = false; rest[0] == '[') {
      if (const std::size_t end = read_set(pattern, p, text[t], found); end != p) return found && match(end, t + 1);
    }
    if (rest[0] == '\\' && rest.size() > 1) ++p;
    return pattern[p] == text[t] && match(p + 1, t + 1);
  });
  return memo(0, 0);
}

// As the class says of its patterns: from the root, the last component anywhere, or the path.
std::string whole(std::string_view pattern) {
  if (pattern.starts_with('/')) return std::string(pattern.substr(1));
  return (pattern.find('/') == std::string_view::npos ? "**/" : "") + std::string(pattern);
}

std::string escaped(std::string_view path) {
  std::string pattern = "/";
  for (const char c : path) pattern += {'\\', c};
  return pattern;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const InputLines input(data, size);
  const Glob glob(input.head);
  const std::string pattern = whole(input.head);
  for (const std::string_view path : input.lines) {
    const bool ours = glob.matches(path);
    must(Glob(escaped(path)).matches(path), "a path is matched by itself");
    if (pattern.size() * path.size() > 10'000) continue;
    must(ours == plain_match(pattern, path),
         "\"" + pattern + "\" on \"" + std::string(path) + "\" is " + (ours ? "a match" : "no match"));
  }
  return 0;
}
