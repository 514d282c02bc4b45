// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/codec/codec.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(codec_codec)

namespace {

struct Shout {
  explicit Shout(int level) : level_(level) {}
  static std::string id() { return "shout-1"; }
  std::size_t compress(ByteView, std::span<std::byte> out) {
    out[0] = static_cast<std::byte>(level_);
    return 1;
  }
  int level_;
};
struct Outspoken : Shout {
  using Shout::Shout;
  static constexpr std::size_t longest_block = 1000;
};
struct NoId {
  explicit NoId(int) {}
  std::size_t compress(ByteView, std::span<std::byte>) { return 0; }
};

static_assert(compressor<Shout> && !compressor<NoId> && !compressor<int> && !compressor<std::string>);
static_assert(Effort::fast.level() == 1 && Effort::balanced.level() == 6 && Effort::smallest.level() == 12);
static_assert(Effort::smallest.recompresses() && !Effort{12}.recompresses() && Effort{6} == Effort::balanced);

}  // namespace

BOOST_AUTO_TEST_CASE(a_level_beyond_1_to_12_is_an_error) {
  for (int level : {0, 13, -1}) {
    BOOST_CHECK_EXCEPTION(Effort{level}, Error, [&](const Error& e) {
      BOOST_TEST(e.subject() == "level " + std::to_string(level));
      return e.code() == Errc::usage && e.message() == "an effort is a level from 1 to 12";
    });
  }
  for (int level = 1; level <= 12; ++level) BOOST_TEST(Effort{level}.level() == level);
}

BOOST_AUTO_TEST_CASE(a_codec_without_its_type) {
  const auto any = codec::AnyCodec::of<Shout>();
  BOOST_TEST(any.id() == "shout-1");
  BOOST_TEST(any.longest_block() == 0U);
  BOOST_TEST(codec::AnyCodec::of<Outspoken>().longest_block() == 1000U);
  std::byte out[1];
  BOOST_TEST(any.make(9)->compress({}, out) == 1U);
  BOOST_TEST(static_cast<int>(out[0]) == 9);
}

BOOST_AUTO_TEST_SUITE_END()
