// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/s3_names.ipp>
#include <daypack/providers/aws_client.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <utility>

// One object of a bucket, and the calls that are about it (Amazon S3 API Reference; botocore 1.44.5, the service model
// of s3; read on 2026-11-20).
namespace daypack::detail::s3 {

using aws::ServiceError;
using xml_store::digest_field, xml_store::document_of, xml_store::field_of, xml_store::unquoted;

// What S3 tells of an object.
struct Facts {
  std::uint64_t size = 0;
  std::string etag = {}, version = {}, sha256 = {}, crc64 = {};  // checksums of the whole alone
  std::string encryption = {}, kms_key = {}, storage_class = {}, content_type = {};
  std::map<std::string, std::string> metadata = {};
};

inline Facts facts_of(const HttpResponse& response) {
  Facts facts{.etag = unquoted(field_of(response, "ETag")),
              .version = field_of(response, "x-amz-version-id"),
              .encryption = field_of(response, "x-amz-server-side-encryption"),
              .kms_key = field_of(response, "x-amz-server-side-encryption-aws-kms-key-id"),
              .storage_class = field_of(response, "x-amz-storage-class"),
              .content_type = field_of(response, "Content-Type")};
  const std::string length = field_of(response, "Content-Length");
  facts.size = std::strtoull(length.c_str(), nullptr, 10);
  if (field_of(response, "x-amz-checksum-type") != "COMPOSITE") {
    facts.sha256 = field_of(response, "x-amz-checksum-sha256");
    facts.crc64 = field_of(response, "x-amz-checksum-crc64nvme");
    if (facts.crc64.size() != 12) facts.crc64.clear();  // moto 5.2.5 keeps another CRC under this name
  }
  facts.metadata = xml_store::metadata_of(response, "x-amz-meta-");
  return facts;
}

class Bucket {
 public:
  Bucket(const aws::S3& to, std::string key, std::shared_ptr<aws::Session> session, const Context& context)
      : to_(to),
        key_(std::move(key)),
        context_(context),
        in_path_(to.path_style.value_or(session->has_own_endpoint("s3") || to.bucket.find('.') != std::string::npos)),
        client_(located(aws::Client(context, std::move(session), "s3"))) {}

  const std::string& key() const { return key_; }
  std::string id() const { return "s3://" + to_.bucket + '/' + key_; }
  std::string arn() const { return "arn:aws:s3:::" + to_.bucket + '/' + key_; }
  std::string url() const { return client().endpoint() + path(); }
  std::string path() const { return '/' + uri_encoded(key_, "/"); }
  std::string region() const { return client().region(); }
  bool is_secure() const { return client().endpoint().starts_with("https:"); }

  // A call about the object (a query begins with '?'), or about the bucket; where the bucket lies in another region,
  // there.
  HttpResponse call(aws::Call call, const std::string& query = {}, bool of_bucket = false) const {
    if (!to_.owner.empty()) call.headers.emplace_back("x-amz-expected-bucket-owner", to_.owner);
    call.subject = id();
    for (bool moved = false;; moved = true) {
      const aws::Client now = client();
      // Path style has the bucket's name as its path; without one it has to end with a slash.
      call.path = (of_bucket ? (in_path_ ? "" : "/") : path()) + query;
      try {
        return now.call(call);
      } catch (const ServiceError& error) {
        if (!moved && moves(now, error.answer())) continue;
        throw with_way_out(error);
      }
    }
  }

  // Nothing when there is no such object, or when the caller may not look. Refusals of HEAD have no body: why it is,
  // the next call will tell.
  std::optional<Facts> find() const {
    try {
      return facts_of(call({.method = "HEAD",
                            .headers = {{"x-amz-checksum-mode", "ENABLED"}},
                            .permission = "s3:GetObject on " + arn(),
                            .doing = "cannot look at an object"}));
    } catch (const ServiceError& error) {
      if (error.answer().status / 100 == 4) return std::nullopt;
      throw;
    }
  }

  // What makes the object what it is, beside its bytes.
  HttpHeaders settings(const Sha256& digest) const {
    HttpHeaders fields{{"Content-Type", to_.content_type}};
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) fields.emplace_back(name, value);
    };
    add("x-amz-server-side-encryption", encryption());
    add("x-amz-server-side-encryption-aws-kms-key-id", to_.kms_key);
    add("x-amz-storage-class", to_.storage_class);
    for (const auto& [name, value] : to_.metadata) fields.emplace_back("x-amz-meta-" + name, value);
    fields.emplace_back("x-amz-meta-" + std::string(digest_field), digest.hex());
    return fields;
  }

  // How the settings of an object that lies there differ from ours, in words; empty when they do not.
  std::string differences(const Facts& facts) const {
    xml_store::Differences found;
    found.compare("encryption", facts.encryption, encryption());
    if (!facts.kms_key.ends_with(to_.kms_key)) found.compare("KMS key", facts.kms_key, to_.kms_key);
    found.compare("storage class", facts.storage_class.empty() ? "STANDARD" : facts.storage_class, to_.storage_class);
    found.compare("content type", facts.content_type, to_.content_type);
    found.compare(facts.metadata, to_.metadata);
    return found.words();
  }

  // What IAM has to allow for writing, in words for the hint of a refusal.
  std::string to_write() const {
    const std::string write = "s3:PutObject on " + arn();
    return encryption().starts_with("aws:kms") ? write + ", and kms:GenerateDataKey and kms:Decrypt on its KMS key"
                                               : write;
  }

 private:
  aws::Client located(const aws::Client& client) const {
    return client.at_endpoint(bucket_url(client.endpoint(), to_.bucket, in_path_));
  }
  aws::Client client() const {
    const std::scoped_lock lock(mutex_);
    return client_;
  }
  std::string encryption() const { return to_.encryption.empty() && !to_.kms_key.empty() ? "aws:kms" : to_.encryption; }

  // Whether the bucket lies in another region than was asked; then later calls go there.
  bool moves(const aws::Client& asked, const ServiceError::Answer& answer) const {
    const bool elsewhere = answer.status == 301 || answer.status == 307 || answer.status == 400 || answer.status == 403;
    if (!elsewhere || answer.region.empty() || answer.region == asked.region()) return false;
    const std::scoped_lock lock(mutex_);
    if (client_.region() != answer.region) {
      context_.note("s3://" + to_.bucket, "the bucket lies in " + answer.region + ", not in " + asked.region());
      client_ = located(client_.in_region(answer.region));
    }
    return true;
  }

  ServiceError with_way_out(const ServiceError& error) const {
    const ServiceError::Answer& answer = error.answer();
    Fault fault = error.fault();
    const auto offer = [&](std::string hint) {
      if (fault.hint.empty()) fault.hint = std::move(hint);
    };
    if (answer.code == "NoSuchBucket")
      offer("create it (aws s3 mb s3://" + to_.bucket + " --region " + client().region() + "), or correct the name");
    if (answer.code.starts_with("KMS.")) offer("check the KMS key: it must be in the bucket's region, and enabled");
    if (answer.status == 301 || answer.status == 307) offer("say the region in which the bucket lies");
    if (to_.checksums && (answer.code == "NotImplemented" || answer.code == "InvalidArgument"))
      offer("a store that does not know SHA-256 and CRC64NVME takes objects without checksums (checksums = false)");
    if (answer.status == 403 && !to_.owner.empty())
      fault.hint += (fault.hint.empty() ? "" : "; ") + ("or the bucket does not belong to the account " + to_.owner);
    return {std::move(fault), answer};
  }

  const aws::S3& to_;
  std::string key_;
  const Context& context_;
  bool in_path_;
  mutable std::mutex mutex_;
  mutable aws::Client client_;
};

}  // namespace daypack::detail::s3
