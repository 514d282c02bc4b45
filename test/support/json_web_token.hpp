// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "server.hpp"
#include "support/temporary_folder.hpp"

// JSON Web Tokens as the program openssl sees them.
namespace daypack::support {

// Base64 for URLs, without padding.
inline std::string base64url_decoded(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  TemporaryFolder folder;
  detail::write_file(folder / "in", text);
  run_or_throw("openssl base64 -d -A -in " + (folder / "in") + " -out " + (folder / "out"));
  return detail::read_file(folder / "out");
}

// Header and claims; throws unless the public key has signed them. options: of `openssl dgst`.
inline std::vector<std::string> verified_token(const std::string& token, const std::string& public_key,
                                               const std::string& options = {}) {
  const std::vector<std::string> parts = detail::split_at(token, '.');
  if (parts.size() != 3) throw std::runtime_error("not three parts: " + token);
  TemporaryFolder folder;
  detail::write_file(folder / "signed", parts[0] + '.' + parts[1]);
  detail::write_file(folder / "signature", base64url_decoded(parts[2]));
  run_or_throw("openssl dgst -sha256 " + options + " -verify " + public_key + " -signature " + (folder / "signature") +
               ' ' + (folder / "signed"));
  return {base64url_decoded(parts[0]), base64url_decoded(parts[1])};
}

}  // namespace daypack::support
