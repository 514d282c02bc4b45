// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/net/connection.ipp>

#include <boost/asio/buffers_iterator.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/optional.hpp>
#include <sstream>
#include <stdexcept>

// One request and its answer on one connection; only impl/net/beast_http.ipp includes this file.
namespace daypack::detail::wire {

namespace http = boost::beast::http;

inline constexpr std::size_t error_page_limit = 1 << 20;
// Below this, a body is sent sooner than a server can say whether it wants it.
inline constexpr std::uint64_t worth_asking = 1 << 20;
// How long to wait for leave to send: not every server knows to give it (RFC 9110, 10.1.1).
inline constexpr milliseconds longest_wait_for_leave{1000};

template <class Header>
HttpResponse head_of_answer(const Header& header) {
  HttpResponse response;
  response.status = static_cast<int>(header.result_int());
  for (const auto& field : header)
    response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  return response;
}

// A Beast body (read only) that hands a 2xx body to a sink as it arrives and keeps any other, up to a limit.
struct PouredBody {
  struct value_type {
    const BodySink* sink = nullptr;
    const std::function<void(const HttpResponse&)>* on_head = nullptr;
    std::string text = {};
    std::uint64_t taken = 0;
    bool cut = false;
  };

  class reader {
   public:
    template <bool is_request, class Fields>
    reader(http::header<is_request, Fields>& header, value_type& value)
        : value_(value), head_([&header] { return head_of_answer(header); }) {}

    // The head is there by now.
    void init(const boost::optional<std::uint64_t>&, error_code& error) {
      const HttpResponse head = head_();
      good_ = head.status / 100 == 2;
      if (good_ && value_.on_head && *value_.on_head) (*value_.on_head)(head);
      error = {};
    }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& error) {
      error = {};
      std::size_t size = 0;
      for (const asio::const_buffer piece : beast::buffers_range_ref(buffers)) {
        size += piece.size();
        const ByteView bytes(static_cast<const std::byte*>(piece.data()), piece.size());
        if (good_ && value_.sink && *value_.sink) {
          (*value_.sink)(bytes);
        } else {
          value_.text += as_text(bytes);
        }
      }
      value_.taken += size;
      value_.cut = !good_ && value_.text.size() > error_page_limit;
      if (value_.cut) value_.text.resize(error_page_limit);
      return size;
    }

    void finish(error_code& error) { error = {}; }

   private:
    value_type& value_;
    std::function<HttpResponse()> head_;
    bool good_ = false;
  };
};

using Parser = http::response_parser<PouredBody>;

struct Exchange {
  const HttpRequest& request;
  const BodySink& sink;
  std::string head;       // request line and fields, as sent
  bool bodiless = false;  // the answer has no body whatever its fields say
  bool asks = false;      // the head says Expect: 100-continue
};

struct Outcome {
  HttpResponse response = {};
  bool reusable = false;
  bool untouched = false;  // the connection ended before one byte of the answer came
  error_code error = {};
  std::string why = {};  // in words, when error is set
};

// Everything is sent unless the connection ends; a server may well answer before it has read all.
inline error_code send_body(Connection& connection, const HttpRequest& request) {
  std::uint64_t sent = 0;
  std::function<void(std::size_t)> on_progress;
  if (request.on_sent) on_progress = [&](std::size_t size) { request.on_sent(sent += size); };
  error_code error;
  for (const ByteView part : request.body) {
    if (!error) error = connection.write(part, request.idle_timeout, on_progress);
  }
  return error;
}

// Whether there is something to read before the body is sent: an answer, or the end of the connection.
inline bool answers_soon(Connection& connection) {
  return connection.buffer().size() != 0 || connection.read_if_soon(longest_wait_for_leave) != beast::error::timeout;
}

// Feeds the parser until the message is complete.
inline error_code read_message(Connection& connection, Parser& parser, milliseconds limit, bool& touched) {
  parser.eager(true);
  parser.header_limit(64 * 1024);
  parser.body_limit(boost::none);
  beast::flat_buffer& buffer = connection.buffer();
  while (!parser.is_done() && !parser.get().body().cut) {
    error_code error = http::error::need_more;
    if (buffer.size() != 0) {
      touched = true;
      buffer.consume(parser.put(buffer.data(), error));
    }
    if (!error) continue;
    if (error != http::error::need_more) return error;
    error = connection.read(limit);
    if (error == asio::error::eof && parser.got_some()) {
      // A body without a length ends with the connection; under TLS only a proper good-bye tells the end from a cut.
      parser.put_eof(error);
      if (!error && connection.truncated()) error = http::error::partial_message;
    }
    if (error) return error;
  }
  return {};
}

inline HttpResponse response_of(Parser& parser) {
  HttpResponse response = head_of_answer(parser.get());
  response.body = std::move(parser.get().body().text);
  return response;
}

inline std::string broken_off(Connection& connection, Parser& parser, error_code error, milliseconds limit) {
  const std::string reason = error == http::error::partial_message || error == asio::error::eof
                                 ? "the connection was closed"
                                 : connection.reason(error, limit);
  if (!parser.is_header_done()) return reason;
  std::string text = reason + ", got " + std::to_string(parser.get().body().taken) + " bytes of the body";
  if (const auto length = parser.content_length()) text += ", expected " + std::to_string(*length);
  return text;
}

inline Outcome run_exchange(Connection& connection, const Exchange& exchange) {
  const milliseconds limit = exchange.request.idle_timeout;
  Outcome outcome;
  error_code unsent = connection.write(as_bytes(exchange.head), limit);
  bool waiting = !unsent && exchange.asks && answers_soon(connection);  // with the body, for leave to send it
  if (!unsent && !waiting) unsent = send_body(connection, exchange.request);
  bool touched = false;
  for (;;) {
    if (unsent == beast::error::timeout) {
      outcome.error = unsent;
      outcome.why = connection.reason(unsent, limit);
      return outcome;
    }
    Parser parser;
    parser.get().body().sink = &exchange.sink;
    parser.get().body().on_head = &exchange.request.on_head;
    parser.skip(exchange.bodiless);
    outcome.error = read_message(connection, parser, limit, touched);
    if (outcome.error) {
      outcome.untouched = !touched && outcome.error != beast::error::timeout;
      if (outcome.untouched && unsent) outcome.error = unsent;
      outcome.why = broken_off(connection, parser, outcome.error, limit);
      return outcome;
    }
    const unsigned status = parser.get().result_int();
    if (status / 100 == 1 && status != 101) {  // leave, early hints and the like
      if (waiting && (status == 100 || !answers_soon(connection))) {
        waiting = false;
        unsent = send_body(connection, exchange.request);
      }
      continue;
    }
    // Where the body was not sent, nobody knows what the server takes the next bytes for.
    outcome.reusable =
        !unsent && !waiting && parser.keep_alive() && !parser.get().body().cut && connection.buffer().size() == 0;
    outcome.response = response_of(parser);
    return outcome;
  }
}

}  // namespace daypack::detail::wire
