// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/size_words.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/net/logged.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

namespace daypack {

namespace detail {

inline std::string told_fields(char direction, const HttpHeaders& fields) {
  std::string text;
  for (const auto& [name, value] : fields)
    text += std::string("\n  ") + direction + ' ' + name + ": " + (is_secret_field(name) ? "***" : redacted(value));
  return text;
}

// What a server's operator asks for: AWS's, Azure's, Aliyun's and Google's name for it.
inline std::string told_request_id(const HttpResponse& response) {
  for (const char* name : {"x-amzn-requestid", "x-amz-request-id", "x-ms-request-id", "x-oss-request-id",
                           "x-fc-request-id", "x-request-id", "x-guploader-uploadid"}) {
    if (const auto id = response.header(name)) return ", request id " + std::string(*id);
  }
  return {};
}

inline std::string told_seconds(std::chrono::steady_clock::time_point begun) {
  char text[32];
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::snprintf(text, sizeof text, "%.2f s", took.count());
  return text;
}

}  // namespace detail

DAYPACK_DECL bool is_secret_field(std::string_view name) {
  static constexpr std::array<std::string_view, 6> inside{"authorization", "cookie",     "secret",
                                                          "password",      "credential", "identity-header"};
  static constexpr std::array<std::string_view, 4> at_end{"token", "key", "signature", "login"};
  const std::string lower = detail::ascii_lowered(name);
  return std::ranges::any_of(inside, [&](auto word) { return lower.find(word) != std::string::npos; }) ||
         std::ranges::any_of(at_end, [&](auto word) { return lower.ends_with(word); });
}

DAYPACK_DECL LoggedHttp::LoggedHttp(std::shared_ptr<Http> http, RequestLog log)
    : http_(std::move(http)), log_(std::move(log)) {}

DAYPACK_DECL HttpResponse LoggedHttp::send(const HttpRequest& request, const BodySink& sink, std::stop_token stop) {
  const auto begun = std::chrono::steady_clock::now();
  const std::string what = '[' + std::to_string(++count_) + "] " + request.method + ' ' + redacted(request.url);
  const std::string fields = detail::told_fields('>', request.headers);
  std::uint64_t sent = 0, received = 0;
  for (const ByteView part : request.body) sent += part.size();
  const BodySink counting = [&](ByteView bytes) {
    received += bytes.size();
    sink(bytes);
  };
  try {
    HttpResponse response = http_->send(request, sink ? counting : sink, std::move(stop));
    received += response.body.size();
    log_(what + ": " + std::to_string(response.status) + ", " + detail::grouped_digits(sent) + " bytes sent, " +
         detail::grouped_digits(received) + " received, " + detail::told_seconds(begun) +
         detail::told_request_id(response) + fields + detail::told_fields('<', response.headers));
    return response;
  } catch (const Error& error) {
    log_(what + ": failed after " + detail::told_seconds(begun) + ", " + error.message() +
         (error.subject().empty() ? "" : ": " + error.subject()) + fields);
    throw;
  }
}

}  // namespace daypack
