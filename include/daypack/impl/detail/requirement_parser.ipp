// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/requirement_parser.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/requirement_lines.ipp>
#include <daypack/impl/wheel/markers.ipp>
#include <daypack/impl/wheel/name.ipp>
#include <daypack/impl/wheel/version.ipp>
#include <daypack/requirements.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace daypack::detail {

// Letters, digits, "_" and whatever is not ASCII: what belongs to one word.
inline bool is_word_byte(char c) { return is_ascii_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

// A position in one requirement, and the small steps that the grammar is made of.
class RequirementCursor {
 public:
  explicit RequirementCursor(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  void go(std::size_t at) { at_ = at; }
  bool at_end() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }
  std::string since(std::size_t begin) const { return std::string(text_.substr(begin, at_ - begin)); }

  bool take(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  bool skip_blanks() {
    const std::size_t begin = at_;
    while (peek() == ' ' || peek() == '\t') ++at_;
    return at_ != begin;
  }
  // A whole word of letters, digits and "_"; empty when another word goes on here.
  std::string_view word() const {
    std::size_t size = 0;
    while (is_word_byte(peek(size)) || (peek(size) == '.' && is_word_byte(peek(size + 1)))) ++size;
    return rest().substr(0, size);
  }
  [[noreturn]] void fail(std::string expected, std::string hint = {}) const {
    throw Misread{at_, std::move(expected), std::move(hint)};
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// [A-Z0-9]([A-Z0-9._-]*[A-Z0-9])?; empty when there is none.
inline std::string take_identifier(RequirementCursor& cursor) {
  const std::string_view rest = cursor.rest();
  std::size_t size = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (is_ascii_alnum(rest[i])) {
      size = i + 1;
    } else if (i == 0 || std::string_view("._-").find(rest[i]) == std::string_view::npos) {
      break;
    }
  }
  cursor.go(cursor.at() + size);
  return std::string(rest.substr(0, size));
}

inline std::vector<std::string> take_extras(RequirementCursor& cursor) {
  std::vector<std::string> extras;
  if (!cursor.take("[")) return extras;
  cursor.skip_blanks();
  while (!cursor.take("]")) {
    if (!extras.empty()) {
      if (!cursor.take(",")) cursor.fail("\",\" or \"]\" in the list of extras");
      cursor.skip_blanks();
    }
    std::string extra = take_identifier(cursor);
    if (extra.empty()) cursor.fail(extras.empty() ? "the name of an extra, or \"]\"" : "the name of an extra");
    extras.push_back(normalised_name(extra));
    cursor.skip_blanks();
  }
  return extras;
}

inline std::string_view take_version_operator(RequirementCursor& cursor) {
  static constexpr std::array<std::string_view, 8> operators{"===", "==", "~=", "!=", "<=", ">=", "<", ">"};
  for (const std::string_view op : operators) {
    if (cursor.take(op)) return op;
  }
  return {};
}

[[noreturn]] inline void fail_version(const RequirementCursor& cursor, const std::string& op,
                                      const std::string& version) {
  const bool exact = op == "==" || op == "!=";
  if (const std::size_t x = ascii_lowered(version).find(".x"); x != std::string::npos) {
    cursor.fail("a version behind \"" + op + '"', "write \"==" + version.substr(0, x) + ".*\"");
  }
  if (version.ends_with(".*"))
    cursor.fail("no \".*\" here", "\".*\" goes with \"==\" and \"!=\" and plain numbers only");
  if (!exact && version.find('+') != std::string::npos) {
    cursor.fail("no local version (\"+...\") behind \"" + op + '"', "a local version goes with \"==\" and \"!=\" only");
  }
  if (op == "~=" && !version.empty() && version.find('.') == std::string::npos) {
    cursor.fail("a version with at least two numbers behind \"~=\"", "write \"~=" + version + ".0\"");
  }
  cursor.fail("a version behind \"" + op + '"', version == "*" ? "leave it out: without it any version is taken" : "");
}

// The version behind an operator, by PEP 440.
inline std::string take_version(RequirementCursor& cursor, std::string_view op) {
  const std::size_t begin = cursor.at();
  cursor.go(begin + std::min(cursor.rest().find_first_of(op == "===" ? " \t;)" : " \t,;)"), cursor.rest().size()));
  std::string version = cursor.since(begin);
  try {
    Specifiers::parse(std::string(op) + version);
  } catch (const Error&) {
    cursor.go(begin);
    fail_version(cursor, std::string(op), version);
  }
  return version;
}

// One or more "OP VERSION" with commas between; as it is written, without blanks.
inline std::string take_specifier(RequirementCursor& cursor) {
  std::string specifier;
  for (;;) {
    const std::string_view op = take_version_operator(cursor);
    if (op.empty()) return specifier;
    cursor.skip_blanks();
    if (!specifier.empty()) specifier += ',';
    specifier += std::string(op) + take_version(cursor, op);
    cursor.skip_blanks();
    if (!cursor.take(",")) return specifier;
    cursor.skip_blanks();
    if (is_ascii_alnum(cursor.peek()))
      cursor.fail("a version operator behind \",\"", "one requirement per line, without a comma between them");
  }
}

inline void take_marker_operand(RequirementCursor& cursor) {
  if (cursor.peek() == '\'' || cursor.peek() == '"') {
    const std::size_t close = cursor.rest().find(cursor.peek(), 1);
    if (close == std::string_view::npos) cursor.fail(std::string("a closing ") + cursor.peek(), "close the quote");
    cursor.go(cursor.at() + close + 1);
    return;
  }
  const std::string_view word = cursor.word();
  if (marker_variable(word) != nullptr) {
    cursor.go(cursor.at() + word.size());
    return;
  }
  std::string hint;
  if (cursor.rest().starts_with("\xE2\x80\x9C") || cursor.rest().starts_with("\xE2\x80\x98")) {
    hint = "these are typographic quotes: type plain ones";
  } else if (!word.empty()) {
    hint = is_ascii_digit(word.front()) ? "put the value into quotes: \"" + std::string(word) + '"'
                                        : "the names are those of PEP 508, values stand in quotes";
  }
  cursor.fail("the name of an environment marker or a quoted value", hint);
}

inline void take_marker_operator(RequirementCursor& cursor) {
  if (!take_version_operator(cursor).empty()) return;
  const std::string_view word = cursor.word();
  if (word == "in") return cursor.go(cursor.at() + 2);
  if (word == "not") {
    cursor.go(cursor.at() + 3);
    const bool blank = cursor.skip_blanks();
    if (blank && cursor.word() == "in") return cursor.go(cursor.at() + 2);
    cursor.fail("\"in\" behind \"not\"");
  }
  cursor.fail("an operator: ==, !=, <=, >=, <, >, ~=, ===, in or not in", cursor.peek() == '=' ? "write \"==\"" : "");
}

inline void take_marker(RequirementCursor& cursor, int depth = 0) {
  if (depth > 100) cursor.fail("fewer parentheses");
  for (;;) {
    cursor.skip_blanks();
    if (cursor.take("(")) {
      take_marker(cursor, depth + 1);
      if (!cursor.take(")")) cursor.fail("\"and\", \"or\" or \")\"");
    } else {
      take_marker_operand(cursor);
      cursor.skip_blanks();
      take_marker_operator(cursor);
      cursor.skip_blanks();
      take_marker_operand(cursor);
    }
    cursor.skip_blanks();
    const std::string_view word = cursor.word();
    if (word != "and" && word != "or") return;
    cursor.go(cursor.at() + word.size());
  }
}

// ";" and what follows, to the end of the line.
inline std::string take_rest_as_marker(RequirementCursor& cursor) {
  cursor.go(cursor.at() + 1);
  const std::size_t begin = cursor.at();
  take_marker(cursor);
  if (!cursor.at_end()) {
    const bool ampersand = cursor.peek() == '&' || cursor.peek() == '|';
    cursor.fail("\"and\", \"or\" or the end of the line", ampersand ? "write \"and\" and \"or\"" : "");
  }
  return std::string(trimmed(cursor.since(begin)));
}

[[noreturn]] inline void fail_behind_name(const RequirementCursor& cursor, const std::string& name, bool versioned) {
  const std::string rest(cursor.rest());
  const std::string_view word = cursor.word();
  std::string hint;
  if (versioned && !rest.empty() && std::string_view("=<>!~").find(rest.front()) != std::string_view::npos) {
    hint = "put a comma between the versions";
  } else if (rest.starts_with("~>")) {
    hint = "write \"~=\"";
  } else if (rest.starts_with("=>") || rest.starts_with("=<")) {
    hint = "write \"" + name + rest[1] + '=' +
           std::string(trimmed(std::string_view(rest).substr(2, rest.find_first_of(";,") - 2))) + '"';
  } else if (rest.starts_with("=")) {
    hint = "write \"" + name +
           "==" + std::string(trimmed(std::string_view(rest).substr(1, rest.find_first_of(";,") - 1))) + '"';
  } else if (rest.starts_with("^")) {
    hint = "\"^\" is no operator of pip: write \">=1.2,<2\"";
  } else if (rest.starts_with("\xC2\xA0")) {
    hint = "this is a no-break space, as web pages have it: type a plain one";
  } else if (!versioned && !word.empty() && is_ascii_digit(word.front())) {
    hint = "write \"" + name + "==" + std::string(word) + '"';
  } else if (!word.empty() || rest.starts_with(",")) {
    hint = "one requirement per line";
  } else if (rest.starts_with("/") || rest.starts_with("\\")) {
    hint = "begin a path with ./";
  }
  cursor.fail(versioned ? "\",\", \";\" or the end of the line"
                        : "a version operator (==, >=, <=, ~=, !=, <, >), \"[\", \"@\", \";\" or the end of the line",
              hint);
}

inline void take_version_part(RequirementCursor& cursor, Requirement& item) {
  const std::string written = cursor.since(0);
  const bool parenthesis = cursor.take("(");
  if (parenthesis) cursor.skip_blanks();
  item.specifier = take_specifier(cursor);
  cursor.skip_blanks();
  if (parenthesis && !cursor.take(")")) cursor.fail("\",\" or \")\" behind the versions");
  cursor.skip_blanks();
  if (cursor.at_end()) return;
  if (cursor.peek() != ';')
    fail_behind_name(cursor, std::string(trimmed(written)), parenthesis || !item.specifier.empty());
  item.marker = take_rest_as_marker(cursor);
}

// A URL that goes on with a marker, although no blank ends it: "https://h/a.whl;os_name=='x'".
inline void refuse_joined_marker(RequirementCursor& cursor, std::size_t begin, std::string_view url) {
  for (std::size_t at = url.find(';'); at != std::string_view::npos; at = url.find(';', at + 1)) {
    RequirementCursor behind(url);
    behind.go(at + 1);
    const bool open = at + 1 == url.size() && !cursor.at_end();
    if (!open && marker_variable(behind.word()) == nullptr) continue;
    cursor.go(begin + at);
    cursor.fail("a blank between the URL and \";\"", "a URL may have \";\" in it: write \"URL ; MARKER\"");
  }
}

DAYPACK_DECL Requirement parse_requirement(std::string_view text, const char* expected) {
  Requirement item{.text = std::string(trimmed(text))};
  RequirementCursor cursor(text);
  cursor.skip_blanks();
  const std::string name = take_identifier(cursor);
  if (name.empty()) {
    cursor.fail(expected, text.starts_with("~") ? "\"~\" is not expanded here: write the path in full" : "");
  }
  item.name = normalised_name(name);
  cursor.skip_blanks();
  item.extras = take_extras(cursor);
  cursor.skip_blanks();
  if (!cursor.take("@")) {
    take_version_part(cursor, item);
    return item;
  }
  cursor.skip_blanks();
  const std::size_t begin = cursor.at();
  while (!cursor.at_end() && cursor.peek() != ' ' && cursor.peek() != '\t') cursor.go(cursor.at() + 1);
  if (cursor.at() == begin) cursor.fail("a URL behind \"@\"");
  item.url = cursor.since(begin);
  cursor.skip_blanks();
  refuse_joined_marker(cursor, begin, item.url);
  if (cursor.at_end()) return item;
  if (cursor.peek() != ';') cursor.fail("\";\" or the end of the line behind the URL");
  item.marker = take_rest_as_marker(cursor);
  return item;
}

DAYPACK_DECL bool has_url_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string scheme = ascii_lowered(text.substr(0, colon));
  static constexpr std::array<std::string_view, 8> plain{"http", "https", "file", "ftp", "git", "hg", "svn", "bzr"};
  const std::string head = scheme.substr(0, scheme.find('+'));
  if (std::find(plain.begin(), plain.end(), head) == plain.end()) return false;
  return scheme == head || head.size() < 4;  // git+https and its kin
}

DAYPACK_DECL bool names_an_archive(std::string_view text) {
  static constexpr std::array<std::string_view, 12> endings{
      ".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"};
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return text.ends_with(ending); });
}

DAYPACK_DECL bool looks_like_path(std::string_view text) {
  if (text.starts_with('.') || text.starts_with('/')) return true;
  const std::size_t end = text.find_first_of(" @[;<>=!~");
  const std::string_view head = text.substr(0, end);
  return head.find('/') != std::string_view::npos ||
         (names_an_archive(head) && text.find('@') == std::string_view::npos);
}

DAYPACK_DECL Requirement parse_requirement_or_path(std::string_view text) {
  const bool url = has_url_scheme(text);
  if (!url && !looks_like_path(text))
    return parse_requirement(text, "the name of a distribution, a URL, or a path that begins with ./");
  Requirement item{.text = std::string(trimmed(text))};
  const std::size_t separator = url ? std::min(text.find("; "), text.find(" ;")) : text.find(';');
  const std::size_t semicolon = text.find(';', std::min(separator, text.size()));
  RequirementCursor cursor(text);
  if (url) {
    const std::string_view whole = text.substr(0, semicolon);
    cursor.go(whole.size());
    refuse_joined_marker(cursor, 0, whole.ends_with(';') ? whole.substr(0, whole.size() - 1) : whole);
  }
  if (semicolon != std::string_view::npos) {
    cursor.go(semicolon);
    item.marker = take_rest_as_marker(cursor);
  }
  std::string target(trimmed(text.substr(0, semicolon)));
  const std::size_t bracket = target.rfind('[');
  if (target.ends_with(']') && bracket != std::string::npos && bracket > 0) {
    cursor.go(bracket);
    item.extras = take_extras(cursor);
    target = std::string(trimmed(std::string_view(target).substr(0, bracket)));
  }
  item.url = std::move(target);
  return item;
}

// "requirements.txt:3"; empty when it was given on the command line.
inline std::string place_of(const Requirement& item) {
  return item.file.empty() ? "" : item.file + ':' + std::to_string(item.line);
}

// "requests==2.0 (requirements.txt:3)"
inline std::string named_with_place(const Requirement& item) {
  return item.file.empty() ? item.text : item.text + " (" + place_of(item) + ')';
}

}  // namespace daypack::detail
