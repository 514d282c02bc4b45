// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#define BOOST_TEST_MODULE daypack
#include <boost/test/unit_test.hpp>
