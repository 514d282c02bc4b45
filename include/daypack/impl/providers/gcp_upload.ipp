// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/detail/utf8.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/providers/gcp_bucket.ipp>
#include <daypack/impl/providers/parts.ipp>
#include <daypack/providers/gcp_storage.hpp>

#include <algorithm>
#include <optional>

// How an archive gets into a bucket of Cloud Storage ("Resumable uploads", "Objects: insert", "Bucket names", "Object
// names"; read on 2026-11-20).
namespace daypack::detail::gcp_storage {

using parts::Part;

inline constexpr const char* digest_name = "daypack-sha256";  // of our own metadata

// The name that the archive gets; Error{usage} for those that Cloud Storage would refuse.
inline std::string checked_name(const gcp::Storage& to, const Archive& archive) {
  const auto fine = [](char c) {
    return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
  };
  const std::size_t most = to.bucket.find('.') == std::string::npos ? 63 : 222;
  if (to.bucket.size() < 3 || to.bucket.size() > most || !std::ranges::all_of(to.bucket, fine) ||
      !is_ascii_alnum(to.bucket.front()) || !is_ascii_alnum(to.bucket.back()) || to.bucket.starts_with("goog"))
    throw Error(Errc::usage, "a bucket cannot have this name",
                "'" + to.bucket +
                    "' (expected 3 to 63 of a-z, 0-9, '-', '_' and '.', with a letter or digit at both "
                    "ends, not beginning with goog)",
                to.bucket.empty() ? "say which bucket" : "check the bucket's name");
  std::string key = to.prefix + (to.key.empty() ? archive.sha256().hex() + ".zip" : to.key);
  const bool control = std::ranges::any_of(key, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
  if (key.empty() || key.size() > 1024 || !is_utf8(key) || control || key == "." || key == ".." ||
      key.starts_with(".well-known/acme-challenge/"))
    throw Error(Errc::usage, "an object cannot have this name", "'" + key + "'",
                "take at most 1024 bytes of UTF-8 without control characters");
  return key;
}

// The object that an archive becomes.
class GcpObject {
 public:
  using Facts = ObjectFacts;

  GcpObject(const gcp::Storage& to, const Archive& archive, std::shared_ptr<gcp::Session> session,
            const Context& context)
      : to_(to),
        archive_(archive),
        context_(context),
        key_(checked_name(to, archive)),
        protocol_(std::move(session), context),
        md5_(parts::base64_md5_of_blobs(archive.segments())) {}

  const std::string& key() const { return key_; }
  std::string id() const { return "gs://" + to_.bucket + '/' + key_; }
  std::string url() const { return protocol_.endpoint() + '/' + to_.bucket + '/' + uri_encoded(key_, "/"); }
  bool is_content_key() const { return to_.key.empty(); }
  std::uint64_t single_up_to() const { return to_.single_up_to; }
  std::uint64_t part_size() const { return std::max<std::uint64_t>(archive_.size(), 1); }

  // Nothing when there is no such object, or when the caller may not look.
  std::optional<Facts> find() const {
    try {
      return object_facts(protocol_.call(call("GET", "/storage/v1" + place() + "/o/" + uri_encoded(key_),
                                              "storage.objects.get", "cannot look at an object")));
    } catch (const ServiceError& error) {
      if (error.answer().status == 403 || (error.answer().status == 404 && !no_bucket(error))) return std::nullopt;
      throw;
    }
  }

  bool same_bytes(const Facts& facts) const {
    if (facts.size != archive_.size()) return false;
    const auto told = facts.metadata.find(digest_name);
    const bool named = told != facts.metadata.end();
    if (named && told->second != archive_.sha256().hex()) return false;
    return facts.md5.empty() || md5_.empty() ? named : facts.md5 == md5_;
  }

  std::string differences(const Facts& facts) const {
    std::vector<std::string> words;
    const auto compare = [&](const std::string& what, const std::string& got, const std::string& wanted) {
      if (!wanted.empty() && got != wanted) words.push_back(what + ' ' + got + " instead of " + wanted);
    };
    compare("storage class", facts.storage_class, to_.storage_class);
    compare("content type", facts.content_type, to_.content_type);
    for (const auto& [name, value] : to_.metadata) {
      const auto found = facts.metadata.find(name);
      if (found == facts.metadata.end() || found->second != value) words.push_back("metadata " + name);
    }
    return listed(words, ", ", [](const std::string& word) { return word; });
  }

  // One request of two parts: what the object is, and its bytes (RFC 2387).
  Facts put_whole(bool only_new) const {
    static constexpr std::string_view boundary = "daypack-4e0cb6f9f0d54c19a9e1";
    const std::string head = "--" + std::string(boundary) +
                             "\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n" + settings() + "\r\n--" +
                             std::string(boundary) + "\r\nContent-Type: " + to_.content_type + "\r\n\r\n";
    const std::string tail = "\r\n--" + std::string(boundary) + "--\r\n";
    std::vector<ByteView> body{as_bytes(head)};
    for (const ByteView piece : parts::views_of(archive_.segments())) body.push_back(piece);
    body.push_back(as_bytes(tail));
    ServiceCall insert = insertion("multipart", only_new, "cannot put an object");
    insert.headers = {{"Content-Type", "multipart/related; boundary=" + std::string(boundary)}};
    insert.body = std::move(body);
    return kept(protocol_.call(insert));
  }

  // An upload is known to who has begun it alone: nobody lists them.
  std::vector<std::string> open() const { return {}; }
  bool fits(const std::string&, const std::vector<Part>&) const { return false; }

  // The address that takes the bytes; whoever knows it may send them.
  std::string begin(const std::vector<std::string>&) const {
    const std::string body = settings();
    ServiceCall insert = insertion("resumable", is_content_key(), "cannot begin an upload");
    insert.headers = {{"Content-Type", "application/json; charset=UTF-8"},
                      {"X-Upload-Content-Type", to_.content_type},
                      {"X-Upload-Content-Length", std::to_string(archive_.size())}};
    insert.body = {as_bytes(body)};
    const HttpResponse response = protocol_.call(insert);
    session_ = std::string(response.header("Location").value_or(""));
    if (session_.empty()) throw Error(Errc::network, "a store began an upload and does not name it", id());
    return "of " + id();  // its address would be a secret
  }

  // All that has not arrived yet, in one request; where that breaks off, from where the store has got to.
  void send(const std::string&, std::vector<Part>&) const {
    const parts::Pieces pieces(archive_.segments());
    std::uint64_t arrived = 0;
    for (int attempt = 1;; ++attempt) {
      try {
        const HttpResponse response = put_from(pieces, arrived);
        if (response.status / 100 == 2) return done(response);
        if (response.status != 308 && !is_transient_status(response.status)) refuse(response);
      } catch (const LastingNetworkError&) {
        throw;
      } catch (const Error& error) {
        if (error.code() != Errc::network || attempt == attempts) throw;
        context_.note(id(), error.message() + "; the upload is continued");
      }
      context_.clock().sleep(std::chrono::seconds(attempt), context_.stop());
      context_.check_stop();
      const HttpResponse told = asked();
      if (told.status / 100 == 2) return done(told);
      if (told.status != 308) refuse(told);
      const std::uint64_t now = arrived_in(told);
      if (attempt >= attempts && now == arrived)
        throw Error(Errc::network, "an upload does not get on", id() + " (" + std::to_string(now) + " bytes arrived)",
                    "run again");
      if (now > arrived) attempt = 0;
      arrived = now;
    }
  }

  Facts complete(const std::string&, const std::vector<Part>&, bool) const { return kept(done_); }
  bool is_proven(const Facts& facts) const { return !facts.md5.empty(); }

  void abort(const std::string&) const {
    HttpRequest request{.method = "DELETE", .url = session_, .redirects = 0, .netrc = false};
    const HttpResponse response =
        send_with_retry(context_.http(), context_.clock(), request, {}, answers::service_policy(), context_.stop());
    if (response.status / 100 != 2 && response.status / 100 != 4) refuse(response);  // 499: it is taken away
  }

  static bool may_be_settled(const ServiceError& error) {
    return is_taken(error) || error.answer().status == 410 || error.answer().status == 404;
  }
  static bool is_taken(const ServiceError& error) { return error.answer().status == 412; }

 private:
  static constexpr int attempts = 4;

  std::string place() const { return "/b/" + uri_encoded(to_.bucket); }

  ServiceCall call(std::string method, std::string path, const char* permission, const char* doing) const {
    return {.method = std::move(method),
            .path = std::move(path),
            .permission = permission + (" on " + to_.bucket),
            .doing = doing,
            .subject = id()};
  }

  ServiceCall insertion(const char* type, bool only_new, const char* doing) const {
    return call("POST",
                "/upload/storage/v1" + place() + "/o?uploadType=" + type + "&name=" + uri_encoded(key_) +
                    (only_new ? "&ifGenerationMatch=0" : ""),
                "storage.objects.create", doing);
  }

  static bool no_bucket(const ServiceError& error) {
    return error.answer().message.find("bucket") != std::string::npos;
  }

  // What makes the object what it is, beside its bytes. With the MD5 the store checks what has arrived.
  std::string settings() const {
    boost::json::object metadata{{digest_name, archive_.sha256().hex()}};
    for (const auto& [name, value] : to_.metadata) metadata[name] = value;
    boost::json::object settings{{"name", key_}, {"contentType", to_.content_type}, {"metadata", std::move(metadata)}};
    if (!md5_.empty()) settings["md5Hash"] = md5_;
    if (!to_.storage_class.empty()) settings["storageClass"] = to_.storage_class;
    return boost::json::serialize(settings);
  }

  Facts kept(const HttpResponse& response) const {
    Facts facts = object_facts(response);
    parts::check_kept(id(), "the whole", md5_.empty() ? "" : facts.md5, md5_);
    return facts;
  }

  void done(const HttpResponse& response) const { done_ = response; }

  HttpResponse put_from(const parts::Pieces& pieces, std::uint64_t arrived) const {
    const std::uint64_t all = archive_.size();
    const std::vector<Blob> blobs = pieces.range(arrived, all - arrived);
    const HttpRequest request{
        .method = "PUT",
        .url = session_,
        .headers = {{"Content-Range",
                     "bytes " + std::to_string(arrived) + '-' + std::to_string(all - 1) + '/' + std::to_string(all)}},
        .body = parts::views_of(blobs),
        .redirects = 0,
        .on_sent = [&](std::uint64_t sent) { context_.advance(std::min(arrived + sent, all), all, "bytes"); },
        .netrc = false};
    HttpResponse response = context_.http().send(request, {}, context_.stop());
    parts::release(blobs);
    return response;
  }

  // How far it has got: 308 with "Range: bytes=0-N", without one where nothing has arrived.
  HttpResponse asked() const {
    const HttpRequest request{.method = "PUT",
                              .url = session_,
                              .headers = {{"Content-Range", "bytes */" + std::to_string(archive_.size())}},
                              .redirects = 0,
                              .netrc = false};
    return send_with_retry(context_.http(), context_.clock(), request, {}, answers::service_policy(), context_.stop());
  }

  static std::uint64_t arrived_in(const HttpResponse& response) {
    const std::string range(response.header("Range").value_or(""));
    const std::size_t dash = range.rfind('-');
    return dash == std::string::npos ? 0 : number_in(range.substr(dash + 1)) + 1;
  }

  [[noreturn]] void refuse(const HttpResponse& response) const {
    service::Answer answer = StorageProtocol::answer_of(response);
    throw ServiceError({.code = StorageProtocol::kind_of(answer),
                        .message = "cannot upload an object",
                        .subject = id() + " (status " + std::to_string(answer.status) +
                                   (answer.message.empty() ? "" : ": " + answer.message) + ')',
                        .hint = ""},
                       answer);
  }

  const gcp::Storage& to_;
  const Archive& archive_;
  const Context& context_;
  std::string key_;
  StorageProtocol protocol_;
  std::string md5_;              // as Cloud Storage has it: base64; empty where OpenSSL may not compute it
  mutable std::string session_;  // the address of the upload that goes on
  mutable HttpResponse done_;    // what its last request was answered with
};

}  // namespace daypack::detail::gcp_storage
