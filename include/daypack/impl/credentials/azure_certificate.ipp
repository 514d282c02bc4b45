// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/impl/credentials/azure_tokens.ipp>
#include <daypack/impl/sign/canonical.ipp>
#include <daypack/impl/sign/json_web_token.ipp>

#include <openssl/x509.h>
#include <array>

// Applications that prove themselves with a certificate ("Microsoft identity platform application authentication
// certificate credentials"; msal 1.39.0; read on 2026-11-22); only impl/credentials/azure.ipp includes this file.
namespace daypack::detail::azure_session {

// SHA-256 of the first certificate in PEM; empty where there is none.
inline std::string thumbprint_in(const std::string& pem) {
  const auto bio = jwt::reader_of(pem);
  const jwt::Owned<X509> certificate(bio ? ::PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (!certificate || ::X509_digest(certificate.get(), ::EVP_sha256(), digest.data(), &size) != 1) return {};
  return jwt::base64url_of(std::as_bytes(std::span(digest).first(size)));
}

// Good for ten minutes, as its documents ask for.
inline std::string assertion_of(const Lookup& at, const std::string& path, const std::string& password) {
  const std::string pem = read_file(path), thumbprint = thumbprint_in(pem);
  const auto key = jwt::rsa_key_in(pem, password);
  if (thumbprint.empty() || !key) {
    throw Error(Errc::syntax, "a certificate for Azure is not understood",
                path + (thumbprint.empty() ? " (no certificate in PEM)" : " (no RSA key in PEM)"),
                key ? "take a PEM file with the certificate and its key"
                    : "take a PEM file with both; AZURE_CLIENT_CERTIFICATE_PASSWORD is the key's password");
  }
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(at.context.clock().now().time_since_epoch()).count();
  const boost::json::object claims{{"aud", token_url(at)}, {"iss", at.client()}, {"sub", at.client()},
                                   {"jti", random_name()}, {"nbf", now},         {"iat", now},
                                   {"exp", now + 600}};
  return jwt::token_of({{"x5t#S256", thumbprint}}, claims, key.get(), jwt::Algorithm::ps256);
}

inline azure::Token certificate_token(const Lookup& at, std::string_view resource, const std::string& path) {
  const std::string assertion = assertion_of(at, path, at.environment("AZURE_CLIENT_CERTIFICATE_PASSWORD"));
  return application_token(at, resource, asserted(assertion, "the certificate " + path));
}

}  // namespace daypack::detail::azure_session
