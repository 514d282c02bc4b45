// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/backends/images.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(backends_images)

namespace {

constexpr std::array all{&images::amazon_linux_1, &images::amazon_linux_2,  &images::amazon_linux_2023,
                         &images::debian_9,       &images::debian_10,       &images::debian_11,
                         &images::debian_12,      &images::ubuntu_18_04,    &images::ubuntu_22_04,
                         &images::ubuntu_24_04,   &images::azure_debian_10, &images::azure_debian_12,
                         &images::manylinux_2_28};

int last_number(std::string_view version) { return std::stoi(std::string(version.substr(version.rfind('.') + 1))); }

}  // namespace

BOOST_AUTO_TEST_CASE(libraries_are_sorted_sonames_with_those_of_gcc_among_them) {
  for (const Image* image : all) {
    BOOST_TEST_CONTEXT(image->name) {
      BOOST_TEST(std::ranges::is_sorted(image->libraries));
      BOOST_TEST((std::ranges::adjacent_find(image->libraries) == image->libraries.end()));
      for (const std::string_view needed : {"libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"}) {
        BOOST_TEST((std::ranges::find(image->libraries, needed) != image->libraries.end()));
      }
      for (const std::string_view library : image->libraries) {
        BOOST_TEST((library.starts_with("lib") && library.find(".so.") != std::string_view::npos));
      }
      BOOST_TEST(!image->source.empty());
    }
  }
}

// A newer C library never comes with an older libstdc++ in what we know.
BOOST_AUTO_TEST_CASE(libstdcxx_grows_with_glibc) {
  for (const Image* older : all) {
    BOOST_TEST(older->glibcxx.starts_with("3.4."));
    BOOST_TEST(older->cxxabi.starts_with("1.3."));
    for (const Image* newer : all) {
      if (older == &images::amazon_linux_2 || !(older->glibc < newer->glibc)) continue;  // GCC 7 beside an old glibc
      if (newer == &images::manylinux_2_28) continue;                                    // a promise, not an image
      BOOST_TEST_CONTEXT(older->name << " and " << newer->name) {
        BOOST_TEST(last_number(older->glibcxx) <= last_number(newer->glibcxx));
        BOOST_TEST(last_number(older->cxxabi) <= last_number(newer->cxxabi));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
