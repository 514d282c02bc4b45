// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/tests.hpp>

#include <algorithm>
#include <array>

namespace daypack {

namespace detail {

// Folders of this name that are no test suites: read in the sources of the newest release of each, 2026-11.
inline constexpr std::array<std::string_view, 6> public_test_folders{
    "ansible/plugins/test",  // the tests of Jinja templates
    "astropy/tests",         // astropy/__init__.py imports its runner
    "django/test",           // the public test client
    "opentelemetry/test",    // what opentelemetry-test-utils is
    "sunpy/tests",           // sunpy/__init__.py imports its self test
    "twisted/test",          // proto_helpers, imported by others
};

// Modules among the tests that are imported from outside of them: by numpy.testing, and so by `from numpy import *`
// (numpy 2.2.6); by tables/__init__.py (tables 3.11.1); by the entry point nx_loopback of networkx 3.7. Found by
// checks::Imports and test/interop/prune_imports.py over test/data/popular.txt, 2026-11.
inline constexpr std::array<std::string_view, 6> needed_test_files{"networkx/classes/tests/__init__.py",
                                                                   "networkx/classes/tests/dispatch_interface.py",
                                                                   "numpy/_core/tests/_natype.py",
                                                                   "tables/tests/__init__.py",
                                                                   "tables/tests/common.py",
                                                                   "tables/tests/test_suite.py"};

// The sources of onnx's command backend-test-tools (onnx 1.23.2); its data, 13 MB, are what it makes.
inline constexpr std::string_view onnx_test_tools = "onnx/backend/test/";

inline bool is_needed_test_file(std::string_view path) {
  if (path.starts_with(onnx_test_tools)) return path.ends_with(".py");
  return std::ranges::find(needed_test_files, path) != needed_test_files.end();
}

// The public tf.test, once for each version of the API.
inline constexpr std::string_view tensorflow_interface = "tensorflow/_api/";

inline bool is_public_test_folder(std::string_view folder) {
  if (folder.starts_with(tensorflow_interface)) return true;
  return std::ranges::find(public_test_folders, folder) != public_test_folders.end();
}

inline bool lies_in_tests(std::string_view path) {
  for (std::size_t begin = 0, slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', begin)) {
    const std::string_view folder = path.substr(begin, slash - begin);
    if (folder == "tests" || folder == "test") return !is_public_test_folder(path.substr(0, slash));
    begin = slash + 1;
  }
  return false;
}

}  // namespace detail

DAYPACK_DECL Matcher rules::Tests::matcher(const Tree&, const TargetFacts* target) {
  return {[target](const Entry& entry) {
    if (!entry.origin) return false;
    const std::string_view path = detail::package_path(entry.path, target);
    return detail::lies_in_tests(path) && !detail::is_needed_test_file(path);
  }};
}

}  // namespace daypack
