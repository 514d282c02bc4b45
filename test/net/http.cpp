// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/net/http.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(net_http)

BOOST_AUTO_TEST_CASE(headers_are_found_whatever_their_case) {
  const HttpResponse response{.status = 200, .headers = {{"Content-Type", "text/html"}, {"content-type", "later"}, {"X", "1"}}};
  BOOST_TEST(response.header("CONTENT-TYPE").value() == "text/html");
  BOOST_TEST(response.header("x").value() == "1");
  BOOST_TEST(!response.header("content").has_value());
}

BOOST_AUTO_TEST_CASE(the_short_send_asks_for_no_sink) {
  struct Echo : Http {
    using Http::send;
    HttpResponse send(const HttpRequest& request, const BodySink& sink, std::stop_token) override {
      BOOST_TEST(!sink);
      return {.status = 204, .url = request.url};
    }
  } echo;
  BOOST_TEST(echo.send({.url = "http://a/"}).url == "http://a/");
}

BOOST_AUTO_TEST_SUITE_END()
