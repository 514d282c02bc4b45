// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/detail/gathered.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

using namespace daypack;
using daypack::detail::Gathered;

BOOST_AUTO_TEST_SUITE(detail_gathered)

namespace {

constexpr std::size_t block = std::size_t{256} << 10;

std::string numbered(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
  text.resize(size);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(pieces_of_any_size_leave_as_equal_blocks) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, block - 1, block, block + 1, 9 * block + 5}) {
    const std::string text = numbered(size);
    std::string seen;
    std::size_t odd = 0;
    Gathered gathered([&](ByteView bytes) {
      seen += as_text(bytes);
      odd += bytes.size() != block;
    });
    std::string_view rest = text;
    for (std::size_t piece = 1; !rest.empty(); piece = piece * 3 + 1) {
      gathered.take(as_bytes(rest.substr(0, piece)));
      rest.remove_prefix(std::min(piece, rest.size()));
    }
    gathered.flush();
    BOOST_TEST((seen == text));
    BOOST_TEST(odd <= 1u);
  }
}

BOOST_AUTO_TEST_CASE(nothing_follows_a_failure_of_the_sink) {
  for (int failing = 1; failing <= 9; ++failing) {
    int calls = 0;
    Gathered gathered([&](ByteView) {
      if (++calls == failing) throw std::runtime_error("full");
    });
    const std::string text = numbered(8 * block + 1);
    BOOST_CHECK_EXCEPTION((gathered.take(as_bytes(text)), gathered.flush()), std::runtime_error,
                          [](const std::runtime_error& error) { return std::string(error.what()) == "full"; });
    BOOST_TEST(calls == failing);
  }
}

BOOST_AUTO_TEST_CASE(who_gives_up_need_not_flush) {
  std::size_t seen = 0;
  {
    Gathered gathered([&](ByteView bytes) { seen += bytes.size(); });
    gathered.take(as_bytes(numbered(6 * block)));
  }
  BOOST_TEST(seen <= 6 * block);
}

BOOST_AUTO_TEST_SUITE_END()
