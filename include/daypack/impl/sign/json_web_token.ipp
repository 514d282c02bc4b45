// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/detail/base64.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <string>

// JSON Web Tokens signed with an RSA key (RFC 7515, RFC 7518 sections 3.3 and 3.5, RFC 7519).
namespace daypack::detail::jwt {

enum class Algorithm { rs256, ps256 };

// Base64 for URLs, without padding (RFC 4648, section 5).
inline std::string base64url_of(ByteView bytes) {
  std::string out = base64_of(bytes);
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  while (out.ends_with('=')) out.pop_back();
  return out;
}

struct FreeOfOpenSsl {
  void operator()(BIO* bio) const noexcept { ::BIO_free(bio); }
  void operator()(EVP_PKEY* key) const noexcept { ::EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const noexcept { ::EVP_MD_CTX_free(context); }
  void operator()(X509* certificate) const noexcept { ::X509_free(certificate); }
};
template <class Thing>
using Owned = std::unique_ptr<Thing, FreeOfOpenSsl>;

inline Owned<BIO> reader_of(const std::string& text) {
  return Owned<BIO>(::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// The first RSA key in PEM; none where there is none, or the password is not its. Nobody is asked for one.
inline Owned<EVP_PKEY> rsa_key_in(const std::string& pem, const std::string& password = {}) {
  const auto answer = [](char* to, int size, int, void* told) {
    const std::string& words = *static_cast<const std::string*>(told);
    const int length = std::min(size, static_cast<int>(words.size()));
    std::copy_n(words.data(), length, to);
    return length;
  };
  const Owned<BIO> bio = reader_of(pem);
  if (!bio) return {};
  Owned<EVP_PKEY> key(::PEM_read_bio_PrivateKey(bio.get(), nullptr, answer, const_cast<std::string*>(&password)));
  if (key && ::EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
  return key;
}

// Empty where OpenSSL does not sign with it.
inline std::string signature_of(const std::string& text, EVP_PKEY* key, Algorithm algorithm) {
  const Owned<EVP_MD_CTX> context(::EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;  // the context's own
  if (!context || ::EVP_DigestSignInit(context.get(), &settings, ::EVP_sha256(), nullptr, key) != 1) return {};
  if (algorithm == Algorithm::ps256 && (::EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) != 1 ||
                                        ::EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) != 1))
    return {};
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (::EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return {};
  std::string signature(size, '\0');
  auto* to = reinterpret_cast<unsigned char*>(signature.data());
  if (::EVP_DigestSign(context.get(), to, &size, bytes, text.size()) != 1) return {};
  signature.resize(size);
  return signature;
}

// The header gets typ and alg. Empty where there is no RSA key.
inline std::string token_of(boost::json::object header, const boost::json::object& claims, EVP_PKEY* key,
                            Algorithm algorithm) {
  header["typ"] = "JWT";
  header["alg"] = algorithm == Algorithm::rs256 ? "RS256" : "PS256";
  const auto part = [](const boost::json::object& object) {
    const std::string text = boost::json::serialize(object);
    return base64url_of(as_bytes(text));
  };
  const std::string text = part(header) + '.' + part(claims);
  const std::string signature = key ? signature_of(text, key, algorithm) : "";
  return signature.empty() ? "" : text + '.' + base64url_of(as_bytes(signature));
}

}  // namespace daypack::detail::jwt
