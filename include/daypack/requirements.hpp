// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// One requirement as somebody wrote it, and where.
struct Requirement {
  std::string text = {};  // PEP 508, without comments and without per-requirement options
  std::string name = {};  // normalised; empty for a bare URL or path
  std::vector<std::string> extras = {};
  std::string specifier = {};            // ">=1,<2"
  std::string marker = {};               // what stands after ";"
  std::string url = {};                  // of "name @ URL", or a bare URL or path
  std::vector<std::string> hashes = {};  // "sha256:..."
  bool editable = false;
  std::string file = {};  // empty: given on the command line
  int line = 0;           // from 1
};

// What is asked for: the requirements of one or more files with the options that stand in them.
struct Requirements {
  std::vector<Requirement> items = {};
  std::vector<Requirement> constraints = {};  // of -c
  std::vector<std::string> options =
      {};  // global option lines, ready to stand in a requirements.txt: "--pre", "--index-url ..."

  // Reads a requirements.txt of pip's format. Error{not_found, unreadable}, Error{syntax} with file, line, column and
  // what was expected.
  DAYPACK_DECL static Requirements read(const std::string& path);
  // The same from text; `source` names it in errors and is the base of relative paths.
  DAYPACK_DECL static Requirements parse(std::string_view text, std::string source);
  // Requirements as arguments: of({"requests", "numpy<2"}).
  DAYPACK_DECL static Requirements of(const std::vector<std::string>& items);

  // Both together.
  DAYPACK_DECL Requirements& add(const Requirements& more);
  // As one requirements.txt that pip and uv read, with nothing relative left in it; without the constraints.
  DAYPACK_DECL std::string text() const;
  // The constraints, as the file for -c.
  DAYPACK_DECL std::string constraints_text() const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/requirements.ipp>
#endif
