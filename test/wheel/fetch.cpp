// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/fetch.hpp>  // self-contained

#include <boost/test/unit_test.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/net/beast_http.hpp>

#include "support/fetch_bench.hpp"
#include "support/http.hpp"

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(wheel_fetch)

BOOST_AUTO_TEST_CASE(from_the_network_then_from_the_cache) {
  FetchBench bench;
  std::vector<PinnedFile> files;
  for (int i = 0; i < 40; ++i)
    files.push_back(bench.serve("w" + std::to_string(i) + ".whl", "content " + std::to_string(i)));
  for (int round = 0; round < 2; ++round) {
    const auto blobs = bench.fetch(files);
    BOOST_TEST_REQUIRE(blobs.size() == 40u);
    for (std::size_t i = 0; i < 40; ++i) BOOST_TEST(blobs[i].text() == "content " + std::to_string(i));
    BOOST_TEST(bench.fake->seen().size() == 40u);
    BOOST_TEST(bench.last.done == bench.last.total);
    BOOST_TEST(bench.last.total == 390u);
    BOOST_TEST(bench.last.unit == "bytes");
  }
  BOOST_TEST(bench.cache->get({"wheels", digest("content 7")})->text() == "content 7");
  BOOST_TEST(bench.fetch({}).empty());
}

BOOST_AUTO_TEST_CASE(local_files) {
  FetchBench bench;
  detail::write_file(bench.folder / "a b.whl", "local");
  const std::string path = bench.folder / "a b.whl";
  const std::string url = "file://" + bench.folder.path().string() + "/a%20b.whl";
  const auto blobs = bench.fetch({{.file = "a b.whl", .path = path, .sha256 = digest("local")},
                                  {.file = "a b.whl", .url = url, .sha256 = digest("local"), .size = 5},
                                  {.file = "a b.whl", .url = "file://localhost" + url.substr(7)}});
  for (const Blob& blob : blobs) BOOST_TEST(blob.text() == "local");
  const std::string text =
      thrown(Errc::not_found, [&] { bench.fetch({{.file = "c.whl", .path = bench.folder / "c.whl"}}); });
  BOOST_TEST(text.find("cannot read a file: " + (bench.folder / "c.whl")) == 0u);
  BOOST_TEST(
      thrown(Errc::hash_mismatch, [&] { bench.fetch({{.file = "x.whl", .path = path, .sha256 = digest("other")}}); }) ==
      "a wheel has not the sha256 that the lock names: x.whl (got " + digest("local") + ", expected " +
          digest("other") +
          ")\n  hint: lock again if the file was replaced on purpose; otherwise do not trust where it comes from");
}

BOOST_AUTO_TEST_CASE(a_wrong_hash_or_size_is_not_kept) {
  FetchBench bench;
  PinnedFile file = bench.serve("w.whl", "right");
  bench.fake->answer(file.url, {{.body = "wrong"}});
  BOOST_TEST(thrown(Errc::hash_mismatch, [&] {
               bench.fetch({file});
             }).find("w.whl (got " + digest("wrong") + ", expected " + file.sha256 + ")") != std::string::npos);
  bench.fake->answer(file.url, {{.body = "longer"}});
  BOOST_TEST(thrown(Errc::hash_mismatch, [&] {
               bench.fetch({file});
             }).find("a wheel has not the size that the lock names: w.whl (got 6 bytes, expected 5 bytes)") == 0u);
  BOOST_TEST(bench.fake->seen().size() == 2u);
  for (const char* body : {"right", "wrong", "longer"}) BOOST_TEST(!bench.cache->get({"wheels", digest(body)}));
  BOOST_TEST(thrown(Errc::syntax, [&] { bench.fetch({{.file = "w.whl", .url = "http://h/w.whl"}}); }) ==
             "the lock names no sha256 for a wheel: w.whl\n  hint: lock again, with hashes");
}

BOOST_AUTO_TEST_CASE(faults_that_pass) {
  FetchBench bench;
  const auto file = bench.serve("w.whl", "0123456789",
                                {{.status = 503, .headers = {{"Retry-After", "2"}}},
                                 {.fault = HttpFault::refuse},
                                 {.body = "0123456789", .fault = HttpFault::reset, .after = 7}});
  BOOST_TEST(bench.fetch({file}).at(0).text() == "0123456789");
  BOOST_TEST_REQUIRE(bench.remarks.size() == 3u);
  BOOST_TEST(bench.remarks[0] == "warning w.whl: status 503; attempt 2 of 4 in 2 s");
  BOOST_TEST(
      bench.remarks[1].find(
          "warning w.whl: cannot connect to a server: http://h/w.whl (Connection refused); attempt 3 of 4 in ") == 0u);
  BOOST_TEST(bench.last.done == 10u);  // what was fetched in vain does not count
}

BOOST_AUTO_TEST_CASE(what_broke_off_is_continued) {
  const FakeAnswer broken{.body = "0123456789", .fault = HttpFault::reset, .after = 7};
  const auto ranges_of = [](FetchBench& bench) {
    std::vector<std::string> ranges;
    for (const auto& request : bench.fake->seen()) {
      ranges.emplace_back();
      for (const auto& [name, value] : request.headers) {
        if (name == "Range") ranges.back() = value;
      }
    }
    return ranges;
  };
  const auto check = [&](const FakeAnswer& rest, const std::vector<std::string>& expected) {
    FetchBench bench;
    const auto file = bench.serve("w.whl", "0123456789", {broken, rest});
    BOOST_TEST(bench.fetch({file}).at(0).text() == "0123456789");
    BOOST_TEST(bench.last.done == 10u);
    BOOST_TEST(ranges_of(bench) == expected, boost::test_tools::per_element());
  };
  const auto rest = [](const std::string& body) {
    return FakeAnswer{.status = 206, .headers = {{"Content-Range", "bytes 7-9/10"}}, .body = body};
  };
  check(rest("789"), {"", "bytes=7-"});
  FakeAnswer broken_too = rest("789");
  broken_too.fault = HttpFault::reset;
  broken_too.after = 2;
  check(broken_too, {"", "bytes=7-", "bytes=9-"});
  check({.body = "0123456789"}, {"", "bytes=7-"});  // a server without ranges
  check(rest("abc"), {"", "bytes=7-", ""});
  check({.status = 206, .body = "789"}, {"", "bytes=7-", ""});  // it does not say which part it is
  check({.status = 416}, {"", "bytes=7-", ""});
}

BOOST_AUTO_TEST_CASE(parts_that_never_fit_are_an_error) {
  FetchBench bench;
  const auto file = bench.serve("w.whl", "0123456789");
  const FakeAnswer broken{.body = "0123456789", .fault = HttpFault::reset, .after = 7};
  const FakeAnswer other{.status = 206, .headers = {{"Content-Range", "bytes 7-9/10"}}, .body = "abc"};
  bench.fake->answer(file.url, {broken, other, broken, other});
  thrown(Errc::hash_mismatch, [&] { bench.fetch({file}); });
  BOOST_TEST(bench.fake->seen().size() == 4u);
  bench.fake->answer(file.url, {broken, {.status = 416}, broken, {.status = 416}});
  thrown(Errc::network, [&] { bench.fetch({file}); });
}

BOOST_AUTO_TEST_CASE(faults_that_stay) {
  FetchBench bench;
  std::vector<PinnedFile> files{bench.serve("ok.whl", "ok"), bench.serve("gone.whl", "gone"),
                                bench.serve("cut.whl", "cut off"), bench.serve("closed.whl", "closed")};
  files[1].url = "http://user:hidden@h/gone.whl";
  bench.fake->answer(files[1].url, {{.status = 404}});
  bench.fake->answer(files[2].url, {{.body = "cut off", .fault = HttpFault::truncate, .after = 3}});
  bench.fake->answer(files[3].url, {{.status = 403}});
  const std::string text = thrown(Errc::network, [&] { bench.fetch(files); });
  BOOST_TEST(text ==
             "cannot get 3 of 4 wheels\n"
             "  a server did not give a wheel: closed.whl from http://h/closed.whl (status 403)\n"
             "    hint: put a login for this host into ~/.netrc, or user:password@ into the URL of the index\n"
             "  a wheel arrived cut off: cut.whl from http://h/cut.whl (got 3 bytes, expected 7)\n"
             "    hint: run again: what has arrived is kept\n"
             "  a server did not give a wheel: gone.whl from http://***@h/gone.whl (status 404)\n"
             "    hint: the file was removed from its index: lock again");
  bench.fetch({files[0]});  // what arrived is kept
  BOOST_TEST(bench.fake->seen().size() == 4u);
}

BOOST_AUTO_TEST_CASE(offline) {
  FetchBench bench(nullptr, true);
  bench.cache->put({"wheels", digest("there")}, as_bytes("there"));
  const auto there = bench.serve("there.whl", "there");
  BOOST_TEST(bench.fetch({there}).at(0).text() == "there");
  BOOST_TEST(
      thrown(Errc::network, [&] { bench.fetch({bench.serve("z.whl", "z"), there, bench.serve("a.whl", "a")}); }) ==
      "cannot fetch while offline: 2 wheels are missing\n"
      "  hint: run once with a network; the cache keeps them\n"
      "  not in the cache: a.whl\n"
      "  not in the cache: z.whl");
  BOOST_TEST(bench.fake->seen().empty());
}

BOOST_AUTO_TEST_CASE(a_damaged_cache_is_not_believed) {
  FetchBench bench;
  const auto file = bench.serve("w.whl", "right");
  bench.cache->put({"wheels", file.sha256}, as_bytes("wrong"));  // a value that is whole, but not what its name says
  BOOST_TEST(bench.fetch({file}).at(0).text() == "right");
  BOOST_TEST(bench.remarks.at(0) == "warning w.whl: the cache holds damaged bytes; the wheel is fetched again");
  BOOST_TEST(bench.fetch({file}).at(0).text() == "right");
  BOOST_TEST(bench.fake->seen().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_cached_wheel_that_the_disk_has_damaged_is_fetched_again) {
  FetchBench bench;
  const std::string wheel(10'000'000, 'w');  // is hashed in several pieces
  const auto file = bench.serve("w.whl", wheel);
  bench.fetch({file});
  const std::string path = bench.folder / ("cache/wheels/" + file.sha256.substr(0, 2) + '/' + file.sha256.substr(2));
  const std::string whole = detail::read_file(path);
  for (const std::size_t at : {std::size_t{0}, wheel.size() / 2, wheel.size() - 1}) {
    std::string damaged = whole;
    damaged[at] ^= 1;
    detail::write_file(path, damaged);
    BOOST_TEST((bench.fetch({file}).at(0).text() == wheel));
    BOOST_TEST((detail::read_file(path) == whole));
  }
  BOOST_TEST(bench.fake->seen().size() == 4u);
  BOOST_TEST(bench.remarks.size() == 3u);
  detail::write_file(path, whole.substr(0, 5'000'000));  // cut: no value at all
  BOOST_TEST((bench.fetch({file}).at(0).text() == wheel));
  BOOST_TEST(bench.remarks.size() == 3u);
}

BOOST_AUTO_TEST_CASE(several_at_once) {
  struct Counting : FakeHttp {
    std::atomic<int> now{0}, most{0};
    HttpResponse send(const HttpRequest& request, const BodySink& sink, std::stop_token token) override {
      most = std::max(most.load(), ++now);
      HttpResponse response = FakeHttp::send(request, sink, token);
      --now;
      return response;
    }
  };
  const auto http = std::make_shared<Counting>();
  FetchBench bench(http);
  bench.fake = http;
  std::vector<PinnedFile> files;
  for (int i = 0; i < 40; ++i) {
    files.push_back(bench.serve("w" + std::to_string(i), std::to_string(i)));
    http->answer(files.back().url, {{.body = std::to_string(i), .delay = 300ms}});
  }
  bench.fetch(files);
  BOOST_TEST(http->most >= 8);
  BOOST_TEST(http->most <= 16);
}

BOOST_AUTO_TEST_CASE(stopped) {
  FetchBench bench;
  std::vector<PinnedFile> files;
  for (int i = 0; i < 40; ++i) {
    files.push_back(bench.serve("w" + std::to_string(i), std::to_string(i)));
    bench.fake->answer(files.back().url, {{.body = std::to_string(i), .delay = 60s}});
  }
  const std::jthread later([&] {
    std::this_thread::sleep_for(50ms);
    bench.stop.request_stop();
  });
  BOOST_TEST(thrown(Errc::cancelled, [&] { bench.fetch(files); }) == "stopped on request");
  BOOST_TEST(bench.fake->seen().size() <= 16u);
}

BOOST_AUTO_TEST_CASE(what_an_observer_throws_ends_it) {
  FetchBench bench;
  bench.services.observer = [](const Event&) { throw std::runtime_error("enough"); };
  std::vector<PinnedFile> files;
  for (int i = 0; i < 40; ++i) files.push_back(bench.serve("w" + std::to_string(i), std::to_string(i)));
  BOOST_CHECK_THROW(bench.fetch(files), std::runtime_error);
  BOOST_TEST(bench.fake->seen().size() <= 32u);
}

BOOST_AUTO_TEST_CASE(by_a_real_server_that_misbehaves) {
  FetchBench bench(std::make_shared<BeastHttp>(environment()));
  const auto file = [](const std::string& name, const std::string& path, std::size_t size) {
    return PinnedFile{.file = name, .url = server().url(path), .sha256 = digest(pattern(size))};
  };
  const auto blobs = bench.fetch(
      {file("flaky", "/flaky?size=70000&fails=2&after=1", 70000), file("once", "/once?size=900000", 900000),
       file("chunked", "/chunked?size=500000", 500000), file("moved", "/to?url=/eof%3Fsize=300000", 300000)});
  const std::vector<std::size_t> sizes{70000, 900000, 500000, 300000};
  for (std::size_t i = 0; i < sizes.size(); ++i) BOOST_TEST((blobs[i].text() == pattern(sizes[i])));
  BOOST_TEST(bench.remarks.size() == 3u);
  BOOST_TEST((bench.fetch({file("rest", "/rest?size=800000&after=300000", 800000)})[0].text() == pattern(800000)));
  const std::string shifted =
      thrown(Errc::network, [&] { bench.fetch({file("shifted", "/rest?size=700000&after=300000&shift=1", 700000)}); });
  BOOST_TEST(shifted.find("a server gives another part of a wheel than it was asked for: shifted from http://") == 0u);
  const std::string text = thrown(Errc::network, [&] {
    bench.fetch({file("a", "/truncate?size=90&after=9", 90), file("b", "/reset?size=90&after=9", 91)});
  });
  BOOST_TEST(text.find("cannot get 2 of 2 wheels\n  a server did not answer completely: a from http://127.0.0.1:") ==
             0u);
  BOOST_TEST(text.find("got 9 bytes of the body, expected 90") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
