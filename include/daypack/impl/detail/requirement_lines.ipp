// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/requirement_lines.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/detail/utf8.hpp>
#include <daypack/error.hpp>

#include <iconv.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace daypack::detail {

[[noreturn]] inline void fail_decoding(const std::string& source, std::string_view before, const std::string& got,
                                       const std::string& expected,
                                       const std::string& hint = "save the file as UTF-8") {
  Place place;
  for (std::string_view rest = before; !rest.empty();) {
    place = rest.front() == '\n' ? Place{place.line + 1, 1} : Place{place.line, place.column + 1};
    rest.remove_prefix(std::max<std::size_t>(1, utf8_length(rest)));
  }
  throw Error(Errc::syntax, "cannot read a requirements file",
              source + ':' + std::to_string(place.line) + ':' + std::to_string(place.column) + " (got " + got +
                  ", expected " + expected + ')',
              hint);
}

// A NUL is in no text. Many of them are one in UTF-16 whose mark is missing.
inline std::string refused_nul(std::string text, const std::string& source) {
  const std::size_t nul = text.find('\0');
  if (nul == std::string::npos) return text;
  const bool wide = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\0')) * 3 >= text.size();
  fail_decoding(source, std::string_view(text).substr(0, nul), "a NUL byte", "text",
                wide ? "this looks like UTF-16 without its byte order mark: save the file as UTF-8"
                     : "is this a requirements file?");
}

// Bytes of another encoding, by iconv (POSIX), which glibc and musl have in themselves.
inline std::string utf8_from(std::string_view bytes, const std::string& encoding, const std::string& source) {
  const iconv_t converter = ::iconv_open("UTF-8", encoding.c_str());
  // NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX says so
  if (converter == reinterpret_cast<iconv_t>(-1)) {
    throw Error(Errc::syntax, "cannot read a requirements file",
                source + " (got coding " + encoding + ", expected an encoding that iconv knows)",
                "save the file as UTF-8, without a line that says otherwise");
  }
  std::string text;
  std::string input(bytes);
  char* from = input.data();
  std::size_t left = input.size(), done = 0;
  while (left != 0 && done != static_cast<std::size_t>(-1)) {
    std::array<char, 4096> chunk{};
    char* to = chunk.data();
    std::size_t room = chunk.size();
    done = ::iconv(converter, &from, &left, &to, &room);
    if (done == static_cast<std::size_t>(-1) && errno == E2BIG) done = 0;
    text.append(chunk.data(), chunk.size() - room);
  }
  ::iconv_close(converter);
  if (left != 0) fail_decoding(source, text, "a byte that is no text", encoding);
  return refused_nul(std::move(text), source);
}

// What a "coding" comment in the first two lines says (PEP 263), in the names of iconv; empty when there is none.
inline std::string declared_encoding(std::string_view bytes) {
  for (int line = 0; line < 2 && !bytes.empty(); ++line) {
    const std::string_view text = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(text.size() + 1, bytes.size()));
    if (!text.starts_with('#')) continue;
    for (std::size_t at = text.find("coding"); at != std::string_view::npos; at = text.find("coding", at + 1)) {
      std::string_view rest = text.substr(at + 6);
      if (!rest.starts_with(':') && !rest.starts_with('=')) continue;
      rest.remove_prefix(1);
      rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
      const auto is_part = [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_' || c == '.'; };
      const auto end = std::find_if_not(rest.begin(), rest.end(), is_part);
      std::string name = ascii_lowered(rest.substr(0, static_cast<std::size_t>(end - rest.begin())));
      std::replace(name.begin(), name.end(), '_', '-');
      if (name.starts_with("latin-")) name.erase(5, 1);
      if (!name.empty()) return name == "utf8" || name == "utf-8-sig" ? "utf-8" : name;
    }
  }
  return {};
}

DAYPACK_DECL std::string decode_requirements(std::string_view bytes, const std::string& source) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xFE\0\0"sv)) return utf8_from(bytes.substr(4), "UTF-32LE", source);
  if (bytes.starts_with("\0\0\xFE\xFF"sv)) return utf8_from(bytes.substr(4), "UTF-32BE", source);
  if (bytes.starts_with("\xFF\xFE"sv)) return utf8_from(bytes.substr(2), "UTF-16LE", source);
  if (bytes.starts_with("\xFE\xFF"sv)) return utf8_from(bytes.substr(2), "UTF-16BE", source);
  if (bytes.starts_with("\xEF\xBB\xBF"sv)) {
    bytes.remove_prefix(3);
  } else if (const std::string encoding = declared_encoding(bytes); !encoding.empty() && encoding != "utf-8") {
    return utf8_from(bytes, encoding, source);
  }
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t length = utf8_length(rest);
    if (length == 0) {
      const std::string_view before = bytes.substr(0, bytes.size() - rest.size());
      refused_nul(std::string(before), source);
      fail_decoding(source, before, "a byte that is no text", "UTF-8");
    }
    rest.remove_prefix(length);
  }
  return refused_nul(std::string(bytes), source);
}

// Bytes of the line end at the front, 0 when there is none: those of Python's str.splitlines().
inline std::size_t line_end(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.starts_with("\r\n")) return 2;
  if ("\n\r\v\f\x1c\x1d\x1e"sv.find(text.front()) != std::string_view::npos) return 1;
  if (text.starts_with("\xC2\x85")) return 2;
  if (text.starts_with("\xE2\x80\xA8") || text.starts_with("\xE2\x80\xA9")) return 3;
  return 0;
}

inline std::vector<LogicalLine> physical_lines(std::string_view text) {
  std::vector<LogicalLine> lines;
  Place place;
  LogicalLine line;
  while (!text.empty()) {
    if (const std::size_t end = line_end(text); end != 0) {
      line.places.push_back(place);
      lines.push_back(std::exchange(line, {}));
      place = {place.line + 1, 1};
      text.remove_prefix(end);
      continue;
    }
    const std::size_t length = std::max<std::size_t>(1, utf8_length(text));
    line.text += text.substr(0, length);
    line.places.insert(line.places.end(), length, place);
    ++place.column;
    text.remove_prefix(length);
  }
  line.places.push_back(place);
  lines.push_back(std::move(line));
  return lines;
}

inline bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f'); }

// Bytes of the blank at the front, 0 when there is none: those of Python's str.isspace(), as web pages have them.
inline std::size_t blank_length(std::string_view text) {
  if (text.empty()) return 0;
  if (is_blank(text.front())) return 1;
  if (text.starts_with("\xC2\x85") || text.starts_with("\xC2\xA0")) return 2;
  static constexpr std::array<std::string_view, 6> others{"\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9",
                                                          "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
  const std::string_view head = text.substr(0, 3);
  const bool wide = head.size() == 3 && head.starts_with("\xE2\x80") && static_cast<unsigned char>(head[2]) <= 0x8A;
  return wide || std::find(others.begin(), others.end(), head) != others.end() ? 3 : 0;
}

inline std::size_t blanks_length(std::string_view text) {
  std::size_t size = 0;
  for (std::size_t blank = blank_length(text); blank != 0; blank = blank_length(text.substr(size))) size += blank;
  return size;
}

inline bool is_comment_line(std::string_view text) { return text.substr(blanks_length(text)).starts_with('#'); }

inline void keep_range(LogicalLine& line, std::size_t begin, std::size_t end) {
  line.text = line.text.substr(begin, end - begin);
  line.places = {line.places.begin() + static_cast<std::ptrdiff_t>(begin),
                 line.places.begin() + static_cast<std::ptrdiff_t>(end) + 1};
}

inline void append_line(LogicalLine& line, const LogicalLine& more) {
  if (!line.places.empty()) line.places.pop_back();
  line.text += more.text;
  line.places.insert(line.places.end(), more.places.begin(), more.places.end());
}

// As pip: all backslashes at both ends of a continued line go; a comment line ends a continuation.
inline std::vector<LogicalLine> join_continuations(std::vector<LogicalLine> lines) {
  std::vector<LogicalLine> joined;
  bool open = false;
  for (LogicalLine& line : lines) {
    const bool comment = is_comment_line(line.text);
    const bool continues = line.text.ends_with('\\') && !comment;
    if (continues) {
      const std::size_t begin = std::min(line.text.find_first_not_of('\\'), line.text.size());
      const std::size_t end = line.text.find_last_not_of('\\') + 1;
      keep_range(line, begin, std::max(begin, end));
    }
    if (comment) {  // so that the comment is found again behind what it is joined to
      line.text.insert(line.text.begin(), ' ');
      line.places.insert(line.places.begin(), line.places.front());
    }
    if (open) {
      append_line(joined.back(), line);
    } else {
      joined.push_back(std::move(line));
    }
    open = continues;
  }
  return joined;
}

// "#" begins a comment at the start of a line or behind a blank, so the fragment of a URL survives.
inline void cut_comment(LogicalLine& line) {
  const std::string_view text = line.text;
  const std::size_t begin = blanks_length(text);
  std::size_t end = begin;  // behind the last byte that is no blank
  for (std::size_t at = begin; at < text.size();) {
    if (text[at] == '#' && (at == 0 || at != end || at == begin)) break;
    const std::size_t blank = blank_length(text.substr(at));
    at += blank != 0 ? blank : 1;
    if (blank == 0) end = at;
  }
  keep_range(line, begin, end);
}

// ${NAME} with a name of [A-Z0-9_]; no other form, as in pip.
inline void fill_variables(LogicalLine& line) {
  for (std::size_t at = line.text.find("${"); at != std::string::npos; at = line.text.find("${", at + 1)) {
    const std::size_t end = line.text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", at + 2);
    if (end == std::string::npos || end == at + 2 || line.text[end] != '}') continue;
    const char* value = std::getenv(line.text.substr(at + 2, end - at - 2).c_str());
    if (value == nullptr || *value == '\0') continue;
    const std::string_view filled = value;
    const Place place = line.places[at];
    const auto from = line.places.begin() + static_cast<std::ptrdiff_t>(at);
    line.places.erase(from, from + static_cast<std::ptrdiff_t>(end + 1 - at));
    line.places.insert(line.places.begin() + static_cast<std::ptrdiff_t>(at), filled.size(), place);
    line.text.replace(at, end + 1 - at, filled);
    line.values.emplace_back(filled);
    at += filled.size() - 1;
  }
}

DAYPACK_DECL std::vector<LogicalLine> logical_lines(std::string_view text) {
  std::vector<LogicalLine> lines;
  for (LogicalLine& line : join_continuations(physical_lines(text))) {
    cut_comment(line);
    if (line.text.empty()) continue;
    fill_variables(line);
    lines.push_back(std::move(line));
  }
  return lines;
}

DAYPACK_DECL std::size_t options_begin(std::string_view line) {
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '-' && (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')) return at;
  }
  return line.size();
}

DAYPACK_DECL std::vector<Word> shell_words(std::string_view line, std::size_t from) {
  std::vector<Word> words;
  bool inside = false;
  for (std::size_t at = from; at < line.size(); ++at) {
    const char c = line[at];
    if (is_blank(c)) {
      inside = false;
      continue;
    }
    if (!std::exchange(inside, true)) words.push_back({.at = at});
    std::string& word = words.back().text;
    if (c == '\'' || c == '"') {
      const std::size_t open = at++;
      for (; at < line.size() && line[at] != c; ++at) {
        const bool escape =
            c == '"' && line[at] == '\\' && at + 1 < line.size() && (line[at + 1] == '"' || line[at + 1] == '\\');
        word += line[escape ? ++at : at];
      }
      if (at == line.size()) throw Misread{open, std::string("a closing ") + c, "close the quote, or leave both out"};
    } else if (c == '\\' && at + 1 < line.size()) {
      word += line[++at];
    } else {
      word += c;
    }
  }
  return words;
}

// Neither credentials nor what came out of the environment.
inline std::string without_values(std::string text, const LogicalLine& line) {
  for (const std::string& value : line.values) {
    for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + 3))
      text.replace(at, value.size(), "***");
  }
  return redacted(text);
}

// Control characters would reach somebody's terminal.
inline std::string without_controls(const std::string& text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      shown += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    } else {
      shown += c;
    }
  }
  return shown;
}

// The word that stands there, for a message.
inline std::string got_at(const LogicalLine& line, std::size_t at) {
  const std::string_view text = line.text;
  if (at >= text.size()) return "the end of the line";
  const auto same_place = [&](const Place& a, const Place& b) { return a.line == b.line && a.column == b.column; };
  const bool starts_character = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
  if (at > 0 && !line.places.empty() && starts_character && same_place(line.places[at], line.places[at - 1])) {
    return "the value of a variable";
  }
  std::size_t end = at;
  while (end < text.size() && (end == at || text[end] != ' ')) {
    end += std::max<std::size_t>(1, utf8_length(text.substr(end)));
  }
  std::string word = without_values(std::string(text.substr(at, end - at)), line);
  if (word.size() > 40) {
    std::size_t size = 40;
    while ((static_cast<unsigned char>(word[size]) & 0xC0) == 0x80) --size;
    word = word.substr(0, size) + "...";
  }
  return '"' + without_controls(word) + '"';
}

// Why a variable still stands there.
inline std::string unfilled_hint(std::string_view text, std::size_t at) {
  text.remove_prefix(at);
  if (!text.starts_with("${")) return {};
  const std::string_view name = text.substr(2, text.find_first_of("} ") - 2);
  const bool plain = name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
  return plain ? "the environment has no variable " + std::string(name) + ", or it is empty: set it"
               : "only ${NAME} in capital letters is filled in, as in pip";
}

DAYPACK_DECL void throw_misread(const Misread& misread, const LogicalLine& line, const std::string& source) {
  const std::size_t at = std::min(misread.at, line.text.size());
  std::string place;
  if (line.places.empty()) {
    place = '"' + redacted(line.text) + "\" at column " + std::to_string(at + 1);
  } else {
    place = source + ':' + std::to_string(line.places[at].line) + ':' + std::to_string(line.places[at].column);
  }
  const std::string hint = misread.hint.empty() ? unfilled_hint(line.text, at) : misread.hint;
  throw Error(Errc::syntax, "cannot read a requirement",
              place + " (got " + got_at(line, at) + ", expected " + without_values(misread.expected, line) + ')',
              without_values(hint, line));
}

}  // namespace daypack::detail
