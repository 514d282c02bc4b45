// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/net/http.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace daypack::testing {

// What goes wrong with an answer.
enum class HttpFault {
  none,
  refuse,    // no connection at all
  reset,     // the connection breaks after `after` bytes of the body
  truncate,  // the body ends after `after` bytes, and nobody notices: what a careless Http would return
};

struct FakeAnswer {
  int status = 200;
  HttpHeaders headers = {};  // Content-Length of the whole body is added when there is none
  std::string body = {};
  HttpFault fault = HttpFault::none;
  std::size_t after = 0;
  std::chrono::milliseconds delay{};  // really waited, ended early by a stop request
};

// A request as it came in.
struct SeenRequest {
  std::string method = {};
  std::string url = {};
  HttpHeaders headers = {};
  std::string body = {};
};

// An Http without a network: answers by script, from any number of threads.
//   FakeHttp http;
//   http.answer("https://example.org/a.whl", {{.status = 503}, {.body = "wheel"}});   // first, then always
class FakeHttp : public Http {
 public:
  // The answers for a URL in their order; the last one is repeated. Given again for the same URL, they replace the old
  // ones.
  DAYPACK_DECL void answer(const std::string& url, std::deque<FakeAnswer> answers);

  // All requests so far, in the order in which they came.
  DAYPACK_DECL std::vector<SeenRequest> seen() const;

  // Error{not_found} for a URL that has no answers.
  DAYPACK_DECL HttpResponse send(const HttpRequest& request, const BodySink& sink, std::stop_token stop) override;
  using Http::send;

 private:
  FakeAnswer next(const HttpRequest& request);

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<FakeAnswer>> answers_;
  std::vector<SeenRequest> seen_;
};

}  // namespace daypack::testing

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/testing/fake_http.ipp>
#endif
