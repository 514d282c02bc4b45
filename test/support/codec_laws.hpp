// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <boost/test/unit_test.hpp>

#include <daypack/codec/codec.hpp>
#include <daypack/testing/tree_literal.hpp>
#include <daypack/zip/inflate.hpp>

#include <string>
#include <vector>

// What holds for each codec that deflates.
template <daypack::compressor C>
void check_codec() {
  using namespace daypack;
  for (int level : {1, 6, 9, 12}) {
    C codec(level);
    for (const std::string& text :
         {std::string(), std::string("x"), std::string(100'000, 'a'), testing::filler(300'000)}) {
      std::vector<std::byte> out(text.size() + 100), again(out.size());
      const std::size_t size = codec.compress(as_bytes(text), out);
      BOOST_REQUIRE(size > 0U);
      std::string back(text.size(), '\0');
      BOOST_TEST(
          (zip::inflate(ByteView(out).first(size), std::as_writable_bytes(std::span(back))) == zip::Fault::none));
      BOOST_TEST((back == text));
      BOOST_TEST(codec.compress(as_bytes(text), again) == size);  // no memory of what came before
      BOOST_TEST((again == out));
      std::vector<std::byte> small(size - 1);
      BOOST_TEST(codec.compress(as_bytes(text), small) == 0U);
    }
  }
  BOOST_TEST(!C::id().empty());
}
