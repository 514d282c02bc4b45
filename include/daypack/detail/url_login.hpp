// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <string>
#include <string_view>

namespace daypack::detail {

// An http or https URL taken apart at its login: "https://" "me:secret" "host/path". No login in other URLs, where it
// is part of the address (ssh://git@host).
struct UrlLogin {
  std::string_view scheme = {};
  std::string_view login = {};
  std::string_view rest = {};  // from the host on

  explicit UrlLogin(std::string_view url) : rest(url) {
    if (!url.starts_with("http://") && !url.starts_with("https://")) return;
    const std::size_t begin = url.find("://") + 3;
    const std::size_t at = url.substr(0, url.find_first_of("/?#", begin)).rfind('@');
    scheme = url.substr(0, begin);
    rest = url.substr(at == std::string_view::npos ? begin : at + 1);
    if (at != std::string_view::npos) login = url.substr(begin, at - begin);
  }

  // "https://host": who may see the login.
  std::string origin() const { return std::string(scheme) + std::string(rest.substr(0, rest.find_first_of("/?#"))); }
  std::string without() const { return std::string(scheme) + std::string(rest); }
};

}  // namespace daypack::detail
