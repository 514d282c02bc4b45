// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/net/proxy.hpp>

#include <arpa/inet.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace daypack {

namespace detail {

inline std::string either_case(const Environment& environment, std::string name) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c == '_' ? c : static_cast<char>(c | 0x20); });
  std::string value = environment(lower);
  if (value.empty() && !(name == "HTTP_PROXY" && !environment("REQUEST_METHOD").empty())) value = environment(name);
  return value;
}

// Whether an address stands in a range such as 10.0.0.0/8 or fd00::/8 (RFC 4632, 3.1; RFC 4291, 2.3).
inline bool in_address_range(std::string_view range, const std::string& host) {
  const std::size_t slash = range.find('/');
  if (slash == std::string_view::npos) return false;
  std::array<unsigned char, 16> first{}, address{};
  const int family = range.find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(range.data() + slash + 1, range.data() + range.size(), bits);
  if (error != std::errc() || end != range.data() + range.size() || bits > (family == AF_INET ? 32u : 128u))
    return false;
  if (::inet_pton(family, std::string(range.substr(0, slash)).c_str(), first.data()) != 1 ||
      ::inet_pton(family, host.c_str(), address.data()) != 1)
    return false;
  for (unsigned bit = 0; bit < bits; ++bit) {
    if (((first[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8)) & 1) return false;
  }
  return true;
}

inline bool no_proxy_names(std::string_view list, const Url& url) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(", "), list.size());
    std::string entry(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    std::transform(entry.begin(), entry.end(), entry.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (entry == "*" || entry == url.endpoint() || in_address_range(entry, url.host)) return true;
    if (entry.size() > 2 && entry.front() == '[' && entry.back() == ']') entry = entry.substr(1, entry.size() - 2);
    if (entry.starts_with('.')) entry.erase(0, 1);
    if (!entry.empty() && (url.host == entry || url.host.ends_with('.' + entry))) return true;
    if (entry.find(':') != std::string::npos && url.endpoint().ends_with('.' + entry)) return true;
  }
  return false;
}

}  // namespace detail

DAYPACK_DECL std::string process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? value : "";
}

DAYPACK_DECL std::optional<Url> proxy_for(const Url& url, const Environment& environment) {
  std::string proxy = detail::either_case(environment, url.secure() ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (proxy.empty()) proxy = detail::either_case(environment, "ALL_PROXY");
  if (proxy.empty() || detail::no_proxy_names(detail::either_case(environment, "NO_PROXY"), url)) return std::nullopt;
  if (proxy.find("://") == std::string::npos) proxy.insert(0, "http://");
  if (!proxy.starts_with("http://")) {
    throw Error(Errc::usage, "this kind of proxy is not supported", redacted(proxy),
                "name an http:// proxy in HTTPS_PROXY, or list the host in NO_PROXY");
  }
  return parse_url(proxy);
}

}  // namespace daypack
