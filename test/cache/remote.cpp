// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/cache/remote.hpp>  // self-contained

#include <daypack/net/beast_http.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/fail_at.hpp>

#include <boost/test/unit_test.hpp>

#include "support/remote_lab.hpp"
#include "support/server.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(cache_remote)

namespace {

const CacheKey key{"bytecode", "0123abcd"};

std::string noise(std::size_t size) {
  std::string text(size, '\0');
  unsigned state = 1;
  for (char& c : text) c = static_cast<char>((state = state * 1103515245U + 12345U) >> 16);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_one_machine_has_put_another_gets) {
  for (const std::size_t size : {0U, 1U, 65'536U, 65'537U, 3'000'000U}) {
    BOOST_TEST_CONTEXT(size) {
      const auto server = std::make_shared<CacheServer>();
      Machine first(server, patient()), second(server, patient());
      const std::string text = noise(size);
      BOOST_TEST(first.value(key) == "none");
      first.put(key, text);
      first.cache->finish();
      BOOST_TEST((first.value(key) == text));
      BOOST_TEST((second.value(key) == text));
      BOOST_TEST((second.local->get(key)->text() == text));
      server->requests();
      BOOST_TEST((second.value(key) == text));
      BOOST_TEST(server->requests().empty());
      const RemoteCacheUsage gave = first.cache->usage(), got = second.cache->usage();
      BOOST_TEST(gave.misses == 1u);
      BOOST_TEST(gave.put == 1u);
      BOOST_TEST(gave.sent == size);
      BOOST_TEST(got.hits == 1u);
      BOOST_TEST(got.received == size);
      BOOST_TEST(first.warnings.empty());
      BOOST_TEST(second.warnings.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_small_takes_one_request) {
  const auto server = std::make_shared<CacheServer>();
  Machine first(server, patient()), second(server, patient());
  first.put(key, "small");
  first.cache->finish();
  BOOST_TEST(second.value(key) == "small");
  BOOST_TEST(server->requests() == (std::vector<std::string>{"PUT ac", "GET ac"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wheels_lie_there_by_their_digest_alone) {
  const auto server = std::make_shared<CacheServer>();
  Machine first(server, patient()), second(server, patient());
  const std::string wheel = noise(200'000), digest = sha256_of(as_bytes(wheel)).hex();
  const auto part = first.cache->part({"wheels", digest});
  BOOST_TEST(part->acquire());
  part->restart("a note");
  part->write(as_bytes(wheel));
  BOOST_TEST((part->commit().text() == wheel));
  first.cache->finish();
  BOOST_TEST(server->files.size() == 1u);
  BOOST_TEST(server->files.contains("cas/" + digest));
  BOOST_TEST((second.cache->get_unchecked({"wheels", digest})->text() == wheel));
  // What anybody has put there in its place.
  server->files["cas/" + digest][77] ^= 1;
  Machine third(server, patient());
  BOOST_TEST(!third.cache->get_unchecked({"wheels", digest}));
  BOOST_TEST(third.warnings.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_depends_on_this_machine_stays_here) {
  const auto server = std::make_shared<CacheServer>();
  Machine machine(server, patient());
  for (const char* kind : {"interpreters", "built", "unpacked", "wheels"}) {
    const CacheKey here{kind, "0123abcd"};
    BOOST_TEST(machine.value(here) == "none");
    machine.put(here, "value");
    BOOST_TEST(machine.value(here) == "value");
  }
  machine.cache->finish();
  BOOST_TEST(server->requests().empty());
}

BOOST_AUTO_TEST_CASE(many_that_are_expected_come_at_once) {
  const auto server = std::make_shared<CacheServer>();
  Machine first(server, patient()), second(server, patient());
  std::vector<CacheKey> keys;
  for (int i = 100; i < 140; ++i) {
    keys.push_back({"elf", std::to_string(i)});
    if (i != 120) first.put(keys.back(), "value " + std::to_string(i));
  }
  first.cache->finish();
  // All of the first sixteen are there before one is answered.
  std::mutex mutex;
  std::condition_variable_any changed;
  int waiting = 0;
  server->fault = [&](const HttpRequest&, const std::stop_token& stop) -> std::optional<HttpResponse> {
    std::unique_lock lock(mutex);
    ++waiting;
    changed.notify_all();
    changed.wait(lock, stop, [&] { return waiting >= 16; });
    return std::nullopt;
  };
  second.cache->expect(keys);
  server->requests();
  for (const CacheKey& one : keys) BOOST_TEST(second.value(one) == (one.name == "120" ? "none" : "value " + one.name));
  BOOST_TEST(server->requests().empty());
  second.cache->expect(keys);
  BOOST_TEST(server->requests().empty());
}

BOOST_AUTO_TEST_CASE(a_machine_that_only_reads_puts_nothing) {
  const auto server = std::make_shared<CacheServer>();
  RemoteCacheOptions options = patient();
  options.read_only = true;
  Machine machine(server, options);
  machine.put(key, "value");
  machine.cache->finish();
  BOOST_TEST(server->requests().empty());
  BOOST_TEST(machine.notes.empty());
}

BOOST_AUTO_TEST_CASE(what_a_reader_drops_is_replaced) {
  const auto server = std::make_shared<CacheServer>();
  Machine poisoner(server, patient()), victim(server, patient()), next(server, patient());
  poisoner.put(key, noise(2'000'000));
  poisoner.cache->finish();
  BOOST_TEST((victim.value(key) == noise(2'000'000)));
  victim.cache->drop(key);
  server->requests();
  BOOST_TEST(victim.value(key) == "none");
  BOOST_TEST(server->requests().empty());
  victim.put(key, "good");
  victim.cache->finish();
  BOOST_TEST(next.value(key) == "good");
}

BOOST_AUTO_TEST_CASE(large_values_that_lie_there_are_not_sent_again) {
  const auto server = std::make_shared<CacheServer>();
  Machine first(server, patient()), second(server, patient());
  const std::string text = noise(2'000'000);
  first.put(key, text);
  first.cache->finish();
  server->requests();
  second.put({"streams", "ffff"}, text);
  second.cache->finish();
  BOOST_TEST(server->requests() == (std::vector<std::string>{"HEAD cas", "PUT ac"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(it_tells_what_it_was_good_for) {
  const auto server = std::make_shared<CacheServer>();
  RemoteCacheOptions options = patient();
  options.url = "http://me:hidden-token-1@cache.test/team";
  options.headers = {{"X-Key", "hidden-token-2"}};
  Machine machine(server, options);
  BOOST_TEST(machine.cache->url() == "http://cache.test/team/");
  machine.value(key);
  machine.put(key, "value");
  machine.cache.reset();
  BOOST_TEST(machine.notes.size() == 1u);
  BOOST_TEST(machine.notes.front() ==
             "http://cache.test/team/: the remote cache had 0 of 1 value (0 B) and was given 1 (5 B)");
}

BOOST_AUTO_TEST_CASE(a_full_disk_here_spoils_nothing) {
  const auto server = std::make_shared<CacheServer>();
  Machine first(server, patient());
  const std::string text = noise(100'000);
  first.put(key, text);
  first.cache->finish();
  for (int n = 1;; ++n) {
    Machine second(server, patient());
    const testing::fail_at fault(n);
    BOOST_TEST((second.value(key) == text));
    BOOST_TEST((second.value(key) == text));
    BOOST_TEST(second.warnings.empty());
    if (!fault.hit()) break;
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_url_of_a_cache) {
  const auto server = std::make_shared<CacheServer>();
  for (const char* url :
       {"grpc://cache.test", "cache.test:8080", "http://cache.test/?a=b", "http://cache.test/#a", "http://"}) {
    BOOST_TEST_CONTEXT(url) {
      RemoteCacheOptions options = patient();
      options.url = url;
      BOOST_CHECK_EXCEPTION(Machine(server, options), Error,
                            [](const Error& error) { return error.code() == Errc::usage; });
    }
  }
}

BOOST_AUTO_TEST_CASE(where_nobody_listens) {
  RemoteCacheOptions options = patient();
  options.url = "http://127.0.0.1:" + free_port();
  Machine machine(std::make_shared<BeastHttp>(), options);
  for (int i = 100; i < 200; ++i) BOOST_TEST(machine.value({"elf", std::to_string(i)}) == "none");
  machine.put(key, "value");
  BOOST_TEST(machine.value(key) == "value");
  machine.cache.reset();
  BOOST_TEST(machine.warnings.size() == 1u);
  BOOST_TEST(machine.warnings.front().find("left alone in this run: cannot connect to a server") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
