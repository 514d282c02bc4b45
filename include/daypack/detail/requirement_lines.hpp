// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// The lines of a requirements.txt as pip sees them, before anybody asks what they mean.
namespace daypack::detail {

// Where a byte stands in the file that somebody wrote; both from 1, columns in characters.
struct Place {
  int line = 1;
  int column = 1;
};

// A line with its continuations joined, its comment cut and its variables filled in. Never empty.
struct LogicalLine {
  std::string text = {};
  std::vector<Place> places = {};  // of every byte of the text, and of its end
  std::vector<std::string> values =
      {};  // of the variables that were filled in: they may be secrets, and are never shown
};

// A word of the option part of a line, quotes resolved.
struct Word {
  std::string text = {};
  std::size_t at = 0;  // where it begins in the line
};

// The text as UTF-8 without byte order mark. UTF-16 and UTF-32 are understood by their mark, other encodings by a
// "coding" comment in the first two lines (PEP 263); bytes that are no text of the encoding are an Error{syntax}.
DAYPACK_DECL std::string decode_requirements(std::string_view bytes, const std::string& source);

// pip's reading order: split, join continuations, cut comments, replace ${NAME} by the environment (unset or empty: it
// stays).
DAYPACK_DECL std::vector<LogicalLine> logical_lines(std::string_view text);

// Where the options of a line begin: at the first word that starts with "-".
DAYPACK_DECL std::size_t options_begin(std::string_view line);

// Words by the quoting rules of a POSIX shell. Throws Misread for an open quote.
DAYPACK_DECL std::vector<Word> shell_words(std::string_view line, std::size_t from);

// Why a line cannot be read, before file and line are known. Never leaves the library.
struct Misread {
  std::size_t at = 0;
  std::string expected = {};
  std::string hint = {};
};

// The misread as Error{syntax}: "cannot read a requirement: FILE:LINE:COLUMN (got ..., expected ...)".
[[noreturn]] DAYPACK_DECL void throw_misread(const Misread& misread, const LogicalLine& line,
                                             const std::string& source);

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/requirement_lines.ipp>
#endif
