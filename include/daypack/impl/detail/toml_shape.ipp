// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/toml_shape.hpp>
#include <daypack/impl/wheel/name.ipp>

#include <algorithm>
#include <string>

namespace daypack::detail {

// Where a TOML string that begins here ends, its quotes included; a string of one line ends with the line.
inline std::size_t toml_string_end(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string triple(3, quote);
  const bool lines = text.substr(at).starts_with(triple);
  for (at += lines ? 3 : 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (lines && text.substr(at).starts_with(triple)) {
      at += 3;
      for (int more = 0; more < 2 && at < text.size() && text[at] == quote; ++more)
        ++at;  // the string's own last quotes
      return at;
    } else if (!lines && (text[at] == quote || text[at] == '\n')) {
      return at + 1;
    }
  }
  return text.size();
}

// Whether a date ends here and something follows that is no time of the day.
inline bool spoils_date(std::string_view text, std::size_t at) {
  const auto looks_like = [&](std::size_t from, std::string_view shape) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const char c = from + i < text.size() ? text[from + i] : '\0';
      if (shape[i] == '0' ? !is_ascii_digit(c) : c != shape[i]) return false;
    }
    return true;
  };
  if (at < 10 || !looks_like(at - 10, "0000-00-00") || looks_like(at + 1, "00:00")) return false;
  const char next = at + 1 < text.size() ? text[at + 1] : '\n';
  const bool separated = text[at] == ' ' && std::string_view(" \t\r\n,]}#").find(next) != std::string_view::npos;
  return text[at] == 'T' || text[at] == 't' || (text[at] == ' ' && !separated);
}

// Goes over a text once, strings and comments left out.
class TomlShape {
 public:
  explicit TomlShape(std::string_view text) : text_(text) {}

  std::size_t stray_byte() {
    for (std::size_t at = 0; at < text_.size();) {
      const char c = text_[at];
      if (!is_ascii_alnum(c) && marks.find(c) == std::string_view::npos) return at;
      if (spoils_date(text_, at)) return std::min(at + 1, text_.size() - 1);
      if (c == '#') {
        at = std::min(text_.find('\n', at), text_.size());
        continue;
      }
      if (const std::size_t stray = stray_bracket(at); stray != std::string_view::npos) return stray;
      line_start_ = c == '\n' || (line_start_ && (c == ' ' || c == '\t' || c == '\r'));
      at = c == '"' || c == '\'' ? toml_string_end(text_, at) : at + 1;
    }
    return std::string_view::npos;
  }

 private:
  static constexpr std::string_view marks = " \t\r\n_-+.:,=[]{}#\"'";

  std::size_t stray_bracket(std::size_t at) {
    const char c = text_[at];
    if (c == '[' || c == '{') {
      const bool header = c == '[' && open_.empty() && line_start_;
      const bool table = header && at + 1 < text_.size() && text_[at + 1] == '[';
      open_ += c;
      if (header || c == '{') return stray_key(at + (table ? 2 : 1), c == '{' ? "}" : "");
    } else if (c == ']' || c == '}') {
      if (open_.empty() || open_.back() != (c == ']' ? '[' : '{')) return at;
      open_.pop_back();
    } else if (c == ',' && open_.ends_with('{')) {
      return stray_key(at + 1, "");
    }
    return std::string_view::npos;
  }

  // Where something else than a key begins behind blanks.
  std::size_t stray_key(std::size_t at, std::string_view or_else) const {
    at = std::min(text_.find_first_not_of(" \t", at), text_.size());
    if (at == text_.size() || is_ascii_alnum(text_[at]) ||
        std::string_view("_-\"'").find(text_[at]) != std::string_view::npos) {
      return std::string_view::npos;
    }
    return or_else.find(text_[at]) != std::string_view::npos ? std::string_view::npos : at;
  }

  std::string_view text_;
  std::string open_ = {};
  bool line_start_ = true;
};

DAYPACK_DECL std::size_t toml_stray_byte(std::string_view text) { return TomlShape(text).stray_byte(); }

}  // namespace daypack::detail
