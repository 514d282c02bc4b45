// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/net/url.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>
#include "support/error_of.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(net_url)

BOOST_AUTO_TEST_CASE(parts) {
  const Url url = parse_url("HTTPS://us%20er:p%40ss@Example.ORG:8443/a%20b/c.whl?x=1&y=%2F#sha256=00");
  BOOST_TEST(url.scheme == "https");
  BOOST_TEST(url.host == "example.org");
  BOOST_TEST(url.port == "8443");
  BOOST_TEST(url.user == "us er");
  BOOST_TEST(url.password == "p@ss");
  BOOST_TEST(url.target == "/a%20b/c.whl?x=1&y=%2F");
  BOOST_TEST(url.text() == "https://example.org:8443/a%20b/c.whl?x=1&y=%2F");
  BOOST_TEST(url.origin() == "https://example.org:8443");
  BOOST_TEST(url.secure());
}

BOOST_AUTO_TEST_CASE(defaults) {
  BOOST_TEST(parse_url("http://h").target == "/");
  BOOST_TEST(parse_url("http://h?q").target == "/?q");
  BOOST_TEST(parse_url("http://h").port == "80");
  BOOST_TEST(parse_url("https://h:/x").port == "443");
  BOOST_TEST(parse_url("https://h:443/x").authority() == "h");
  BOOST_TEST(parse_url("http://h:443/x").authority() == "h:443");
  BOOST_TEST(!parse_url("http://h/").has_login());
}

BOOST_AUTO_TEST_CASE(ipv6) {
  const Url url = parse_url("http://[::1]:8080/x");
  BOOST_TEST(url.host == "::1");
  BOOST_TEST(url.authority() == "[::1]:8080");
}

BOOST_AUTO_TEST_CASE(strays_are_encoded) {
  BOOST_TEST(parse_url("http://h/a b|c\xc3\xa4").target == "/a%20b%7Cc%C3%A4");
  BOOST_TEST(parse_url("http://h/a+cpu-1.0%2Bx.whl").target == "/a+cpu-1.0%2Bx.whl");  // what is encoded stays
}

BOOST_AUTO_TEST_CASE(refused) {
  const auto usage = [](const Error& error) {
    return error.code() == Errc::usage && error.message() == "this is no http or https URL";
  };
  for (const char* text : {"", "x", "ftp://h/", "file:///x", "http://", "http:///x", "//h/x", "http://h:99999/",
                           "http://h:x/", "http://a%2Fb/", "http://h:0/", "http://a%20b/"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_CHECK_EXCEPTION(parse_url(text), Error, usage); }
  }
  BOOST_TEST(error_of([] { parse_url("ftp://user:hidden@h/"); }).subject() == "ftp://***@h/");
  BOOST_TEST(error_of([] { parse_url("user:hidden@h:80/"); }).subject() == "***@h:80/");
}

BOOST_AUTO_TEST_CASE(references) {
  BOOST_TEST(resolve_url("http://h:1/a/b?c", "d") == "http://h:1/a/d");
  BOOST_TEST(resolve_url("http://h:1/a/b?c", "/d") == "http://h:1/d");
  BOOST_TEST(resolve_url("http://h:1/a/b?c", "//g/d") == "http://g/d");
  BOOST_TEST(resolve_url("http://h:1/a/b?c", "?x=1") == "http://h:1/a/b?x=1");
  BOOST_TEST(resolve_url("http://h:1/a/b?c", "https://g/x/../d e") == "https://g/d%20e");
  BOOST_CHECK_THROW(resolve_url("http://h", "http://[::"), Error);
}

BOOST_AUTO_TEST_CASE(encoding) {
  BOOST_TEST(uri_encoded("AZaz09-_.~") == "AZaz09-_.~");
  BOOST_TEST(uri_encoded("a b/\xc3\xa9+*%") == "a%20b%2F%C3%A9%2B%2A%25");
  BOOST_TEST(uri_encoded("a b/c", "/") == "a%20b/c");
}

BOOST_AUTO_TEST_SUITE_END()
