// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/checks/binaries.ipp>
#include <daypack/impl/detail/source_scanner.ipp>

#include <algorithm>
#include <string>
#include <string_view>

// What files and import statements are called as modules.
namespace daypack::detail {

// "a.b" of "a/b.py", "a/b/__init__.pyc" and "a/b.cpython-312-x86_64-linux-gnu.so"; empty for what is no module.
inline std::string module_of(std::string_view path) {
  const bool code = path.ends_with(".py") || path.ends_with(".pyc") || path.ends_with(".so");
  if (!code || path.find("__pycache__/") != std::string_view::npos) return {};
  std::string module(module_stem(path));
  std::ranges::replace(module, '/', '.');
  if (module.ends_with(".__init__")) module.resize(module.size() - 9);
  return module;
}

// The package that relative imports of a module count from, after so many dots.
inline std::string import_base_of(std::string_view path, std::size_t level) {
  std::string module = module_of(path);
  const bool package = path.find("/__init__.") != std::string_view::npos;
  for (std::size_t i = package ? 1 : 0; i < level; ++i)
    module.erase(module.rfind('.') == std::string::npos ? 0 : module.rfind('.'));
  return module;
}

// "a.b" of "from .b import c" in a/x.py.
inline std::string imported_module(std::string_view path, const ImportStatement& statement) {
  std::string module = statement.level > 0 ? import_base_of(path, statement.level) : "";
  if (!statement.module.empty()) module += (module.empty() ? "" : ".") + statement.module;
  return module;
}

}  // namespace daypack::detail
