// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/python_value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace daypack {

// "3.12" to Python{3, 12}; nothing when the text is not major.minor.
constexpr std::optional<Python> parse_python(std::string_view text) {
  Python python = detail::python_from(text);
  return python.major == 0 ? std::nullopt : std::optional{python};
}

inline std::string to_string(Python python) {
  return std::to_string(python.major) + '.' + std::to_string(python.minor);
}

}  // namespace daypack
