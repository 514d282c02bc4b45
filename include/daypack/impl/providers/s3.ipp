// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/s3_multipart.ipp>
#include <daypack/providers/s3.hpp>

#include <array>
#include <optional>
#include <utility>

namespace daypack {

namespace detail::s3 {

// One archive on its way into a bucket.
class Upload {
 public:
  Upload(const aws::S3& to, const Archive& archive, std::shared_ptr<aws::Session> session, const Context& context)
      : to_(to),
        archive_(archive),
        context_(context),
        bucket_(to, checked_key(to, archive), std::move(session), context),
        uploads_(to, bucket_, context) {}

  aws::StoredObject run() {
    if (const auto there = find_same(); there) return stored(*there, true);
    aws::StoredObject object = archive_.size() <= to_.single_up_to ? whole() : in_parts();
    context_.advance(archive_.size(), archive_.size(), "bytes");
    return object;
  }

 private:
  // Named by its content: whatever lies there may not be overwritten, and need not be.
  bool is_content_key() const { return to_.key.empty(); }

  aws::StoredObject stored(const Facts& facts, bool unchanged) const {
    return {to_.bucket, bucket_.key(), facts.version, facts.etag, bucket_.url(), bucket_.region(), unchanged};
  }

  bool same_bytes(const Facts& facts) const {
    if (facts.size != archive_.size()) return false;
    if (!facts.sha256.empty()) return facts.sha256 == base64_of(archive_.sha256());
    if (!facts.crc64.empty()) return facts.crc64 == crc64_text(crc64());
    const auto told = facts.metadata.find(std::string(digest_field));
    return told != facts.metadata.end() && told->second == archive_.sha256().hex();
  }

  std::uint64_t crc64() const {
    if (!crc64_) crc64_ = parts::checksum_of_archive<Crc64Nvme>(archive_);
    return *crc64_;
  }

  // What lies under the key, when it is what we would put there.
  std::optional<Facts> find_same() const {
    auto there = bucket_.find();
    if (!there) return std::nullopt;
    const bool same = same_bytes(*there);
    if (!same && is_content_key()) {
      throw Error(Errc::conflict, "other bytes lie under the name of the package",
                  bucket_.id() + " (got " + std::to_string(there->size) + " bytes, expected " +
                      std::to_string(archive_.size()) + ')',
                  "find out who has put them there; delete the object, or take another prefix");
    }
    const std::string differences = same ? bucket_.differences(*there) : "";
    if (!differences.empty() && is_content_key())
      context_.warn(bucket_.id(), "it lies there already, with other settings: " + differences);
    if (!same || (!differences.empty() && !is_content_key())) return std::nullopt;
    return there;
  }

  void wait(int seconds) const {
    context_.clock().sleep(std::chrono::seconds(seconds), context_.stop());
    context_.check_stop();
  }

  // A refusal that means that somebody was there first, or that an answer of ours was lost.
  static bool may_be_settled(const ServiceError& error) {
    static constexpr std::array<std::string_view, 4> codes{"PreconditionFailed", "ConditionalRequestConflict",
                                                           "NoSuchUpload", "InvalidPart"};
    return error.answer().status == 412 || std::ranges::find(codes, error.answer().code) != codes.end();
  }

  // Then what lies there counts.
  std::optional<aws::StoredObject> settled(const ServiceError& error) const {
    if (const auto there = find_same()) return stored(*there, false);
    // A key that is taken, and nobody may look at it: its name says what lies there.
    if (error.answer().status == 412 && is_content_key()) return stored({}, false);
    return std::nullopt;
  }

  aws::StoredObject whole() {
    HttpHeaders headers = bucket_.settings(archive_.sha256());
    const std::string digest = base64_of(archive_.sha256());
    headers.emplace_back("x-amz-content-sha256", archive_.sha256().hex());
    if (to_.checksums) headers.emplace_back("x-amz-checksum-sha256", digest);
    if (is_content_key()) headers.emplace_back("If-None-Match", "*");
    const aws::Call call{.method = "PUT",
                         .headers = std::move(headers),
                         .body = views_of(archive_.segments()),
                         .permission = bucket_.to_write(),
                         .doing = "cannot put an object"};
    context_.advance(0, archive_.size(), "bytes");
    for (int attempt = 1;; ++attempt) {
      try {
        const HttpResponse response = bucket_.call(call);
        release(archive_.segments());
        check_kept(bucket_.id(), "the whole", field_of(response, "x-amz-checksum-sha256"), digest);
        return stored(facts_of(response), false);
      } catch (const ServiceError& error) {
        if (!may_be_settled(error)) throw;
        if (const auto object = settled(error)) return *object;
        if (attempt == 5) throw;
      }
      wait(attempt);
    }
  }

  aws::StoredObject in_parts() {
    const UploadedParts sender(to_, bucket_, archive_, context_);
    const std::vector<Part> all = parts_of(archive_.size(), part_size_for(to_, archive_.size()));
    for (int attempt = 1;; ++attempt) {
      std::vector<Part> parts = all;
      const std::vector<std::string> open = uploads_.open();
      std::string id = attempt == 1 ? interrupted(open, sender, parts) : "";
      const bool resumed = !id.empty();
      if (!resumed) id = uploads_.begin(archive_.sha256(), open);
      try {
        sender.send(id, parts);
        const Completed done = uploads_.complete(id, parts, archive_.size(), is_content_key());
        crc64_ = crc64_of_parts(parts);
        if (to_.checksums) check_kept(bucket_.id(), "the whole", done.crc64, crc64_text(crc64()));
        return finished(done, resumed);
      } catch (const ServiceError& error) {
        if (!may_be_settled(error)) leave(id, error);
        discard(id);
        if (const auto object = settled(error)) return *object;
        if (attempt == 3) throw;
      } catch (const Error& error) {
        leave(id, error);
      }
      wait(attempt);
    }
  }

  // An upload of these very bytes that has not come to its end; empty when there is none.
  std::string interrupted(const std::vector<std::string>& open, const UploadedParts& sender,
                          std::vector<Part>& parts) const {
    for (const std::string& id : open) {
      if (!uploads_.fits(id, sender.pieces(), parts)) continue;
      const auto there = std::ranges::count_if(parts, [](const Part& part) { return !part.etag.empty(); });
      context_.note(bucket_.id(), "an interrupted upload is continued: " + std::to_string(there) + " of " +
                                      std::to_string(parts.size()) + " parts are there");
      return id;
    }
    return {};
  }

  // An upload keeps the settings that it was begun with, which nobody tells before it is complete.
  aws::StoredObject finished(const Completed& done, bool resumed) const {
    const auto there = resumed || done.crc64.empty() ? bucket_.find() : std::nullopt;
    if (there && !same_bytes(*there)) {
      throw Error(Errc::verification, "the store has kept other bytes than were sent",
                  bucket_.id() + " (got " + std::to_string(there->size) + " bytes, expected " +
                      std::to_string(archive_.size()) + ')',
                  "upload again");
    }
    const std::string differences = there && resumed ? bucket_.differences(*there) : "";
    if (!differences.empty())
      context_.warn(bucket_.id(), "the interrupted upload had been begun with other settings: " + differences);
    return stored({.etag = done.etag, .version = done.version}, false);
  }

  // Nothing stays behind; what cannot be taken away is told.
  void discard(const std::string& id) const {
    try {
      uploads_.abort(id);
    } catch (const Error& error) {
      context_.warn(bucket_.id(), "parts of an upload are left behind, which cost storage: upload " + id + " (" +
                                      error.message() + ": " + error.subject() + ')');
    }
  }

  // What may pass is kept, for the next run to go on with; all else is taken away.
  template <class Failure>
  [[noreturn]] void leave(const std::string& id, const Failure& failure) const {
    bool passes = failure.code() == Errc::network || failure.code() == Errc::cancelled;
    if constexpr (std::is_same_v<Failure, ServiceError>) {
      const auto& answer = failure.answer();
      passes = answer.status >= 500 || answer.status == 429 || answer.status == 200 ||
               answer.code.find("Expired") != std::string::npos;
    }
    if (!passes) {
      discard(id);
      throw failure;
    }
    Fault fault = failure.fault();
    fault.hint += std::string(fault.hint.empty() ? "" : "; ") +
                  "run again: the parts that have arrived are kept (upload " + id + ')';
    if constexpr (std::is_same_v<Failure, ServiceError>) throw ServiceError(std::move(fault), failure.answer());
    throw Error(std::move(fault));
  }

  const aws::S3& to_;
  const Archive& archive_;
  const Context& context_;
  Bucket bucket_;
  Uploads uploads_;
  mutable std::optional<std::uint64_t> crc64_;  // of the whole, once it is known
};

}  // namespace detail::s3

DAYPACK_DECL aws::StoredObject aws::S3::put(const Archive& archive, std::shared_ptr<Session> session,
                                            const Context& context) const {
  return daypack::detail::s3::Upload(*this, archive, std::move(session), context).run();
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
