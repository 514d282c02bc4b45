// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/net/proxy.hpp>
#include <daypack/sign/azure_storage.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daypack::azure {

// How Azure, or a server that speaks as it does, is reached. What is empty comes from the environment, as Azure's own
// tools find it.
struct Access {
  std::string tenant = {};  // $AZURE_TENANT_ID
  std::string client = {};  // $AZURE_CLIENT_ID: of an application, or of an identity that a user has assigned
  // Who gives tokens: $AZURE_AUTHORITY_HOST, else https://login.microsoftonline.com. It names the cloud too (China, US
  // Government), and so where all else is. https, or http on this machine.
  std::string authority = {};
  std::string management_url = {};  // of the resource manager; else the cloud's
  std::string subscription = {};    // its id; $AZURE_SUBSCRIPTION_ID
  // The account of Azure Storage: $AZURE_STORAGE_ACCOUNT, else the one of the connection string.
  std::string storage_account = {};
  std::string blob_url = {};           // of the account's blobs; else the connection string's, else the cloud's
  std::string connection_string = {};  // $AZURE_STORAGE_CONNECTION_STRING

  friend bool operator==(const Access&, const Access&) = default;
};

// A bearer token and where it came from.
struct Token {
  std::string text = {};
  std::optional<std::chrono::system_clock::time_point> expires = {};
  std::string source = {};  // in words, for messages: "the service principal of the environment", "az"
};

// How the blobs and queues of an account are used: by its key, else by a SAS, else by a token for storage_resource.
struct StorageAccess {
  std::string account = {};
  std::string blob_url = {};   // without a slash at its end
  std::string queue_url = {};  // the same
  SharedKey key = {};         // without a key where there is none
  std::string sas = {};       // a query without '?'
  std::string source = {};    // in words

  bool has_key() const noexcept { return !key.key.empty(); }
  bool needs_token() const noexcept { return key.key.empty() && sas.empty(); }
};

// What tokens for Azure Storage are asked for.
inline constexpr std::string_view storage_resource = "https://storage.azure.com";

// What all calls of one user share: where Azure is, and tokens, found once for each resource and renewed before they
// expire. Any number of threads may use one.
class Session {
 public:
  // Keeps a copy of the context. Error{usage} for an authority or a URL that is none.
  DAYPACK_DECL explicit Session(Context context, Access access = {}, Environment environment = process_environment);
  DAYPACK_DECL ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // A bearer token for a resource ("https://management.azure.com"), good for at least some minutes. Error{usage} when
  // nobody gives one, with the places that were looked at; Error{network}, Error{provider}, Error{tool_failed} from
  // whoever was asked for it.
  DAYPACK_DECL Token token(std::string_view resource);
  // The tokens that were used are of no more use: the next call asks again.
  DAYPACK_DECL void forget_tokens();

  // The resource manager, without a slash at its end; tokens for it serve deployment (SCM) sites too.
  DAYPACK_DECL std::string management_url() const;
  // Error{usage} when nobody has said one.
  DAYPACK_DECL std::string subscription() const;
  // Error{usage} when no account is named, and for a connection string that is none; Error{conflict} where the
  // connection string is of another account than the one that is named.
  DAYPACK_DECL StorageAccess storage() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The login of an app's deployment site, as the portal and `az webapp deployment list-publishing-profiles --xml` give
// it. It does nothing where the app's policy has switched basic authentication off.
struct PublishProfile {
  std::string user = {};
  std::string password = {};
  std::string scm_url = {};  // "https://app.scm.azurewebsites.net", without a slash at its end
};

// Of a file. Error{not_found}, Error{unreadable}, Error{syntax}.
DAYPACK_DECL PublishProfile read_publish_profile(const std::string& path);

}  // namespace daypack::azure

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/credentials/azure.ipp>
#endif
