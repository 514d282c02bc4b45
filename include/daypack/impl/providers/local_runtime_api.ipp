// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

// The Lambda runtime API, 2018-06-01, as awslambdaric speaks it:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html (2026-11-20).
namespace daypack::detail::lambda {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = boost::asio::ip::tcp;

// Bytes of an answer at most: 6 MiB and 100 bytes, as Lambda's own message says.
inline constexpr std::size_t answer_limit = 6291556;

struct Event {
  std::string id;
  std::string payload;
  std::string function_arn;
  std::string trace_id;
  std::chrono::system_clock::time_point deadline;
};

// What the runtime is doing.
enum class Phase {
  away,         // it has not asked for an event
  idle,         // it waits for one
  busy,         // it has one
  answered,     // an answer lies ready
  failed,       // the handler's error lies ready
  init_failed,  // the error of its start lies ready
};

struct Answer {
  Phase phase = Phase::away;
  std::string body;
  std::string error_type;
};

// What the server's thread and the caller share.
class Exchange {
 public:
  // Waits until the phase is another, at most for so long; the phase then.
  Phase wait(Phase from, std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, at_most, [&] { return phase_ != from; });
    return phase_;
  }
  Phase phase() {
    const std::scoped_lock lock(mutex_);
    return phase_;
  }
  void enter(Phase phase, const std::string& event = {}) {
    const std::scoped_lock lock(mutex_);
    phase_ = phase;
    event_ = event;
    changed_.notify_all();
  }
  // The runtime asks for an event. An answer that nobody has taken yet stays.
  void asked() {
    const std::scoped_lock lock(mutex_);
    waiting_ = true;
    if (phase_ == Phase::away) phase_ = Phase::idle;
    changed_.notify_all();
  }
  void gave() {
    const std::scoped_lock lock(mutex_);
    waiting_ = false;
  }
  // Keeps what the runtime says; false when it speaks of another event than it was given.
  bool put(const std::string& event, Answer answer) {
    const std::scoped_lock lock(mutex_);
    const bool expected =
        answer.phase == Phase::init_failed ? phase_ == Phase::away : phase_ == Phase::busy && event == event_;
    if (!expected) return false;
    phase_ = answer.phase;
    answer_ = std::move(answer);
    changed_.notify_all();
    return true;
  }
  Answer take() {
    const std::scoped_lock lock(mutex_);
    phase_ = waiting_ ? Phase::idle : Phase::away;
    return std::exchange(answer_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::away;
  bool waiting_ = false;
  std::string event_;
  Answer answer_;
};

class Connection;

// Of the server's thread alone: the connection that waits for an event.
struct Desk {
  std::shared_ptr<Connection> waiting = {};
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Exchange& exchange, Desk& desk)
      : stream_(std::move(socket)), exchange_(exchange), desk_(desk) {}

  void read() {
    request_.emplace();
    request_->header_limit(4 << 20);    // the cause of an error travels in a header, up to 1 MiB
    request_->body_limit(boost::none);  // the function held it in its own memory, which has a limit
    http::async_read(stream_, buffer_, *request_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) self->answer();
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

  void answer() {
    static constexpr std::string_view invocation = "/2018-06-01/runtime/invocation/";
    const auto& request = request_->get();
    const std::string_view path(request.target().data(), request.target().size());
    const bool post = request.method() == http::verb::post;
    if (!post && path == "/2018-06-01/runtime/invocation/next") {
      desk_.waiting = shared_from_this();
      exchange_.asked();
    } else if (const auto id = between(path, invocation, "/response"); post && id) {
      request.body().size() > answer_limit ? too_large(*id) : put(*id, Phase::answered);
    } else if (const auto failed = between(path, invocation, "/error"); post && failed) {
      put(*failed, Phase::failed);
    } else if (post && path == "/2018-06-01/runtime/init/error") {
      put({}, Phase::init_failed);
    } else {
      write(made(http::status::not_found, refusal("NotFound", "no such path in this API")));
    }
  }

  void put(const std::string& id, Phase phase) {
    const auto type = request_->get()["Lambda-Runtime-Function-Error-Type"];
    Answer answer{phase, std::move(request_->get().body()), std::string(type.data(), type.size())};
    write(exchange_.put(id, std::move(answer))
              ? accepted()
              : made(http::status::bad_request, refusal("InvalidRequestID", "Invalid request ID")));
  }

  void too_large(const std::string& id) {
    const std::string limit = '(' + std::to_string(answer_limit) + " bytes).";
    static constexpr std::string_view type = "Function.ResponseSizeTooLarge";
    exchange_.put(id,
                  {Phase::failed, refusal(type, "Response payload size exceeded maximum allowed payload size " + limit),
                   std::string(type)});
    write(made(http::status::payload_too_large,
               refusal("RequestEntityTooLarge", "Exceeded maximum allowed payload size " + limit)));
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> request_;
  Exchange& exchange_;
  Desk& desk_;
};

// Serves one process on a free port of 127.0.0.1; the next process gets an API of its own, so that nothing of a dead
// one is heard.
class RuntimeApi {
 public:
  RuntimeApi() : acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
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
    exchange_.enter(Phase::busy, event.id);
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
