// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/cache/remote.hpp>

#include <daypack/impl/cache/remote_health.ipp>
#include <daypack/impl/cache/remote_result.ipp>
#include <daypack/sign/sha256.hpp>

#include <boost/test/unit_test.hpp>

#include <thread>

#include "support/remote_lab.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(cache_remote_faults)

namespace {

const CacheKey key{"bytecode", "0123abcd"}, other{"bytecode", "4567cdef"};
const std::string small = "a small value", large(200'000, 'v');

// A server that has one value of this text.
std::shared_ptr<CacheServer> server_with(const std::string& text) {
  const auto server = std::make_shared<CacheServer>();
  Machine machine(server, patient());
  machine.put(key, text);
  machine.cache->finish();
  return server;
}

std::function<std::optional<HttpResponse>(const HttpRequest&, std::stop_token)> always(int status) {
  return
      [status](const HttpRequest&, const std::stop_token&) { return HttpResponse{.status = status, .body = "words"}; };
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_damaged_is_a_miss_and_replaced) {
  using Damage = std::function<void(CacheServer&)>;
  const std::vector<std::pair<std::string, Damage>> damages{
      {small, [](CacheServer& server) { server.only("ac").back() ^= 1; }},  // of the value
      {small, [](CacheServer& server) { server.only("ac").pop_back(); }},
      {small, [](CacheServer& server) { server.only("ac").clear(); }},
      {small, [](CacheServer& server) { server.only("ac") = "<!DOCTYPE html><title>Log in</title>"; }},
      {small, [](CacheServer& server) { server.only("ac") += server.only("ac"); }},  // two files
      {small, [](CacheServer& server) { server.only("ac").resize(10'000'000); }},
      {small,
       [](CacheServer& server) {  // another key's answer
         server.only("ac") = detail::text_of({.path = "bytecode/4567cdef",
                                              .sha256 = sha256_of(as_bytes(small)).hex(),
                                              .size = small.size(),
                                              .contents = small});
       }},
      {small,
       [](CacheServer& server) {
         server.only("ac") = detail::text_of({.path = "bytecode/0123abcd", .sha256 = "../../secret", .size = 6});
       }},
      {large, [](CacheServer& server) { server.only("cas")[1000] ^= 1; }},
      {large, [](CacheServer& server) { server.only("cas").pop_back(); }},
      {large, [](CacheServer& server) { server.only("cas") += 'v'; }},
      {large, [](CacheServer& server) { server.only("cas").clear(); }},
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    BOOST_TEST_CONTEXT(i) {
      const auto& [text, damage] = damages[i];
      const auto server = server_with(text);
      damage(*server);
      Machine machine(server, patient()), next(server, patient());
      BOOST_TEST(machine.value(key) == "none");
      BOOST_TEST(machine.value(key) == "none");
      BOOST_TEST(!machine.local->get(key));
      BOOST_TEST(machine.warnings.size() == 1u);
      BOOST_TEST(machine.warnings.front().find("is damaged, and not used") != std::string::npos);
      machine.put(key, text);
      machine.cache->finish();
      BOOST_TEST((next.value(key) == text));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_value_that_was_evicted_there_is_a_miss) {
  const auto server = server_with(large);
  std::erase_if(server->files, [](const auto& file) { return file.first.starts_with("cas/"); });
  Machine machine(server, patient()), next(server, patient());
  BOOST_TEST(machine.value(key) == "none");
  BOOST_TEST(machine.warnings.empty());
  machine.put(key, large);
  machine.cache->finish();
  BOOST_TEST((next.value(key) == large));
}

BOOST_AUTO_TEST_CASE(three_failures_in_a_row_are_enough) {
  for (const int status : {204, 206, 302, 400, 500, 503}) {
    BOOST_TEST_CONTEXT(status) {
      const auto server = std::make_shared<CacheServer>();
      server->fault = always(status);
      Machine machine(server, patient());
      for (int i = 100; i < 200; ++i) BOOST_TEST(machine.value({"elf", std::to_string(i)}) == "none");
      machine.put(key, small);
      machine.cache->finish();
      BOOST_TEST(server->requests().size() == 3u);
      BOOST_TEST(machine.warnings.size() == 1u);
      BOOST_TEST(machine.warnings.front().find("it answers with status " + std::to_string(status)) !=
                 std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(failures_between_answers_are_not) {
  const auto server = server_with(small);
  int count = 0;
  server->fault = [&](const HttpRequest&, const std::stop_token&) -> std::optional<HttpResponse> {
    if (++count % 3 == 0) return std::nullopt;
    throw Error(Errc::network, "a server did not answer completely", "here");
  };
  Machine machine(server, patient());
  for (int i = 100; i < 200; ++i) BOOST_TEST(machine.value({"elf", std::to_string(i)}) == "none");
  BOOST_TEST(server->requests().size() == 101u);  // with the one that has put the value
  BOOST_TEST(machine.warnings.empty());
}

BOOST_AUTO_TEST_CASE(who_may_not_read_is_told_once) {
  const auto server = std::make_shared<CacheServer>();
  server->fault = always(401);
  RemoteCacheOptions options = patient();
  options.url = "http://me:hidden-token-1@cache.test/team";
  Machine machine(server, options);
  BOOST_TEST(machine.value(key) == "none");
  BOOST_TEST(machine.value(other) == "none");
  machine.put(key, small);
  machine.cache.reset();
  BOOST_TEST(server->requests().size() == 1u);
  BOOST_TEST(machine.warnings ==
                 std::vector<std::string>{
                     "http://cache.test/team/: the remote cache is left alone in this run: it answers with "
                     "status 401 (put a login for it into its URL or ~/.netrc)"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_may_not_put_still_reads) {
  for (const int status : {401, 403, 405}) {
    const auto server = server_with(small);
    server->fault = [status](const HttpRequest& request, const std::stop_token&) -> std::optional<HttpResponse> {
      if (request.method == "PUT") return HttpResponse{.status = status};
      return std::nullopt;
    };
    Machine machine(server, patient());
    machine.put(other, small);
    while (machine.cache->usage().unput == 0) std::this_thread::yield();
    BOOST_TEST(machine.value(key) == small);
    machine.put({"elf", "0000"}, small);
    machine.cache->finish();
    BOOST_TEST(server->count("PUT ac") == 2u);  // one of them put the value
    BOOST_TEST(machine.warnings.size() == 1u);
    BOOST_TEST(machine.warnings.front().find("nothing more is put into the remote cache in this run") !=
               std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing_is_left_alone) {
  const auto server = std::make_shared<CacheServer>();
  server->fault = [](const HttpRequest&, const std::stop_token& stop) { return hang(stop); };
  RemoteCacheOptions options = patient();
  options.loss = std::chrono::milliseconds(30);
  Machine machine(server, options);
  std::vector<CacheKey> keys;
  for (int i = 100; i < 200; ++i) keys.push_back({"elf", std::to_string(i)});
  machine.cache->expect(keys);  // without an end if nobody gave it up
  for (const CacheKey& one : keys) BOOST_TEST(machine.value(one) == "none");
  machine.put(key, small);
  machine.cache->finish();
  BOOST_TEST(server->requests().size() <= 16u);
  BOOST_TEST(machine.warnings.size() == 1u);
  BOOST_TEST(machine.warnings.front().find("it takes more time than it saves") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_that_answers_slowly_is_left_alone_too) {
  const auto server = std::make_shared<CacheServer>();
  server->fault = [](const HttpRequest&, const std::stop_token&) -> std::optional<HttpResponse> {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return std::nullopt;
  };
  RemoteCacheOptions options = patient();
  options.loss = std::chrono::milliseconds(20);
  Machine machine(server, options);
  int i = 1000;  // hangs here if it is asked for ever
  while (!machine.was_warned()) machine.value({"elf", std::to_string(++i)});
  server->requests();
  BOOST_TEST(machine.value(key) == "none");
  BOOST_TEST(server->requests().empty());
}

BOOST_AUTO_TEST_CASE(what_it_brings_buys_time) {
  int told = 0;
  detail::RemoteHealth health(std::chrono::milliseconds(1), [&](const std::string&) { ++told; }, {});
  health.brought(8'000'000'000);  // a quarter of an hour
  {
    const detail::RemoteHealth::LookUp look_up(health);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  BOOST_TEST(health.reading().open());
  BOOST_TEST(told == 0);
}

BOOST_AUTO_TEST_CASE(nobody_waits_to_put) {
  const auto server = std::make_shared<CacheServer>();
  server->fault = [](const HttpRequest&, const std::stop_token& stop) { return hang(stop); };
  RemoteCacheOptions options = patient();
  options.waiting_values = 2;
  options.farewell = std::chrono::milliseconds(20);
  Machine machine(server, options);
  for (int i = 100; i < 120; ++i) machine.put({"elf", std::to_string(i)}, small);  // hangs here if it waits
  machine.cache->finish();                                                         // here if it waits without an end
  BOOST_TEST(machine.cache->usage().unput == 20u);
  BOOST_TEST(server->requests().size() <= 4u);
  machine.put(key, small);
  BOOST_TEST(machine.cache->usage().unput == 20u);
  BOOST_TEST(machine.local->get(key)->text() == small);
}

BOOST_AUTO_TEST_CASE(room_is_counted_in_bytes_too) {
  const auto server = std::make_shared<CacheServer>();
  server->fault = [](const HttpRequest&, const std::stop_token& stop) { return hang(stop); };
  RemoteCacheOptions options = patient();
  options.waiting_bytes = 250'000;
  options.farewell = std::chrono::milliseconds(1);
  Machine machine(server, options);
  for (int i = 100; i < 104; ++i) {
    machine.put({"streams", std::to_string(i)}, large + large);  // larger than the room, but nothing else waits
    while (server->count("HEAD cas") + server->count("PUT cas") < static_cast<std::size_t>(i - 99))
      std::this_thread::yield();
  }
  machine.put({"streams", "one"}, large);
  machine.put({"streams", "two"}, large);
  BOOST_TEST(machine.cache->usage().unput == 1u);
}

BOOST_AUTO_TEST_CASE(a_stop_ends_it_at_once) {
  const auto server = std::make_shared<CacheServer>();
  std::stop_source source;
  server->fault = [&](const HttpRequest&, const std::stop_token& stop) { return hang(stop); };
  Machine machine(server, patient(), source.get_token());
  machine.put(key, small);
  std::jthread stopper([&] {
    while (server->count("GET ac") == 0) std::this_thread::yield();
    source.request_stop();
  });
  BOOST_TEST(machine.value(other) == "none");  // hangs here and below if nobody stops it
  machine.cache->finish();
  server->requests();
  BOOST_TEST(machine.value({"elf", "0000"}) == "none");
  BOOST_TEST(server->requests().empty());
  BOOST_TEST(machine.warnings.empty());
}

BOOST_AUTO_TEST_CASE(results_are_read_with_care) {
  const detail::RemoteResult result{
      .path = "elf/00ff", .sha256 = std::string(64, 'a'), .size = 5'000'000'000, .contents = small};
  const std::string text = text_of(result);
  const auto same = detail::parse_remote_result(text);
  BOOST_TEST(same->path == result.path);
  BOOST_TEST(same->sha256 == result.sha256);
  BOOST_TEST(same->size == result.size);
  BOOST_TEST(same->contents == result.contents);
  for (std::size_t size = 0; size < text.size(); ++size) BOOST_TEST(!detail::parse_remote_result(text.substr(0, size)));
  // Fields of others: exit_code 0x20, execution_metadata 0x4a, a fixed64 and a fixed32.
  const std::string more =
      "\x20\x01"
      "\x4a\x03"
      "abc"
      "\x79"
      "12345678"
      "\x7d"
      "1234";
  BOOST_TEST(detail::parse_remote_result(more + text + more)->contents == small);
  BOOST_TEST(!detail::parse_remote_result(text + '\x4b'));  // a group
  BOOST_TEST(
      !detail::parse_remote_result(text + "\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));  // too long a number
  BOOST_TEST(!detail::parse_remote_result(text + "\x4a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"));   // too long a field
}

BOOST_AUTO_TEST_SUITE_END()
