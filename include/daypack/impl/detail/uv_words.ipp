// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/uv_words.hpp>
#include <daypack/impl/resolvers/exclude_newer.ipp>
#include <daypack/impl/wheel/version.ipp>

#include <algorithm>
#include <array>
#include <utility>

namespace daypack::detail {

DAYPACK_DECL std::string plain_words(std::string_view err) {
  std::string plain;
  for (std::size_t at = 0; at < err.size(); ++at) {
    if (err[at] != '\x1b') {
      plain += err[at];
      continue;
    }
    if (at + 1 < err.size() && err[at + 1] == '[') ++at;  // ESC [ parameters, up to a letter
    while (at + 1 < err.size() && (is_ascii_digit(err[at + 1]) || err[at + 1] == ';' || err[at + 1] == '?')) ++at;
    ++at;
  }
  return redacted(plain);
}

inline bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// The last word before a position.
inline std::string_view word_before(std::string_view text, std::size_t at) {
  text = trimmed(text.substr(0, at));
  const std::size_t begin = text.find_last_of(" \n");
  return begin == std::string_view::npos ? text : text.substr(begin + 1);
}

// What stands behind a phrase, to the end of its line.
inline std::string_view line_behind(std::string_view text, std::string_view phrase) {
  const std::size_t at = text.find(phrase);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + phrase.size());
  return trimmed(text.substr(0, text.find('\n')));
}

// "evdev{'linux' in sys_platform}>=1.3.0" -> "evdev>=1.3.0": a marker stands in braces behind a name.
inline std::string without_markers(std::string_view words) {
  std::string plain;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t open = std::min(words.find('{', at), words.size());
    plain += words.substr(at, open - at);
    const std::size_t close = words.find('}', open);
    const bool behind_a_name = open > 0 && close != std::string_view::npos && is_ascii_alnum(words[open - 1]);
    if (open < words.size() && !behind_a_name) plain += '{';
    at = behind_a_name ? close + 1 : open + 1;
  }
  return plain;
}

DAYPACK_DECL std::vector<std::string> wheelless_in(std::string_view text) {
  const std::string words = without_markers(text);
  std::vector<std::string> found;
  static constexpr std::array<std::string_view, 4> phrases{" has no usable wheels", " have no usable wheels",
                                                           " has no wheels with ", " have no wheels with "};
  for (const std::string_view phrase : phrases) {
    for (std::size_t at = words.find(phrase); at != std::string_view::npos; at = words.find(phrase, at + 1)) {
      std::string word(word_before(words, at));
      if (!word.empty() && std::find(found.begin(), found.end(), word) == found.end()) found.push_back(std::move(word));
    }
  }
  return found;
}

DAYPACK_DECL std::string python_bound_in(std::string_view words) {
  std::string_view bound = line_behind(words, "depends on Python>=");
  return std::string(bound.substr(0, bound.find_first_not_of("0123456789.")));
}

DAYPACK_DECL bool mentions(std::string_view words, std::string_view name) {
  const auto inside = [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; };
  for (std::size_t at = words.find(name); at != std::string_view::npos; at = words.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !inside(words[at - 1])) && (end == words.size() || !inside(words[end]))) return true;
  }
  return false;
}

// Each run of blanks and line ends as one blank.
inline std::string one_line(std::string_view words) {
  std::string line;
  for (const char c : words) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank || (!line.empty() && line.back() != ' ')) line += blank ? ' ' : c;
  }
  return std::string(trimmed(line));
}

DAYPACK_DECL std::string dependent_in(std::string_view words, std::string_view name) {
  const std::string line = one_line(without_markers(words));
  for (const std::string_view phrase : {" depends on ", " depend on "}) {
    for (std::size_t at = line.find(phrase); at != std::string::npos; at = line.find(phrase, at + 1)) {
      std::string_view behind = std::string_view(line).substr(at + phrase.size());
      if (behind.starts_with("one of: ")) behind.remove_prefix(8);
      if (behind.substr(0, behind.find_first_of(" =<>!~[,")) == name) return std::string(word_before(line, at));
    }
  }
  return {};
}

// The causes that uv gives, as one line without its own conclusion.
inline std::string explanation_in(std::string_view words) {
  const std::size_t cause = words.find("cause: ");
  std::string_view causes = cause == std::string_view::npos ? words : words.substr(cause + 7);
  std::string line = one_line(causes.substr(0, causes.find("\n\n")));
  for (std::size_t at = line.find("cause: "); at != std::string::npos; at = line.find("cause: ")) line.erase(at, 7);
  if (line.ends_with('.')) line.pop_back();
  static constexpr std::string_view conclusion = ", we can conclude that your requirements are unsatisfiable";
  if (line.ends_with(conclusion)) line.resize(line.size() - conclusion.size());
  if (line.starts_with("Because ")) line.erase(0, 8);
  return line;
}

inline std::string last_cause_in(std::string_view words) {
  const std::size_t cause = words.rfind("cause: ");
  return cause == std::string_view::npos ? "" : explanation_in(words.substr(cause));
}

inline Fault network_fault(std::string_view words) {
  const std::string url(line_behind(words, "Failed to fetch: "));
  std::string cause = last_cause_in(words);
  cause.resize(std::min(cause.find(" for url ("), cause.size()));  // said already
  const bool answered = has(words, "HTTP status");
  if (has(cause, "invalid peer certificate"))
    return {Errc::network, "the certificate of the package index is not trusted", url + " (" + cause + ')',
            "name the file of its certificate authority in SSL_CERT_FILE"};
  Fault fault{Errc::network,
              answered ? "the package index answers with an error" : "the package index cannot be reached",
              url.empty() ? cause : url + (cause.empty() || has(cause, "Failed to fetch") ? "" : " (" + cause + ')')};
  fault.hint = answered
                   ? "try again later, or check the address: UV_DEFAULT_INDEX, uv.toml or --index-url name the index"
                   : "check the network, HTTPS_PROXY, and the index that UV_DEFAULT_INDEX, uv.toml or --index-url name";
  return fault;
}

inline constexpr const char* yanked_hint =
    "its authors have withdrawn them: take another version, or pin one (NAME==VERSION) to have it all the same";

inline Fault unsolvable_fault(std::string_view words) {
  const std::size_t unknown = words.find(" was not found in the package registry");
  if (unknown != std::string_view::npos) {
    const std::string name(word_before(words, unknown));
    if (has(words, "401 Unauthorized") || has(words, "403 Forbidden")) {
      return {Errc::network, "the package index wants other credentials",
              name + (has(words, "401 Unauthorized") ? " (401 Unauthorized)" : " (403 Forbidden)"),
              "put them into netrc, UV_INDEX_<NAME>_USERNAME and UV_INDEX_<NAME>_PASSWORD, or uv's keyring"};
    }
    return {Errc::not_found, "no package of this name is in the index", name,
            "check the spelling; for a private index add --extra-index-url to the requirements, or set UV_INDEX"};
  }
  const std::size_t uncached = words.find(" was not found in the cache");
  if (uncached != std::string_view::npos) {
    return {Errc::network, "a package was never fetched, and this run is offline",
            std::string(word_before(words, uncached)), "run once with the network"};
  }
  if (has(words, " was yanked") || has(words, " were yanked"))
    return {Errc::unresolvable, "only yanked versions would do", explanation_in(words), yanked_hint};
  const std::string_view version = line_behind(words, "there is no version of ");
  if (!version.empty()) {
    return {Errc::unresolvable, "a version does not exist", std::string(version.substr(0, version.find_first_of(" ,"))),
            "check the number; --exclude-newer, a mirror or a withdrawn release may also hide it"};
  }
  const bool python = has(words, "Python version") || has(words, "depends on Python");
  return {Errc::unresolvable, "no set of versions satisfies the requirements", explanation_in(words),
          python ? "take versions that know the target's Python, or a target with a newer one"
                 : "loosen or drop one of the requirements"};
}

inline Fault other_fault(std::string_view words) {
  if (has(words, "Distribution not found at: ")) {
    return {Errc::not_found, "a required file does not exist",
            std::string(line_behind(words, "Distribution not found at: ")), "check the path in the requirements"};
  }
  if (has(words, "Python interpreter") || has(words, "No interpreter found")) {
    return {Errc::tool_failed, "uv needs a Python to run beside it", explanation_in(words),
            "install any python3 (3.6 or newer) and put it into the PATH"};
  }
  if (has(words, "for '--exclude-newer")) {
    return {Errc::usage, "this is no date and no time span", std::string(line_behind(words, "error: ")),
            exclude_newer_hint};
  }
  if (has(words, "invalid value '") || has(words, "unexpected argument '")) {
    return {Errc::tool_failed, "uv does not know an argument", std::string(line_behind(words, "error: ")),
            "update uv (uv self update, or pip install -U uv); daypack is written for 0.13"};
  }
  const std::string first(line_behind(words, "error: "));
  const std::string rest = has(words, "cause: ") ? explanation_in(words) : "";
  return {Errc::tool_failed,
          "uv failed",
          first.empty() ? explanation_in(words) : first + (rest.empty() ? "" : " (" + rest + ')'),
          {}};
}

DAYPACK_DECL Fault uv_fault(std::string_view words) {
  if (has(words, "No solution found")) return unsolvable_fault(words);
  static constexpr std::array<std::string_view, 6> signs{
      "error sending request",  "Failed to fetch: ", "HTTP status", "dns error",
      "client error (Connect)", "Could not connect"};
  if (std::any_of(signs.begin(), signs.end(), [&](std::string_view sign) { return has(words, sign); }))
    return network_fault(words);
  return other_fault(words);
}

}  // namespace daypack::detail
