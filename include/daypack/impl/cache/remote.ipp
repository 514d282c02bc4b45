// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/remote.hpp>
#include <daypack/detail/size_words.hpp>
#include <daypack/impl/cache/remote_store.ipp>
#include <daypack/impl/cache/remote_uploads.ipp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace daypack {

struct RemoteCache::Shared {
  Shared(std::shared_ptr<Cache> local_cache, std::shared_ptr<Http> network, RemoteCacheOptions chosen, Observer told,
         const std::stop_token& stop)
      : local(std::move(local_cache)),
        http(std::move(network)),
        options(std::move(chosen)),
        observer(std::move(told)),
        health(
            options.loss, [this](const std::string& words) { remark(Remark::Severity::warning, store.url(), words); },
            stop),
        store(*http, options, health),
        uploads(options.waiting_values, options.waiting_bytes, [this](const auto& one) { put(one); }) {}

  void remark(Remark::Severity severity, std::string subject, std::string words) const {
    if (observer) observer(Remark{severity, "cache", std::move(subject), std::move(words)});
  }

  bool is_absent(const CacheKey& key) {
    const std::scoped_lock lock(mutex);
    return absent.contains(detail::path_of(key));
  }

  bool is_damaged(const CacheKey& key) {
    const std::scoped_lock lock(mutex);
    const auto found = absent.find(detail::path_of(key));
    return found != absent.end() && found->second;
  }

  // It is not asked for again; what is damaged is put anew.
  void forget(const CacheKey& key, bool damaged) {
    const std::scoped_lock lock(mutex);
    absent[detail::path_of(key)] |= damaged;
  }

  bool asks_for(const CacheKey& key) { return health.reading().open() && detail::is_shared(key) && !is_absent(key); }

  std::optional<Blob> fetch(const CacheKey& key) {
    const detail::RemoteHealth::LookUp look_up(health);
    try {
      std::optional<Blob> value = store.find(key, *local);
      health.reading().worked();
      if (!value) return missed(key, false);
      health.hit();
      ++hits;
      received += value->size();
      return value;
    } catch (const Error& error) {
      return failed(key, error);
    } catch (const std::exception& error) {
      return failed(key, Error(Errc::failed, error.what()));
    }
  }

  std::nullopt_t missed(const CacheKey& key, bool damaged) {
    ++misses;
    forget(key, damaged);
    return std::nullopt;
  }

  std::nullopt_t failed(const CacheKey& key, const Error& error) {
    const bool damaged = error.code() == Errc::hash_mismatch;
    if (damaged && !told_damage.exchange(true)) remark(Remark::Severity::warning, error.subject(), error.message());
    if (error.code() != Errc::cancelled) health.failed(health.reading(), detail::reason_of(error));
    return missed(key, damaged);
  }

  void put(const detail::RemoteUploads::Upload& one) {
    try {
      if (health.writing().open()) {
        store.store(one.key, one.value, one.anew);
        health.writing().worked();
        ++put_values;
        sent += one.value.size();
        return;
      }
    } catch (const Error& error) {
      if (error.code() != Errc::cancelled) health.failed(health.writing(), detail::reason_of(error));
    } catch (const std::exception& error) {
      health.failed(health.writing(), error.what());
    }
    ++unput;
  }

  void finish() {
    if (finished.exchange(true)) return;
    unput += uploads.finish(options.farewell, health.writing().stop(), [this] { health.writing().close(); });
    if (hits + misses + put_values + unput != 0) remark(Remark::Severity::note, store.url(), summary());
  }

  std::string summary() const {
    using detail::counted, detail::size_words;
    const auto found = [](std::uint64_t count) { return detail::grouped_digits(count); };
    std::string words = "the remote cache had " + found(hits) + " of " + counted(hits + misses, "value") + " (" +
                        size_words(received) + ") and was given " + found(put_values) + " (" + size_words(sent) + ')';
    return unput == 0 ? words : words + "; " + found(unput) + " were not put";
  }

  const std::shared_ptr<Cache> local;
  const std::shared_ptr<Http> http;
  const RemoteCacheOptions options;
  const Observer observer;
  std::mutex mutex;
  std::map<std::string, bool> absent;  // what the server has not, in this run; true: it has it damaged
  std::atomic<bool> told_damage{false}, finished{false};
  std::atomic<std::uint64_t> hits{0}, misses{0}, received{0}, put_values{0}, sent{0}, unput{0};
  detail::RemoteHealth health;
  detail::RemoteStore store;
  detail::RemoteUploads uploads;
};

class RemoteCache::Writer : public CacheWriter {
 public:
  Writer(RemoteCache& cache, CacheKey key, std::unique_ptr<CacheWriter> local)
      : cache_(cache), key_(std::move(key)), local_(std::move(local)) {}

  void write(ByteView bytes) override { local_->write(bytes); }
  Blob commit() override {
    Blob value = local_->commit();
    cache_.send(key_, value);
    return value;
  }

 private:
  RemoteCache& cache_;
  CacheKey key_;
  std::unique_ptr<CacheWriter> local_;
};

class RemoteCache::Part : public CachePart {
 public:
  Part(RemoteCache& cache, CacheKey key, std::unique_ptr<CachePart> local)
      : cache_(cache), key_(std::move(key)), local_(std::move(local)) {}

  bool acquire() override { return local_->acquire(); }
  std::uint64_t size() override { return local_->size(); }
  Blob kept() override { return local_->kept(); }
  std::string note() override { return local_->note(); }
  void restart(const std::string& note) override { local_->restart(note); }
  void write(ByteView bytes) override { local_->write(bytes); }
  Blob commit() override {
    Blob value = local_->commit();
    cache_.send(key_, value);
    return value;
  }

 private:
  RemoteCache& cache_;
  CacheKey key_;
  std::unique_ptr<CachePart> local_;
};

DAYPACK_DECL RemoteCache::RemoteCache(std::shared_ptr<Cache> local, std::shared_ptr<Http> http,
                                      RemoteCacheOptions options, Observer observer, std::stop_token stop)
    : shared_(
          std::make_unique<Shared>(std::move(local), std::move(http), std::move(options), std::move(observer), stop)) {}

DAYPACK_DECL RemoteCache::~RemoteCache() { finish(); }

DAYPACK_DECL std::optional<Blob> RemoteCache::get(const CacheKey& key) {
  if (auto value = shared_->local->get(key)) return value;
  return fetched(key);
}

DAYPACK_DECL std::optional<Blob> RemoteCache::get_unchecked(const CacheKey& key) {
  if (auto value = shared_->local->get_unchecked(key)) return value;
  return fetched(key);
}

DAYPACK_DECL void RemoteCache::expect(std::span<const CacheKey> keys) {
  static constexpr std::size_t connections = 16;
  std::vector<const CacheKey*> missing;
  for (const CacheKey& key : keys) {
    if (shared_->asks_for(key) && !shared_->local->get_unchecked(key)) missing.push_back(&key);
  }
  if (missing.size() < 2) return;
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> threads;
  try {
    while (threads.size() < std::min(connections, missing.size())) {
      threads.emplace_back([&] {
        for (std::size_t i = next++; i < missing.size(); i = next++) fetched(*missing[i]);
      });
    }
  } catch (const std::system_error&) {  // no more threads: those that there are do it, or get()
  }
}

DAYPACK_DECL std::unique_ptr<CacheWriter> RemoteCache::writer(const CacheKey& key) {
  return std::make_unique<Writer>(*this, key, shared_->local->writer(key));
}

DAYPACK_DECL std::unique_ptr<CachePart> RemoteCache::part(const CacheKey& key) {
  return std::make_unique<Part>(*this, key, shared_->local->part(key));
}

DAYPACK_DECL void RemoteCache::drop(const CacheKey& key) {
  shared_->forget(key, true);
  shared_->local->drop(key);
}

DAYPACK_DECL void RemoteCache::finish() { shared_->finish(); }

DAYPACK_DECL RemoteCacheUsage RemoteCache::usage() const {
  const Shared& now = *shared_;
  return {.hits = now.hits,
          .misses = now.misses,
          .received = now.received,
          .put = now.put_values,
          .sent = now.sent,
          .unput = now.unput};
}

DAYPACK_DECL std::string RemoteCache::url() const { return shared_->store.url(); }

DAYPACK_DECL std::optional<Blob> RemoteCache::fetched(const CacheKey& key) {
  return shared_->asks_for(key) ? shared_->fetch(key) : std::nullopt;
}

DAYPACK_DECL void RemoteCache::send(const CacheKey& key, const Blob& value) {
  if (shared_->options.read_only || !detail::is_shared(key) || !shared_->health.writing().open()) return;
  if (!shared_->uploads.add({key, value, shared_->is_damaged(key)})) ++shared_->unput;
}

}  // namespace daypack
