// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/azure.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/impl/providers/service_call.ipp>
#include <daypack/impl/sign/canonical.ipp>

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <utility>

// Calls of Azure's Blob storage: signed by a key, or opened by a SAS or a token (REST reference, "Status and error
// codes"; azure-storage-blob 12.31.1; read on 2026-11-20).
namespace daypack::detail::azure_blob {

using service::Answer;

// The version that all calls are made in: the SDK's newest is younger, emulators know this one (2026-11-20).
inline constexpr const char* api_version = "2022-11-02";

inline constexpr std::array<std::string_view, 1> busy_codes{"ServerBusy"};
// Bytes that arrived otherwise than they were sent may arrive the next time.
inline constexpr std::array<std::string_view, 4> passing_codes{"InternalError", "OperationTimedOut", "Md5Mismatch",
                                                               "Crc64Mismatch"};
// It says neither that the clock is off nor that the key is wrong; the server's time tells.
inline constexpr std::array<std::string_view, 1> clock_codes{"AuthenticationFailed"};
inline constexpr std::array<std::string_view, 2> ended_codes{"InvalidAuthenticationInfo", "ExpiredAuthenticationToken"};

// Why a container or a queue cannot have this name; empty when it can (REST reference, "Naming and referencing
// containers, blobs, and metadata", "Naming queues and metadata").
inline std::string container_reason(std::string_view name) {
  if (name == "$root" || name == "$web" || name == "$logs") return {};
  const auto fine = [](char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; };
  if (name.size() < 3 || name.size() > 63) return "it has " + std::to_string(name.size()) + " characters, not 3 to 63";
  if (!std::ranges::all_of(name, fine)) return "only a-z, 0-9 and '-' may stand in it";
  if (name.front() == '-' || name.back() == '-') return "it begins or ends with '-'";
  return name.find("--") == std::string_view::npos ? "" : "two '-' stand side by side";
}

// What opens an account: StorageAccess, and a token where it needs one.
struct Opened {
  azure::StorageAccess by = {};
  azure::Token token = {};
  std::string source = {};
};

// <Error><Code>..</Code><Message>...\nRequestId:..\nTime:..</Message></Error>; answers to HEAD have the fields alone.
inline Answer blob_answer(const HttpResponse& response) {
  const auto field = [&](std::string_view name) { return std::string(response.header(name).value_or("")); };
  Answer answer{.status = response.status, .code = field("x-ms-error-code"), .request_id = field("x-ms-request-id")};
  pugi::xml_document document;
  if (document.load_buffer(response.body.data(), response.body.size())) {
    const pugi::xml_node error = document.child("Error");
    if (answer.code.empty()) answer.code = error.child_value("Code");
    const std::string said = error.child_value("Message");
    answer.message = trimmed(split_once(said, '\n').first);
  }
  return answer;
}

inline std::string way_to_blob(const Answer& answer, const std::string& source) {
  if (answer.code == "ContainerNotFound") return "create the container, or correct its name";
  if (answer.code == "AuthenticationFailed" || answer.code == "InvalidAuthenticationInfo")
    return "what " + source + " gives does not open the account, or no longer: correct it, or log in again";
  if (answer.code == "KeyBasedAuthenticationNotPermitted")
    return "the account takes no keys: name the account alone, and use a token";
  if (answer.code == "AuthorizationFailure")
    return "what " + source + " gives does not open the account, or its firewall keeps this host out: correct it";
  if (answer.code.starts_with("LeaseId")) return "somebody has a lease on the blob: end it, or take another name";
  if (answer.code == "InvalidBlobOrBlock")
    return "an upload of somebody else's to this name has not ended: take another name, or wait until its blocks "
           "vanish "
           "after a week";
  return {};
}

class BlobClient {
 public:
  using Credentials = Opened;

  BlobClient(const Context& context, std::shared_ptr<azure::Session> session)
      : context_(context), session_(std::move(session)), access_(session_->storage()), url_(access_.blob_url) {}

  // The same for the account's queues, which answer in the same way.
  BlobClient of_queues() const {
    BlobClient client(*this);
    client.url_ = access_.queue_url;
    return client;
  }

  HttpResponse call(const ServiceCall& call) const { return service::call_service(*this, call); }
  const azure::StorageAccess& access() const { return access_; }

  // What is this provider's own about its services.
  const Context& context() const { return context_; }
  const service::Manners& manners() const { return manners_; }

  HttpRequest request_of(const ServiceCall& call) const {
    HttpRequest request{.method = call.method, .url = url_ + call.path, .headers = call.headers, .body = call.body};
    request.headers.emplace_back("x-ms-version", api_version);
    return request;
  }

  Opened credentials() const {
    Opened opened{.by = access_, .source = access_.source};
    if (access_.needs_token()) {
      opened.token = session_->token(azure::storage_resource);
      opened.source = opened.token.source;
    }
    return opened;
  }

  bool renewed(const Opened& used) const {
    if (!access_.needs_token()) return false;
    session_->forget_tokens();
    return session_->token(azure::storage_resource).text != used.token.text;
  }

  void sign(HttpRequest& request, const Opened& with, answers::Time now) const {
    if (with.by.has_key()) {
      azure::sign(request, with.by.key, now);
    } else if (!with.by.sas.empty()) {
      request.url += (request.url.find('?') == std::string::npos ? '?' : '&') + with.by.sas;
    } else {
      set_field(request, "Authorization", "Bearer " + with.token.text);
    }
  }

  static Answer answer_of(const HttpResponse& response) { return blob_answer(response); }
  static service::Codes codes() { return {busy_codes, passing_codes, clock_codes, ended_codes}; }
  static Errc kind_of(const Answer& answer) { return answer.status == 413 ? Errc::over_limit : Errc::provider; }
  static std::string way_out(const Answer& answer, const ServiceCall&, const std::string& source) {
    return way_to_blob(answer, source);
  }

 private:
  const Context& context_;
  std::shared_ptr<azure::Session> session_;
  azure::StorageAccess access_;
  std::string url_;
  service::Manners manners_ = {};
};

}  // namespace daypack::detail::azure_blob
