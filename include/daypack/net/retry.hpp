// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/net/http.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace daypack {

// How often and how patiently a request is repeated.
struct RetryPolicy {
  int attempts = 4;  // in total; 1 for what must not be sent twice
  std::chrono::milliseconds first_wait{
      500};  // doubled after each attempt, then spread by +-25 %, so that clients do not come in step
  std::chrono::milliseconds longest_wait{10'000};
  std::chrono::milliseconds longest_retry_after{60'000};  // a server that asks for more is not waited for
};

// Told before each wait.
struct RetryNotice {
  std::string url = {};     // without credentials
  std::string reason = {};  // "status 503", or the error's words
  int attempt = 1;          // the one that failed
  int attempts = 1;
  std::chrono::milliseconds wait{};
};

// Called before each attempt with a copy of the request, which it may change: so that what an attempt has left half-done
// is begun again from zero, or continued by a Range.
using SinkFactory = std::function<BodySink(HttpRequest&)>;

// 408, 425, 429, 500, 502, 503 and 504: the statuses that may pass (RFC 9110, 15.5 and 15.6; RFC 6585, 4; RFC
// 8470, 5.2).
DAYPACK_DECL bool is_transient_status(int status);

// What a Retry-After field asks for: seconds, or a date (RFC 9110, 10.2.3). Nothing for any other text; zero for a date
// that is over.
DAYPACK_DECL std::optional<std::chrono::milliseconds> retry_after(std::string_view field,
                                                                  std::chrono::system_clock::time_point now);

// Sends until an answer comes that is no transient status, or the attempts are used up: then the last answer is
// returned or the last error thrown. Error{network} is repeated, LastingNetworkError and all others are not; what a
// sink throws is not. Any method is repeated, so a request that must not arrive twice has a policy of one attempt.
DAYPACK_DECL HttpResponse send_with_retry(Http& http, Clock& clock, const HttpRequest& request,
                                          const SinkFactory& new_sink, const RetryPolicy& policy, std::stop_token stop,
                                          const std::function<void(const RetryNotice&)>& on_retry = {});

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/net/retry.ipp>
#endif
