// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/net/http.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace daypack {

// Told each request when it is over: lines without a last end of line, the fields indented below the first one. Called
// from whatever thread sent it, also by several at once.
//   [3] PUT https://h/key?X-Amz-Signature=***: 200, 1,024 bytes sent, 0 received, 0.12 s, request id 4f1c
//     > Authorization: ***
//     < ETag: "0a1b"
using RequestLog = std::function<void(const std::string& text)>;

// Whether a field of HTTP may hold a secret, by its name: Authorization, Cookie, and what ends in -Token, -Key and the
// like.
DAYPACK_DECL bool is_secret_field(std::string_view name);

// An Http that tells what another one does. Of secrets it tells that they are there: values of such fields, logins and
// signatures of URLs are "***". Bodies are not told. One request of a caller is one text, redirects included.
class LoggedHttp : public Http {
 public:
  DAYPACK_DECL LoggedHttp(std::shared_ptr<Http> http, RequestLog log);

  DAYPACK_DECL HttpResponse send(const HttpRequest& request, const BodySink& sink, std::stop_token stop) override;
  using Http::send;

 private:
  std::shared_ptr<Http> http_;
  RequestLog log_;
  std::atomic<unsigned> count_{0};
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/net/logged.ipp>
#endif
