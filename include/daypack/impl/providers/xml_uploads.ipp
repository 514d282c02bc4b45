// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/impl/providers/parts.ipp>
#include <daypack/impl/providers/xml_store.ipp>
#include <daypack/net/url.hpp>
#include <daypack/providers/service.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

// Uploads in parts as S3 has them, and stores that were made after it: begun, listed, ended.
namespace daypack::detail::xml_store {

using parts::Part;

// What the steps need leave for.
enum class Step { list_uploads, list_parts, write, abort };

// Own is what a store has of its own: a bucket() with call(call, query, of_bucket), key() and id(); permission(Step);
// begin_headers(); is_same(node, blobs, part) of a part that the store tells of, which it may set the CRC of;
// complete_headers(parts, size, only_new); describe(node, part) and xml_namespace() of the completion; completed(
// response, root) is what that gives, of type Facts; answer_of(response) a refusal.
template <class Own>
class XmlUploads {
 public:
  XmlUploads(const Own& own, const Context& context) : own_(own), context_(context) {}

  // IDs of those of this key that have not ended, the newest first; none when the caller may not ask.
  std::vector<std::string> open() const {
    std::vector<std::pair<std::string, std::string>> found;  // when, ID
    std::string markers;
    do {
      const auto document = list("?uploads=&prefix=" + uri_encoded(own_.bucket().key()) + markers, true);
      if (!document) return {};
      const pugi::xml_node root = document->document_element();
      for (const pugi::xml_node& upload : root.children("Upload")) {
        if (upload.child_value("Key") == own_.bucket().key())
          found.emplace_back(upload.child_value("Initiated"), upload.child_value("UploadId"));
      }
      markers = std::string("&key-marker=") + uri_encoded(root.child_value("NextKeyMarker")) +
                "&upload-id-marker=" + uri_encoded(root.child_value("NextUploadIdMarker"));
      if (std::string_view(root.child_value("IsTruncated")) != "true") break;
    } while (true);
    std::ranges::sort(found, std::greater());
    std::vector<std::string> ids;
    for (auto& [when, id] : found) ids.push_back(std::move(id));
    return ids;
  }

  // Whether all parts that have arrived are ours; then those have their ETags and CRCs.
  bool fits(const std::string& id, const parts::Pieces& pieces, std::vector<Part>& all) const {
    std::vector<Part> known = all;
    std::string marker;
    bool any = false;
    do {
      const auto document = list("?uploadId=" + uri_encoded(id) + marker, false);
      if (!document) return false;
      const pugi::xml_node root = document->document_element();
      for (const pugi::xml_node& told : root.children("Part")) {
        context_.check_stop();
        if (!is_ours(told, pieces, known)) return false;
        any = true;
      }
      marker = std::string("&part-number-marker=") + root.child_value("NextPartNumberMarker");
      if (std::string_view(root.child_value("IsTruncated")) != "true") break;
    } while (true);
    if (any) all = std::move(known);
    return any;
  }

  // Begins one. It is not asked for twice: where the answer is lost, the upload is found as the one that was not among
  // those before.
  std::string begin(const std::vector<std::string>& before) const {
    for (int attempt = 1;; ++attempt) {
      try {
        return create();
      } catch (const ServiceError& error) {
        if (error.answer().status < 500 || attempt == 3) throw;
      } catch (const Error& error) {
        if (error.code() != Errc::network || attempt == 3) throw;
      }
      wait(attempt);
      for (std::string& id : open()) {
        if (std::ranges::find(before, id) == before.end()) return std::move(id);
      }
    }
  }

  typename Own::Facts complete(const std::string& id, const std::vector<Part>& all, std::uint64_t size,
                               bool only_new) const {
    const std::string body = completion_of(all);
    for (int attempt = 1;; ++attempt) {
      const HttpResponse response = own_.bucket().call({.method = "POST",
                                                        .headers = own_.complete_headers(all, size, only_new),
                                                        .body = {as_bytes(body)},
                                                        .permission = own_.permission(Step::write),
                                                        .doing = doing_complete},
                                                       "?uploadId=" + uri_encoded(id));
      const pugi::xml_document document = document_of(response);
      const pugi::xml_node root = document.document_element();
      if (std::string_view(root.name()) != "Error") return own_.completed(response, root);
      refuse_or_wait(response, attempt);
    }
  }

  void abort(const std::string& id) const {
    try {
      own_.bucket().call(
          {.method = "DELETE", .permission = own_.permission(Step::abort), .doing = "cannot abort an upload"},
          "?uploadId=" + uri_encoded(id));
    } catch (const ServiceError& error) {
      if (error.answer().status != 404) throw;
    }
  }

 private:
  static constexpr const char* doing_complete = "cannot complete an upload";

  void wait(int seconds) const {
    context_.clock().sleep(std::chrono::seconds(seconds), context_.stop());
    context_.check_stop();
  }

  // Nothing when the caller may not ask.
  std::optional<pugi::xml_document> list(const std::string& query, bool of_bucket) const {
    try {
      return document_of(
          own_.bucket().call({.permission = own_.permission(of_bucket ? Step::list_uploads : Step::list_parts),
                              .doing = "cannot look for an interrupted upload"},
                             query, of_bucket));
    } catch (const ServiceError& error) {
      if (error.answer().status == 403 || error.answer().status == 404 || error.answer().status == 501)
        return std::nullopt;
      throw;
    }
  }

  bool is_ours(const pugi::xml_node& told, const parts::Pieces& pieces, std::vector<Part>& all) const {
    const auto number = static_cast<std::size_t>(told.child("PartNumber").text().as_ullong());
    if (number < 1 || number > all.size()) return false;
    Part& part = all[number - 1];
    if (told.child("Size").text().as_ullong() != part.size) return false;
    const std::vector<Blob> blobs = pieces.range(part.begin, part.size);
    const bool same = own_.is_same(told, blobs, part);
    parts::release(blobs);
    if (same) part.etag = told.child_value("ETag");
    return same;
  }

  std::string create() const {
    const pugi::xml_document document = document_of(own_.bucket().call({.method = "POST",
                                                                        .headers = own_.begin_headers(),
                                                                        .permission = own_.permission(Step::write),
                                                                        .doing = "cannot begin an upload",
                                                                        .once = true},
                                                                       "?uploads="));
    std::string id = document.document_element().child_value("UploadId");
    if (id.empty()) throw Error(Errc::network, "a store began an upload and does not name it", own_.bucket().id());
    return id;
  }

  std::string completion_of(const std::vector<Part>& all) const {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("CompleteMultipartUpload");
    if (const char* const name = own_.xml_namespace()) root.append_attribute("xmlns") = name;
    for (const Part& part : all) {
      pugi::xml_node node = root.append_child("Part");
      own_.describe(node, part);
      node.append_child("ETag").text() = part.etag.c_str();
      node.append_child("PartNumber").text() = part.number;
    }
    std::ostringstream text;
    document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
    return text.str();
  }

  // The answer 200 had begun when the store found that it could not: its body is that of a refusal.
  void refuse_or_wait(const HttpResponse& response, int attempt) const {
    ServiceError::Answer answer = own_.answer_of(response);
    const bool passes =
        answer.code == "InternalError" || answer.code == "SlowDown" || answer.code == "ServiceUnavailable";
    if (!passes || attempt == 3) {
      Fault fault{.code = Errc::provider,
                  .message = doing_complete,
                  .subject = own_.bucket().id() + " (" + answer.code + ": " + answer.message +
                             (answer.request_id.empty() ? "" : "; request " + answer.request_id) + ')'};
      throw ServiceError(std::move(fault), std::move(answer));
    }
    wait(attempt);
  }

  const Own& own_;
  const Context& context_;
};

}  // namespace daypack::detail::xml_store
