// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <boost/test/unit_test.hpp>
#include <daypack/cache/disk.hpp>
#include <daypack/error.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/fake_http.hpp>
#include <daypack/wheel/fetch.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "still_clock.hpp"
#include "temporary_folder.hpp"

// What tests of fetch_wheels() share.
using daypack::testing::FakeAnswer;
using daypack::testing::FakeHttp;
using daypack::testing::HttpFault;

inline std::string digest(std::string_view text) { return daypack::sha256_of(daypack::as_bytes(text)).hex(); }

// A wheel that the fake network serves as http://h/NAME.
struct FetchBench {
  explicit FetchBench(std::shared_ptr<daypack::Http> network = nullptr, bool offline = false) {
    services.pool = std::make_shared<daypack::Pool>(2);
    services.http = network ? network : fake;
    services.cache = cache;
    services.clock = clock;
    services.offline = offline;
    services.stop = stop.get_token();
    services.observer = [this](const daypack::Event& event) {
      if (const auto* remark = std::get_if<daypack::Remark>(&event)) {
        remarks.push_back((remark->severity == daypack::Remark::Severity::warning ? "warning " : "") + remark->subject +
                          ": " + remark->message);
      }
      if (const auto* advanced = std::get_if<daypack::Advanced>(&event)) last = *advanced;
    };
  }

  daypack::PinnedFile serve(const std::string& name, const std::string& body, std::vector<FakeAnswer> before = {}) {
    std::deque<FakeAnswer> answers(before.begin(), before.end());
    answers.push_back({.body = body});
    fake->answer("http://h/" + name, answers);
    return {.file = name, .url = "http://h/" + name, .sha256 = digest(body), .size = body.size()};
  }

  std::vector<daypack::Blob> fetch(const std::vector<daypack::PinnedFile>& files,
                                   const daypack::FetchOptions& options = {}) {
    return daypack::fetch_wheels(files, daypack::Context(services), options);
  }

  TemporaryFolder folder;
  std::shared_ptr<FakeHttp> fake = std::make_shared<FakeHttp>();
  std::shared_ptr<daypack::DiskCache> cache = std::make_shared<daypack::DiskCache>(folder / "cache");
  std::shared_ptr<StillClock> clock = std::make_shared<StillClock>();
  std::stop_source stop;
  daypack::Services services;
  std::vector<std::string> remarks;
  daypack::Advanced last;
};

// The whole text of what is thrown.
template <class Work>
std::string thrown(daypack::Errc code, Work work) {
  try {
    work();
  } catch (const daypack::Error& error) {
    BOOST_TEST(to_string(error.code()) == to_string(code));
    return error.what();
  }
  return "nothing was thrown";
}
