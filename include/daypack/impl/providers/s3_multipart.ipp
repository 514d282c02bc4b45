// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/part_sender.ipp>
#include <daypack/impl/providers/s3_uploads.ipp>

namespace daypack::detail::s3 {

// The parts of an archive, brought into an upload that has begun.
class UploadedParts {
 public:
  UploadedParts(const aws::S3& to, const Bucket& bucket, const Archive& archive, const Context& context)
      : to_(to), bucket_(bucket), pieces_(archive.segments()), context_(context), total_(archive.size()) {}

  const Pieces& pieces() const { return pieces_; }

  void send(const std::string& id, std::vector<Part>& all) const {
    parts::PartSender(bucket_.id(), total_, to_.parallel, context_, [&](Part& part) { send_part(id, part); }).send(all);
  }

 private:
  void send_part(const std::string& id, Part& part) const {
    const std::vector<Blob> blobs = pieces_.range(part.begin, part.size);
    part.crc64 = parts::checksum_of_blobs<Crc64Nvme>(blobs);
    const std::string crc = crc64_text(*part.crc64);
    HttpHeaders headers;
    // Over TLS the checksum will do; else nobody may change the body on its way.
    if (to_.checksums) headers.emplace_back("x-amz-checksum-crc64nvme", crc);
    headers.emplace_back("x-amz-content-sha256", to_.checksums && bucket_.is_secure()
                                                     ? std::string(aws::unsigned_payload)
                                                     : sha256_of_blobs(blobs).hex());
    const HttpResponse response =
        bucket_.call({.method = "PUT",
                      .headers = std::move(headers),
                      .body = views_of(blobs),
                      .permission = bucket_.to_write(),
                      .doing = "cannot upload part " + std::to_string(part.number)},
                     "?partNumber=" + std::to_string(part.number) + "&uploadId=" + uri_encoded(id));
    release(blobs);
    check_kept(bucket_.id(), "part " + std::to_string(part.number), field_of(response, "x-amz-checksum-crc64nvme"),
               crc);
    std::string etag = field_of(response, "ETag");
    if (etag.empty()) throw Error(Errc::network, "a store took a part and gave no ETag", bucket_.id());
    part.etag = std::move(etag);
  }

  const aws::S3& to_;
  const Bucket& bucket_;
  const Pieces pieces_;
  const Context& context_;
  std::uint64_t total_;
};

}  // namespace daypack::detail::s3
