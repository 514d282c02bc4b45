// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/net/url.hpp>

#include <functional>
#include <optional>
#include <string>

namespace daypack {

// The value of an environment variable; empty when it is not set.
using Environment = std::function<std::string(const std::string& name)>;

// The environment of this process.
DAYPACK_DECL std::string process_environment(const std::string& name);

// The proxy that the environment names for a URL: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, lower case first, unless
// NO_PROXY lists the host. NO_PROXY is a list of names (with their subdomains, with or without a leading dot),
// addresses, ranges of addresses (10.0.0.0/8) and name:port, or "*". HTTP_PROXY in upper case is ignored inside a CGI
// program, where a client can set it. Error{usage} for a proxy that is no http:// URL.
DAYPACK_DECL std::optional<Url> proxy_for(const Url& url, const Environment& environment);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/net/proxy.ipp>
#endif
