// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/wheel/fetch_download.ipp>
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
      : files_(files),
        ctx_(ctx),
        options_(options),
        blobs_(files.size()),
        found_(files.size()),
        damaged_(files.size()),
        busy_(files.size()),
        faults_(files.size()) {
    const bool known = std::all_of(files.begin(), files.end(), [](const PinnedFile& file) { return file.size != 0; });
    if (!known) return;
    for (const PinnedFile& file : files) total_ += file.size;
  }

  std::vector<Blob> run() {
    expect_all();
    ctx_.pool().for_each(files_.size(), [&](std::size_t i) { attempt(i, &WheelFetch::find_present); });
    // What a lock says of sizes is often nothing, so only now is it known which files are large.
    const auto by_bytes = largest_first(files_.size(), [this](std::size_t i) { return blobs_[i].size(); });
    ctx_.pool().for_each(by_bytes.size(), [&](std::size_t n) { attempt(by_bytes[n], &WheelFetch::verify_present); });
    ctx_.check_stop();
    tell_uses();
    const auto order = largest_first(files_.size(), [this](std::size_t i) { return files_[i].size; });
    std::vector<std::size_t> missing;
    for (const std::size_t i : order) {
      if (!found_[i] && !faults_[i]) missing.push_back(i);
    }
    if (ctx_.offline()) refuse_offline(missing);
    fetch_missing(missing, &WheelFetch::fetch);
    std::erase_if(missing, [this](std::size_t i) { return !busy_[i]; });
    fetch_missing(missing, &WheelFetch::fetch_after_others);
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
  using Work = void (WheelFetch::*)(std::size_t);

  // Errors become the file's fault; anything else ends the work.
  void attempt(std::size_t i, Work work) {
    if (ctx_.stop().stop_requested()) return;
    try {
      (this->*work)(i);
    } catch (const Error& error) {
      if (error.code() != Errc::cancelled) faults_[i] = error.fault();
    }
  }

  static std::optional<std::string> local_path(const PinnedFile& file) {
    return file.path.empty() ? path_of_file_url(file.url) : std::optional(file.path);
  }

  void expect_all() {
    std::vector<CacheKey> keys;
    for (const PinnedFile& file : files_) {
      if (!local_path(file) && !file.sha256.empty()) keys.push_back({"wheels", file.sha256});
    }
    if (!keys.empty()) ctx_.cache().expect(keys);
  }

  // On the disk: a local file or a value of the cache.
  void find_present(std::size_t i) {
    const PinnedFile& file = files_[i];
    if (const auto path = local_path(file)) {
      blobs_[i] = map_file(*path);
      found_[i] = 1;
      return;
    }
    if (file.sha256.empty()) {
      throw Error(Errc::syntax, "the lock names no sha256 for a wheel", file.file, "lock again, with hashes");
    }
    std::optional<Blob> kept = ctx_.cache().get_unchecked({"wheels", file.sha256});
    found_[i] = kept.has_value();
    if (kept) blobs_[i] = std::move(*kept);
  }

  // What the cache had, once all are verified.
  void tell_uses() const {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const PinnedFile& file = files_[i];
      if (faults_[i] || local_path(file)) continue;
      tell_cache_use(ctx_, {"wheels", file.sha256},
                     {file.file.substr(0, file.file.find('-')), file.file + ' ' + file.sha256},
                     CacheCount::one(found_[i] != 0), {}, damaged_[i] ? "what was there was damaged" : "");
    }
  }

  void verify_present(std::size_t i) {
    if (!found_[i]) return;
    const PinnedFile& file = files_[i];
    if (!local_path(file)) {
      if (hashed(blobs_[i]).hex() != file.sha256) return drop_damaged(i);
    } else if (!file.sha256.empty()) {
      check_wheel_bytes(file, hashed(blobs_[i]), blobs_[i].size());
    }
    advance(blobs_[i].size());
  }

  void drop_damaged(std::size_t i) {
    blobs_[i] = {};
    found_[i] = 0;
    damaged_[i] = 1;
    ctx_.warn(files_[i].file, "the cache holds damaged bytes; the wheel is fetched again");
    ctx_.cache().drop({"wheels", files_[i].sha256});
  }

  // A stop is seen between the pieces.
  Sha256 hashed(const Blob& wheel) const {
    Sha256Hasher hasher;
    read_in_pieces(wheel, [&](ByteView bytes) {
      ctx_.check_stop();
      hasher.update(bytes);
    });
    return hasher.finish();
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
  void fetch_missing(const std::vector<std::size_t>& missing, Work one) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;  // of another kind than Error: no file's fault
    std::mutex mutex;
    const auto work = [&] {
      try {
        for (std::size_t n = next++; n < missing.size(); n = next++) attempt(missing[n], one);
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

  void fetch(std::size_t i) {
    WheelDownload download = download_of(i);
    if (download.acquire()) {
      complete(i, download);
    } else {
      busy_[i] = 1;
    }
  }

  void fetch_after_others(std::size_t i) {
    WheelDownload download = download_of(i);
    if (!download.acquire()) download.wait();
    complete(i, download);
  }

  WheelDownload download_of(std::size_t i) {
    return {files_[i], ctx_, options_, [this](std::int64_t bytes) { advance(static_cast<std::uint64_t>(bytes)); }};
  }

  void complete(std::size_t i, WheelDownload& download) {
    find_present(i);  // where another one has just brought it
    verify_present(i);
    if (!found_[i]) blobs_[i] = download.run();
  }

  std::span<const PinnedFile> files_;
  const Context& ctx_;
  const FetchOptions& options_;
  std::vector<Blob> blobs_;
  std::vector<char> found_;  // not vector<bool>: threads write neighbours
  std::vector<char> damaged_;
  std::vector<char> busy_;  // downloaded by another thread or process
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
