// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/report/report.hpp>

#include <cstddef>
#include <string>

namespace daypack {

struct TextStyle {
  std::size_t width = 80;  // columns; at least 40 are taken
  bool unicode = true;     // bars of block elements in UTF-8; else of '#'. Names that are not ASCII become "\xNN" then
  std::size_t rows = 20;   // of the longest list, the smallest are summed up below it
};

// The report for a terminal: limits as bars, distributions, kinds of files, the largest files, what rules saved, what
// checks found, what another package has otherwise. Lines end with '\n' and have no control characters.
DAYPACK_DECL std::string text_of(const Report& report, const TextStyle& style = {});

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/report/text.ipp>
#endif
