// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/bytecode/pyc.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;
using namespace std::string_literals;

static_assert(pyc_magic(3.12_py) == 3531);
static_assert(!pyc_magic(3.5_py));
static_assert(python_of_magic(3379) == 3.6_py);
static_assert(!python_of_magic(1));

BOOST_AUTO_TEST_SUITE(bytecode_pyc)

namespace {

std::string header(Python python, std::string rest) {
  const auto magic = pyc_magic(python).value();
  return std::string{static_cast<char>(magic & 0xff), static_cast<char>(magic >> 8), '\r', '\n'} + rest;
}

std::string zeros(std::size_t count) { return std::string(count, '\0'); }

}  // namespace

BOOST_AUTO_TEST_CASE(headers) {
  const auto unchecked = read_pyc_header(as_bytes(header(3.12_py, "\1" + zeros(3) + "12345678" + "c")));
  BOOST_REQUIRE(unchecked);
  BOOST_TEST((unchecked->invalidation == Invalidation::unchecked_hash));
  BOOST_TEST(unchecked->source_hash == 0x3837363534333231U);
  BOOST_TEST(unchecked->size == 16U);
  const auto checked = read_pyc_header(as_bytes(header(3.8_py, "\3" + zeros(3) + "12345678" + "c")));
  BOOST_TEST((checked->invalidation == Invalidation::checked_hash));
  const auto timed = read_pyc_header(as_bytes(header(3.7_py, zeros(4) + "\1\0\0\0"s + "\2\0\0\0"s + "c")));
  BOOST_TEST((timed->invalidation == Invalidation::timestamp));
  BOOST_TEST(timed->source_time == 1U);
  BOOST_TEST(timed->source_size == 2U);
  const auto old = read_pyc_header(as_bytes(header(3.6_py, "\1\0\0\0"s + "\2\0\0\0"s + "c")));
  BOOST_TEST(old->size == 12U);
  BOOST_TEST(old->source_time == 1U);
  BOOST_TEST(old->source_size == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_no_pyc) {
  const std::string good = header(3.12_py, "\1" + zeros(3) + "12345678" + "c");
  for (std::size_t size = 0; size < good.size(); ++size) BOOST_TEST(!read_pyc_header(as_bytes(good).first(size)));
  std::string flags = good;
  flags[4] = 2;
  BOOST_TEST(!read_pyc_header(as_bytes(flags)));
  std::string newline = good;
  newline[2] = '\n';
  BOOST_TEST(!read_pyc_header(as_bytes(newline)));
}

BOOST_AUTO_TEST_CASE(reasons) {
  const std::string good = header(3.11_py, "\1" + zeros(3) + "12345678" + "c");
  BOOST_TEST(bad_pyc_reason(as_bytes(good), 3.11_py) == "");
  BOOST_TEST(bad_pyc_reason(as_bytes(good), 3.12_py) == "is bytecode of Python 3.11 (magic 3495, expected 3531)");
  BOOST_TEST(bad_pyc_reason(as_bytes("text"), 3.12_py) == "is no bytecode file");
  BOOST_TEST(bad_pyc_reason(as_bytes(good), 3.99_py) == "is bytecode for Python 3.99, whose magic number is not known");
  BOOST_TEST(bad_pyc_reason(as_bytes("\1\1\r\n0123456789abcdef"), 3.12_py) ==
             "is bytecode of an unknown Python (magic 257, expected 3531)");
}

BOOST_AUTO_TEST_SUITE_END()
