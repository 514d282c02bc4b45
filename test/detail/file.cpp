// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/detail/file.hpp>  // self-contained

#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(detail_file)

BOOST_AUTO_TEST_CASE(what_was_reserved_in_vain_is_given_back) {
  const TemporaryFolder folder;
  const std::string path = folder / "out";
  detail::AtomicFile file(path);
  file.reserve(1 << 20);
  file.write(as_bytes("short"));
  file.commit(false);
  BOOST_TEST(detail::read_file(path) == "short");
}

BOOST_AUTO_TEST_CASE(more_than_was_reserved_is_kept) {
  const TemporaryFolder folder;
  const std::string path = folder / "out";
  detail::AtomicFile file(path);
  file.reserve(3);
  file.write(as_bytes("longer"));
  file.commit(false);
  BOOST_TEST(detail::read_file(path) == "longer");
}

#ifdef __linux__
BOOST_AUTO_TEST_CASE(a_disk_that_is_too_small_is_known_before_the_first_byte) {
  const TemporaryFolder folder;
  detail::AtomicFile file(folder / "out");
  BOOST_CHECK_EXCEPTION(file.reserve(std::uint64_t{1} << 60), Error,
                        [](const Error& error) { return error.code() == Errc::unwritable; });
}
#endif

BOOST_AUTO_TEST_SUITE_END()
