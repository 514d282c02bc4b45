// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/rules/sources.ipp>
#include <daypack/rules/build_files.hpp>

#include <algorithm>
#include <array>

namespace daypack {

namespace detail {

// A kind of file by how its name ends and how its bytes begin: *.pdb are molecules elsewhere (Protein Data Bank).
struct BuildFileKind {
  std::string_view ending;
  std::string_view begins;
};

// ar(5); "Microsoft C/C++ MSF" of LLVM's MSF file format; "MZ" of Microsoft's PE format. distlib's and setuptools'
// launchers (*.exe) are read on Windows alone (distlib/scripts.py, setuptools/_scripts.py; 2026-11).
inline constexpr std::array<BuildFileKind, 4> build_file_kinds{
    {{".a", "!<arch>\n"}, {".exe", "MZ"}, {".lib", "!<arch>\n"}, {".pdb", "Microsoft C/C++ "}}};

inline bool is_of_build_kind(const Entry& entry) {
  for (const BuildFileKind& kind : build_file_kinds) {
    if (entry.path.ends_with(kind.ending)) return read_content(entry).text().starts_with(kind.begins);
  }
  return false;
}

// pkgconfig/*.pc are none of them: such a folder is a package when an entry point names it, as pkg_config does
// numpy._core.lib.pkgconfig (numpy 2.5), and load() needs a file in it. They are a few hundred bytes; 2026-11.
inline bool is_of_build_system(std::string_view path) {
  return path.ends_with(".cmake") || path.find(".dSYM/") != std::string_view::npos ||
         path.find("/.debug/") != std::string_view::npos;
}

}  // namespace detail

DAYPACK_DECL Matcher rules::BuildFiles::matcher(const Tree& tree, const TargetFacts*) {
  const auto distributions = tree.distributions();
  const bool builds = std::ranges::any_of(
      distributions, [](const auto& distribution) { return detail::compiles_others(*distribution); });
  return {.removes = [builds](const Entry& entry) {
    if (builds || !entry.origin || entry.mode == Mode::symlink || detail::compiles(*entry.origin)) return false;
    return detail::is_of_build_system(entry.path) || detail::is_of_build_kind(entry);
  }};
}

}  // namespace daypack
