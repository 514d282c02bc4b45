// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "source_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

// What a script of test/support prints, run by $DAYPACK_TEST_PYTHON or python3; throws when it fails.
inline std::string python_output(const std::string& script, const std::string& arguments) {
  const char* python = std::getenv("DAYPACK_TEST_PYTHON");
  const std::string command =
      "'" + std::string(python ? python : "python3") + "' '" + source_file("test/support/" + script) + "' " + arguments;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string text;
  char block[1 << 16];
  while (const std::size_t size = std::fread(block, 1, sizeof block, pipe)) text.append(block, size);
  if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  return text;
}

// Lines of tab-separated fields.
inline std::vector<std::vector<std::string>> python_rows(const std::string& script, const std::string& arguments) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> fields(1);
  for (char c : python_output(script, arguments)) {
    if (c == '\n') {
      rows.push_back(std::move(fields));
      fields.assign(1, {});
    } else if (c == '\t') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return rows;
}
