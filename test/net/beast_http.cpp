// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/net/beast_http.hpp>  // self-contained

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <daypack/detail/file.hpp>
#include <thread>

#include "support/http.hpp"

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(net_beast_http)

BOOST_AUTO_TEST_CASE(bodies_of_every_framing) {
  BeastHttp http(environment());
  for (const std::size_t size : {0u, 1u, 65536u, 3'000'001u}) {
    for (const char* framing : {"/ok", "/chunked", "/eof"}) {
      BOOST_TEST_CONTEXT(framing << ' ' << size) {
        const std::string url = server().url(framing + std::string("?size=") + std::to_string(size));
        BOOST_TEST((poured(http, {.url = url}) == pattern(size)));
        BOOST_TEST((get(http, url) == pattern(size)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(methods_and_fields) {
  BeastHttp http(environment());
  const std::string first = "one ", second = pattern(200'000);
  HttpRequest request{
      .method = "PUT", .url = server().url("/echo?a=%20b#fragment"), .headers = {{"X-A", "1"}, {"X-A", "2"}}};
  request.body = {as_bytes(first), as_bytes(second)};
  const HttpResponse response = http.send(request);
  BOOST_TEST(response.status == 200);
  BOOST_TEST(response.body.starts_with("PUT /echo?a=%20b\n"));
  BOOST_TEST(response.body.ends_with("\n\n" + first + second));
  BOOST_TEST(response.body.find("content-length: 200004\n") != std::string::npos);
  BOOST_TEST(response.body.find("user-agent: daypack/0.") != std::string::npos);
  BOOST_TEST(response.body.find("accept-encoding: identity\n") != std::string::npos);
  BOOST_TEST(response.body.find("host: 127.0.0.1:" + server().port() + "\n") != std::string::npos);

  const HttpResponse empty =
      http.send({.method = "POST", .url = server().url("/echo"), .headers = {{"user-agent", "mine"}}});
  BOOST_TEST(empty.body.find("content-length: 0\n") != std::string::npos);
  BOOST_TEST(empty.body.find("user-agent: mine\n") != std::string::npos);
  BOOST_TEST(get(http, server().url("/echo")).find("content-length") == std::string::npos);

  const HttpResponse head = http.send({.method = "HEAD", .url = server().url("/ok?size=77")});
  BOOST_TEST(head.body.empty());
  BOOST_TEST(head.header("content-LENGTH").value() == "77");
}

BOOST_AUTO_TEST_CASE(other_answers_keep_their_body_to_a_limit) {
  BeastHttp http(environment());
  HttpResponse response;
  BOOST_TEST(poured(http, {.url = server().url("/hints")}, &response).size() == 5u);
  BOOST_TEST(response.status == 200);
  bool called = false;
  const auto sink = [&](ByteView) { called = true; };
  const HttpResponse missing = http.send({.url = server().url("/status?code=404&size=9&X-Why=gone")}, sink, {});
  BOOST_TEST(missing.status == 404);
  BOOST_TEST(missing.body == "eeeeeeeee");
  BOOST_TEST(missing.header("x-why").value() == "gone");
  BOOST_TEST(!called);
  BOOST_TEST(http.send({.url = server().url("/status?code=500&size=3000000")}).body.size() == 1u << 20);
  BOOST_TEST(get(http, server().url("/ok")).size() == 5u);  // and the next request is not disturbed by the rest
  BOOST_TEST(http.send({.url = server().url("/status?code=204&size=0")}).status == 204);
}

BOOST_AUTO_TEST_CASE(broken_answers) {
  BeastHttp http(environment());
  const auto fails = [&](const std::string& path, const std::string& words) {
    BOOST_TEST_CONTEXT(path) {
      BOOST_CHECK_EXCEPTION(get(http, server().url(path)), Error, says(Errc::network, words));
    }
  };
  fails("/truncate?size=1000&after=10",
        "a server did not answer completely: " + server().url("/truncate?size=1000&after=10") +
            " (the connection was closed, got 10 bytes of the body, expected 1000)");
  fails("/truncate?size=1000&after=0", "got 0 bytes of the body, expected 1000");
  fails("/reset?size=1000&after=10", "got 10 bytes of the body, expected 1000");
  fails("/chunked?size=10&cut=1", "the connection was closed, got 12 bytes of the body");
  fails("/garbage", "bad version");
  fails("/longhead?size=70000", "header limit exceeded");
  BOOST_TEST(http.send({.url = server().url("/longhead?size=50000")}).header("x-long")->size() == 50000u);
}

BOOST_AUTO_TEST_CASE(nobody_there) {
  BeastHttp http(environment());
  const std::string port = free_port();
  BOOST_CHECK_EXCEPTION(get(http, "http://127.0.0.1:" + port + "/"), Error,
                        says(Errc::network, "cannot connect to a server: 127.0.0.1:" + port + " (Connection refused)"));
  BOOST_CHECK_EXCEPTION(get(http, "http://no-such-host.invalid/"), Error,
                        says(Errc::network, "cannot connect to a server: no-such-host.invalid:80"));
  BOOST_CHECK_EXCEPTION(get(http, "gopher://h/"), Error, says(Errc::usage, "this is no http or https URL"));
}

BOOST_AUTO_TEST_CASE(timeouts_count_from_the_last_byte) {
  BeastHttp http(environment());
  BOOST_TEST(http.send({.url = server().url("/drip"), .idle_timeout = 1200ms}).body ==
             "0123456789");  // takes 1.5 s in all
  for (const char* path : {"/silent", "/stall"}) {
    const auto begun = std::chrono::steady_clock::now();
    BOOST_CHECK_EXCEPTION(http.send({.url = server().url(path), .idle_timeout = 300ms}), Error,
                          says(Errc::network, "no progress within 300 ms"));
    const auto took = std::chrono::steady_clock::now() - begun;
    BOOST_TEST((took > 250ms && took < 15s));
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_accept) {
  // A full backlog: the kernel answers no further connection.
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor acceptor(io);
  acceptor.open(boost::asio::ip::tcp::v4());
  acceptor.bind({boost::asio::ip::make_address("127.0.0.1"), 0});
  acceptor.listen(0);
  std::vector<boost::asio::ip::tcp::socket> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back(io).open(boost::asio::ip::tcp::v4());
    waiting.back().non_blocking(true);
    const auto endpoint = acceptor.local_endpoint();
    ::connect(waiting.back().native_handle(), endpoint.data(),
              static_cast<socklen_t>(endpoint.size()));  // asio's would wait
  }
  BeastHttp http(environment());
  const std::string url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/";
  BOOST_CHECK_EXCEPTION(http.send({.url = url, .connect_timeout = 200ms}), Error,
                        says(Errc::network, "(no progress within 200 ms)"));
}

BOOST_AUTO_TEST_CASE(stopped_at_once) {
  BeastHttp http(environment());
  for (const char* path : {"/silent", "/stall", "/ok"}) {
    std::stop_source source;
    if (std::string(path) == "/ok") source.request_stop();
    const std::jthread later([&] {
      std::this_thread::sleep_for(100ms);
      source.request_stop();
    });
    const auto begun = std::chrono::steady_clock::now();
    BOOST_CHECK_EXCEPTION(http.send({.url = server().url(path)}, {}, source.get_token()), Error,
                          says(Errc::cancelled, "stopped on request"));
    BOOST_TEST((std::chrono::steady_clock::now() - begun < 15s));
  }
  BOOST_TEST(get(http, server().url("/ok")).size() == 5u);
}

BOOST_AUTO_TEST_CASE(a_sink_that_throws) {
  BeastHttp http(environment());
  const auto sink = [](ByteView) { throw Error(Errc::unwritable, "full"); };
  BOOST_CHECK_EXCEPTION(http.send({.url = server().url("/ok?size=1000000")}, sink, {}), Error,
                        says(Errc::unwritable, "full"));
  BOOST_TEST(get(http, server().url("/ok")).size() == 5u);
}

BOOST_AUTO_TEST_CASE(connections_are_kept) {
  const MisbehavingServer own;
  BeastHttp http(environment());
  for (int i = 0; i < 5; ++i) get(http, own.url("/ok?size=100000"));
  BOOST_TEST(get(http, own.url("/counters")) == "1");
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_died_is_replaced_once) {
  const MisbehavingServer own;
  BeastHttp http(environment());
  get(http, own.url("/stale"));
  std::this_thread::sleep_for(300ms);
  BOOST_TEST(
      http.send({.method = "PUT", .url = own.url("/echo"), .body = {as_bytes("again")}}).body.ends_with("again"));
  BOOST_TEST(get(http, own.url("/counters")) == "2");
  // This one dies again, and then the fresh one: that is an error.
  BOOST_CHECK_EXCEPTION(get(http, own.url("/nothing")), Error,
                        says(Errc::network, "a server did not answer completely"));
  BOOST_TEST(get(http, own.url("/counters")) == "4");
}

BOOST_AUTO_TEST_CASE(what_must_arrive_once_is_not_sent_again) {
  const MisbehavingServer own;
  BeastHttp http(environment());
  get(http, own.url("/ok"));
  const HttpRequest request{.method = "POST", .url = own.url("/nothing"), .once = true};
  BOOST_CHECK_THROW(http.send(request), Error);
  const std::string seen = get(http, own.url("/seen"));
  BOOST_TEST(seen.find("POST /nothing") == seen.rfind("POST /nothing"));
}

BOOST_AUTO_TEST_CASE(many_threads) {
  const MisbehavingServer own;
  BeastHttp http(environment());
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) good += get(http, own.url("/chunked?size=5000")) == pattern(5000);
      });
    }
  }
  BOOST_TEST(good == 320);
  BOOST_TEST(std::stoi(get(http, own.url("/counters"))) <= 16);
}

BOOST_AUTO_TEST_CASE(an_answer_before_the_body_was_sent) {
  BeastHttp http(environment());
  const std::string body(20'000'000, 'x');
  const HttpResponse response = http.send({.method = "PUT", .url = server().url("/early"), .body = {as_bytes(body)}});
  BOOST_TEST(response.status == 413);
  BOOST_TEST(response.body == "too large");
}

BOOST_AUTO_TEST_CASE(redirects) {
  BeastHttp http(environment());
  const HttpResponse response = http.send({.url = server().url("/chain?n=5")});
  BOOST_TEST(response.body.size() == 5u);
  BOOST_TEST(response.url == server().url("/ok"));
  BOOST_TEST(http.send({.url = server().url("/chain?n=9")}).status == 200);  // ten in all
  BOOST_CHECK_EXCEPTION(
      http.send({.url = server().url("/chain?n=10")}), LastingNetworkError,
      says(Errc::network, "a server redirects too often: " + server().url("/chain?n=10") + " (followed 10)"));
  BOOST_CHECK_EXCEPTION(get(http, server().url("/loop")), LastingNetworkError,
                        says(Errc::network, "a server redirects too often"));
  BOOST_TEST(http.send({.url = server().url("/chain?n=1"), .redirects = 0}).status == 302);
  BOOST_CHECK_EXCEPTION(get(http, server().url("/to?url=ftp://x/")), Error,
                        says(Errc::usage, "no http or https URL: ftp://x/"));
}

BOOST_AUTO_TEST_CASE(methods_after_redirects) {
  BeastHttp http(environment());
  const auto after = [&](const char* method, int code) {
    const std::string url = server().url("/to?url=/echo&code=" + std::to_string(code));
    const std::string text =
        http.send({.method = method, .url = url, .headers = {{"Content-Type", "t"}}, .body = {as_bytes("b")}}).body;
    return text.substr(0, text.find(' ')) + (text.ends_with("\n\nb") ? " body" : "") +
           (text.find("content-type") != std::string::npos ? " type" : "");
  };
  BOOST_TEST(after("POST", 301) == "GET");
  BOOST_TEST(after("POST", 302) == "GET");
  BOOST_TEST(after("PUT", 303) == "GET");
  BOOST_TEST(after("PUT", 302) == "PUT body type");
  BOOST_TEST(after("POST", 307) == "POST body type");
  BOOST_TEST(after("POST", 308) == "POST body type");
}

BOOST_AUTO_TEST_CASE(logins) {
  TemporaryFolder folder;
  detail::write_file(folder / "netrc", "machine 127.0.0.1 login daypack password \"secret word\"");
  const auto status = [](Http& http, const std::string& url) { return http.send(HttpRequest{.url = url}).status; };
  BeastHttp plain(environment());
  BOOST_TEST(status(plain, server().url("/private")) == 401);
  BOOST_TEST(status(plain, "http://daypack:secret%20word@127.0.0.1:" + server().port() + "/private") == 200);
  BOOST_TEST(status(plain, "http://daypack:wrong@127.0.0.1:" + server().port() + "/private") == 401);
  BeastHttp with(environment({{"NETRC", folder / "netrc"}}));
  BOOST_TEST(status(with, server().url("/private")) == 200);
  BOOST_TEST(status(with, server().url("/private", "localhost")) == 401);
  BOOST_TEST(with.send({.url = server().url("/private"), .headers = {{"authorization", "Bearer x"}}}).status == 401);
  boost::filesystem::rename(folder / "netrc", folder / ".netrc");
  BeastHttp home(environment({{"HOME", folder.path().string()}}));
  BOOST_TEST(status(home, server().url("/private")) == 200);
  BeastHttp named(environment({{"NETRC", folder / "none"}}));
  BOOST_CHECK_EXCEPTION(status(named, server().url("/ok")), Error, says(Errc::not_found, "none"));
}

BOOST_AUTO_TEST_CASE(a_redirect_to_another_origin_loses_the_login) {
  const MisbehavingServer other;
  BeastHttp http(environment());
  const std::string to_other = "/to?url=" + other.url("/echo");
  HttpRequest request{.url = server().url(to_other)};
  request.headers = {{"Authorization", "Bearer hidden"},
                     {"Cookie", "hidden"},
                     {"X-Amz-Security-Token", "hidden"},
                     {"X-Functions-Key", "hidden"},
                     {"X-Kept", "kept"}};
  const std::string text = http.send(request).body;
  BOOST_TEST(text.find("hidden") == std::string::npos);
  BOOST_TEST(text.find("x-kept: kept") != std::string::npos);
  const std::string login = "http://user:hidden@127.0.0.1:" + server().port();
  BOOST_TEST(get(http, login + to_other).find("authorization") == std::string::npos);
  // To the same origin it goes along.
  BOOST_TEST(get(http, login + "/to?url=/echo").find("authorization: Basic") != std::string::npos);
  request.url = server().url("/to?url=/echo");
  BOOST_TEST(http.send(request).body.find("authorization: Bearer hidden") != std::string::npos);
  // There and back again: what was dropped stays dropped.
  request.url = server().url("/to?url=" + other.url("/to%3Furl=" + server().url("/echo")));
  BOOST_TEST(http.send(request).body.find("hidden") == std::string::npos);
  BOOST_TEST(http.send(request).url == server().url("/echo"));
}

BOOST_AUTO_TEST_CASE(errors_and_answers_do_not_tell_logins) {
  BeastHttp http(environment());
  const std::string login = "http://user:hidden@127.0.0.1:" + server().port();
  BOOST_TEST(http.send({.url = login + "/ok"}).url.find("hidden") == std::string::npos);
  for (const std::string& url : {login + "/garbage", login + "/chain?n=99",
                                 std::string("http://user:hidden@127.0.0.1:1/"), login + "/to?url=ftp://u:hidden@h/"}) {
    try {
      get(http, url);
      BOOST_ERROR("no error for " + url);
    } catch (const Error& error) {
      BOOST_TEST((std::string(error.what()) + error.subject() + error.message()).find("hidden") == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent) {
  BeastHttp http(environment());
  BOOST_CHECK_EXCEPTION(http.send({.url = server().url("/ok"), .headers = {{"X-A", "1\r\nX-B: 2"}}}), Error,
                        says(Errc::usage, "this HTTP field cannot be sent: X-A"));
  BOOST_CHECK_EXCEPTION(http.send({.url = server().url("/ok"), .headers = {{"X A", "1"}}}), Error,
                        says(Errc::usage, "field cannot be sent"));
  BOOST_CHECK_EXCEPTION(http.send({.method = "GET /", .url = server().url("/ok")}), Error,
                        says(Errc::usage, "this is no HTTP method"));
}

BOOST_AUTO_TEST_CASE(proxies) {
  const MisbehavingServer proxy({"--login", "me:pass"});
  const std::string named = "http://me:pass@127.0.0.1:" + proxy.port();
  BeastHttp http(environment({{"http_proxy", named}, {"NO_PROXY", "127.0.0.1"}}));
  BOOST_TEST(get(http, "http://example.invalid/x?y") == "proxied http://example.invalid/x?y");
  BOOST_TEST(get(http, "http://u:p@example.invalid:81/") == "proxied http://example.invalid:81/");
  BOOST_TEST(get(http, server().url("/ok")).size() == 5u);
  BeastHttp without(environment({{"http_proxy", proxy.url("")}}));
  BOOST_TEST(without.send({.url = "http://example.invalid/"}).status == 407);
}

BOOST_AUTO_TEST_SUITE_END()
