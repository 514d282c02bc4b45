// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/net/proxy.hpp>

#include <openssl/x509.h>
#include <boost/asio/ssl/context.hpp>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <string>
#include <string_view>
#include <vector>

// Whose certificates count; only impl/net/beast_http.ipp includes this file.
namespace daypack::detail::wire {

// "5ed36f99.0": the names under which OpenSSL finds a certificate in a folder when it needs it (openssl-rehash(1)).
inline bool is_hashed_name(std::string_view name) {
  return name.size() > 9 && name[8] == '.' && name.find_first_not_of("0123456789abcdef") == 8 &&
         name.find_first_not_of("0123456789", 9) == std::string_view::npos;
}

// A folder of certificates, of whatever names where none is hashed, as uv reads it. False when it cannot be read.
inline bool trust_folder(boost::asio::ssl::context& context, const std::string& folder) {
  boost::system::error_code error;
  std::vector<std::string> files;
  boost::filesystem::directory_iterator entry(folder, error);
  if (error) return false;
  for (; !error && entry != boost::filesystem::directory_iterator(); entry.increment(error)) {
    if (is_hashed_name(entry->path().filename().string())) {
      context.add_verify_path(folder, error);
      return true;
    }
    files.push_back(entry->path().string());
  }
  for (const std::string& file : files) {
    boost::system::error_code unfit;  // a key, or what is no certificate
    if (file.ends_with(".pem") || file.ends_with(".crt") || file.ends_with(".cer"))
      context.load_verify_file(file, unfit);
  }
  return true;
}

// A file, or a folder, that somebody has named by `name`.
inline void trust_named(boost::asio::ssl::context& context, const std::string& file, const std::string& name) {
  boost::system::error_code error;
  if (trust_folder(context, file)) return;
  context.load_verify_file(file, error);
  if (error)
    throw Error(Errc::unreadable, "cannot read the certificates that " + name + " names",
                file + " (" + error.message() + ')', "name a file of certificates in PEM format");
}

// What this machine trusts. An OpenSSL that is linked statically looks where the system that it was built on keeps its
// certificates, and other systems keep theirs elsewhere: where it finds none, the first of the others' places counts.
// (the places: crypto/x509/root_linux.go of Go 1.24, which lists the systems that use them; OpenSSL's own:
// X509_get_default_cert_file(3); both 2026-11-22)
inline void trust_system(boost::asio::ssl::context& context) {
  boost::system::error_code error;
  context.set_default_verify_paths(error);
  if (boost::filesystem::exists(X509_get_default_cert_file(), error)) return;
  const boost::filesystem::directory_iterator own(X509_get_default_cert_dir(), error), none;
  if (!error && own != none) return;
  for (const char* file : {"/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Gentoo
                           "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL, Amazon Linux
                           "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora and RHEL of today
                           "/etc/ssl/ca-bundle.pem",                             // openSUSE
                           "/etc/ssl/cert.pem"}) {                               // Alpine
    context.load_verify_file(file, error);
    if (!error) return;
  }
}

// SSL_CERT_FILE and SSL_CERT_DIR (folders between colons) are OpenSSL's and uv's, PIP_CERT, REQUESTS_CA_BUNDLE and
// CURL_CA_BUNDLE (a file or a folder) pip's; the first that is set stands in the place of what this machine
// trusts.
// (docs.astral.sh/uv/concepts/authentication/certificates and pip.pypa.io/en/stable/topics/https-certificates,
// 2026-11-21)
inline void trust_authorities(boost::asio::ssl::context& context, const Environment& environment) {
  std::string file = environment("SSL_CERT_FILE"), name = "SSL_CERT_FILE";
  std::string folders = environment("SSL_CERT_DIR");
  for (const char* other : {"PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    if (file.empty() && folders.empty()) file = environment(name = other);
  }
  bool found = !file.empty();
  if (file.empty() && folders.empty()) {
    trust_system(context);
    found = true;
  }
  if (!file.empty()) trust_named(context, file, name);
  for (const std::string& folder : split_at(folders, ':')) found |= !folder.empty() && trust_folder(context, folder);
  if (!found)
    throw Error(Errc::unreadable, "cannot read a folder of certificates that SSL_CERT_DIR names", folders,
                "name a folder of certificates in PEM format");
}

}  // namespace daypack::detail::wire
