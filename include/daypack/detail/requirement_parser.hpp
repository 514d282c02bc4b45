// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/detail/requirement_lines.hpp>

#include <string>
#include <string_view>

namespace daypack {
struct Requirement;
}

namespace daypack::detail {

// Reads a requirement by https://packaging.python.org/en/latest/specifications/dependency-specifiers/ (PEP 508,
// 2026-11-01). Fills in text, name, extras, specifier, marker and url. Throws Misread; `expected` is what may stand
// first.
DAYPACK_DECL Requirement parse_requirement(std::string_view text, const char* expected = "the name of a distribution");

// The same for what may also be a bare URL or path, with extras and a marker behind it.
DAYPACK_DECL Requirement parse_requirement_or_path(std::string_view text);

// "https:...", "file:...", "git+ssh:...": what pip takes for a URL.
DAYPACK_DECL bool has_url_scheme(std::string_view text);

// Whether it ends as a wheel or a source archive does.
DAYPACK_DECL bool names_an_archive(std::string_view text);

// "./x", "wheels/x.whl", "x.whl": what is no name.
DAYPACK_DECL bool looks_like_path(std::string_view text);

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/requirement_parser.ipp>
#endif
