// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/impl/providers/object_upload.ipp>
#include <daypack/impl/providers/oss_bucket.ipp>
#include <daypack/impl/providers/part_sender.ipp>
#include <daypack/impl/providers/xml_uploads.ipp>
#include <daypack/providers/oss.hpp>
#include <daypack/sign/crc64.hpp>

namespace daypack {

namespace detail::oss {

using parts::check_kept, parts::Part;

// What is OSS's own about uploads in parts.
class UploadTerms {
 public:
  using Facts = oss::Facts;

  UploadTerms(const Bucket& bucket, const Sha256& digest, bool only_new)
      : bucket_(bucket), digest_(digest), only_new_(only_new) {}

  const Bucket& bucket() const { return bucket_; }

  std::string permission(xml_store::Step step) const {
    switch (step) {
      case xml_store::Step::list_uploads:
        return "oss:ListMultipartUploads";
      case xml_store::Step::list_parts:
        return "oss:ListParts on " + bucket_.id();
      case xml_store::Step::abort:
        return "oss:AbortMultipartUpload on " + bucket_.id();
      default:
        return bucket_.to_write();
    }
  }

  HttpHeaders begin_headers() const {
    HttpHeaders headers = bucket_.settings(digest_);
    if (only_new_) headers.emplace_back("x-oss-forbid-overwrite", "true");
    return headers;
  }

  // A part's ETag is its MD5; some answers have its CRC too.
  bool is_same(const pugi::xml_node& told, const std::vector<Blob>& blobs, Part& part) const {
    part.crc64 = parts::checksum_of_blobs<Crc64>(blobs);
    const std::string crc = told.child_value("HashCrc64ecma");
    if (!crc.empty()) return crc == std::to_string(*part.crc64);
    return ascii_lowered(unquoted(told.child_value("ETag"))) == parts::md5_of_blobs(blobs);
  }

  HttpHeaders complete_headers(const std::vector<Part>&, std::uint64_t, bool only_new) const {
    HttpHeaders headers{{"Content-Type", "application/xml"}};
    if (only_new) headers.emplace_back("x-oss-forbid-overwrite", "true");
    return headers;
  }

  const char* xml_namespace() const { return nullptr; }
  void describe(pugi::xml_node&, const Part&) const {}

  Facts completed(const HttpResponse& response, const pugi::xml_node& root) const {
    return {.etag = unquoted(root.child_value("ETag")),
            .version = field_of(response, "x-oss-version-id"),
            .crc64 = field_of(response, "x-oss-hash-crc64ecma")};
  }

  ServiceError::Answer answer_of(const HttpResponse& response) const { return aliyun_client::answer_of(response); }

 private:
  const Bucket& bucket_;
  const Sha256 digest_;
  bool only_new_;
};

// The object that an archive becomes.
class Object {
 public:
  using Facts = oss::Facts;

  Object(const aliyun::Oss& to, const Archive& archive, std::shared_ptr<aliyun::Session> session,
         const Context& context)
      : to_(to),
        archive_(archive),
        context_(context),
        pieces_(archive.segments()),
        bucket_(to, checked_key(to, archive), std::move(session), context),
        terms_(bucket_, archive.sha256(), to.key.empty()),
        uploads_(terms_, context),
        crc64_(archive.crc64()) {}

  const Bucket& bucket() const { return bucket_; }

  std::string id() const { return bucket_.id(); }
  bool is_content_key() const { return to_.key.empty(); }
  std::uint64_t single_up_to() const { return to_.single_up_to; }
  std::uint64_t part_size() const { return xml_store::part_size_for(to_.part_size, archive_.size()); }
  std::optional<Facts> find() const { return bucket_.find(); }
  std::string differences(const Facts& facts) const { return bucket_.differences(facts); }

  bool same_bytes(const Facts& facts) const {
    if (facts.size != archive_.size()) return false;
    const auto told = facts.metadata.find(std::string(digest_field));
    const bool digest_told = told != facts.metadata.end();
    if (digest_told && told->second != archive_.sha256().hex()) return false;
    return facts.crc64.empty() ? digest_told : facts.crc64 == crc64_text();
  }

  Facts put_whole(bool only_new) const {
    HttpHeaders headers = bucket_.settings(archive_.sha256());
    if (std::string md5 = parts::base64_md5_of_blobs(archive_.segments()); !md5.empty())
      headers.emplace_back("Content-MD5", std::move(md5));  // no body is signed
    if (only_new) headers.emplace_back("x-oss-forbid-overwrite", "true");
    const HttpResponse response = bucket_.call({.method = "PUT",
                                                .headers = std::move(headers),
                                                .body = parts::views_of(archive_.segments()),
                                                .permission = bucket_.to_write(),
                                                .doing = "cannot put an object"});
    check_kept(bucket_.id(), "the whole", field_of(response, "x-oss-hash-crc64ecma"), crc64_text());
    return facts_of(response);
  }

  std::vector<std::string> open() const { return uploads_.open(); }
  bool fits(const std::string& id, std::vector<Part>& all) const { return uploads_.fits(id, pieces_, all); }
  std::string begin(const std::vector<std::string>& before) const { return uploads_.begin(before); }
  void abort(const std::string& id) const { uploads_.abort(id); }
  void send(const std::string& id, std::vector<Part>& all) const {
    parts::PartSender(bucket_.id(), archive_.size(), to_.parallel, context_, [&](Part& part) {
      send_part(id, part);
    }).send(all);
  }

  Facts complete(const std::string& id, const std::vector<Part>& all, bool only_new) const {
    Facts done = uploads_.complete(id, all, archive_.size(), only_new);
    std::uint64_t crc = 0;
    for (const Part& part : all) crc = crc64_combine(crc, part.crc64.value_or(0), part.size);
    crc64_ = crc;
    check_kept(bucket_.id(), "the whole", done.crc64, crc64_text());
    return done;
  }
  bool is_proven(const Facts& done) const { return !done.crc64.empty(); }

  static bool may_be_settled(const ServiceError& error) {
    return is_taken(error) || error.is("NoSuchUpload") || error.is("InvalidPart");
  }
  static bool is_taken(const ServiceError& error) {
    return error.answer().status == 409 && error.is("FileAlreadyExists");
  }

  // CRC-64/XZ of the whole in decimal.
  std::string crc64_text() const {
    if (!crc64_) crc64_ = parts::checksum_of_archive<Crc64>(archive_);
    return std::to_string(*crc64_);
  }

 private:
  void send_part(const std::string& id, Part& part) const {
    const std::vector<Blob> blobs = pieces_.range(part.begin, part.size);
    part.crc64 = parts::checksum_of_blobs<Crc64>(blobs);
    const HttpResponse response =
        bucket_.call({.method = "PUT",
                      .body = parts::views_of(blobs),
                      .permission = bucket_.to_write(),
                      .doing = "cannot upload part " + std::to_string(part.number)},
                     "?partNumber=" + std::to_string(part.number) + "&uploadId=" + uri_encoded(id));
    parts::release(blobs);
    check_kept(bucket_.id(), "part " + std::to_string(part.number), field_of(response, "x-oss-hash-crc64ecma"),
               std::to_string(*part.crc64));
    std::string etag = field_of(response, "ETag");
    if (etag.empty()) throw Error(Errc::network, "a store took a part and gave no ETag", bucket_.id());
    part.etag = std::move(etag);
  }

  const aliyun::Oss& to_;
  const Archive& archive_;
  const Context& context_;
  const parts::Pieces pieces_;
  Bucket bucket_;
  UploadTerms terms_;
  xml_store::XmlUploads<UploadTerms> uploads_;
  mutable std::optional<std::uint64_t> crc64_;  // of the whole, once it is known
};

}  // namespace detail::oss

DAYPACK_DECL aliyun::StoredObject aliyun::Oss::put(const Archive& archive, std::shared_ptr<Session> session,
                                                   const Context& context) const {
  const daypack::detail::oss::Object object(*this, archive, std::move(session), context);
  const auto [facts, unchanged] = daypack::detail::parts::ObjectUpload(object, archive, context).run();
  const auto& in = object.bucket();
  return {bucket, in.key(), facts.version, facts.etag, in.url(), in.region(), object.crc64_text(), unchanged};
}

DAYPACK_DECL Deployment aliyun::Oss::deliver(const Archive& archive, Context& context) const {
  daypack::detail::oss::checked_key(*this, archive);
  const StoredObject object = put(archive, std::make_shared<Session>(context, access), context);
  return {.id = "oss://" + object.bucket + '/' + object.key,
          .url = object.url,
          .digest = archive.sha256().hex(),
          .version = object.version,
          .unchanged = object.unchanged};
}

DAYPACK_DECL void aliyun::Oss::remove(const StoredObject& object, std::shared_ptr<Session> session,
                                      const Context& context) const {
  const daypack::detail::oss::Bucket in(*this, object.key, std::move(session), context);
  const bool one = !object.version.empty() && object.version != "null";
  try {
    in.call({.method = "DELETE",
             .permission = (one ? "oss:DeleteObjectVersion on " : "oss:DeleteObject on ") + in.id(),
             .doing = "cannot delete an object"},
            one ? "?versionId=" + uri_encoded(object.version) : "");
  } catch (const ServiceError& error) {
    if (error.answer().status != 404 || error.is("NoSuchBucket")) throw;
  }
}

}  // namespace daypack
