// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/net/proxy.hpp>

#include <boost/asio/ssl/context.hpp>
#include <boost/filesystem/directory.hpp>
#include <string>

// Whose certificates count; only impl/net/beast_http.ipp includes this file.
namespace daypack::detail::wire {

// A folder of certificates: by OpenSSL's hashed names, and every file by its own name, as uv reads it. False when it
// cannot be read.
inline bool trust_folder(boost::asio::ssl::context& context, const std::string& folder) {
  boost::system::error_code error;
  boost::filesystem::directory_iterator entry(folder, error);
  if (error) return false;
  context.add_verify_path(folder, error);
  for (; !error && entry != boost::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string extension = entry->path().extension().string();
    boost::system::error_code unfit;  // a key, or what is no certificate
    if (extension == ".pem" || extension == ".crt" || extension == ".cer")
      context.load_verify_file(entry->path().string(), unfit);
  }
  return true;
}

// SSL_CERT_FILE and SSL_CERT_DIR (folders between colons) are OpenSSL's and uv's, PIP_CERT, REQUESTS_CA_BUNDLE and
// CURL_CA_BUNDLE (a file or a folder) pip's; the first that is set stands in the place of OpenSSL's default paths.
// (docs.astral.sh/uv/concepts/authentication/certificates and pip.pypa.io/en/stable/topics/https-certificates,
// 2026-11-21)
inline void trust_authorities(boost::asio::ssl::context& context, const Environment& environment) {
  std::string file = environment("SSL_CERT_FILE"), name = "SSL_CERT_FILE";
  std::string folders = environment("SSL_CERT_DIR");
  for (const char* other : {"PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    if (file.empty() && folders.empty()) file = environment(name = other);
  }
  boost::system::error_code error;
  bool found = !file.empty();
  if (file.empty() && folders.empty()) {
    context.set_default_verify_paths(error);
    found = true;
  }
  if (!file.empty() && !trust_folder(context, file)) {
    context.load_verify_file(file, error);
    if (error)
      throw Error(Errc::unreadable, "cannot read the certificates that " + name + " names",
                  file + " (" + error.message() + ')', "name a file of certificates in PEM format");
  }
  for (const std::string& folder : split_at(folders, ':')) found |= !folder.empty() && trust_folder(context, folder);
  if (!found)
    throw Error(Errc::unreadable, "cannot read a folder of certificates that SSL_CERT_DIR names", folders,
                "name a folder of certificates in PEM format");
}

}  // namespace daypack::detail::wire
