// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/net/http.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// Shared Key and shared access signatures of Azure Storage (REST reference, "Authorize with Shared Key", "Create a
// service SAS"; azure-storage-blob 12.31.1, _shared/authentication.py and shared_access_signature.py, read on
// 2026-11-20).
namespace daypack::azure {

// The key of a storage account.
struct SharedKey {
  std::string account = {};
  std::string key = {};  // in base64, as Azure gives it

  friend bool operator==(const SharedKey&, const SharedKey&) = default;
};

// Signs a request in its header fields: x-ms-date and Authorization are set, those of an earlier attempt replaced. The
// URL's path is signed as it is sent, so that it must be encoded (RFC 3986); an emulator's begins with the account. All
// x-ms-* fields are signed, Content-*, If-* and Range; the length of the body is that of the body. Error{usage} for a
// URL that is none and a key that is no base64.
DAYPACK_DECL void sign(HttpRequest& request, const SharedKey& key, std::chrono::system_clock::time_point now);

// What a service SAS allows, and whom.
struct Sas {
  std::string permissions = "r";  // in Azure's order: "racwdxltmeop"; may be empty where a stored policy has them
  std::optional<std::chrono::system_clock::time_point> starts = {};
  std::optional<std::chrono::system_clock::time_point> expires = {};  // may be absent where a stored policy has it
  std::string policy = {};                                            // the container's stored access policy, by name
  std::string addresses = {};          // "168.1.5.60", or a range "168.1.5.60-168.1.5.70"
  std::string protocol = {};           // "https", or "https,http" as when it is empty
  std::string version = "2022-11-02";  // 2020-12-06 or younger
};

// The query that lets anybody use a blob, or with an empty name all of the container, without a leading '?'. Names are
// those that people read, not encoded. Error{usage} for a key that is no base64, for a version that is too old, and
// when neither an end nor a policy is given.
DAYPACK_DECL std::string service_sas(const SharedKey& key, std::string_view container, std::string_view blob,
                                     const Sas& sas);

}  // namespace daypack::azure

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/sign/azure_storage.ipp>
#endif
