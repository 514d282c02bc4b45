// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "support/pythons.hpp"
#include "support/temporary_folder.hpp"

#include <daypack/policy.hpp>
#include <daypack/tree.hpp>

#include <fstream>

// For tests of stages that compile.
namespace daypack::support {

// A backend that runs one Python, whichever is here.
struct Here {
  explicit Here(Python python) : runtime{.python = python} { policy.runtimes = {&runtime, 1}; }
  TargetFacts facts() const { return {.backend = &policy, .runtime = &runtime}; }

  Runtime runtime;
  BackendPolicy policy{.name = "here", .title = "Here", .runtimes = {}};
};

inline Context context_for(const Here& here, std::vector<std::string>* remarks = nullptr, std::size_t threads = 2) {
  return Context(services_with(threads, remarks)).with_target(here.facts());
}

inline std::vector<std::string> paths_of(const Tree& tree) {
  std::vector<std::string> paths;
  for (const Entry& entry : tree) paths.push_back(entry.path);
  return paths;
}

inline void check_paths(const Tree& tree, const std::vector<std::string>& expected) {
  BOOST_TEST(paths_of(tree) == expected, boost::test_tools::per_element());
}

inline const LedgerLine* line_of(const Tree& tree, const std::string& path) {
  for (const LedgerLine& line : tree.ledger()) {
    if (line.path == path) return &line;
  }
  return nullptr;
}

inline void write_out(const Tree& tree, const boost::filesystem::path& folder) {
  for (const Entry& entry : tree) {
    boost::filesystem::create_directories((folder / entry.path).parent_path());
    const Blob content = read_content(entry);
    std::ofstream((folder / entry.path).string(), std::ios::binary) << content.text();
  }
}

}  // namespace daypack::support
