// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/net/http.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace daypack {

// What an answer means to whoever may ask again.
enum class RetryVerdict {
  final,      // it counts
  transient,  // it may pass
  throttled,  // it passes where one asks less often
};

// What all requests to one service may spend on being repeated, so that a service that is down is not asked three times
// as often: tokens, as in the standard mode of AWS's SDKs (botocore 1.44.5, retries/quota.py and RetryQuotaChecker in
// retries/standard.py, read on 2026-11-22). Any number of threads may use one.
class RetryQuota {
 public:
  static constexpr int retry_cost = 14;
  static constexpr int throttled_cost = 5;
  static constexpr int success_gives = 1;  // where nothing was repeated; else what the last repetition has cost

  explicit RetryQuota(int tokens = 500) : most_(tokens), left_(tokens) {}

  // False, and nothing is taken, when fewer are left.
  DAYPACK_DECL bool take(int tokens);
  // Never beyond what there was at first.
  DAYPACK_DECL void give(int tokens);
  DAYPACK_DECL int left() const;

 private:
  mutable std::mutex mutex_;
  int most_;
  int left_;
};

// How often and how patiently a request is repeated.
struct RetryPolicy {
  int attempts = 4;                           // in total; 1 for what must not be sent twice
  std::chrono::milliseconds first_wait{500};  // doubled after each attempt
  std::chrono::milliseconds longest_wait{10'000};
  std::chrono::milliseconds longest_retry_after{60'000};  // a server that asks for more is not waited for
  std::chrono::milliseconds throttled_wait{0};            // first_wait after throttled answers; 0: no other one
  // The part of each wait that chance may take away, so that clients do not come in step: 1 is AWS's "full jitter".
  double spread = 0.4;
  // What an answer means; by its status where there is none: 429 is throttled, is_transient_status() the others.
  std::function<RetryVerdict(const HttpResponse&)> judge = {};
  std::shared_ptr<RetryQuota> quota = {};  // nothing is repeated once it is used up; none: no such limit
};

// Told before each wait.
struct RetryNotice {
  std::string url = {};     // without credentials
  std::string reason = {};  // "status 503", or the error's words
  int attempt = 1;          // the one that failed
  int attempts = 1;
  std::chrono::milliseconds wait{};
};

// Called before each attempt with a copy of the request, which it may change: so that what an attempt has left
// half-done is begun again from zero, or continued by a Range.
using SinkFactory = std::function<BodySink(HttpRequest&)>;

// 408, 425, 429, 500, 502, 503 and 504: the statuses that may pass (RFC 9110, 15.5 and 15.6; RFC 6585, 4; RFC
// 8470, 5.2).
DAYPACK_DECL bool is_transient_status(int status);

// What a Retry-After field asks for: seconds, or a date (RFC 9110, 10.2.3). Nothing for any other text; zero for a date
// that is over.
DAYPACK_DECL std::optional<std::chrono::milliseconds> retry_after(std::string_view field,
                                                                  std::chrono::system_clock::time_point now);

// Sends until an answer comes that counts, or attempts or quota are used up: then the last answer is returned or the
// last error thrown. Error{network} is transient, LastingNetworkError and all others are not repeated; what a sink
// throws is not. Any method is repeated, so a request that must not arrive twice has a policy of one attempt. Before a
// repetition as long as Retry-After asks for is waited; x-amz-retry-after (milliseconds) makes a wait longer, by 5 s at
// most.
DAYPACK_DECL HttpResponse send_with_retry(Http& http, Clock& clock, const HttpRequest& request,
                                          const SinkFactory& new_sink, const RetryPolicy& policy, std::stop_token stop,
                                          const std::function<void(const RetryNotice&)>& on_retry = {});

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/net/retry.ipp>
#endif
