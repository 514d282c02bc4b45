// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/error.hpp>
#include <daypack/net/fetch_text.hpp>
#include <daypack/net/retry.hpp>
#include <daypack/net/url.hpp>

#include <string>
#include <utility>

namespace daypack {

namespace detail {

inline constexpr std::size_t longest_fetched_text = 16U << 20U;

inline void check_fetched_text(const HttpResponse& response, const std::string& url, std::size_t size) {
  const int status = response.status;
  if (status / 100 != 2) {
    const bool gone = status == 404 || status == 410, login = status == 401 || status == 403;
    throw Error(gone ? Errc::not_found : Errc::network, "a server did not give a requirements file",
                redacted(url) + " (status " + std::to_string(status) + ')',
                gone    ? "check the address"
                : login ? "put a login for this host into ~/.netrc, or user:password@ into the URL"
                        : "try again later, or fetch it by hand and name the copy");
  }
  const auto length = response.header("Content-Length");
  if (length && *length != std::to_string(size)) {
    throw Error(Errc::network, "a requirements file arrived cut off",
                redacted(url) + " (got " + std::to_string(size) + " bytes, expected " + std::string(*length) + ')',
                "run again");
  }
}

inline FetchedText fetched_text(const std::string& url, const Context& context) {
  if (context.offline()) {
    throw Error(Errc::network, "cannot fetch a requirements file while offline", redacted(url),
                "download it while there is a network, and name the copy");
  }
  FetchedText found{.url = url};
  const auto sink = [&](HttpRequest&) -> BodySink {
    found.text.clear();  // of an attempt that broke off
    return [&](ByteView bytes) {
      if (found.text.size() + bytes.size() > longest_fetched_text)
        throw Error(Errc::over_limit, "a requirements file of a server is too large", redacted(url),
                    "download it and name the copy");
      found.text += as_text(bytes);
    };
  };
  const auto told = [&](const RetryNotice& notice) { context.note(notice.url, notice.reason + ", trying again"); };
  const HttpResponse response =
      send_with_retry(context.http(), context.clock(), {.url = url}, sink, RetryPolicy{}, context.stop(), told);
  check_fetched_text(response, url, found.text.size());
  return found;
}

}  // namespace detail

DAYPACK_DECL FetchText fetch_text(const Context& context) {
  return [context](const std::string& base, const std::string& reference) {
    const std::string url = base.empty() ? reference : resolve_url(base, reference);
    parse_url(url);  // before anybody is asked
    return detail::fetched_text(url, context);
  };
}

}  // namespace daypack
