// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <boost/test/unit_test.hpp>
#include <ctime>
#include <daypack/detail/file.hpp>
#include <fstream>
#include <functional>
#include <thread>

#include "support/fetch_bench.hpp"

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(wheel_fetch_resume)

namespace {

const std::string whole = "0123456789";

std::vector<std::string> fields_of(const FakeHttp& http, const std::string& wanted) {
  std::vector<std::string> values;
  for (const auto& request : http.seen()) {
    values.emplace_back();
    for (const auto& [name, value] : request.headers) {
      if (name == wanted) values.back() = value;
    }
  }
  return values;
}

std::vector<std::string> files_of(const FetchBench& bench) {
  std::vector<std::string> files;
  for (const auto& entry : boost::filesystem::recursive_directory_iterator(bench.folder / "cache")) {
    if (boost::filesystem::is_regular_file(entry.path())) files.push_back(entry.path().filename().string());
  }
  return files;
}

// What an earlier run leaves when it ends after 7 bytes, with these fields in its answer.
PinnedFile begun(FetchBench& bench, HttpHeaders headers = {{"ETag", "\"v1\""}}) {
  PinnedFile file = bench.serve("w.whl", whole);
  bench.fake->answer(file.url, {{.headers = std::move(headers), .body = whole, .fault = HttpFault::reset, .after = 7}});
  thrown(Errc::network, [&] { bench.fetch({file}, {.retry = {.attempts = 1}}); });
  return file;
}

FakeAnswer part(const std::string& range, const std::string& body) {
  return {.status = 206, .headers = {{"Content-Range", range}}, .body = body};
}

std::string path_of(const FetchBench& bench, const PinnedFile& file, const std::string& kind) {
  return bench.folder / ("cache/wheels/" + file.sha256.substr(0, 2) + '/' + kind + file.sha256.substr(2));
}

// A clock that lets something happen while one waits.
struct EventfulClock : StillClock {
  void sleep(std::chrono::milliseconds duration, std::stop_token stop) override {
    StillClock::sleep(duration, stop);
    if (meanwhile) std::exchange(meanwhile, nullptr)();
  }
  std::function<void()> meanwhile;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_next_run_asks_for_the_rest) {
  FetchBench bench;
  const auto file = begun(bench);
  BOOST_TEST(files_of(bench).size() == 2u);
  bench.cache = std::make_shared<DiskCache>(bench.folder / "cache");
  bench.services.cache = bench.cache;
  bench.fake->answer(file.url, {part("bytes 7-9/10", "789")});
  BOOST_TEST(bench.fetch({file}).at(0).text() == whole);
  BOOST_TEST(fields_of(*bench.fake, "Range") == (std::vector<std::string>{"", "bytes=7-"}),
             boost::test_tools::per_element());
  BOOST_TEST(fields_of(*bench.fake, "If-Range").back() == "\"v1\"");
  BOOST_TEST(bench.remarks.back() == "w.whl: an earlier download is continued after 7 bytes");
  BOOST_TEST(bench.last.done == 10u);
  BOOST_TEST(files_of(bench).size() == 1u);
  BOOST_TEST(bench.cache->get({"wheels", file.sha256})->text() == whole);
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_as_long_as_it_gets_on) {
  FetchBench bench;
  const std::string large(5 << 20, 'x');
  const auto file = bench.serve("w.whl", large);
  const auto cut = [&](std::size_t begin, std::size_t size) {
    FakeAnswer answer = part("bytes " + std::to_string(begin) + "-5242879/5242880", large.substr(begin));
    if (begin == 0) answer.status = 200;
    answer.fault = HttpFault::reset;
    answer.after = size;
    return answer;
  };
  bench.fake->answer(file.url, {cut(0, 2 << 20), cut(2 << 20, 1 << 20), cut(3 << 20, 1000)});
  thrown(Errc::network, [&] { bench.fetch({file}, {.retry = {.attempts = 1}}); });
  BOOST_TEST(bench.fake->seen().size() == 3u);  // the third has brought too little
  BOOST_TEST(
      bench.remarks.back() ==
      "warning w.whl: a server did not answer completely: http://h/w.whl (Connection reset by peer); it goes on, "
      "for 3145728 bytes are there");
  bench.fake->answer(file.url, {part("bytes 3146728-5242879/5242880", large.substr(3146728))});
  BOOST_TEST((bench.fetch({file}).at(0).text() == large));
  BOOST_TEST(bench.last.done == large.size());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_fetched_as_a_whole) {
  const auto check = [](const FakeAnswer& answer, const std::vector<std::string>& ranges) {
    FetchBench bench;
    PinnedFile file = begun(bench);
    file.size = 0;  // many locks do not name it: then what the first answer said counts
    bench.fake->answer(file.url, {answer, {.body = whole}});
    BOOST_TEST(bench.fetch({file}).at(0).text() == whole);
    auto seen = fields_of(*bench.fake, "Range");
    seen.erase(seen.begin());
    BOOST_TEST(seen == ranges, boost::test_tools::per_element());
    BOOST_TEST(files_of(bench).size() == 1u);
  };
  const std::vector<std::string> once{"bytes=7-"}, again{"bytes=7-", ""};
  check({.body = whole}, once);  // it has changed, or the server knows no ranges
  check({.status = 416}, again);
  check(part("bytes 6-9/10", "6789"), again);
  check(part("bytes 6-8/10", "789"), again);
  check(part("bytes 7-9/11", "789"), again);
  check(part("bytes 7-9/9", "789"), again);
  check(part("bytes 9-7/10", "789"), again);
  check(part("items 7-9/10", "789"), again);
  check({.status = 206, .headers = {{"Content-Type", "multipart/byteranges; boundary=x"}}, .body = "--x"}, again);
  check(part("bytes 7-9/10", "xyz"), again);
  check(part("bytes 7-9/*", "789"), once);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_wrong_twice_are_an_error_and_not_kept) {
  FetchBench bench;
  const auto file = begun(bench);
  bench.fake->answer(file.url, {part("bytes 7-9/10", "xyz"), {.body = "0123456xyz"}});
  thrown(Errc::hash_mismatch, [&] { bench.fetch({file}); });
  BOOST_TEST(bench.fake->seen().size() == 3u);
  BOOST_TEST(files_of(bench).empty());
}

BOOST_AUTO_TEST_CASE(what_if_range_may_say) {
  const auto check = [](const HttpHeaders& headers, const std::string& expected) {
    FetchBench bench;
    const auto file = begun(bench, headers);
    bench.fake->answer(file.url, {part("bytes 7-9/10", "789")});
    BOOST_TEST(bench.fetch({file}).at(0).text() == whole);
    BOOST_TEST(fields_of(*bench.fake, "If-Range").back() == expected);
  };
  const std::pair<std::string, std::string> changed{"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"};
  check({{"ETag", "\"a b\""}, changed, {"Date", "Sun, 06 Nov 1994 08:50:00 GMT"}}, "\"a b\"");
  check({{"ETag", "W/\"weak\""}}, "");
  check({changed, {"Date", "Sun, 06 Nov 1994 08:50:00 GMT"}}, changed.second);
  check({changed, {"Date", changed.second}}, "");
  check({changed}, "");
  check({}, "");
}

BOOST_AUTO_TEST_CASE(a_damaged_beginning) {
  const FakeAnswer rest = part("bytes 7-9/10", "789"), all{.body = whole};
  const auto check = [](const std::string& kept, std::deque<FakeAnswer> answers, std::size_t requests) {
    FetchBench bench;
    const auto file = begun(bench);
    bench.fake->answer(file.url, std::move(answers));
    std::ofstream(path_of(bench, file, ".daypack-of-") + ".part") << kept;
    BOOST_TEST(bench.fetch({file}).at(0).text() == whole);
    BOOST_TEST(bench.fake->seen().size() == 1 + requests, kept);
    BOOST_TEST(files_of(bench).size() == 1u);
  };
  check("012345x", {rest, all}, 2);  // only the digest tells
  check(whole, {}, 0);               // killed before it got its name
  check("012345678x", {all}, 1);
  check(whole + "more", {all}, 1);
}

BOOST_AUTO_TEST_CASE(a_beginning_of_long_ago_is_swept) {
  FetchBench bench;
  const auto file = begun(bench);
  const std::string beginning = path_of(bench, file, ".daypack-of-") + ".part";
  boost::filesystem::last_write_time(beginning, std::time(nullptr) - 25 * 60 * 60);
  bench.fake->answer(file.url, {{.body = whole}});
  BOOST_TEST(bench.fetch({file}).at(0).text() == whole);
  BOOST_TEST(fields_of(*bench.fake, "Range").back() == "");
}

BOOST_AUTO_TEST_CASE(another_that_downloads_it_is_waited_for) {
  FetchBench bench;
  const auto clock = std::make_shared<EventfulClock>();
  bench.services.clock = clock;
  const auto file = bench.serve("w.whl", whole);
  DiskCache others(bench.folder / "cache");
  auto held = others.part({"wheels", file.sha256});
  BOOST_TEST(held->acquire());
  held->restart({});
  held->write(as_bytes(whole));
  clock->meanwhile = [&] { held->commit(); };
  BOOST_TEST(bench.fetch({file}).at(0).text() == whole);
  BOOST_TEST(bench.fake->seen().empty());
  BOOST_TEST(bench.remarks.at(0) == "w.whl: another build downloads it; this one waits");
}

BOOST_AUTO_TEST_CASE(another_that_gives_up_leaves_what_it_has) {
  FetchBench bench;
  const auto clock = std::make_shared<EventfulClock>();
  bench.services.clock = clock;
  const auto file = bench.serve("w.whl", whole);
  bench.fake->answer(file.url, {part("bytes 7-9/10", "789")});
  DiskCache others(bench.folder / "cache");
  auto held = others.part({"wheels", file.sha256});
  BOOST_TEST(held->acquire());
  held->restart({});
  held->write(as_bytes(whole.substr(0, 7)));
  clock->meanwhile = [&] { held.reset(); };
  BOOST_TEST(bench.fetch({file}).at(0).text() == whole);
  BOOST_TEST(fields_of(*bench.fake, "Range") == std::vector<std::string>{"bytes=7-"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(another_that_stands_still_is_not_waited_for) {
  FetchBench bench;
  const auto file = bench.serve("w.whl", whole);
  DiskCache others(bench.folder / "cache");
  auto held = others.part({"wheels", file.sha256});
  BOOST_TEST(held->acquire());
  held->restart({});
  held->write(as_bytes(whole.substr(0, 7)));
  BOOST_TEST(bench.fetch({file}).at(0).text() == whole);
  BOOST_TEST(bench.remarks.back() ==
             "warning w.whl: another build that downloads it does not get on; it is downloaded here too");
  auto waited = 0ms;
  for (const auto pause : bench.clock->slept()) waited += pause;
  BOOST_TEST((waited > 60s && waited < 61s));
  held->write(as_bytes(whole.substr(7)));
  BOOST_TEST(held->commit().text() == whole);
}

BOOST_AUTO_TEST_CASE(threads_that_need_the_same_wheel) {
  struct RealClock : StillClock {
    void sleep(std::chrono::milliseconds duration, std::stop_token) override { std::this_thread::sleep_for(duration); }
    std::chrono::system_clock::time_point now() override { return std::chrono::system_clock::now(); }
  };
  FetchBench bench;
  bench.services.clock = std::make_shared<RealClock>();
  auto file = bench.serve("w.whl", whole);
  bench.fake->answer(file.url, {{.body = whole, .delay = 200ms}});
  const auto blobs = bench.fetch({file, file, file});
  for (const Blob& blob : blobs) BOOST_TEST(blob.text() == whole);
  BOOST_TEST(bench.fake->seen().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_for_patience) {
  FetchBench bench;
  const auto file = bench.serve("w.whl", whole);
  bench.fake->answer(file.url, {{.status = 429, .headers = {{"Retry-After", "Thu, 01 Jan 1970 00:00:30 GMT"}}},
                                {.status = 503, .headers = {{"Retry-After", "7"}}},
                                {.status = 429, .headers = {{"Retry-After", "3600"}}}});
  const std::string text = thrown(Errc::network, [&] { bench.fetch({file}); });
  BOOST_TEST(bench.remarks == (std::vector<std::string>{"warning w.whl: status 429; attempt 2 of 4 in 30 s",
                                                        "warning w.whl: status 503; attempt 3 of 4 in 7 s"}),
             boost::test_tools::per_element());
  BOOST_TEST(text ==
             "a server did not give a wheel: w.whl from http://h/w.whl (status 429)\n"
             "  hint: the server asks to come back in 3600 s");
}

BOOST_AUTO_TEST_SUITE_END()
