// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/error.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpResponse;

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};  // http or https; user:password@ becomes basic authentication
  HttpHeaders headers = {};
  std::vector<ByteView> body = {};  // sent in order, never joined
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds idle_timeout{30'000};  // without one byte of progress
  int redirects = 10;                              // followed at most; credentials are dropped when the origin changes
  // Told the status and headers of a 2xx answer before the sink gets its body.
  std::function<void(const HttpResponse&)> on_head = {};
  std::chrono::milliseconds total_timeout{0};  // for the whole attempt, redirects included; 0: none
  // A file of certificate authorities in PEM format, or a folder of them, in place of all others; empty: the usual
  // ones.
  std::string authorities = {};
  // Asks with the head alone first where a body is large, and sends no body that the server refuses (RFC 9110, 10.1.1).
  bool expect_continue = false;
  // Told how much of the body has been sent, also once more from its beginning when a request is repeated.
  std::function<void(std::uint64_t)> on_sent = {};
  bool proxied = true;  // by the proxy that the environment names for the URL
  bool netrc = true;    // with the login that the netrc file has for the host, when there is no other
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers = {};
  std::string body = {};  // empty when a sink took it
  std::string url = {};   // after redirects

  // The value of the first header of that name, case-insensitive.
  std::optional<std::string_view> header(std::string_view name) const {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    for (const auto& [key, value] : headers) {
      if (key.size() != name.size()) continue;
      bool same = true;
      for (std::size_t i = 0; i < key.size(); ++i) same &= lower(key[i]) == lower(name[i]);
      if (same) return value;
    }
    return std::nullopt;
  }
};

// Error{network} that another attempt would only repeat: an untrusted certificate, a redirect loop, a proxy that wants
// a login.
class LastingNetworkError : public Error {
 public:
  using Error::Error;
};

// Takes the body of a 2xx answer as it arrives; bodies of other answers go to HttpResponse::body.
using BodySink = std::function<void(ByteView)>;

// Sends requests. One call is one attempt (redirects included); net/retry.hpp repeats. Any number of threads may call
// at once.
class Http {
 public:
  virtual ~Http() = default;
  // Throws Error{network} when no complete answer arrives, Error{cancelled} when stopped. Any status is an answer.
  virtual HttpResponse send(const HttpRequest& request, const BodySink& sink, std::stop_token stop) = 0;
  HttpResponse send(const HttpRequest& request) { return send(request, {}, {}); }
};

}  // namespace daypack
