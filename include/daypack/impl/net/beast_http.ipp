// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/impl/net/authorities.ipp>
#include <daypack/impl/net/exchange.ipp>
#include <daypack/net/beast_http.hpp>
#include <daypack/net/netrc.hpp>
#include <daypack/version.hpp>

#include <algorithm>
#include <cctype>
#include <map>

namespace daypack {

namespace detail::wire {

inline std::string basic_login(const std::string& user, const std::string& password) {
  return "Basic " + base64_of(as_bytes(user + ':' + password));
}

inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Fields that must not follow a redirect to another origin.
inline bool is_credential(std::string_view name) {
  const std::string lower = lower_case(name);
  return lower == "authorization" || lower == "proxy-authorization" || lower == "cookie" || lower.ends_with("-token") ||
         lower.ends_with("-key");
}

inline void check_fields(const HttpRequest& request) {
  const auto clean = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
  };
  const auto is_name = [](std::string_view text) {
    return !text.empty() && text.find_first_of(" \t:") == std::string_view::npos;
  };
  if (!is_name(request.method) || !clean(request.method))
    throw Error(Errc::usage, "this is no HTTP method", request.method);
  for (const auto& [name, value] : request.headers) {
    if (!is_name(name) || !clean(name) || !clean(value))
      throw Error(Errc::usage, "this HTTP field cannot be sent", name);
  }
}

inline bool is_redirect(const HttpResponse& response) {
  return (response.status == 301 || response.status == 302 || response.status == 303 || response.status == 307 ||
          response.status == 308) &&
         response.header("Location");
}

// The request as it stands after some redirects.
struct Hop {
  HttpRequest request;
  Url url;
  std::string login = {};  // Authorization, when the request has none
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::now() + request.total_timeout;
  bool asks = false;  // for leave to send the body
};

inline std::uint64_t body_size(const HttpRequest& request) {
  std::uint64_t size = 0;
  for (const ByteView part : request.body) size += part.size();
  return size;
}

inline std::string head_of(const Hop& hop, const std::optional<Url>& proxy) {
  const bool absolute = proxy && !hop.url.secure();
  http::request<http::empty_body> message;
  message.version(11);
  message.method_string(hop.request.method);
  message.target(absolute ? hop.url.text() : hop.url.target);
  message.set(http::field::host, hop.url.authority());
  message.set(http::field::user_agent, std::string("daypack/") + library_version);
  message.set(http::field::accept, "*/*");
  message.set(http::field::accept_encoding, "identity");
  if (!hop.login.empty()) message.set(http::field::authorization, hop.login);
  if (absolute && proxy->has_login())
    message.set(http::field::proxy_authorization, basic_login(proxy->user, proxy->password));
  for (const auto& [name, value] : hop.request.headers) message.erase(name);
  for (const auto& [name, value] : hop.request.headers) message.insert(name, value);
  const std::uint64_t size = body_size(hop.request);
  if (hop.asks) message.set(http::field::expect, "100-continue");
  const bool has_body = size != 0 || (hop.request.method != "GET" && hop.request.method != "HEAD");
  if (has_body) message.set(http::field::content_length, std::to_string(size));
  std::ostringstream text;
  text << message.base();
  return text.str();
}

}  // namespace detail::wire

// What all calls share: kept connections and the TLS context.
class BeastHttp::Wire {
 public:
  explicit Wire(Environment environment) : environment_(std::move(environment)) {}

  detail::wire::Hop first_hop(const HttpRequest& request) {
    detail::wire::check_fields(request);
    detail::wire::Hop hop{request, parse_url(request.url)};
    hop.login = login_for(hop.url, request.netrc);
    return hop;
  }

  // A server that does not know what is asked for is not asked (RFC 9110, 15.5.18).
  HttpResponse exchange(detail::wire::Hop& hop, const BodySink& sink, const std::stop_token& stop) {
    hop.asks = hop.request.expect_continue && detail::wire::body_size(hop.request) >= detail::wire::worth_asking;
    HttpResponse response = answer_to(hop, sink, stop);
    if (!hop.asks || response.status != 417) return response;
    hop.asks = false;
    return answer_to(hop, sink, stop);
  }

  HttpResponse answer_to(const detail::wire::Hop& hop, const BodySink& sink, const std::stop_token& stop) {
    const std::optional<Url> proxy = hop.request.proxied ? proxy_for(hop.url, environment_) : std::nullopt;
    const detail::wire::Exchange exchange{hop.request, sink, detail::wire::head_of(hop, proxy),
                                          hop.request.method == "HEAD", hop.asks};
    const std::string key = key_of(hop, proxy);
    bool fresh = hop.request.once;
    for (;;) {
      std::unique_ptr<detail::wire::Connection> connection = fresh ? nullptr : take(key);
      fresh = !connection;
      if (fresh) connection = std::make_unique<detail::wire::Connection>();
      detail::wire::Outcome outcome = attempt(*connection, fresh, hop, proxy, exchange, stop);
      if (stop.stop_requested()) throw_stopped();
      if (!outcome.error) {
        if (outcome.reusable) keep(key, std::move(connection));
        outcome.response.url = hop.url.text();
        return std::move(outcome.response);
      }
      if (fresh || !outcome.untouched) {
        throw Error(Errc::network, "a server did not answer completely",
                    redacted(hop.url.text()) + " (" + outcome.why + ')');
      }
      fresh = true;  // the kept connection had been closed; now one that nobody has used
    }
  }

  // Where a redirect leads. Throws when it must not be followed.
  void follow(detail::wire::Hop& hop, const HttpResponse& response) {
    const Url next = parse_url(resolve_url(hop.url.text(), *response.header("Location")));
    if (hop.url.secure() && !next.secure()) {
      throw LastingNetworkError(Errc::network, "a redirect leads from https to http",
                                redacted(hop.url.text() + " -> " + next.text()),
                                "give the http URL itself, if you trust it");
    }
    HttpRequest& request = hop.request;
    const bool to_get = response.status == 303 || (response.status <= 302 && request.method == "POST");
    if (to_get && request.method != "HEAD") {
      request.method = "GET";
      request.body.clear();
      std::erase_if(request.headers,
                    [](const auto& field) { return detail::wire::lower_case(field.first).starts_with("content-"); });
    }
    if (next.origin() != hop.url.origin()) {
      std::erase_if(request.headers, [](const auto& field) {
        return detail::wire::is_credential(field.first) || detail::wire::lower_case(field.first) == "host";
      });
      hop.login = login_for(next, request.netrc);
    } else if (next.has_login()) {
      hop.login = login_for(next, request.netrc);
    }
    hop.url = next;
  }

  [[noreturn]] static void throw_stopped() { throw Error(Errc::cancelled, "stopped on request"); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kept_per_server = 32;
  static constexpr std::chrono::seconds kept_for{30};

  // A connection is for those alone who trust the same authorities.
  static std::string key_of(const detail::wire::Hop& hop, const std::optional<Url>& proxy) {
    const std::string by = proxy ? proxy->origin() + ' ' + proxy->user + ' ' + proxy->password : "";
    if (!hop.url.secure()) return proxy ? by : hop.url.origin();
    return hop.url.origin() + ' ' + by + '\n' + hop.request.authorities;
  }

  detail::wire::Outcome attempt(detail::wire::Connection& connection, bool fresh, const detail::wire::Hop& hop,
                                const std::optional<Url>& proxy, const detail::wire::Exchange& exchange,
                                const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [&connection] { connection.abandon(); });
    connection.finish_by(hop.deadline, hop.request.total_timeout);
    try {
      if (fresh) connect(connection, hop, proxy, stop);
      return detail::wire::run_exchange(connection, exchange);
    } catch (const Error&) {
      if (stop.stop_requested()) throw_stopped();
      throw;
    }
  }

  void connect(detail::wire::Connection& connection, const detail::wire::Hop& hop, const std::optional<Url>& proxy,
               const std::stop_token& stop) {
    const Url& peer = proxy ? *proxy : hop.url;
    const auto limit = hop.request.connect_timeout;
    connection.open(peer.host, peer.port, limit, stop);
    if (proxy && hop.url.secure()) tunnel(connection, hop, *proxy);
    if (hop.url.secure()) connection.secure(tls(hop.request.authorities), hop.url.host, limit, hop.request.authorities);
  }

  static void tunnel(detail::wire::Connection& connection, const detail::wire::Hop& hop, const Url& proxy) {
    const std::string to = hop.url.endpoint();
    std::string head =
        "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\nUser-Agent: daypack/" + library_version + "\r\n";
    if (proxy.has_login())
      head += "Proxy-Authorization: " + detail::wire::basic_login(proxy.user, proxy.password) + "\r\n";
    HttpRequest request{.method = "CONNECT", .idle_timeout = hop.request.connect_timeout};
    const BodySink none;
    const auto outcome = detail::wire::run_exchange(connection, {request, none, head + "\r\n", true});
    const std::string route = to + " by " + proxy.origin();
    if (outcome.error) throw Error(Errc::network, "a proxy did not answer", route + " (" + outcome.why + ')');
    const int status = outcome.response.status;
    if (status / 100 == 2) return;
    const std::string subject = route + " (status " + std::to_string(status) + ')';
    if (status / 100 == 5) throw Error(Errc::network, "a proxy cannot reach a server", subject);
    throw LastingNetworkError(
        Errc::network, "a proxy refuses to connect", subject,
        status == 407 ? "put user:password@ into the proxy's URL" : "list the host in NO_PROXY if no proxy is needed");
  }

  // One for each file of authorities; the usual ones have no name.
  boost::asio::ssl::context& tls(const std::string& authorities) {
    const std::scoped_lock lock(tls_mutex_);
    std::unique_ptr<boost::asio::ssl::context>& kept = tls_[authorities];
    if (kept) return *kept;
    auto context = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    static constexpr unsigned char http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(context->native_handle(), http_1_1, sizeof http_1_1);
    if (authorities.empty()) {
      detail::wire::trust_authorities(*context, environment_);
    } else {
      detail::wire::trust_named(*context, authorities, "the request");
    }
    kept = std::move(context);
    return *kept;
  }

  std::string login_for(const Url& url, bool netrc) {
    if (url.has_login()) return detail::wire::basic_login(url.user, url.password);
    if (!netrc) return {};
    std::call_once(netrc_once_, [this] {
      const std::string named = environment_("NETRC");
      const std::string home = environment_("HOME");
      if (named.empty() && home.empty()) return;
      try {
        netrc_ = detail::read_file(named.empty() ? home + "/.netrc" : named);
      } catch (const Error& error) {
        if (!named.empty() || error.code() != Errc::not_found) throw;
      }
    });
    const std::optional<Login> login = netrc_login(netrc_, url.host);
    return login ? detail::wire::basic_login(login->user, login->password) : "";
  }

  std::unique_ptr<detail::wire::Connection> take(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    auto& kept = kept_[key];
    std::erase_if(kept, [](const auto& connection) { return Clock::now() - connection->idle_since > kept_for; });
    if (kept.empty()) return nullptr;
    auto connection = std::move(kept.back());
    kept.pop_back();
    return connection;
  }

  void keep(const std::string& key, std::unique_ptr<detail::wire::Connection> connection) {
    connection->idle_since = Clock::now();
    const std::scoped_lock lock(mutex_);
    auto& kept = kept_[key];
    if (kept.size() < kept_per_server) kept.push_back(std::move(connection));
  }

  Environment environment_;
  std::once_flag netrc_once_;
  std::mutex tls_mutex_;
  std::map<std::string, std::unique_ptr<boost::asio::ssl::context>> tls_;
  std::string netrc_;
  std::mutex mutex_;
  std::map<std::string, std::vector<std::unique_ptr<detail::wire::Connection>>> kept_;
};

DAYPACK_DECL BeastHttp::BeastHttp(Environment environment) : wire_(std::make_unique<Wire>(std::move(environment))) {}

DAYPACK_DECL BeastHttp::~BeastHttp() = default;

DAYPACK_DECL HttpResponse BeastHttp::send(const HttpRequest& request, const BodySink& sink, std::stop_token stop) {
  if (stop.stop_requested()) Wire::throw_stopped();
  detail::wire::Hop hop = wire_->first_hop(request);
  for (int followed = 0;; ++followed) {
    HttpResponse response = wire_->exchange(hop, sink, stop);
    if (request.redirects == 0 || !detail::wire::is_redirect(response)) return response;
    if (followed == request.redirects) {
      throw LastingNetworkError(
          Errc::network, "a server redirects too often",
          redacted(parse_url(request.url).text()) + " (followed " + std::to_string(followed) + ")",
          "check the URL in a browser");
    }
    wire_->follow(hop, response);
  }
}

}  // namespace daypack
