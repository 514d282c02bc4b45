// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/net/http.hpp>
#include <daypack/net/proxy.hpp>

#include <memory>
#include <stop_token>

namespace daypack {

// The real network: HTTP/1.1 over TCP and TLS, by Boost.Beast and OpenSSL. Heavy to compile when header-only.
//
// Connections are kept and shared by all threads that call. Certificates are verified, with the host's name; the
// authorities are those that this machine trusts, or what SSL_CERT_FILE and SSL_CERT_DIR name, else PIP_CERT,
// REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE. Proxies come from the environment (net/proxy.hpp). Logins come from the URL,
// else from the netrc file ($NETRC, else ~/.netrc); a request's own Authorization field wins over both. A redirect to
// another scheme, host or port loses the login and fields that look like credentials (Authorization, Cookie, *-Token,
// *-Key); a redirect from https to http is refused. Bodies are never compressed on the way. An answer other than 2xx
// keeps at most its first MiB of body. A kept connection that the server has closed meanwhile is replaced once,
// unnoticed.
class BeastHttp : public Http {
 public:
  DAYPACK_DECL explicit BeastHttp(Environment environment = process_environment);
  DAYPACK_DECL ~BeastHttp() override;
  BeastHttp(const BeastHttp&) = delete;
  BeastHttp& operator=(const BeastHttp&) = delete;

  // Error{usage} for a URL, proxy or header field that cannot be; Error{network}, LastingNetworkError, Error{cancelled}
  // as Http says.
  DAYPACK_DECL HttpResponse send(const HttpRequest& request, const BodySink& sink, std::stop_token stop) override;
  using Http::send;

 private:
  class Wire;
  std::unique_ptr<Wire> wire_;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/net/beast_http.ipp>
#endif
