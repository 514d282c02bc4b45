// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/process/search_path.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace daypack {

namespace detail {

inline bool is_program(const std::string& path) {
  struct ::stat facts = {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace detail

DAYPACK_DECL std::vector<std::string> programs_named(std::string_view name, std::string_view search_path) {
  std::vector<std::string> found;
  if (name.empty() || name.find('\0') != std::string_view::npos) return found;
  const auto consider = [&](std::string path) {
    if (detail::is_program(path) && std::ranges::find(found, path) == found.end()) found.push_back(std::move(path));
  };
  if (name.find('/') != std::string_view::npos) {
    consider(std::string(name));
    return found;
  }
  for (std::size_t begin = 0; begin <= search_path.size();) {
    const std::size_t end = std::min(search_path.find(':', begin), search_path.size());
    std::string folder(search_path.substr(begin, end - begin));
    if (folder.empty()) folder = ".";  // POSIX: an empty element is the working directory
    consider(folder + '/' + std::string(name));
    begin = end + 1;
  }
  return found;
}

DAYPACK_DECL std::vector<std::string> programs_named(std::string_view name) {
  const char* path = std::getenv("PATH");
  return programs_named(name, path ? std::string_view(path) : std::string_view("/usr/local/bin:/usr/bin:/bin"));
}

}  // namespace daypack
