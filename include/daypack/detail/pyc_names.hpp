// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/policy.hpp>
#include <daypack/python.hpp>

#include <string>
#include <string_view>

// What bytecode is called, and what it calls its source.
namespace daypack::detail {

// What comes before the path of a source in co_filename: "/var/task/".
inline std::string compiled_root(const BackendPolicy& backend) {
  std::string root(backend.task_root);
  if (!root.ends_with('/')) root += '/';
  return root;
}

// The Python in the name of a cached file: "cpython-312" (PEP 3147).
inline std::string cache_tag(Python python) {
  return "cpython-" + std::to_string(python.major) + std::to_string(python.minor);
}

// "pkg/mod.py" -> "pkg/__pycache__/mod.cpython-312.opt-1.pyc" (PEP 3147, PEP 488).
inline std::string cached_path(std::string_view source, Python python, int optimize) {
  const std::string_view file = last_component(source);
  std::string path(source.substr(0, source.size() - file.size()));
  path.append("__pycache__/").append(file.substr(0, file.size() - 3));
  path.append(".").append(cache_tag(python));
  if (optimize > 0) path.append(".opt-").append(std::to_string(optimize));
  return path.append(".pyc");
}

// The other way; empty for other paths.
inline std::string source_of_cached(std::string_view path) {
  constexpr std::string_view folder = "__pycache__/";
  const std::string_view file = last_component(path);
  std::string_view parent = path.substr(0, path.size() - file.size());
  if (!path.ends_with(".pyc") || !parent.ends_with(folder)) return {};
  parent.remove_suffix(folder.size());
  if (!parent.empty() && !parent.ends_with('/')) return {};
  return std::string(parent).append(file.substr(0, file.find('.'))).append(".py");
}

}  // namespace daypack::detail
