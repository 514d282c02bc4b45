// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/sink.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <string>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(sink)

BOOST_AUTO_TEST_CASE(a_sink_is_any_function_that_takes_bytes) {
  std::string got;
  const Sink sink = [&](ByteView bytes) { got += as_text(bytes); };
  sink(as_bytes("one "));
  sink(as_bytes("two"));
  BOOST_TEST(got == "one two");
}

BOOST_AUTO_TEST_SUITE_END()
