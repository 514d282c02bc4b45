// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/disk.hpp>
#include <daypack/cache/remote.hpp>
#include <daypack/net/beast_http.hpp>
#include <daypack/process/boost_runner.hpp>
#include <daypack/standard.hpp>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace daypack {

namespace detail {

class SystemClock final : public Clock {
 public:
  std::chrono::system_clock::time_point now() override { return std::chrono::system_clock::now(); }
  void sleep(std::chrono::milliseconds duration, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, duration, [] { return false; });
  }
};

// The cache tells of its troubles from any thread, beside the context: one lock for both.
inline Observer serialised(Observer observer) {
  if (!observer) return {};
  return [mutex = std::make_shared<std::mutex>(), observer = std::move(observer)](const Event& event) {
    const std::scoped_lock lock(*mutex);
    observer(event);
  };
}

inline std::shared_ptr<Cache> standard_cache(const std::string& folder, const Observer& observer) {
  return std::make_shared<DiskCache>(folder.empty() ? cache_folder() : folder,
                                     [observer](const std::string& subject, const std::string& message) {
                                       if (observer)
                                         observer(Remark{Remark::Severity::warning, "cache", subject, message});
                                     });
}

// Offline, what the server does not give cannot be had: then it may take its time.
inline void add_remote_cache(Services& services, RemoteCacheOptions options) {
  if (options.url.empty()) return;
  if (services.offline) options.loss = std::chrono::hours(1);
  services.cache = std::make_shared<RemoteCache>(services.cache, services.http, std::move(options), services.observer,
                                                 services.stop);
}

}  // namespace detail

DAYPACK_DECL Context standard_context(StandardOptions options) {
  Services services;
  services.pool = std::make_shared<Pool>(options.jobs);
  services.http = std::make_shared<BeastHttp>();
  if (options.on_request) services.http = std::make_shared<LoggedHttp>(services.http, std::move(options.on_request));
  services.runner = std::make_shared<BoostRunner>();
  services.observer = detail::serialised(std::move(options.observer));
  services.cache = detail::standard_cache(options.cache_folder, services.observer);
  services.clock = std::make_shared<detail::SystemClock>();
  services.stop = std::move(options.stop);
  services.offline = options.offline;
  detail::add_remote_cache(services, std::move(options.remote_cache));
  return Context(std::move(services));
}

}  // namespace daypack
