// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/net/http.hpp>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// The parts of BeastHttp; only impl/net/beast_http.ipp includes this file.
namespace daypack::detail::wire {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using std::chrono::milliseconds;

inline std::string seconds_text(milliseconds limit) {
  return limit.count() % 1000 == 0 ? std::to_string(limit.count() / 1000) + " s"
                                   : std::to_string(limit.count()) + " ms";
}

// The handler of every operation: notes how it ended.
struct Done {
  error_code* error = nullptr;
  std::size_t* size = nullptr;

  void operator()(error_code how) const { *error = how; }
  void operator()(error_code how, const asio::ip::tcp::endpoint&) const { *error = how; }
  void operator()(error_code how, std::size_t done) const {
    *error = how;
    *size = done;
  }
};

struct Resolved {
  error_code error = {};
  std::vector<asio::ip::tcp::endpoint> addresses = {};
};

// getaddrinfo cannot be interrupted, so it runs in a thread that is left to itself when time is over.
inline Resolved resolve(const std::string& host, const std::string& port, milliseconds limit,
                        const std::stop_token& stop) {
  error_code is_name;
  const asio::ip::address literal = asio::ip::make_address(host, is_name);
  if (!is_name) return {{}, {{literal, static_cast<unsigned short>(std::stoul(port))}}};
  struct Shared {
    std::mutex mutex;
    std::condition_variable_any ready;
    std::optional<Resolved> answer;
  };
  const auto shared = std::make_shared<Shared>();
  std::thread([shared, host, port] {
    Resolved found;
    asio::io_context io(1);
    for (const auto& entry : asio::ip::tcp::resolver(io).resolve(host, port, found.error))
      found.addresses.push_back(entry);
    const std::scoped_lock lock(shared->mutex);
    shared->answer = std::move(found);
    shared->ready.notify_all();
  }).detach();
  std::unique_lock lock(shared->mutex);
  const bool answered = shared->ready.wait_for(lock, stop, limit, [&] { return shared->answer.has_value(); });
  return answered ? std::move(*shared->answer) : Resolved{beast::error::timeout, {}};
}

inline std::string way_to_trust(long verdict, const std::string& authorities) {
  switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "its certificate is for other names: correct the host of the URL, or ask whoever runs the server";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "check the clock of this host; if it is right, the server needs a new certificate";
    default:
      return authorities.empty() ? "name the file of its certificate authority in SSL_CERT_FILE"
                                 : "add its certificate authority to " + authorities;
  }
}

// One socket with an io_context of its own, used by one thread at a time: an operation is started and run until it
// ends, its time is over, or another thread calls abandon().
class Connection {
 public:
  Connection() : io_(1), stream_(io_) {}

  // Until when all that follows has to be done, and how long that was at first; no limit of zero.
  void finish_by(std::chrono::steady_clock::time_point deadline, milliseconds total) {
    deadline_ = deadline;
    total_ = total;
  }

  // Throws Error{network}. `limit` is for resolving, and again for trying all addresses.
  void open(const std::string& host, const std::string& port, milliseconds limit, const std::stop_token& stop) {
    Resolved found = resolve(host, port, within_total(limit), stop);
    if (!found.error) {
      found.error = run(limit, [&](Done done) { stream_.async_connect(found.addresses, done); });
    }
    if (found.error) {
      throw Error(Errc::network, "cannot connect to a server",
                  host + ':' + port + " (" + reason(found.error, limit) + ')');
    }
    error_code ignored;
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  }

  // Verifies the certificate and the name. The host may be an address. `authorities`: their file, if it is a special
  // one.
  void secure(asio::ssl::context& context, const std::string& host, milliseconds limit,
              const std::string& authorities) {
    tls_.emplace(stream_, context);
    SSL* ssl = tls_->native_handle();
    error_code is_name;
    asio::ip::make_address(host, is_name);
    if (is_name) SSL_set_tlsext_host_name(ssl, host.c_str());  // an address must not be sent (RFC 6066, 3)
    const bool prepared = is_name ? SSL_set1_host(ssl, host.c_str()) == 1
                                  : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    tls_->set_verify_mode(asio::ssl::verify_peer);
    const error_code error =
        prepared ? run(limit, [&](Done done) { tls_->async_handshake(asio::ssl::stream_base::client, done); })
                 : error_code(asio::error::invalid_argument);
    if (!error) return;
    if (const long verdict = SSL_get_verify_result(ssl); verdict != X509_V_OK) {
      throw LastingNetworkError(Errc::network, "the certificate of a server is not trusted",
                                host + " (" + X509_verify_cert_error_string(verdict) + ')',
                                way_to_trust(verdict, authorities));
    }
    throw Error(Errc::network, "cannot agree on TLS with a server", host + " (" + reason(error, limit) + ')');
  }

  // All of the bytes. `limit` is for each step that makes progress; of each `on_progress` is told how much it was.
  error_code write(ByteView bytes, milliseconds limit, const std::function<void(std::size_t)>& on_progress = {}) {
    while (!bytes.empty()) {
      std::size_t written = 0;
      const error_code error = run(limit, [&](Done done) {
        done.size = &written;
        const asio::const_buffer piece(bytes.data(), bytes.size());
        tls_ ? tls_->async_write_some(piece, done) : stream_.async_write_some(piece, done);
      });
      if (error) return error;
      bytes = bytes.subspan(written);
      if (on_progress) on_progress(written);
    }
    return {};
  }

  // Adds to the buffer. The end of the stream is asio::error::eof, also for TLS peers that do not say good-bye
  // (`truncated`).
  error_code read(milliseconds limit) {
    if (ended_) return ended_;
    std::size_t got = 0;
    const error_code error = run(limit, [&](Done done) {
      done.size = &got;
      const auto room = buffer_.prepare(piece_size);
      tls_ ? tls_->async_read_some(room, done) : stream_.async_read_some(room, done);
    });
    return take(error, got);
  }

  // The same, but beast::error::timeout does no harm: the connection can be used on. (An expired beast::tcp_stream is
  // closed, so this one has a timer of its own.)
  error_code read_if_soon(milliseconds limit) {
    std::size_t got = 0;
    bool late = false;
    error_code result = asio::error::operation_aborted;
    asio::steady_timer timer(io_, within_total(limit));
    timer.async_wait([&](error_code stopped) {
      late = !stopped;
      if (late) stream_.cancel();
    });
    const auto done = [&](error_code how, std::size_t size) {
      result = how;
      got = size;
      timer.cancel();
    };
    stream_.expires_never();
    const auto room = buffer_.prepare(piece_size);
    tls_ ? tls_->async_read_some(room, done) : stream_.async_read_some(room, done);
    io_.restart();
    io_.run();
    return late && result == asio::error::operation_aborted ? beast::error::timeout : take(result, got);
  }

  beast::flat_buffer& buffer() noexcept { return buffer_; }
  bool truncated() const noexcept { return truncated_; }

  // Ends the operation that runs, if one does. The connection is of no use afterwards. The only call for other threads.
  void abandon() {
    asio::post(io_, [this] { stream_.close(); });
  }

  std::string reason(error_code error, milliseconds limit) const {
    if (error != beast::error::timeout) return error.message();
    const bool total = total_.count() != 0 && std::chrono::steady_clock::now() >= deadline_;
    return total ? "not done within " + seconds_text(total_) : "no progress within " + seconds_text(limit);
  }

  std::chrono::steady_clock::time_point idle_since{};

 private:
  static constexpr std::size_t piece_size = 64 * 1024;

  milliseconds within_total(milliseconds limit) const {
    if (total_.count() == 0) return limit;
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - std::chrono::steady_clock::now());
    return std::clamp(left, milliseconds(0), limit);
  }

  error_code take(error_code error, std::size_t got) {
    buffer_.commit(got);
    if (error == asio::ssl::error::stream_truncated) {
      truncated_ = true;
      error = asio::error::eof;
    }
    return ended_ = error;
  }

  template <class Start>
  error_code run(milliseconds limit, Start start) {
    error_code result = asio::error::operation_aborted;
    stream_.expires_after(within_total(limit));
    start(Done{&result});
    io_.restart();
    io_.run();
    return result;
  }

  asio::io_context io_;
  beast::tcp_stream stream_;
  std::optional<asio::ssl::stream<beast::tcp_stream&>> tls_;
  beast::flat_buffer buffer_;
  bool truncated_ = false;
  error_code ended_ = {};  // how reading has ended: Asio waits for ever for what comes after the end
  std::chrono::steady_clock::time_point deadline_{};
  milliseconds total_{0};
};

}  // namespace daypack::detail::wire
