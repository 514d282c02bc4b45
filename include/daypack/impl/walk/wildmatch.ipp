// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace daypack::detail {

// The pattern language of git's wildmatch.c (WM_PATHNAME), read once into tokens. Unlike Glob, "**" is special only as
// a whole component, and a pattern that is not well-formed matches nothing.
class WildPattern {
 public:
  explicit WildPattern(std::string_view pattern) { valid_ = read(pattern); }

  // Greedy, with one restart point for each kind of star: no recursion, at most pattern times text steps for each star.
  bool matches(std::string_view text) const {
    if (!valid_) return false;
    constexpr std::size_t none = std::string_view::npos;
    std::size_t p = 0, t = 0, star = none, star_text = 0, deep = none, deep_text = 0;
    for (;;) {
      if (p < tokens_.size() && tokens_[p].kind == Kind::star) {
        star = ++p, star_text = t;
      } else if (p < tokens_.size() && tokens_[p].kind >= Kind::deep) {
        deep = p++, deep_text = t, star = none;
      } else if (p == tokens_.size() && t == text.size()) {
        return true;
      } else if (p < tokens_.size() && t < text.size() && is(tokens_[p], text[t])) {
        ++p, ++t;
      } else if (star != none && star_text < text.size() && text[star_text] != '/') {
        p = star, t = ++star_text;
      } else if (deep != none && next(tokens_[deep].kind, text, deep_text)) {
        star = none, p = deep + 1, t = deep_text;
      } else {
        return false;
      }
    }
  }

 private:
  enum class Kind : std::uint8_t { literal, one, set, star, deep, deep_folders };  // deep_folders: "**/"
  struct Token {
    Kind kind;
    char literal = 0;
    std::size_t set = 0;
  };
  using Set = std::bitset<256>;

  static std::size_t index(char c) { return static_cast<unsigned char>(c); }

  bool is(const Token& token, char c) const {
    if (token.kind == Kind::literal) return token.literal == c;
    return c != '/' && (token.kind == Kind::one || sets_[token.set][index(c)]);
  }

  // Where a "**" ends next: one character on, or behind the next slash.
  static bool next(Kind kind, std::string_view text, std::size_t& at) {
    if (at >= text.size()) return false;
    if (kind == Kind::deep) return ++at, true;
    const std::size_t slash = text.find('/', at);
    at = slash == std::string_view::npos ? text.size() : slash + 1;
    return slash != std::string_view::npos;
  }

  bool read(std::string_view pattern) {
    for (std::size_t at = 0; at < pattern.size();) {
      const char c = pattern[at];
      if (c == '*') {
        read_stars(pattern, at);
      } else if (c == '[') {
        const auto set = read_set(pattern, at);
        if (!set) return false;
        tokens_.push_back({Kind::set, 0, sets_.size()});
        sets_.push_back(*set);
      } else if (c == '\\' && ++at == pattern.size()) {
        return false;
      } else {
        tokens_.push_back({c == '?' ? Kind::one : Kind::literal, pattern[at++]});
      }
    }
    return true;
  }

  void read_stars(std::string_view pattern, std::size_t& at) {
    const std::size_t begin = at;
    while (at < pattern.size() && pattern[at] == '*') ++at;
    const std::string_view rest = pattern.substr(at);
    const bool whole = at - begin > 1 && (begin == 0 || pattern[begin - 1] == '/') &&
                       (rest.empty() || rest[0] == '/' || rest.starts_with("\\/"));
    const bool folders = whole && rest.starts_with('/');
    if (folders) ++at;
    tokens_.push_back({folders ? Kind::deep_folders : whole ? Kind::deep : Kind::star});
  }

  // A [set] from its bracket on; nothing when it does not end or names an unknown [:class:].
  static std::optional<Set> read_set(std::string_view pattern, std::size_t& at) {
    const auto peek = [&](std::size_t i) { return i < pattern.size() ? pattern[i] : '\0'; };
    Set set;
    ++at;
    const bool negated = peek(at) == '!' || peek(at) == '^';
    if (negated) ++at;
    char before = 0;  // what a "-" would range from
    for (bool first = true; first || peek(at) != ']'; first = false, ++at) {
      char c = peek(at);
      if (c == '-' && before && peek(at + 1) && peek(at + 1) != ']') {
        if (peek(++at) == '\\') ++at;
        if (!peek(at)) return std::nullopt;
        for (std::size_t i = index(before); i <= index(peek(at)); ++i) set.set(i);
        before = 0;
        continue;
      }
      if (c == '[' && peek(at + 1) == ':') {
        const std::size_t end = pattern.find(']', at + 2);
        if (end == std::string_view::npos) return std::nullopt;
        if (end > at + 2 && pattern[end - 1] == ':') {
          if (!add_class(pattern.substr(at + 2, end - at - 3), set)) return std::nullopt;
          at = end, before = 0;
          continue;
        }
      } else if (c == '\\') {
        c = peek(++at);
      }
      if (!c) return std::nullopt;
      set.set(index(c));
      before = c;
    }
    ++at;
    return negated ? ~set : set;
  }

  // git's own classes: ASCII whatever the locale, and space without \v and \f.
  static bool in_class(std::string_view name, unsigned c, bool& known) {
    const bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r', graph = c > ' ' && c < 127;
    if (name == "alnum") return lower || upper || digit;
    if (name == "alpha") return lower || upper;
    if (name == "blank") return c == ' ' || c == '\t';
    if (name == "cntrl") return c < ' ' || c == 127;
    if (name == "digit") return digit;
    if (name == "graph") return graph;
    if (name == "lower") return lower;
    if (name == "print") return graph || c == ' ';
    if (name == "punct") return graph && !lower && !upper && !digit;
    if (name == "space") return space;
    if (name == "upper") return upper;
    if (name == "xdigit") return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return known = false;
  }

  static bool add_class(std::string_view name, Set& set) {
    bool known = true;
    for (unsigned c = 0; c < 256; ++c) {
      if (in_class(name, c, known)) set.set(c);
    }
    return known;
  }

  std::vector<Token> tokens_;
  std::vector<Set> sets_;
  bool valid_ = false;
};

}  // namespace daypack::detail
