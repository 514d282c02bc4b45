// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

// An input of text: what comes before its first NUL, and the lines after it that could be paths.
struct InputLines {
  std::string_view head;
  std::vector<std::string_view> lines = {};

  InputLines(const std::uint8_t* data, std::size_t size) : head(reinterpret_cast<const char*>(data), size) {
    const std::size_t end = head.find('\0');
    if (end == std::string_view::npos) return;
    std::string_view rest = head.substr(end + 1);
    head = head.substr(0, end);
    while (!rest.empty() && lines.size() < 8) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(line.size() + (rest.size() > line.size() ? 1 : 0));
      if (!line.empty() && !line.ends_with('/')) lines.push_back(line);
    }
  }
};

// Whether what follows position p of the pattern matches what follows t of the text, asked once for each pair: the
// whole table of a slow and plain matcher.
template <class Ask>
class Memo {
 public:
  Memo(std::size_t pattern, std::size_t text, Ask ask)
      : width_(text + 1), known_((pattern + 1) * width_, -1), ask_(ask) {}
  bool operator()(std::size_t p, std::size_t t) {
    signed char& known = known_[p * width_ + t];
    if (known < 0) known = ask_(*this, p, t);
    return known;
  }

 private:
  std::size_t width_;
  std::vector<signed char> known_;
  Ask ask_;
};
