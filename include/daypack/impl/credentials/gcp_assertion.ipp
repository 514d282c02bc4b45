// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/error.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

// What a service account shows to get a token: a JSON Web Token signed with RS256 (RFC 7515; RFC 7523, 2.1); only
// impl/credentials/gcp.ipp includes this file.
namespace daypack::detail::gcp_session {

// Base64 for URLs, without padding (RFC 4648, section 5).
inline std::string base64url_of(std::string_view text) {
  std::string out = base64_of(as_bytes(text));
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  while (out.ends_with('=')) out.pop_back();
  return out;
}

// RSA with SHA-256, PKCS #1 v1.5. Empty when the key is none.
inline std::string rs256(const std::string& text, const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&::BIO_free)> bio(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                        ::BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(
      bio ? ::PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr) : nullptr, ::EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)> context(::EVP_MD_CTX_new(), ::EVP_MD_CTX_free);
  if (!key || !context || ::EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return {};
  if (::EVP_DigestSignInit(context.get(), nullptr, ::EVP_sha256(), nullptr, key.get()) != 1) return {};
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (::EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return {};
  std::string signature(size, '\0');
  if (::EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) !=
      1)
    return {};
  signature.resize(size);
  return signature;
}

struct ServiceAccount {
  std::string email = {}, key_id = {}, key = {}, token_uri = {};
};

// Good for an hour; Google takes no longer ones.
inline std::string assertion_of(const ServiceAccount& account, std::string_view scope,
                                std::chrono::system_clock::time_point now) {
  const auto issued = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  boost::json::object header{{"typ", "JWT"}, {"alg", "RS256"}};
  if (!account.key_id.empty()) header["kid"] = account.key_id;
  const boost::json::object claims{
      {"iat", issued}, {"exp", issued + 3600}, {"iss", account.email}, {"aud", account.token_uri}, {"scope", scope}};
  const std::string text =
      base64url_of(boost::json::serialize(header)) + '.' + base64url_of(boost::json::serialize(claims));
  const std::string signature = rs256(text, account.key);
  if (signature.empty())
    throw Error(Errc::syntax, "the private key of a service account is not understood", account.email,
                "take the JSON file as Google has made it (private_key: PEM of an RSA key)");
  return text + '.' + base64url_of(signature);
}

}  // namespace daypack::detail::gcp_session
