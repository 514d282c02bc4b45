// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/net/netrc.hpp>

#include <algorithm>

namespace daypack {

namespace detail {

// The next word and what follows it; an empty word at the end. Quotes keep blanks together, a backslash keeps any
// character.
inline std::string next_netrc_word(std::string_view& text) {
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (text.empty() || text.front() != '#') break;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
  const bool quoted = !text.empty() && text.front() == '"';
  if (quoted) text.remove_prefix(1);
  std::string word;
  while (!text.empty()) {
    char c = text.front();
    if (quoted ? c == '"' : std::string_view(" \t\r\n").find(c) != std::string_view::npos) break;
    if (c == '\\' && text.size() > 1) {
      text.remove_prefix(1);
      c = text.front();
    }
    word += c;
    text.remove_prefix(1);
  }
  if (quoted && !text.empty()) text.remove_prefix(1);
  return word;
}

}  // namespace detail

DAYPACK_DECL std::optional<Login> netrc_login(std::string_view netrc, std::string_view host) {
  std::optional<Login> found;
  std::optional<Login> fallback;
  std::optional<Login>* current = nullptr;  // the entry that following words belong to, if it is of interest
  while (!netrc.empty()) {
    const std::string word = detail::next_netrc_word(netrc);
    if (word == "machine") {
      if (found) break;
      current = detail::next_netrc_word(netrc) == host ? &found : nullptr;
    } else if (word == "default") {
      if (found) break;
      current = fallback ? nullptr : &fallback;
    } else if (word == "login" || word == "password" || word == "account") {
      const std::string value = detail::next_netrc_word(netrc);
      if (current && word == "login") (*current)->user = value;
      if (current && word == "password") (*current)->password = value;
    } else if (word == "macdef") {
      netrc.remove_prefix(std::min(netrc.find("\n\n"), netrc.size()));
    }
    if (current && !*current) current->emplace();
  }
  return found ? found : fallback;
}

}  // namespace daypack
