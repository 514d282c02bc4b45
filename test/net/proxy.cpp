// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/net/proxy.hpp>  // self-contained

#include <boost/test/unit_test.hpp>
#include <daypack/error.hpp>
#include <map>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(net_proxy)

namespace {

std::string proxy(std::map<std::string, std::string> variables, const std::string& url) {
  const auto found = proxy_for(parse_url(url), [&](const std::string& name) { return variables[name]; });
  return found ? found->origin() : "none";
}

}  // namespace

BOOST_AUTO_TEST_CASE(by_scheme) {
  const std::map<std::string, std::string> both{{"HTTPS_PROXY", "http://s:1"}, {"HTTP_PROXY", "http://p:2"}};
  BOOST_TEST(proxy(both, "https://h/") == "http://s:1");
  BOOST_TEST(proxy(both, "http://h/") == "http://p:2");
  BOOST_TEST(proxy({}, "http://h/") == "none");
  BOOST_TEST(proxy({{"all_proxy", "a:3"}}, "https://h/") == "http://a:3");
  BOOST_TEST(proxy({{"ALL_PROXY", "http://a"}}, "http://h/") == "http://a:80");
}

BOOST_AUTO_TEST_CASE(lower_case_first) {
  BOOST_TEST(proxy({{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", "http://lower:1"}}, "https://h/") ==
             "http://lower:1");
}

BOOST_AUTO_TEST_CASE(a_client_of_a_cgi_program_cannot_set_it) {
  BOOST_TEST(proxy({{"HTTP_PROXY", "http://p:2"}, {"REQUEST_METHOD", "GET"}}, "http://h/") == "none");
  BOOST_TEST(proxy({{"http_proxy", "http://p:2"}, {"REQUEST_METHOD", "GET"}}, "http://h/") == "http://p:2");
}

BOOST_AUTO_TEST_CASE(exceptions) {
  const auto with = [](const std::string& list, const std::string& url) {
    return proxy({{"http_proxy", "p:1"}, {"no_proxy", list}}, url) == "none";
  };
  BOOST_TEST(with("*", "http://h/"));
  BOOST_TEST(with("a.org,h", "http://h/"));
  BOOST_TEST(with("a.org, H ,x", "http://h/"));
  BOOST_TEST(with("b.org", "http://a.b.org/"));
  BOOST_TEST(with(".b.org", "http://a.b.org/"));
  BOOST_TEST(!with("b.org", "http://ab.org/"));
  BOOST_TEST(with("h:8080", "http://h:8080/"));
  BOOST_TEST(with("b.org:80", "http://a.b.org/"));
  BOOST_TEST(!with("h:8080", "http://h/"));
  BOOST_TEST(with("127.0.0.1", "http://127.0.0.1:99/"));
  BOOST_TEST(with("[::1]", "http://[::1]:99/"));
  BOOST_TEST(with("::1", "http://[::1]:99/"));
  BOOST_TEST(with("10.0.0.0/8", "http://10.200.3.4/"));
  BOOST_TEST(!with("10.0.0.0/8", "http://11.0.0.1/"));
  BOOST_TEST(with("x,192.168.1.128/25", "http://192.168.1.200/"));
  BOOST_TEST(!with("192.168.1.128/25", "http://192.168.1.100/"));
  BOOST_TEST(with("0.0.0.0/0", "http://8.8.8.8/"));
  BOOST_TEST(with("fd00::/8", "http://[fdab::1]:99/"));
  BOOST_TEST(!with("fd00::/8", "http://10.0.0.1/"));
  for (const char* odd : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10/8", "/8", "10.0.0.0/-1"})
    BOOST_TEST(!with(odd, "http://10.0.0.1/"), odd);
  BOOST_TEST(!with("10.0.0.0/8", "http://h/"));
  BOOST_TEST(!with("", "http://h/"));
  BOOST_TEST(!with(",", "http://h/"));
}

BOOST_AUTO_TEST_CASE(refused) {
  const auto told = [](const Error& error) {
    return error.code() == Errc::usage &&
           std::string(error.what()).find("this kind of proxy is not supported: socks5://***@s:1") == 0;
  };
  BOOST_CHECK_EXCEPTION(proxy({{"ALL_PROXY", "socks5://u:hidden@s:1"}}, "http://h/"), Error, told);
}

BOOST_AUTO_TEST_SUITE_END()
