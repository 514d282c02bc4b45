// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/detail/uv_words.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(detail_uv_words)

namespace {

// Of uv 0.13.8, for "pynput==1.7.7" without sdists.
constexpr std::string_view marked =
    "error: No solution found when resolving dependencies\n"
    "  cause: Because evdev{'linux' in sys_platform}>=1.3.0 has no usable wheels and pynput==1.7.7 depends on "
    "evdev{'linux' in sys_platform}>=1.3, we can conclude that pynput==1.7.7 cannot be used.\n";

}  // namespace

BOOST_AUTO_TEST_CASE(a_marker_is_no_part_of_a_name) {
  BOOST_TEST(detail::wheelless_in(marked) == std::vector<std::string>{"evdev>=1.3.0"},
             boost::test_tools::per_element());
  BOOST_TEST(detail::dependent_in(marked, "evdev") == "pynput==1.7.7");
  for (const char* other :
       {"{ has no usable wheels", "a{ has no usable wheels", "a} has no usable wheels", "{} has no usable wheels"})
    BOOST_TEST(detail::wheelless_in(other).size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_has_no_wheel) {
  const auto found = detail::wheelless_in(
      "Because docopt==0.6.2 has no usable wheels and only the following versions of oss2 are available:\n oss2<=2.6\n"
      " oss2==2.7 we know that aliyun-python-sdk-core has no wheels with a matching Python ABI tag (e.g., `cp36m`)");
  BOOST_TEST(found == (std::vector<std::string>{"docopt==0.6.2", "aliyun-python-sdk-core"}),
             boost::test_tools::per_element());
  BOOST_TEST(detail::wheelless_in("all is well").empty());
}

BOOST_AUTO_TEST_SUITE_END()
