// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/disk.hpp>
#include <daypack/cache/remote.hpp>
#include <daypack/error.hpp>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

// What tests of the remote cache share: a server in this process, and machines that use it.

// Keeps what is put, as bazel-remote does with --disable_http_ac_validation. Faults are up to the test.
class CacheServer : public daypack::Http {
 public:
  static constexpr const char* base = "http://cache.test/team/";

  using Http::send;
  daypack::HttpResponse send(const daypack::HttpRequest& request, const daypack::BodySink& sink,
                             std::stop_token stop) override {
    const std::string path = request.url.substr(std::min(request.url.size(), std::string(base).size()));
    {
      const std::scoped_lock lock(mutex);
      seen.push_back(request.method + ' ' + path.substr(0, path.find('/')));
    }
    if (fault) {
      if (auto answer = fault(request, stop)) return delivered(request, sink, std::move(*answer));
    }
    const std::scoped_lock lock(mutex);
    if (request.method == "PUT") {
      std::string& body = files[path] = {};
      for (const daypack::ByteView part : request.body) body += daypack::as_text(part);
      return {.status = 200};
    }
    const auto file = files.find(path);
    if (file == files.end()) return {.status = 404, .body = "Not found"};
    return delivered(request, sink, {.status = 200, .body = file->second});
  }

  std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex);
    return std::exchange(seen, {});
  }
  std::size_t count(const std::string& what) {
    const std::scoped_lock lock(mutex);
    return static_cast<std::size_t>(std::count(seen.begin(), seen.end(), what));
  }
  // The file below ac or cas, where there is one alone.
  std::string& only(const std::string& store) {
    std::string* found = nullptr;
    for (auto& [path, body] : files) {
      if (!path.starts_with(store + '/')) continue;
      if (found) throw std::logic_error("several of " + store);
      found = &body;
    }
    if (!found) throw std::logic_error("none of " + store);
    return *found;
  }

  std::map<std::string, std::string> files;
  std::function<std::optional<daypack::HttpResponse>(const daypack::HttpRequest&, std::stop_token)> fault;

 private:
  static daypack::HttpResponse delivered(const daypack::HttpRequest& request, const daypack::BodySink& sink,
                                         daypack::HttpResponse answer) {
    if (request.method == "HEAD") answer.body.clear();
    if (!sink || answer.status / 100 != 2) return answer;
    const std::string body = std::exchange(answer.body, {});
    for (std::size_t at = 0; at < body.size(); at += 50'000)
      sink(daypack::as_bytes(std::string_view(body).substr(at, 50'000)));
    return answer;
  }

  std::mutex mutex;
  std::vector<std::string> seen;
};

// Until a stop comes.
inline std::optional<daypack::HttpResponse> hang(std::stop_token stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait(lock, stop, [] { return false; });
  throw daypack::Error(daypack::Errc::cancelled, "stopped on request");
}

// A machine: a folder of its own, and what it was told.
struct Machine {
  explicit Machine(std::shared_ptr<daypack::Http> http, daypack::RemoteCacheOptions options = {},
                   std::stop_token stop = {}) {
    if (options.url.empty()) options.url = CacheServer::base;
    local = std::make_shared<daypack::DiskCache>(folder / "cache");
    cache = std::make_unique<daypack::RemoteCache>(
        local, std::move(http), std::move(options),
        [this](const daypack::Event& event) {
          const auto& remark = std::get<daypack::Remark>(event);
          const std::scoped_lock lock(mutex);
          (remark.severity == daypack::Remark::Severity::warning ? warnings : notes)
              .push_back(remark.subject + ": " + remark.message);
        },
        stop);
  }
  // The value, or "none".
  std::string value(const daypack::CacheKey& key) {
    const auto found = cache->get(key);
    return found ? std::string(found->text()) : "none";
  }
  bool was_warned() {
    const std::scoped_lock lock(mutex);
    return !warnings.empty();
  }
  void put(const daypack::CacheKey& key, std::string_view text) { cache->put(key, daypack::as_bytes(text)); }

  TemporaryFolder folder;
  std::mutex mutex;
  std::vector<std::string> warnings, notes;
  std::shared_ptr<daypack::DiskCache> local;
  std::unique_ptr<daypack::RemoteCache> cache;
};

// No server of a test is slow by itself, whatever else the host does.
inline daypack::RemoteCacheOptions patient() {
  return {.silence = std::chrono::minutes(5), .loss = std::chrono::minutes(5), .farewell = std::chrono::minutes(5)};
}
