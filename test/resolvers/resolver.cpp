// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/resolvers/resolver.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/resolvers/uv.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(resolvers_resolver)

namespace {

struct Nothing {
  Resolution resolve(const Requirements&, const Context&) const { return {}; }
  std::string identity() const { return "nothing"; }
};
struct Nameless {
  Resolution resolve(const Requirements&, const Context&) const { return {}; }
};
struct Changing {
  Resolution resolve(const Requirements&, const Context&) { return {}; }
  std::string identity() const { return "changing"; }
};
struct Undecided {
  int resolve(const Requirements&, const Context&) const { return 0; }
  std::string identity() const { return "undecided"; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_resolver_pins_and_names_itself) {
  static_assert(resolver<Nothing> && resolver<Uv>);
  static_assert(!resolver<Nameless> && !resolver<Changing> && !resolver<Undecided> && !resolver<int>);
  BOOST_TEST(Nothing{}.identity() == "nothing");
}

BOOST_AUTO_TEST_SUITE_END()
