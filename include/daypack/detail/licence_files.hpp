// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace daypack::detail {

// Whether a path reads as that of a licence or a notice: in the folder of PEP 639 (*.dist-info/licenses/), or by its
// name in any case, "LICENSE", "LICENSE-APACHE", "COPYING.LESSER", "NOTICE.txt", but no code and no picture.
inline bool is_licence_file(std::string_view path) {
  static constexpr std::array<std::string_view, 5> names{"licence", "license", "copying", "notice", "unlicense"};
  static constexpr std::array<std::string_view, 14> others{"c",   "css", "cpp", "h",  "js",  "pxd", "py",
                                                           "pyc", "pyi", "pyx", "so", "svg", "png", "json"};
  if (path.find(".dist-info/licenses/") != std::string_view::npos) return true;
  const std::string file = ascii_lowered(last_component(path));
  const std::size_t dot = file.rfind('.');
  if (dot != std::string::npos && std::ranges::find(others, std::string_view(file).substr(dot + 1)) != others.end())
    return false;
  return std::ranges::any_of(names, [&](std::string_view name) {
    if (!file.starts_with(name)) return false;
    const std::string_view rest = std::string_view(file).substr(name.size());
    return rest.empty() || !is_ascii_alnum(rest.front()) || rest.starts_with('s');  // "licenses.txt", "notices"
  });
}

}  // namespace daypack::detail
