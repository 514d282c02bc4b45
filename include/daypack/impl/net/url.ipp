// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/net/url.hpp>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

namespace daypack {

namespace detail {

// Servers and people write spaces and umlauts into URLs; the grammar wants them encoded.
inline std::string with_encoded_strays(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

// A login without "://" before it is none to redacted().
[[noreturn]] inline void throw_bad_url(std::string_view text) {
  const std::size_t at = text.find("://") == std::string_view::npos ? text.rfind('@') : std::string_view::npos;
  const std::string shown = at == std::string_view::npos ? std::string(text) : "***" + std::string(text.substr(at));
  throw Error(Errc::usage, "this is no http or https URL", redacted(shown));
}

}  // namespace detail

DAYPACK_DECL std::string Url::endpoint() const {
  return (host.find(':') == std::string::npos ? host : '[' + host + ']') + ':' + port;
}

DAYPACK_DECL std::string Url::authority() const {
  std::string text = endpoint();
  if (port == (secure() ? "443" : "80")) text.resize(text.size() - port.size() - 1);
  return text;
}

DAYPACK_DECL Url parse_url(std::string_view text) {
  const std::string encoded = detail::with_encoded_strays(text);
  const auto parsed = boost::urls::parse_uri(encoded);
  if (!parsed || parsed->host().empty()) detail::throw_bad_url(text);
  Url url;
  url.scheme = std::string(parsed->scheme());
  url.host = parsed->host_address();
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), lower);
  std::transform(url.host.begin(), url.host.end(), url.host.begin(), lower);
  if (url.scheme != "http" && url.scheme != "https") detail::throw_bad_url(text);
  const bool odd_host =
      std::any_of(url.host.begin(), url.host.end(), [](char c) { return c <= ' ' || c == '/' || c == '@'; });
  url.port = std::string(parsed->port());
  url.port.erase(0, url.port.find_first_not_of('0'));
  if (url.port.empty() && parsed->port().empty()) url.port = url.secure() ? "443" : "80";
  // Boost.URL 1.81 lets "http://host:x/" pass as a path "x/", and does not bound the number.
  const bool odd_port = url.port.empty() || url.port.size() > 5 || std::stoul(url.port) > 65535;
  url.user = parsed->user();
  url.password = parsed->password();
  url.target = std::string(parsed->encoded_resource());
  const bool odd_path = !url.target.empty() && url.target.find_first_of("/?#") != 0;
  if (odd_host || odd_port || odd_path) detail::throw_bad_url(text);
  if (const std::size_t fragment = url.target.find('#'); fragment != std::string::npos) url.target.resize(fragment);
  if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
  return url;
}

DAYPACK_DECL std::string resolve_url(std::string_view base, std::string_view reference) {
  const std::string from = detail::with_encoded_strays(base);
  const std::string to = detail::with_encoded_strays(reference);
  const auto parsed_base = boost::urls::parse_uri(from);
  const auto parsed_reference = boost::urls::parse_uri_reference(to);
  if (!parsed_base) detail::throw_bad_url(base);
  if (!parsed_reference) detail::throw_bad_url(reference);
  boost::urls::url resolved;
  if (!boost::urls::resolve(*parsed_base, *parsed_reference, resolved)) detail::throw_bad_url(reference);
  return std::string(resolved.buffer());
}

DAYPACK_DECL std::string uri_encoded(std::string_view text, std::string_view kept) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (detail::is_ascii_alnum(c) || std::string_view("-_.~").find(c) != std::string_view::npos ||
        kept.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace daypack
