// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/net/netrc.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(net_netrc)

namespace {

std::string login(std::string_view text, std::string_view host) {
  const auto found = netrc_login(text, host);
  return found ? found->user + '/' + found->password : "none";
}

}  // namespace

BOOST_AUTO_TEST_CASE(by_host) {
  const char* text = "machine a.org login u password p\nmachine b.org\n  login v\n  account x\n  password q\n";
  BOOST_TEST(login(text, "a.org") == "u/p");
  BOOST_TEST(login(text, "b.org") == "v/q");
  BOOST_TEST(login(text, "c.org") == "none");
  BOOST_TEST(login("", "a.org") == "none");
}

BOOST_AUTO_TEST_CASE(the_first_entry_wins_and_default_is_last) {
  const char* text = "default login d password e machine a.org login u password p machine a.org login w password w";
  BOOST_TEST(login(text, "a.org") == "u/p");
  BOOST_TEST(login(text, "z.org") == "d/e");
}

BOOST_AUTO_TEST_CASE(odd_but_legal) {
  BOOST_TEST(login("# machine a.org login no password no\nmachine a.org login \"two words\" password a\\\"b#c",
                   "a.org") == "two words/a\"b#c");
  BOOST_TEST(login("macdef init\nmachine a.org login no password no\n\nmachine a.org login u password p", "a.org") ==
             "u/p");
  BOOST_TEST(login("machine a.org password machine login login", "a.org") == "login/machine");
  BOOST_TEST(login("machine a.org", "a.org") == "/");
}

BOOST_AUTO_TEST_CASE(cut_anywhere) {
  const std::string text = "machine a.org login \"u\\\" x\" password p\nmacdef m\nx\n\ndefault login d";
  for (std::size_t size = 0; size <= text.size(); ++size) netrc_login(std::string_view(text).substr(0, size), "a.org");
}

BOOST_AUTO_TEST_SUITE_END()
