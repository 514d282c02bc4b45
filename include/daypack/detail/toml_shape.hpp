// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <cstddef>
#include <string_view>

namespace daypack::detail {

// The first byte that TOML 1.0 has no place for, as far as characters, brackets, the beginnings of keys and dates tell;
// npos when there is none. To be looked for before toml++ reads a text: 3.3 does not fail but breaks on some of them,
// by undefined behaviour (is_non_ascii_horizontal_whitespace) or an assertion (parse_key, parse_value, parse_time).
DAYPACK_DECL std::size_t toml_stray_byte(std::string_view text);

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/toml_shape.ipp>
#endif
