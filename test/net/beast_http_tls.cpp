// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <boost/test/unit_test.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/net/beast_http.hpp>

#include "support/http.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(net_beast_http_tls)

namespace {

boost::test_tools::assertion_result has_nginx(boost::unit_test::test_unit_id) { return Nginx::installed(); }

}  // namespace

BOOST_AUTO_TEST_CASE(tls) {
  const TestAuthority authority;
  const auto [certificate, key] = authority.issue("good", "IP:127.0.0.1,DNS:localhost");
  const MisbehavingServer secure({"--tls", certificate, key});
  BeastHttp http(environment({{"SSL_CERT_FILE", authority.certificate()}}));
  for (const char* host : {"127.0.0.1", "localhost"}) {
    BOOST_TEST((poured(http, {.url = secure.url("/ok?size=3000001", host)}) == pattern(3'000'001)));
    BOOST_TEST((get(http, secure.url("/chunked?size=3000001", host)) == pattern(3'000'001)));
  }
  BOOST_CHECK_EXCEPTION(get(http, secure.url("/truncate?size=10&after=3")), Error,
                        says(Errc::network, "got 3 bytes of the body, expected 10"));
  BOOST_CHECK_EXCEPTION(get(http, secure.url("/eof?size=10")), Error,
                        says(Errc::network, "the connection was closed"));  // no good-bye
  BOOST_CHECK_EXCEPTION(get(http, secure.url("/to?url=" + server().url("/ok"))), LastingNetworkError,
                        says(Errc::network, "a redirect leads from https to http"));
  BOOST_TEST(get(http, server().url("/to?url=" + secure.url("/ok"))).size() == 5u);
  BOOST_CHECK_EXCEPTION(get(http, "https://127.0.0.1:" + server().port() + "/"), Error,
                        says(Errc::network, "cannot agree on TLS with a server: 127.0.0.1"));

  // By a proxy, through a tunnel.
  const MisbehavingServer proxy({"--login", "me:pass"});
  Variables variables{{"SSL_CERT_FILE", authority.certificate()},
                      {"https_proxy", "http://me:pass@127.0.0.1:" + proxy.port()}};
  BeastHttp tunnelled(environment(variables));
  BOOST_TEST((get(tunnelled, secure.url("/ok?size=300000", "localhost")) == pattern(300'000)));
  BOOST_TEST(get(tunnelled, secure.url("/echo")).find("proxy-authorization") == std::string::npos);
  BOOST_CHECK_EXCEPTION(get(tunnelled, "https://127.0.0.1:" + free_port() + "/"), Error,
                        says(Errc::network, "a proxy cannot reach a server"));
  variables["https_proxy"] = "http://me:hidden@127.0.0.1:" + proxy.port();
  BeastHttp refused(environment(variables));
  BOOST_CHECK_EXCEPTION(get(refused, secure.url("/ok")), LastingNetworkError,
                        says(Errc::network, "a proxy refuses to connect: 127.0.0.1:" + secure.port() +
                                                " by http://127.0.0.1:" + proxy.port() + " (status 407)"));
}

BOOST_AUTO_TEST_CASE(certificates_that_are_not_trusted) {
  const TestAuthority authority;
  const auto good = authority.issue("good", "IP:127.0.0.1");
  const auto other = authority.issue("other", "DNS:example.org,IP:127.0.0.2");
  const MisbehavingServer server_good({"--tls", good.first, good.second});
  const MisbehavingServer server_other({"--tls", other.first, other.second});
  BeastHttp trusting(environment({{"SSL_CERT_FILE", authority.certificate()}}));
  BOOST_CHECK_EXCEPTION(get(trusting, server_other.url("/ok")), LastingNetworkError,
                        says(Errc::network,
                             "the certificate of a server is not trusted: 127.0.0.1 (IP address mismatch)\n"
                             "  hint: its certificate is for other names"));
  BOOST_CHECK_EXCEPTION(get(trusting, server_good.url("/ok", "localhost")), LastingNetworkError,
                        says(Errc::network,
                             "the certificate of a server is not trusted: localhost (hostname mismatch)\n"
                             "  hint: its certificate is for other names"));
  BeastHttp stranger(environment());
  BOOST_CHECK_EXCEPTION(get(stranger, server_good.url("/ok")), LastingNetworkError,
                        says(Errc::network, "name the file of its certificate authority in SSL_CERT_FILE"));
  const auto old = authority.issue("old", "IP:127.0.0.1", "-days -1");
  const MisbehavingServer server_old({"--tls", old.first, old.second});
  BOOST_CHECK_EXCEPTION(get(trusting, server_old.url("/ok")), LastingNetworkError,
                        says(Errc::network, "(certificate has expired)\n  hint: check the clock of this host"));
  BeastHttp wrong(environment({{"SSL_CERT_FILE", "/no/such.pem"}}));
  BOOST_CHECK_EXCEPTION(get(wrong, server_good.url("/ok")), Error,
                        says(Errc::unreadable, "SSL_CERT_FILE names: /no/such.pem"));
}

BOOST_AUTO_TEST_CASE(whose_certificates_count) {
  const TestAuthority authority, stranger;
  const auto [certificate, key] = authority.issue("good", "IP:127.0.0.1");
  const MisbehavingServer secure({"--tls", certificate, key});
  TemporaryFolder folder;
  boost::filesystem::copy_file(authority.certificate(), folder / "company.crt");
  detail::write_file(folder / "key.pem", "no certificate");
  const std::string file = authority.certificate();
  const auto trusts = [&](const Variables& variables) {
    BeastHttp http(environment(variables));
    try {
      return get(http, secure.url("/ok")).size() == 5;
    } catch (const LastingNetworkError&) {
      return false;
    }
  };
  for (const char* name : {"SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"})
    BOOST_TEST(trusts({{name, file}}), name);
  BOOST_TEST(trusts({{"REQUESTS_CA_BUNDLE", folder.path().string()}}));
  BOOST_TEST(trusts({{"SSL_CERT_DIR", folder.path().string()}}));
  BOOST_TEST(trusts({{"SSL_CERT_FILE", stranger.certificate()}, {"SSL_CERT_DIR", folder.path().string()}}));
  BOOST_TEST(!trusts({{"SSL_CERT_FILE", stranger.certificate()}, {"REQUESTS_CA_BUNDLE", file}}));
  BOOST_TEST(!trusts({{"PIP_CERT", stranger.certificate()}, {"REQUESTS_CA_BUNDLE", file}}));
  BOOST_TEST(!trusts({{"CERT", file}}));
  const TemporaryFolder hashed;
  boost::filesystem::copy_file(authority.certificate(), hashed / "0.pem");
  run_or_throw("openssl rehash " + hashed.path().string());
  boost::filesystem::rename(hashed / "0.pem", hashed / "company");
  BOOST_TEST(!trusts({{"SSL_CERT_DIR", hashed.path().string()}}));  // its hashed name leads nowhere now
  boost::filesystem::rename(hashed / "company", hashed / "0.pem");
  BOOST_TEST(trusts({{"SSL_CERT_DIR", hashed.path().string()}}));
  BOOST_TEST(trusts({{"SSL_CERT_DIR", "/no/such:" + folder.path().string()}}));
  BOOST_CHECK_EXCEPTION(trusts({{"SSL_CERT_DIR", "/no/such"}}), Error,
                        says(Errc::unreadable, "a folder of certificates that SSL_CERT_DIR names: /no/such"));
  BOOST_CHECK_EXCEPTION(trusts({{"PIP_CERT", folder / "none.pem"}}), Error,
                        says(Errc::unreadable, "cannot read the certificates that PIP_CERT names"));
}

BOOST_AUTO_TEST_CASE(authorities_of_one_request) {
  const TestAuthority authority, stranger;
  const auto [certificate, key] = authority.issue("good", "IP:127.0.0.1");
  const MisbehavingServer secure({"--tls", certificate, key});
  BeastHttp http(environment());
  HttpRequest request{.url = secure.url("/ok"), .authorities = authority.certificate()};
  BOOST_TEST(http.send(request).status == 200);
  // The connection that this request has left is not for those who do not trust the server.
  BOOST_CHECK_EXCEPTION(get(http, secure.url("/ok")), LastingNetworkError,
                        says(Errc::network, "name the file of its certificate authority in SSL_CERT_FILE"));
  request.authorities = stranger.certificate();
  BOOST_CHECK_EXCEPTION(http.send(request), LastingNetworkError,
                        says(Errc::network, "add its certificate authority to " + stranger.certificate()));
  request.authorities = authority.certificate();
  BOOST_TEST(http.send(request).status == 200);
  request.url = secure.url("/counters");
  BOOST_TEST(http.send(request).body == "3");  // both good ones by one connection; its own request counts none
  request.authorities = "/no/such.pem";
  BOOST_CHECK_EXCEPTION(http.send(request), Error,
                        says(Errc::unreadable, "cannot read the certificates that the request names: /no/such.pem"));
  BeastHttp trusting(environment({{"SSL_CERT_FILE", authority.certificate()}}));
  request.authorities = stranger.certificate();  // in the place of the environment's, not beside them
  BOOST_CHECK_THROW(trusting.send(request), LastingNetworkError);
}

BOOST_AUTO_TEST_CASE(leave_to_send_under_tls) {
  // TLS 1.3 sends its tickets after the handshake: bytes arrive that are no answer.
  const TestAuthority authority;
  const auto [certificate, key] = authority.issue("good", "IP:127.0.0.1");
  const MisbehavingServer secure({"--tls", certificate, key});
  BeastHttp http(environment({{"SSL_CERT_FILE", authority.certificate()}}));
  const std::string body = pattern(3'000'000);
  const auto answer = [&](const std::string& query) {
    return http.send(
        {.method = "PUT", .url = secure.url("/expect" + query), .body = {as_bytes(body)}, .expect_continue = true});
  };
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST(answer("?say=100").body == "3000000 asked");
    BOOST_TEST(answer("").body == "3000000 asked");  // after a second of silence
    BOOST_TEST(answer("?say=403").status == 403);
  }
}

BOOST_AUTO_TEST_CASE(nginx_with_tls, *boost::unit_test::precondition(has_nginx)) {
  const TestAuthority authority;
  const auto [certificate, key] = authority.issue("nginx", "DNS:localhost");
  TemporaryFolder folder;
  const std::string body = pattern(20'000'000);
  detail::write_file(folder / "large", body);
  const Nginx nginx(folder.path().string(), "ssl http2",
                    "ssl_certificate " + certificate + "; ssl_certificate_key " + key +
                        "; keepalive_requests 3; location /moved/ { rewrite ^/moved/(.*)$ /$1 redirect; }");
  BeastHttp http(environment({{"SSL_CERT_FILE", authority.certificate()}}));
  const std::string base = "https://localhost:" + nginx.port();
  for (int i = 0; i < 5; ++i) BOOST_TEST((poured(http, {.url = base + "/moved/large"}) == body));
  BOOST_TEST(http.send({.method = "PUT", .url = base + "/put", .body = {as_bytes(body), as_bytes("end")}}).status ==
             201);
  BOOST_TEST((detail::read_file(folder / "put") == body + "end"));
  BOOST_TEST(http.send({.method = "DELETE", .url = base + "/put"}).status == 204);
  BOOST_TEST(http.send({.url = base + "/put"}).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
