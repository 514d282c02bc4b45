// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/package_parts.hpp>
#include <daypack/walk/glob.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

namespace daypack {

namespace detail {

struct PackagePart {
  std::string_view distribution;
  std::string_view glob;
};

// Each was looked for in all sources of the wheel, and of those of 500 other distributions, that are no tests; 2026-11.
inline constexpr std::array package_parts{
    // ansible-core 2.20: the command ansible-test
    PackagePart{"ansible-core", "ansible_test/**"},
    // kubernetes 37: a second client, for asyncio, that kubernetes/__init__.py does not import
    PackagePart{"kubernetes", "kubernetes/aio/**"},
    // matplotlib 3.11: read by matplotlib.cbook.get_sample_data() alone
    PackagePart{"matplotlib", "matplotlib/mpl-data/sample_data/**"},
    // numpy 1.26 to 2.5: extension modules that only its own tests import. Not _multiarray_tests, whose name
    // _add_newdocs.py of 1.26 and 2.0 hands to __import__().
    PackagePart{"numpy", "numpy/core/_simd.*.so"},
    PackagePart{"numpy", "numpy/_core/_simd.*.so"},
    PackagePart{"numpy", "numpy/core/_[!m]*_tests.*.so"},
    PackagePart{"numpy", "numpy/_core/_[!m]*_tests.*.so"},
    // pyarrow 20 to 26: Flight, which only pyarrow.flight loads (readelf -d of all its libraries)
    PackagePart{"pyarrow", "pyarrow/_flight.*.so"},
    PackagePart{"pyarrow", "pyarrow/libarrow_flight.so*"},
    PackagePart{"pyarrow", "pyarrow/libarrow_python_flight.so*"},
    // the same: copies under names that no library needs, beside the one that all need (libarrow_python.so.2600)
    PackagePart{"pyarrow", "pyarrow/libarrow_python*.so"},
    PackagePart{"pyarrow", "pyarrow/libarrow_python*.so.*.*.*"},
    PackagePart{"pyarrow", "pyarrow/_pyarrow_cpp_tests.*.so"},
    // scipy 1.18: extension modules that only its own tests import
    PackagePart{"scipy", "scipy/**/_test_*.so"},
    PackagePart{"scipy", "scipy/ndimage/_ctest.*.so"},
    PackagePart{"scipy", "scipy/ndimage/_cytest.*.so"},
    // sympy 1.14: functions that are timed
    PackagePart{"sympy", "sympy/**/benchmarks/**"},
    // trio 0.3x: its tests, in folders of another name
    PackagePart{"trio", "trio/**/_tests/**"},
};

}  // namespace detail

DAYPACK_DECL Matcher rules::PackageParts::matcher(const Tree&, const TargetFacts* target) {
  std::map<std::string, std::vector<Glob>, std::less<>> globs;
  for (const detail::PackagePart& part : detail::package_parts)
    globs[std::string(part.distribution)].emplace_back(part.glob);
  return {.removes = [target, globs = std::move(globs)](const Entry& entry) {
    const auto it = entry.origin ? globs.find(entry.origin->name) : globs.end();
    if (it == globs.end()) return false;
    const std::string_view path = detail::package_path(entry.path, target);
    return std::ranges::any_of(it->second, [&](const Glob& glob) { return glob.matches(path); });
  }};
}

}  // namespace daypack
