// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/error.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/fetch.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <thread>

namespace daypack {

namespace detail {

inline std::string wheel_subject(const PinnedFile& file, std::string_view got, std::string_view expected) {
  return file.file + " (got " + std::string(got) + ", expected " + std::string(expected) + ')';
}

// Large files first: none is left over to run alone at the end.
template <class Size>
std::vector<std::size_t> largest_first(std::size_t count, Size size) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), size);
  return order;
}

// One call of fetch_wheels.
class WheelFetch {
 public:
  WheelFetch(std::span<const PinnedFile> files, const Context& ctx, const FetchOptions& options)
      : files_(files), ctx_(ctx), options_(options), blobs_(files.size()), found_(files.size()), faults_(files.size()) {
    const bool known = std::all_of(files.begin(), files.end(), [](const PinnedFile& file) { return file.size != 0; });
    if (!known) return;
    for (const PinnedFile& file : files) total_ += file.size;
  }

  std::vector<Blob> run() {
    const auto order = largest_first(files_.size(), [this](std::size_t i) { return files_[i].size; });
    ctx_.pool().for_each(order.size(), [&](std::size_t n) { attempt(order[n], &WheelFetch::take_present); });
    ctx_.check_stop();
    std::vector<std::size_t> missing;
    for (const std::size_t i : order) {
      if (!found_[i] && !faults_[i]) missing.push_back(i);
    }
    if (ctx_.offline()) refuse_offline(missing);
    fetch_missing(missing);
    ctx_.check_stop();
    std::vector<Fault> faults;
    for (auto& fault : faults_) {
      if (fault) faults.push_back(std::move(*fault));
    }
    const std::string count = std::to_string(faults.size()) + " of " + std::to_string(files_.size());
    throw_collected(std::move(faults), "cannot get " + count + " wheels");
    return std::move(blobs_);
  }

 private:
  // Errors become the file's fault; anything else ends the work.
  void attempt(std::size_t i, void (WheelFetch::*work)(std::size_t)) {
    if (ctx_.stop().stop_requested()) return;
    try {
      (this->*work)(i);
    } catch (const Error& error) {
      if (error.code() != Errc::cancelled) faults_[i] = error.fault();
    }
  }

  // From the disk: a local file or a value of the cache.
  void take_present(std::size_t i) {
    const PinnedFile& file = files_[i];
    const auto path = file.path.empty() ? path_of_file_url(file.url) : std::optional(file.path);
    if (path) {
      take(i, map_file(*path));
      if (!file.sha256.empty()) check(file, hashed(blobs_[i]), blobs_[i].size());
      return;
    }
    if (file.sha256.empty()) {
      throw Error(Errc::syntax, "the lock names no sha256 for a wheel", file.file, "lock again, with hashes");
    }
    const CacheKey key{"wheels", file.sha256};
    const std::optional<Blob> kept = ctx_.cache().get_unchecked(key);
    if (!kept) return;
    if (hashed(*kept).hex() == file.sha256) return take(i, *kept);
    ctx_.warn(file.file, "the cache holds damaged bytes; the wheel is fetched again");
    ctx_.cache().drop(key);
  }

  // A stop is seen between its pieces.
  Sha256 hashed(const Blob& wheel) const {
    Sha256Hasher hasher;
    read_in_pieces(wheel, [&](ByteView bytes) {
      ctx_.check_stop();
      hasher.update(bytes);
    });
    return hasher.finish();
  }

  static void check(const PinnedFile& file, const Sha256& got, std::uint64_t size) {
    static constexpr const char* hint =
        "lock again if the file was replaced on purpose; otherwise do not trust where it comes from";
    if (file.size != 0 && size != file.size) {
      throw Error(Errc::hash_mismatch, "a wheel has not the size that the lock names",
                  wheel_subject(file, std::to_string(size) + " bytes", std::to_string(file.size) + " bytes"), hint);
    }
    if (got.hex() != file.sha256) {
      throw Error(Errc::hash_mismatch, "a wheel has not the sha256 that the lock names",
                  wheel_subject(file, got.hex(), file.sha256), hint);
    }
  }

  void take(std::size_t i, Blob blob) {
    blobs_[i] = std::move(blob);
    found_[i] = 1;
    advance(blobs_[i].size());
  }

  void advance(std::uint64_t bytes) { ctx_.advance(done_ += bytes, total_, "bytes"); }

  [[noreturn]] static void throw_missing(std::vector<Fault> causes) {
    std::sort(causes.begin(), causes.end(), [](const Fault& a, const Fault& b) { return a.subject < b.subject; });
    throw Error(Fault{.code = Errc::network,
                      .message = "cannot fetch while offline: " + std::to_string(causes.size()) + " wheels are missing",
                      .hint = "run once with a network; the cache keeps them",
                      .causes = std::move(causes)});
  }

  void refuse_offline(const std::vector<std::size_t>& missing) {
    std::vector<Fault> causes;
    for (const std::size_t i : missing)
      causes.push_back({.code = Errc::not_found, .message = "not in the cache", .subject = files_[i].file});
    if (!causes.empty()) throw_missing(std::move(causes));
  }

  // Waiting for the network costs no CPU, so these are threads of their own and not the pool's.
  void fetch_missing(const std::vector<std::size_t>& missing) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;  // of another kind than Error: no file's fault
    std::mutex mutex;
    const auto work = [&] {
      try {
        for (std::size_t n = next++; n < missing.size(); n = next++) attempt(missing[n], &WheelFetch::fetch);
      } catch (...) {
        next = missing.size();
        const std::scoped_lock lock(mutex);
        failure = std::current_exception();
      }
    };
    {
      std::vector<std::jthread> threads;
      const std::size_t count = std::min(std::max<std::size_t>(options_.connections, 1), missing.size());
      for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
    }
    if (failure) std::rethrow_exception(failure);
  }

  // One download on its way into the cache.
  struct Arrival {
    std::unique_ptr<CacheWriter> writer;
    Sha256Hasher hasher = {};
    std::uint64_t size = 0;
    bool resumed = false;  // of two answers
  };

  void fetch(std::size_t i) {
    if (fetched(i, false)) return;
    ctx_.warn(files_[i].file, "the rest of a download did not fit its beginning; it is fetched again as a whole");
    fetched(i, true);
  }

  // False when a download that broke off was continued, and the parts are not the wheel: then nothing is kept.
  // The last go takes every fault for an error.
  bool fetched(std::size_t i, bool last) {
    const PinnedFile& file = files_[i];
    std::optional<Arrival> arrival;
    const auto told = [&](const RetryNotice& notice) {
      const std::string seconds = std::to_string((notice.wait.count() + 500) / 1000);
      ctx_.warn(file.file, notice.reason + "; attempt " + std::to_string(notice.attempt + 1) + " of " +
                               std::to_string(notice.attempts) + " in " + seconds + " s");
    };
    const auto begin = [&](HttpRequest& request) { return sink_of(file, arrival, request); };
    const HttpResponse response = named(file, [&] {
      return send_with_retry(ctx_.http(), ctx_.clock(), {.url = file.url}, begin, options_.retry, ctx_.stop(), told);
    });
    const bool refused = arrival && response.status == 416;  // there is no such rest (RFC 9110, 15.5.17)
    if (last || !refused) check_answer(file, response, arrival ? arrival->size : 0);
    const Sha256 digest = arrival->hasher.finish();
    if (!last && (refused || (arrival->resumed && digest.hex() != file.sha256))) {
      done_ -= arrival->size;
      return false;
    }
    check(file, digest, arrival->size);
    blobs_[i] = arrival->writer->commit();
    return true;
  }

  // An attempt after one that broke off asks for the rest. An answer of 206 continues (RFC 9110, 14.2 and 15.3.7), any
  // other begins again.
  BodySink sink_of(const PinnedFile& file, std::optional<Arrival>& arrival, HttpRequest& request) {
    if (arrival && arrival->size != 0)
      request.headers.emplace_back("Range", "bytes=" + std::to_string(arrival->size) + "-");
    request.on_head = [&](const HttpResponse& head) {
      if (arrival && head.status == 206) {
        arrival->resumed = true;
        return;
      }
      if (arrival) done_ -= arrival->size;
      arrival.emplace(ctx_.cache().writer({"wheels", file.sha256}));
    };
    return [&](ByteView bytes) {
      arrival->hasher.update(bytes);
      arrival->writer->write(bytes);
      arrival->size += bytes.size();
      advance(bytes.size());
    };
  }

  // What a connection says knows neither the wheel nor the way out.
  template <class Send>
  static HttpResponse named(const PinnedFile& file, const Send& send) {
    try {
      return send();
    } catch (const Error& error) {
      if (error.code() != Errc::network) throw;
      Fault fault = error.fault();
      fault.subject = file.file + " from " + fault.subject;
      if (fault.hint.empty())
        fault.hint = "check the network and HTTPS_PROXY, then run again: what has arrived is kept";
      throw Error(std::move(fault));
    }
  }

  static void check_answer(const PinnedFile& file, const HttpResponse& response, std::uint64_t size) {
    const std::string where = file.file + " from " + redacted(response.url);
    if (response.status / 100 != 2) {
      const bool login = response.status == 401 || response.status == 403;
      const bool gone = response.status == 404 || response.status == 410;
      throw Error(gone ? Errc::not_found : Errc::network, "a server did not give a wheel",
                  where + " (status " + std::to_string(response.status) + ')',
                  login  ? "put a login for this host into ~/.netrc, or user:password@ into the URL of the index"
                  : gone ? "the file was removed from its index: lock again"
                         : "");
    }
    const auto length = response.header("Content-Length");
    if (length && response.status != 206 && *length != std::to_string(size)) {
      throw Error(Errc::network, "a wheel arrived cut off",
                  where + " (got " + std::to_string(size) + " bytes, expected " + std::string(*length) + ')',
                  "run again");
    }
  }

  std::span<const PinnedFile> files_;
  const Context& ctx_;
  const FetchOptions& options_;
  std::vector<Blob> blobs_;
  std::vector<char> found_;  // not vector<bool>: threads write neighbours
  std::vector<std::optional<Fault>> faults_;
  std::atomic<std::uint64_t> done_{0};
  std::uint64_t total_ = 0;
};

}  // namespace detail

DAYPACK_DECL std::vector<Blob> fetch_wheels(std::span<const PinnedFile> files, const Context& ctx,
                                            const FetchOptions& options) {
  return detail::WheelFetch(files, ctx, options).run();
}

}  // namespace daypack
