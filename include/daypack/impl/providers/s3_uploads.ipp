// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/s3_bucket.ipp>
#include <daypack/impl/providers/s3_parts.ipp>

#include <algorithm>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

// Uploads in parts as the store knows them: begun, listed, ended.
namespace daypack::detail::s3 {

class Uploads {
 public:
  Uploads(const aws::S3& to, const Bucket& bucket, const Context& context)
      : to_(to), bucket_(bucket), context_(context) {}

  // IDs of those of this key that have not ended, the newest first; none when the caller may not ask.
  std::vector<std::string> open() const {
    std::vector<std::pair<std::string, std::string>> found;  // when, ID
    std::string markers;
    do {
      const auto document = list("?uploads=&prefix=" + uri_encoded(bucket_.key()) + markers, true);
      if (!document) return {};
      const pugi::xml_node root = document->document_element();
      for (const pugi::xml_node& upload : root.children("Upload")) {
        if (upload.child_value("Key") == bucket_.key())
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
  bool fits(const std::string& id, const Pieces& pieces, std::vector<Part>& parts) const {
    std::vector<Part> known = parts;
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
    if (any) parts = std::move(known);
    return any;
  }

  // Begins one. It is not asked for twice: where the answer is lost, the upload is found as the one that was not among
  // those before.
  std::string begin(const Sha256& digest, const std::vector<std::string>& before) const {
    for (int attempt = 1;; ++attempt) {
      try {
        return create(digest);
      } catch (const ServiceError& error) {
        if (error.answer().status < 500 || attempt == 3) throw;
      } catch (const Error& error) {
        if (error.code() != Errc::network || attempt == 3) throw;
      }
      context_.clock().sleep(std::chrono::seconds(attempt), context_.stop());
      context_.check_stop();
      for (std::string& id : open()) {
        if (std::ranges::find(before, id) == before.end()) return std::move(id);
      }
    }
  }

  Facts complete(const std::string& id, const std::vector<Part>& parts, std::uint64_t size, bool only_new) const {
    const std::string body = completion_of(parts);
    HttpHeaders headers{{"Content-Type", "application/xml"}};
    if (only_new) headers.emplace_back("If-None-Match", "*");
    if (to_.checksums) {
      headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
      headers.emplace_back("x-amz-checksum-crc64nvme", crc64_text(crc64_of_parts(parts)));
      headers.emplace_back("x-amz-mp-object-size", std::to_string(size));
    }
    for (int attempt = 1;; ++attempt) {
      const HttpResponse response = bucket_.call({.method = "POST",
                                                  .headers = headers,
                                                  .body = {as_bytes(body)},
                                                  .permission = bucket_.to_write(),
                                                  .doing = doing_complete},
                                                 "?uploadId=" + uri_encoded(id));
      const pugi::xml_document document = document_of(response);
      const pugi::xml_node root = document.document_element();
      if (std::string_view(root.name()) != "Error")
        return {.etag = unquoted(root.child_value("ETag")),
                .version = field_of(response, "x-amz-version-id"),
                .crc64 = root.child_value("ChecksumCRC64NVME")};
      refuse_or_wait(response, attempt);
    }
  }

  void abort(const std::string& id) const {
    try {
      bucket_.call({.method = "DELETE",
                    .permission = "s3:AbortMultipartUpload on " + bucket_.arn(),
                    .doing = "cannot abort an upload"},
                   "?uploadId=" + uri_encoded(id));
    } catch (const ServiceError& error) {
      if (error.answer().status != 404) throw;
    }
  }

 private:
  static constexpr const char* doing_complete = "cannot complete an upload";

  // Nothing when the caller may not ask.
  std::optional<pugi::xml_document> list(const std::string& query, bool of_bucket) const {
    try {
      return document_of(
          bucket_.call({.permission = of_bucket ? "s3:ListBucketMultipartUploads" : "s3:ListMultipartUploadParts",
                        .doing = "cannot look for an interrupted upload"},
                       query, of_bucket));
    } catch (const ServiceError& error) {
      if (error.answer().status == 403 || error.answer().status == 404 || error.answer().status == 501)
        return std::nullopt;
      throw;
    }
  }

  bool is_ours(const pugi::xml_node& told, const Pieces& pieces, std::vector<Part>& parts) const {
    const auto number = static_cast<std::size_t>(told.child("PartNumber").text().as_ullong());
    if (number < 1 || number > parts.size()) return false;
    Part& part = parts[number - 1];
    if (told.child("Size").text().as_ullong() != part.size) return false;
    const std::string etag = told.child_value("ETag"), crc = told.child_value("ChecksumCRC64NVME");
    // An upload takes checksums or does not: that was decided when it was begun.
    if (crc.empty() == to_.checksums) return false;
    const std::vector<Blob> blobs = pieces.range(part.begin, part.size);
    part.etag = etag;
    part.crc64 = parts::checksum_of_blobs<Crc64Nvme>(blobs);
    const bool same = crc.empty() ? unquoted(etag) == md5_of_blobs(blobs) : crc == crc64_text(*part.crc64);
    release(blobs);
    return same;
  }

  std::string create(const Sha256& digest) const {
    HttpHeaders headers = bucket_.settings(digest);
    if (to_.checksums) {
      headers.emplace_back("x-amz-checksum-algorithm", "CRC64NVME");
      headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
    }
    const pugi::xml_document document = document_of(bucket_.call({.method = "POST",
                                                                  .headers = std::move(headers),
                                                                  .permission = bucket_.to_write(),
                                                                  .doing = "cannot begin an upload",
                                                                  .once = true},
                                                                 "?uploads="));
    std::string id = document.document_element().child_value("UploadId");
    if (id.empty()) throw Error(Errc::network, "a store began an upload and does not name it", bucket_.id());
    return id;
  }

  std::string completion_of(const std::vector<Part>& parts) const {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("CompleteMultipartUpload");
    root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
    for (const Part& part : parts) {
      pugi::xml_node node = root.append_child("Part");
      if (to_.checksums && part.crc64) node.append_child("ChecksumCRC64NVME").text() = crc64_text(*part.crc64).c_str();
      node.append_child("ETag").text() = part.etag.c_str();
      node.append_child("PartNumber").text() = part.number;
    }
    std::ostringstream text;
    document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
    return text.str();
  }

  // The answer 200 had begun when S3 found that it could not: its body is that of a refusal.
  void refuse_or_wait(const HttpResponse& response, int attempt) const {
    ServiceError::Answer answer = aws::service_answer(response);
    const bool passes =
        answer.code == "InternalError" || answer.code == "SlowDown" || answer.code == "ServiceUnavailable";
    if (!passes || attempt == 3) {
      Fault fault{.code = Errc::provider,
                  .message = doing_complete,
                  .subject = bucket_.id() + " (" + answer.code + ": " + answer.message +
                             (answer.request_id.empty() ? "" : "; request " + answer.request_id) + ')'};
      throw ServiceError(std::move(fault), std::move(answer));
    }
    context_.clock().sleep(std::chrono::seconds(attempt), context_.stop());
    context_.check_stop();
  }

  const aws::S3& to_;
  const Bucket& bucket_;
  const Context& context_;
};

}  // namespace daypack::detail::s3
