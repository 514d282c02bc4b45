// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/gcp.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/credentials/answers.ipp>
#include <daypack/impl/credentials/kept.ipp>
#include <daypack/impl/sign/json_web_token.ipp>
#include <daypack/net/url.hpp>

#include <boost/filesystem/operations.hpp>
#include <utility>

namespace daypack {

namespace detail::gcp_session {

using answers::member_text;

inline constexpr std::string_view storage_scope = "https://www.googleapis.com/auth/devstorage.read_write";
inline constexpr const char* how_to_log_in =
    "name a service account's file in GOOGLE_APPLICATION_CREDENTIALS, or run: gcloud auth application-default login";

struct ServiceAccount {
  std::string email = {}, key_id = {}, key = {}, token_uri = {};
};

// What a service account shows to get a token (RFC 7523, 2.1). Good for an hour; Google takes no longer ones.
inline std::string assertion_of(const ServiceAccount& account, std::string_view scope, answers::Time now) {
  const auto issued = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  boost::json::object header;
  if (!account.key_id.empty()) header["kid"] = account.key_id;
  const boost::json::object claims{
      {"iat", issued}, {"exp", issued + 3600}, {"iss", account.email}, {"aud", account.token_uri}, {"scope", scope}};
  const auto key = jwt::rsa_key_in(account.key);
  std::string token = jwt::token_of(std::move(header), claims, key.get(), jwt::Algorithm::rs256);
  if (token.empty())
    throw Error(Errc::syntax, "the private key of a service account is not understood", account.email,
                "take the JSON file as Google has made it (private_key: PEM of an RSA key)");
  return token;
}

struct Asker {
  Context context;
  gcp::Access access;
  Environment environment;

  gcp::Credentials found() const {
    if (std::string file = credentials_file(); !file.empty()) return of_file(file);
    if (!environment("STORAGE_EMULATOR_HOST").empty()) return {.source = "nobody"};  // as the official client
    return of_machine();
  }

 private:
  // Empty when there is none.
  std::string credentials_file() const {
    if (!access.credentials_file.empty()) return access.credentials_file;
    if (std::string named = environment("GOOGLE_APPLICATION_CREDENTIALS"); !named.empty()) return named;
    const std::string folder = environment("CLOUDSDK_CONFIG"), home = environment("HOME");
    if (folder.empty() && home.empty()) return {};
    std::string usual = (folder.empty() ? home + "/.config/gcloud" : folder) + "/application_default_credentials.json";
    boost::system::error_code ignored;
    return boost::filesystem::is_regular_file(usual, ignored) ? usual : "";
  }

  gcp::Credentials of_file(const std::string& path) const {
    const auto object = answers::object_in(read_file(path));
    if (!object) throw Error(Errc::syntax, "Google's credentials are no JSON object", path, how_to_log_in);
    const std::string type = member_text(*object, "type");
    if (type == "service_account") return of_account(*object, path);
    if (type == "authorized_user") return of_user(*object, path);
    throw Error(Errc::usage, "Google's credentials are of a kind that is not supported",
                path + " (got type '" + type + "', expected service_account or authorized_user)", how_to_log_in);
  }

  static std::string needed(const boost::json::object& object, const char* name, const std::string& path) {
    std::string text = member_text(object, name);
    if (text.empty()) throw Error(Errc::syntax, "Google's credentials are not complete", path + " (no " + name + ')');
    return text;
  }

  gcp::Credentials of_account(const boost::json::object& object, const std::string& path) const {
    const ServiceAccount account{.email = needed(object, "client_email", path),
                                 .key_id = member_text(object, "private_key_id"),
                                 .key = needed(object, "private_key", path),
                                 .token_uri = needed(object, "token_uri", path)};
    const std::string assertion = assertion_of(account, storage_scope, context.clock().now());
    return asked(account.token_uri,
                 "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + assertion,
                 "the service account " + account.email, {assertion});
  }

  gcp::Credentials of_user(const boost::json::object& object, const std::string& path) const {
    const std::string id = needed(object, "client_id", path), secret = needed(object, "client_secret", path),
                      refresh = needed(object, "refresh_token", path);
    std::string uri = member_text(object, "token_uri");
    if (uri.empty()) uri = "https://oauth2.googleapis.com/token";
    return asked(uri,
                 "grant_type=refresh_token&client_id=" + uri_encoded(id) + "&client_secret=" + uri_encoded(secret) +
                     "&refresh_token=" + uri_encoded(refresh),
                 "the login of gcloud in " + path, {secret, refresh});
  }

  gcp::Credentials asked(const std::string& uri, const std::string& form, std::string source,
                         std::initializer_list<std::string_view> secrets) const {
    const HttpResponse response =
        answers::ask_for_credentials(context,
                                     {.method = "POST",
                                      .url = uri,
                                      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                      .body = {as_bytes(form)}},
                                     answers::service_policy(), "go online");
    return token_in(response, std::move(source), secrets);
  }

  // The service account of a Compute Engine machine, a Cloud Run service, a pod of GKE.
  gcp::Credentials of_machine() const {
    std::string host = environment("GCE_METADATA_HOST");
    const bool named = !host.empty();
    if (!named) host = "metadata.google.internal";
    const std::string url = "http://" + host + "/computeMetadata/v1/instance/service-accounts/default/token";
    if (environment("NO_GCE_CHECK") == "true" || (context.offline() && !named)) throw nobody("");
    RetryPolicy policy = answers::service_policy();
    if (!named) policy.attempts = 1;  // elsewhere there is no such host
    try {
      const HttpResponse response = answers::ask_for_credentials(context,
                                                                 {.url = url,
                                                                  .headers = {{"Metadata-Flavor", "Google"}},
                                                                  .connect_timeout = std::chrono::seconds(3),
                                                                  .idle_timeout = std::chrono::seconds(10),
                                                                  .proxied = false},
                                                                 policy, "go online");
      return token_in(response, "the service account of this machine", {});
    } catch (const Error& error) {
      if (error.code() != Errc::network) throw;
      throw nobody("; " + host + ": " + error.message());
    }
  }

  static Error nobody(const std::string& more) {
    return Error(Errc::usage, "there are no credentials for Google Cloud",
                 "looked at GOOGLE_APPLICATION_CREDENTIALS, gcloud's login, and this machine's service account" + more,
                 how_to_log_in);
  }

  gcp::Credentials token_in(const HttpResponse& response, std::string source,
                            std::initializer_list<std::string_view> secrets) const {
    const boost::json::object said = answers::object_in(response.body).value_or(boost::json::object());
    gcp::Credentials found{.token = member_text(said, "access_token"), .source = std::move(source)};
    if (response.status != 200 || found.token.empty()) {
      const std::string words = member_text(said, "error") + ' ' + member_text(said, "error_description");
      throw Error(Errc::provider, "Google gives no token",
                  found.source + " (" +
                      answers::without_keys(
                          answers::without("status " + std::to_string(response.status) + ", " + words, secrets)) +
                      ')',
                  how_to_log_in);
    }
    const auto* life = said.if_contains("expires_in");
    if (life && life->is_int64()) found.expires = context.clock().now() + std::chrono::seconds(life->get_int64());
    return found;
  }
};

}  // namespace detail::gcp_session

namespace gcp {

struct Session::State {
  daypack::detail::gcp_session::Asker asker;
  std::string endpoint;
  daypack::detail::Kept<Credentials> kept{"Google Cloud"};
};

DAYPACK_DECL Session::Session(Context context, Access access, Environment environment) {
  std::string endpoint = access.endpoint_url.empty() ? environment("STORAGE_EMULATOR_HOST") : access.endpoint_url;
  if (endpoint.empty()) endpoint = "https://storage.googleapis.com";
  if (endpoint.find("://") == std::string::npos) endpoint = "http://" + endpoint;  // as the official client
  endpoint = daypack::detail::without_last_slashes(std::move(endpoint));
  parse_url(endpoint);
  state_.reset(new State{{std::move(context), std::move(access), std::move(environment)}, std::move(endpoint)});
}

DAYPACK_DECL Session::~Session() = default;

DAYPACK_DECL Credentials Session::credentials() {
  return state_->kept.get(state_->asker.context.clock(), [this] { return state_->asker.found(); });
}

DAYPACK_DECL void Session::forget_credentials() { state_->kept.forget(); }

DAYPACK_DECL const std::string& Session::endpoint() const noexcept { return state_->endpoint; }

}  // namespace gcp

}  // namespace daypack
