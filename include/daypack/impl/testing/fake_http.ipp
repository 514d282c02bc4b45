// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/testing/fake_http.hpp>

#include <algorithm>
#include <condition_variable>

namespace daypack::testing {

DAYPACK_DECL void FakeHttp::answer(const std::string& url, std::deque<FakeAnswer> answers) {
  const std::scoped_lock lock(mutex_);
  answers_[url] = std::move(answers);
}

DAYPACK_DECL std::vector<SeenRequest> FakeHttp::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

DAYPACK_DECL FakeAnswer FakeHttp::next(const HttpRequest& request) {
  SeenRequest copy{request.method, request.url, request.headers, {}};
  for (const ByteView part : request.body) copy.body += as_text(part);
  const std::scoped_lock lock(mutex_);
  seen_.push_back(std::move(copy));
  const auto found = answers_.find(request.url);
  if (found == answers_.end() || found->second.empty()) {
    throw Error(Errc::not_found, "the fake network has no answer", request.method + ' ' + request.url,
                "script one by FakeHttp::answer");
  }
  FakeAnswer answer = found->second.front();
  if (found->second.size() > 1) found->second.pop_front();
  return answer;
}

DAYPACK_DECL HttpResponse FakeHttp::send(const HttpRequest& request, const BodySink& sink, std::stop_token stop) {
  const FakeAnswer answer = next(request);
  if (answer.delay.count() != 0) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, answer.delay, [] { return false; });
  }
  if (stop.stop_requested()) throw Error(Errc::cancelled, "stopped on request");
  if (answer.fault == HttpFault::refuse)
    throw Error(Errc::network, "cannot connect to a server", redacted(request.url) + " (Connection refused)");
  HttpResponse response{.status = answer.status, .headers = answer.headers, .url = request.url};
  if (!response.header("Content-Length"))
    response.headers.emplace_back("Content-Length", std::to_string(answer.body.size()));
  const bool whole = answer.fault == HttpFault::none;
  std::string_view body(answer.body);
  if (!whole) body = body.substr(0, std::min(answer.after, body.size()));
  if (request.method == "HEAD") body = {};
  if (request.on_head && answer.status / 100 == 2) request.on_head(response);
  if (sink && answer.status / 100 == 2) {
    const std::size_t half = body.size() / 2;  // in two pieces: a sink must not count on one
    if (half != 0) sink(as_bytes(body.substr(0, half)));
    if (!body.empty()) sink(as_bytes(body.substr(half)));
  } else {
    response.body = body;
  }
  if (answer.fault == HttpFault::reset) {
    throw Error(Errc::network, "a server did not answer completely",
                redacted(request.url) + " (Connection reset by peer)");
  }
  return response;
}

}  // namespace daypack::testing
