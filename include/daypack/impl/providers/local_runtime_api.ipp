// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/impl/providers/local_runtime_exchange.ipp>
#include <daypack/impl/providers/local_runtime_request.ipp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

// The Lambda runtime API, 2018-06-01, as awslambdaric and runtimes of one's own speak it:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html,
// .../runtimes-custom.html#runtimes-custom-response-streaming; the metadata endpoint:
// .../configuration-metadata-endpoint.html (2026-11-22).
namespace daypack::detail::lambda {

using tcp = boost::asio::ip::tcp;

class Connection;

// Of the server's thread alone: the connection that waits for an event, and what the metadata endpoint asks for.
struct Desk {
  std::shared_ptr<Connection> waiting = {};
  std::string token = {};
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Exchange& exchange, Desk& desk)
      : stream_(std::move(socket)), exchange_(exchange), desk_(desk) {}

  void read() {
    request_.emplace();
    http::async_read_header(stream_, buffer_, *request_,
                            [self = shared_from_this()](beast::error_code error, std::size_t) {
                              if (error) return;
                              self->begin();
                              self->read_body();
                            });
  }

  void give(const Event& event) {
    auto response = made(http::status::ok, event.payload);
    const auto deadline =
        std::chrono::duration_cast<std::chrono::milliseconds>(event.deadline.time_since_epoch()).count();
    response->set("Lambda-Runtime-Aws-Request-Id", event.id);
    response->set("Lambda-Runtime-Deadline-Ms", std::to_string(deadline));
    response->set("Lambda-Runtime-Invoked-Function-Arn", event.function_arn);
    response->set("Lambda-Runtime-Trace-Id", event.trace_id);
    exchange_.gave();
    write(std::move(response));
  }

 private:
  using Response = std::shared_ptr<http::response<http::string_body>>;

  static Response made(http::status status, std::string body) {
    auto response = std::make_shared<http::response<http::string_body>>(status, 11, std::move(body));
    response->set(http::field::content_type, "application/json");
    response->prepare_payload();
    return response;
  }
  static std::string refusal(std::string_view type, std::string_view message) {
    return boost::json::serialize(boost::json::object{{"errorMessage", message}, {"errorType", type}});
  }
  static Response accepted() { return made(http::status::accepted, R"({"status":"OK"})"); }

  void write(Response response) {
    response->keep_alive(request_->keep_alive());
    http::async_write(stream_, *response, [self = shared_from_this(), response](beast::error_code error, std::size_t) {
      if (!error && response->keep_alive()) self->read();
    });
  }

  // The part of a path between two others: "ID" of "/2018-06-01/runtime/invocation/ID/response".
  static std::optional<std::string> between(std::string_view path, std::string_view before, std::string_view after) {
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
      return std::nullopt;
    return std::string(path.substr(before.size(), path.size() - before.size() - after.size()));
  }
  static constexpr std::string_view invocation = "/2018-06-01/runtime/invocation/";

  bool posts() const { return request_->method == http::verb::post; }

  // The header is there.
  void begin() {
    answered_ = posts() ? between(request_->path, invocation, "/response") : std::nullopt;
    mode_ = request_->field("Lambda-Runtime-Function-Response-Mode");
    handed_ = 0;
    oversized_ = false;
  }

  void read_body() {
    if (request_->is_done()) return answer();
    http::async_read_some(stream_, buffer_, *request_,
                          [self = shared_from_this()](beast::error_code error, std::size_t) {
                            if (self->answered_) self->take_body();
                            if (!error) return self->read_body();
                            if (self->answered_ && self->streams()) self->break_off();
                          });
  }

  bool streams() const { return mode_ == "streaming"; }
  std::size_t limit() { return streams() && exchange_.listened() ? streamed_limit : answer_limit; }

  // Hands on what has come of an answer; once it is too large, that is the answer, and the rest is let go.
  void take_body() {
    std::string& body = request_->body;
    if (!oversized_ && body.size() > limit()) {
      oversized_ = true;
      refuse_size(*answered_);
    }
    if (oversized_) return body.clear();
    if (streams()) exchange_.add(*answered_, std::string_view(body).substr(handed_));
    handed_ = body.size();
  }

  void answer() {
    if (!posts() && request_->path == "/2018-06-01/runtime/invocation/next") {
      desk_.waiting = shared_from_this();
      exchange_.asked();
    } else if (answered_) {
      put_answer(*answered_);
    } else if (const auto failed = between(request_->path, invocation, "/error"); posts() && failed) {
      reply(put({}, *failed, Phase::failed));
    } else if (posts() && request_->path == "/2018-06-01/runtime/init/error") {
      put({}, {}, Phase::init_failed) ? write(accepted()) : refuse_state();
    } else if (request_->path == "/2026-01-15/metadata/execution-environment") {
      tell_place();
    } else {
      write(made(http::status::not_found, refusal("NotFound", "no such path in this API")));
    }
  }

  bool put(Answer answer, const std::string& id, Phase phase) {
    answer.phase = phase;
    answer.error_type = request_->field("Lambda-Runtime-Function-Error-Type");  // a trailer's too
    answer.body = std::move(request_->body);
    return exchange_.put(id, std::move(answer));
  }

  void reply(bool expected) {
    write(expected ? accepted() : made(http::status::bad_request, refusal("InvalidRequestID", "Invalid request ID")));
  }

  void put_answer(const std::string& id) {
    if (oversized_) {
      return write(made(http::status::payload_too_large,
                        refusal("RequestEntityTooLarge", "Exceeded maximum allowed payload size " + size_words())));
    }
    if (!mode_.empty() && !streams()) {
      exchange_.put(id, {Phase::failed, {}, "Runtime.InvalidResponseModeHeader"});
      return write(
          made(http::status::bad_request, refusal("InvalidFunctionResponseMode", "Invalid function response mode")));
    }
    Answer answer{.streamed = streams()};
    if (answer.streamed) {
      const std::string told = request_->field("Lambda-Runtime-Function-Error-Body");
      answer.error_details = base64_decoded(told).value_or(told);
    }
    const bool broken = answer.streamed && !request_->field("Lambda-Runtime-Function-Error-Type").empty();
    reply(put(std::move(answer), id, broken ? Phase::failed : Phase::answered));
  }

  // The connection ended within a streamed answer.
  void break_off() {
    if (oversized_) return;
    exchange_.put(*answered_, {Phase::failed, std::move(request_->body), "Runtime.TruncatedResponse", true, {}});
  }

  std::string size_words() { return '(' + std::to_string(limit()) + " bytes)."; }

  void refuse_size(const std::string& id) {
    static constexpr std::string_view type = "Function.ResponseSizeTooLarge";
    const boost::json::object said{
        {"errorType", type},
        {"errorMessage", "Response payload size exceeded maximum allowed payload size " + size_words()}};
    exchange_.put(id, {Phase::failed, boost::json::serialize(said), std::string(type)});
  }

  // In the words of AWS's emulator (SAM CLI 1.170.0).
  void refuse_state() {
    write(made(
        http::status::forbidden,
        refusal(
            "InvalidStateTransition",
            "State transition from Running to InitError failed for runtime. Error: State transition is not allowed")));
  }

  void tell_place() {
    if (request_->method != http::verb::get)
      return write(made(http::status::method_not_allowed, "Method Not Allowed\n"));
    if (request_->field("Authorization") != "Bearer " + desk_.token)
      return write(made(http::status::unauthorized, "Unauthorized\n"));
    Response response = made(http::status::ok, R"({"AvailabilityZoneID":"use1-az1"})");
    response->set(http::field::cache_control, "private, max-age=43200, immutable");
    write(std::move(response));
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<Request> request_;
  std::optional<std::string> answered_;  // the event that the request answers
  std::string mode_;                     // how it answers it
  std::size_t handed_ = 0;               // bytes of the answer that were handed on
  bool oversized_ = false;
  Exchange& exchange_;
  Desk& desk_;
};

// Serves one process on a free port of 127.0.0.1; the next process gets an API of its own, so that nothing of a dead
// one is heard.
class RuntimeApi {
 public:
  // The token opens the metadata endpoint.
  explicit RuntimeApi(std::string token)
      : desk_{.token = std::move(token)},
        acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~RuntimeApi() {
    context_.stop();
    thread_.join();
  }
  RuntimeApi(const RuntimeApi&) = delete;
  RuntimeApi& operator=(const RuntimeApi&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
  Exchange& exchange() { return exchange_; }

  // Gives the event to the runtime, which must be idle.
  void give(Event event) {
    exchange_.begin(event);
    boost::asio::post(context_, [this, event = std::move(event)] {
      if (const auto connection = std::exchange(desk_.waiting, {})) connection->give(event);
    });
  }

 private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error) return;
      std::make_shared<Connection>(std::move(socket), exchange_, desk_)->read();
      accept();
    });
  }

  Exchange exchange_;
  boost::asio::io_context context_;
  Desk desk_;  // its connection goes before the context that it belongs to
  tcp::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace daypack::detail::lambda
