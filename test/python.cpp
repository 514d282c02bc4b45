// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/python.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(python)

template <Python V>
struct Tagged {
  static constexpr int minor = V.minor;
};
static_assert(Tagged<3.12_py>::minor == 12);
static_assert(3.1_py != 3.10_py && 3.9_py < 3.10_py && 2.7_py < 3.0_py);
static_assert(1_KiB == 1024 && 2_MiB == 2u << 20 && 3_GiB == 3ull << 30);

BOOST_AUTO_TEST_CASE(prints_as_it_is_written) {
  BOOST_TEST(to_string(3.10_py) == "3.10");
  BOOST_TEST(to_string(3.0_py) == "3.0");
}

BOOST_AUTO_TEST_CASE(reads_major_and_minor_and_nothing_else) {
  BOOST_TEST((parse_python("3.12") == 3.12_py));
  BOOST_TEST((parse_python("3.0") == Python{3, 0}));
  for (const char* text : {"", "3", "3.", ".12", "3.12.1", "3.012", "03.12", "py312", "3,12", " 3.12", "3.12 ", "3.-1",
                           "0.1", "3.99999999999"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!parse_python(text).has_value()); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
