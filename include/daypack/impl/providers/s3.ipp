// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/object_upload.ipp>
#include <daypack/impl/providers/s3_multipart.ipp>
#include <daypack/providers/s3.hpp>

#include <array>
#include <optional>
#include <utility>

namespace daypack {

namespace detail::s3 {

// The object that an archive becomes.
class Object {
 public:
  using Facts = s3::Facts;

  Object(const aws::S3& to, const Archive& archive, std::shared_ptr<aws::Session> session, const Context& context)
      : to_(to),
        archive_(archive),
        bucket_(to, checked_key(to, archive), std::move(session), context),
        terms_(to, bucket_, archive.sha256()),
        uploads_(terms_, context),
        parts_(to, bucket_, archive, context) {}

  const Bucket& bucket() const { return bucket_; }

  std::string id() const { return bucket_.id(); }
  bool is_content_key() const { return to_.key.empty(); }
  std::uint64_t single_up_to() const { return to_.single_up_to; }
  std::uint64_t part_size() const { return xml_store::part_size_for(to_.part_size, archive_.size()); }
  std::optional<Facts> find() const { return bucket_.find(); }
  std::string differences(const Facts& facts) const { return bucket_.differences(facts); }

  bool same_bytes(const Facts& facts) const {
    if (facts.size != archive_.size()) return false;
    if (!facts.sha256.empty()) return facts.sha256 == base64_of(archive_.sha256());
    if (!facts.crc64.empty()) return facts.crc64 == crc64_text(crc64());
    const auto told = facts.metadata.find(std::string(digest_field));
    return told != facts.metadata.end() && told->second == archive_.sha256().hex();
  }

  Facts put_whole(bool only_new) const {
    HttpHeaders headers = bucket_.settings(archive_.sha256());
    const std::string digest = base64_of(archive_.sha256());
    headers.emplace_back("x-amz-content-sha256", archive_.sha256().hex());
    if (to_.checksums) headers.emplace_back("x-amz-checksum-sha256", digest);
    if (only_new) headers.emplace_back("If-None-Match", "*");
    const HttpResponse response = bucket_.call({.method = "PUT",
                                                .headers = std::move(headers),
                                                .body = views_of(archive_.segments()),
                                                .permission = bucket_.to_write(),
                                                .doing = "cannot put an object"});
    check_kept(bucket_.id(), "the whole", field_of(response, "x-amz-checksum-sha256"), digest);
    return facts_of(response);
  }

  std::vector<std::string> open() const { return uploads_.open(); }
  bool fits(const std::string& id, std::vector<Part>& all) const { return uploads_.fits(id, parts_.pieces(), all); }
  std::string begin(const std::vector<std::string>& before) const { return uploads_.begin(before); }
  void send(const std::string& id, std::vector<Part>& all) const { parts_.send(id, all); }
  void abort(const std::string& id) const { uploads_.abort(id); }

  Facts complete(const std::string& id, const std::vector<Part>& all, bool only_new) const {
    Facts done = uploads_.complete(id, all, archive_.size(), only_new);
    crc64_ = crc64_of_parts(all);
    if (to_.checksums) check_kept(bucket_.id(), "the whole", done.crc64, crc64_text(crc64()));
    return done;
  }
  bool is_proven(const Facts& done) const { return !done.crc64.empty(); }

  static bool may_be_settled(const ServiceError& error) {
    static constexpr std::array<std::string_view, 4> codes{"PreconditionFailed", "ConditionalRequestConflict",
                                                           "NoSuchUpload", "InvalidPart"};
    return is_taken(error) || std::ranges::find(codes, error.answer().code) != codes.end();
  }
  static bool is_taken(const ServiceError& error) { return error.answer().status == 412; }

 private:
  std::uint64_t crc64() const {
    if (!crc64_) crc64_ = parts::checksum_of_archive<Crc64Nvme>(archive_);
    return *crc64_;
  }

  const aws::S3& to_;
  const Archive& archive_;
  Bucket bucket_;
  UploadTerms terms_;
  Uploads uploads_;
  UploadedParts parts_;
  mutable std::optional<std::uint64_t> crc64_;  // of the whole, once it is known
};

}  // namespace detail::s3

DAYPACK_DECL aws::StoredObject aws::S3::put(const Archive& archive, std::shared_ptr<Session> session,
                                            const Context& context) const {
  const daypack::detail::s3::Object object(*this, archive, std::move(session), context);
  const auto [facts, unchanged] = daypack::detail::parts::ObjectUpload(object, archive, context).run();
  const auto& in = object.bucket();
  return {bucket, in.key(), facts.version, facts.etag, in.url(), in.region(), unchanged};
}

DAYPACK_DECL Deployment aws::S3::deliver(const Archive& archive, Context& context) const {
  daypack::detail::s3::checked_key(*this, archive);
  const StoredObject object = put(archive, std::make_shared<Session>(context, access), context);
  return {.id = "s3://" + object.bucket + '/' + object.key,
          .url = object.url,
          .digest = archive.sha256().hex(),
          .version = object.version,
          .unchanged = object.unchanged};
}

DAYPACK_DECL void aws::S3::remove(const StoredObject& object, std::shared_ptr<Session> session,
                                  const Context& context) const {
  const daypack::detail::s3::Bucket bucket_of(*this, object.key, std::move(session), context);
  const bool one = !object.version.empty() && object.version != "null";
  try {
    bucket_of.call({.method = "DELETE",
                    .permission = (one ? "s3:DeleteObjectVersion on " : "s3:DeleteObject on ") + bucket_of.arn(),
                    .doing = "cannot delete an object"},
                   one ? "?versionId=" + uri_encoded(object.version) : "");
  } catch (const ServiceError& error) {
    if (error.answer().status != 404 || error.is("NoSuchBucket")) throw;
  }
}

}  // namespace daypack
