// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <string>
#include <string_view>

namespace daypack {

// An http or https URL in the parts that a request needs (RFC 3986).
struct Url {
  std::string scheme = {};    // "http" or "https"
  std::string host = {};      // lower case; an IPv6 address without its brackets
  std::string port = {};      // never empty: "80" and "443" when the text has none
  std::string user = {};      // decoded
  std::string password = {};  // decoded
  std::string target = {};    // path and query, still encoded; begins with '/'

  bool secure() const { return scheme == "https"; }
  bool has_login() const { return !user.empty() || !password.empty(); }
  // "host:port", with brackets where needed.
  DAYPACK_DECL std::string endpoint() const;
  // The endpoint without a default port, as the Host field wants it.
  DAYPACK_DECL std::string authority() const;
  // Scheme, host and port: what credentials belong to.
  std::string origin() const { return scheme + "://" + endpoint(); }
  // The whole URL without user, password and fragment: fit for logs and errors once redacted() has seen it.
  std::string text() const { return scheme + "://" + authority() + target; }
};

// Error{usage} for anything but http and https. Characters that have no place in a URL (spaces, non-ASCII) are encoded,
// as browsers do.
DAYPACK_DECL Url parse_url(std::string_view text);

// A reference, such as the Location of a redirect, seen from a base URL (RFC 3986, 5.2).
DAYPACK_DECL std::string resolve_url(std::string_view base, std::string_view reference);

// Percent-encoded as signatures and forms want it: all but A-Z a-z 0-9 - _ . ~ and those of `kept` (RFC 3986, 2.3).
DAYPACK_DECL std::string uri_encoded(std::string_view text, std::string_view kept = {});

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/net/url.ipp>
#endif
