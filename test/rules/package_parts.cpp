// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/package_parts.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_package_parts)

namespace {

using Texts = std::vector<std::string>;

}  // namespace

static_assert(prune_rule<rules::PackageParts>);

BOOST_AUTO_TEST_CASE(parts_go_from_their_own_distribution_only) {
  const auto numpy = distribution_of("numpy"), pyarrow = distribution_of("pyarrow"), other = distribution_of("other");
  BOOST_TEST(removed_by<rules::PackageParts>(Tree::of(
                 {entry_of(numpy, "numpy/_core/_simd.cpython-312-x86_64-linux-gnu.so"),
                  entry_of(numpy, "numpy/_core/_umath_tests.cpython-312-x86_64-linux-gnu.so"),
                  entry_of(numpy, "numpy/_core/_multiarray_umath.cpython-312-x86_64-linux-gnu.so"),
                  entry_of(numpy, "numpy/_core/_multiarray_tests.cpython-312-x86_64-linux-gnu.so"),
                  entry_of(numpy, "numpy/core/_multiarray_tests.cpython-312-x86_64-linux-gnu.so"),
                  entry_of(other, "numpy/core/_simd.cpython-312-x86_64-linux-gnu.so"),
                  entry_of(pyarrow, "pyarrow/libarrow_python.so"), entry_of(pyarrow, "pyarrow/libarrow_python.so.2600"),
                  entry_of(pyarrow, "pyarrow/libarrow_python.so.2600.1.0"),
                  entry_of(pyarrow, "pyarrow/libarrow_flight.so.2600"), entry_of(pyarrow, "pyarrow/flight.py"),
                  entry_of(distribution_of("kubernetes"), "kubernetes/aio/client/a.py"),
                  entry_of(distribution_of("kubernetes"), "kubernetes/client/a.py")})) ==
                 (Texts{"kubernetes/aio/client/a.py", "numpy/_core/_simd.cpython-312-x86_64-linux-gnu.so",
                        "numpy/_core/_umath_tests.cpython-312-x86_64-linux-gnu.so", "pyarrow/libarrow_flight.so.2600",
                        "pyarrow/libarrow_python.so", "pyarrow/libarrow_python.so.2600.1.0"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
