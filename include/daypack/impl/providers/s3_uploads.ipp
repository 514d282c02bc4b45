// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/s3_bucket.ipp>
#include <daypack/impl/providers/s3_parts.ipp>
#include <daypack/impl/providers/xml_uploads.ipp>

#include <string>
#include <vector>

// What is S3's own about uploads in parts.
namespace daypack::detail::s3 {

class UploadTerms {
 public:
  using Facts = s3::Facts;

  UploadTerms(const aws::S3& to, const Bucket& bucket, const Sha256& digest)
      : to_(to), bucket_(bucket), digest_(digest) {}

  const Bucket& bucket() const { return bucket_; }

  std::string permission(xml_store::Step step) const {
    switch (step) {
      case xml_store::Step::list_uploads:
        return "s3:ListBucketMultipartUploads";
      case xml_store::Step::list_parts:
        return "s3:ListMultipartUploadParts";
      case xml_store::Step::abort:
        return "s3:AbortMultipartUpload on " + bucket_.arn();
      default:
        return bucket_.to_write();
    }
  }

  HttpHeaders begin_headers() const {
    HttpHeaders headers = bucket_.settings(digest_);
    if (to_.checksums) {
      headers.emplace_back("x-amz-checksum-algorithm", "CRC64NVME");
      headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
    }
    return headers;
  }

  bool is_same(const pugi::xml_node& told, const std::vector<Blob>& blobs, Part& part) const {
    const std::string crc = told.child_value("ChecksumCRC64NVME");
    // An upload takes checksums or does not: that was decided when it was begun.
    if (crc.empty() == to_.checksums) return false;
    part.crc64 = parts::checksum_of_blobs<Crc64Nvme>(blobs);
    return crc.empty() ? unquoted(told.child_value("ETag")) == md5_of_blobs(blobs) : crc == crc64_text(*part.crc64);
  }

  HttpHeaders complete_headers(const std::vector<Part>& all, std::uint64_t size, bool only_new) const {
    HttpHeaders headers{{"Content-Type", "application/xml"}};
    if (only_new) headers.emplace_back("If-None-Match", "*");
    if (to_.checksums) {
      headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
      headers.emplace_back("x-amz-checksum-crc64nvme", crc64_text(crc64_of_parts(all)));
      headers.emplace_back("x-amz-mp-object-size", std::to_string(size));
    }
    return headers;
  }

  const char* xml_namespace() const { return "http://s3.amazonaws.com/doc/2006-03-01/"; }

  void describe(pugi::xml_node& node, const Part& part) const {
    if (to_.checksums && part.crc64) node.append_child("ChecksumCRC64NVME").text() = crc64_text(*part.crc64).c_str();
  }

  Facts completed(const HttpResponse& response, const pugi::xml_node& root) const {
    return {.etag = unquoted(root.child_value("ETag")),
            .version = field_of(response, "x-amz-version-id"),
            .crc64 = root.child_value("ChecksumCRC64NVME")};
  }

  ServiceError::Answer answer_of(const HttpResponse& response) const { return aws::service_answer(response); }

 private:
  const aws::S3& to_;
  const Bucket& bucket_;
  const Sha256 digest_;
};

using Uploads = xml_store::XmlUploads<UploadTerms>;

}  // namespace daypack::detail::s3
