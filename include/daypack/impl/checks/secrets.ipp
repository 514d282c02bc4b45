// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/secrets.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/stages/add.ipp>
#include <daypack/policy.hpp>
#include <daypack/run/ordered.hpp>
#include <daypack/walk/glob.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

namespace daypack {

namespace detail {

// A token by its form: a prefix that nothing else has, then so many characters of a class (as NameRule writes it), then
// an ending.
struct TokenForm {
  std::string_view what = {};
  std::string_view prefix = {};
  std::string_view characters = "A-Za-z0-9";
  std::size_t least = 0;
  std::size_t most = std::numeric_limits<std::size_t>::max();
  std::string_view ending = {};
};

// As the issuers document them, or their scanners know them (2026-11).
inline constexpr std::array<TokenForm, 21> token_forms{{
    {"an AWS access key id", "AKIA", "A-Z2-7", 16, 16},
    {"a temporary AWS access key id", "ASIA", "A-Z2-7", 16, 16},
    {"a GitHub token", "ghp_", "A-Za-z0-9", 36, 255},
    {"a GitHub token", "gho_", "A-Za-z0-9", 36, 255},
    {"a GitHub token", "ghu_", "A-Za-z0-9", 36, 255},
    {"a GitHub token", "ghs_", "A-Za-z0-9", 36, 255},
    {"a GitHub token", "ghr_", "A-Za-z0-9", 36, 255},
    {"a GitHub token", "github_pat_", "A-Za-z0-9_", 82, 255},
    {"a GitLab token", "glpat-", "A-Za-z0-9_.-", 20, 64},
    {"a token of the Python package index", "pypi-AgE", "A-Za-z0-9_-", 50},
    {"an npm token", "npm_", "A-Za-z0-9", 36, 36},
    {"a Slack token", "xoxb-", "A-Za-z0-9-", 24},
    {"a Slack token", "xoxp-", "A-Za-z0-9-", 24},
    {"a Slack token", "xoxa-", "A-Za-z0-9-", 24},
    {"a Slack webhook", "https://hooks.slack.com/services/T", "A-Za-z0-9/", 30},
    {"a Google API key", "AIza", "A-Za-z0-9_-", 35, 35},
    {"an Alibaba Cloud access key id", "LTAI", "A-Za-z0-9", 16, 26},
    {"a live Stripe key", "sk_live_", "A-Za-z0-9", 24},
    {"the key of an Azure storage account", "AccountKey=", "A-Za-z0-9+/", 86, 86, "=="},
    {"the key of an Azure namespace", "SharedAccessKey=", "A-Za-z0-9+/", 43, 43, "="},
    {"the signature of an Azure SAS", "&sig=", "A-Za-z0-9%", 43, 80},
}};

// What vendors print: Amazon's keys end so; the account of the storage emulator is everyone's.
inline constexpr std::array<std::string_view, 2> published_values{"EXAMPLE",
                                                                  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6"};

inline bool is_word_character(char c) { return is_ascii_alnum(c) || c == '_'; }

// Whether the text goes on with the form behind its prefix.
inline bool completes_token(const TokenForm& form, std::string_view rest) {
  std::size_t length = 0;
  while (length < rest.size() && class_has(form.characters, rest[length])) ++length;
  if (length < form.least || length > form.most) return false;
  const std::string_view value = rest.substr(0, length);
  const bool published = std::ranges::any_of(
      published_values, [&](std::string_view known) { return value.find(known) != std::string_view::npos; });
  return !published && rest.substr(length).starts_with(form.ending);
}

// Where the first token of the form begins.
inline std::size_t find_token(const TokenForm& form, std::string_view text) {
  const bool word = is_word_character(form.prefix.front());
  for (std::size_t at = text.find(form.prefix); at != std::string_view::npos; at = text.find(form.prefix, at + 1)) {
    if (word && at > 0 && is_word_character(text[at - 1])) continue;
    if (completes_token(form, text.substr(at + form.prefix.size()))) return at;
  }
  return std::string_view::npos;
}

// Where a private key begins that is there in full: "-----BEGIN RSA PRIVATE KEY-----" and base64 behind it (RFC 7468),
// also with its line ends written as \\n in a string.
inline std::size_t find_private_key(std::string_view text) {
  static constexpr std::string_view begin = "-----BEGIN ", end = "PRIVATE KEY";
  for (std::size_t at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
    const std::string_view label = text.substr(at + begin.size(), 48);
    const std::size_t key = label.find(end);
    if (key == std::string_view::npos ||
        label.substr(0, key).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") != std::string_view::npos)
      continue;
    std::string_view rest = text.substr(at + begin.size() + key + end.size());
    rest.remove_prefix(std::min(rest.find_first_of("\n\\"), rest.size()));
    // A key of OpenSSL may have headers before its base64 (Proc-Type, DEK-Info).
    for (rest = rest.substr(0, 512); !rest.empty(); rest.remove_prefix(1)) {
      const std::size_t run = static_cast<std::size_t>(
          std::ranges::find_if_not(rest, [](char c) { return class_has("A-Za-z0-9+/=", c); }) - rest.begin());
      if (run >= 40) return at;
      rest.remove_prefix(std::min(run, rest.size() - 1));
    }
  }
  return std::string_view::npos;
}

inline std::string line_words(std::string_view text, std::size_t at) {
  if (text.substr(0, 4096).find('\0') != std::string_view::npos) return "";  // no text: bytecode, data
  return " in line " + std::to_string(1 + std::ranges::count(text.substr(0, at), '\n'));
}

struct FoundSecret {
  Severity severity = Severity::error;
  std::string words = {};
};

inline std::vector<FoundSecret> secrets_in(const Entry& entry) {
  const Blob content = read_content(entry);
  const std::string_view text = content.text();
  std::vector<FoundSecret> found;
  if (const std::size_t at = find_private_key(text); at != std::string_view::npos)
    found.push_back({.words = "holds a private key" + line_words(text, at)});
  std::string_view last;
  for (const TokenForm& form : token_forms) {
    if (form.what == last) continue;
    const std::size_t at = find_token(form, text);
    if (at == std::string_view::npos) continue;
    last = form.what;
    found.push_back({.words = "holds what looks like " + std::string(form.what) + line_words(text, at)});
  }
  // "cacert.pem" and its like are no secrets.
  const bool certificates = text.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos;
  if (found.empty() && looks_secret(entry.path) && !certificates)
    found.push_back({Severity::warning, "has the name of a file with secrets"});
  return found;
}

}  // namespace detail

DAYPACK_DECL std::vector<Finding> checks::Secrets::operator()(const Tree& tree, const Context& context) const {
  std::vector<Glob> allowed;
  for (const std::string& pattern : allow) allowed.emplace_back(pattern);
  std::vector<const Entry*> searched;
  std::vector<Finding> findings;
  const auto add = [&](const Entry& entry, Severity severity, std::string message, std::string hint) {
    findings.push_back({std::string(name), severity, entry.path, std::move(message), std::move(hint)});
  };
  for (const Entry& entry : tree) {
    if ((entry.origin && !wheels) || entry.mode == Mode::symlink) continue;
    if (std::ranges::any_of(allowed, [&](const Glob& glob) { return glob.matches(entry.path); })) continue;
    if (size_of(entry.content) <= largest) {
      searched.push_back(&entry);
    } else {
      add(entry, Severity::note, "is too large to be searched for secrets", "");
    }
  }
  ordered(
      context.pool(), searched.size(), [&](std::size_t i) { return size_of(searched[i]->content); }, largest,
      [&](std::size_t i) {
        context.check_stop();
        return detail::secrets_in(*searched[i]);
      },
      [&](std::size_t i, std::vector<detail::FoundSecret> found) {
        for (detail::FoundSecret& secret : found)
          add(*searched[i], secret.severity, std::move(secret.words),
              "leave it out and let the function get it from its environment or a secret store; if it may go along, "
              "allow its path");
      });
  return findings;
}

}  // namespace daypack
