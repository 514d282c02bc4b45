// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/aliyun_client.ipp>
#include <daypack/impl/providers/xml_store.ipp>
#include <daypack/net/url.hpp>
#include <daypack/providers/oss.hpp>

#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

// One object of a bucket of OSS, and the calls that are about it (alibabacloud_oss_v2 1.4.1, operations; OSS documents,
// "Bucket naming conventions", "Object naming conventions"; read on 2026-11-20).
namespace daypack::detail::oss {

using xml_store::digest_field, xml_store::field_of, xml_store::unquoted;

// Why a bucket cannot have this name; empty when it can.
inline std::string bucket_reason(std::string_view name) {
  const auto fine = [](char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; };
  if (name.size() < 3 || name.size() > 63) return "it has " + std::to_string(name.size()) + " characters, not 3 to 63";
  if (!std::ranges::all_of(name, fine)) return "only a-z, 0-9 and '-' may stand in it";
  if (name.front() == '-' || name.back() == '-') return "it begins or ends with no letter or digit";
  return {};
}

inline std::string key_reason(std::string_view key) {
  if (key.starts_with('/') || key.starts_with('\\')) return "it begins with a slash";
  return xml_store::key_reason(key, 1023);
}

inline void check_encryption(const aliyun::Oss& to) {
  static constexpr std::array<std::string_view, 4> kinds{"", "AES256", "KMS", "SM4"};
  if (std::ranges::find(kinds, to.encryption) == kinds.end())
    throw Error(Errc::usage, "OSS knows no such encryption", to.encryption, "take AES256, KMS or SM4");
  if (!to.kms_key.empty() && !to.encryption.empty() && to.encryption != "KMS")
    throw Error(Errc::usage, "only encryption with KMS takes a key of it", to.kms_key,
                "take KMS, or leave out the key");
}

// The key that the archive gets; Error{usage} for options that OSS would refuse.
inline std::string checked_key(const aliyun::Oss& to, const Archive& archive) {
  if (const std::string reason = bucket_reason(to.bucket); !reason.empty())
    throw Error(Errc::usage, "a bucket cannot have this name", "'" + to.bucket + "' (" + reason + ')',
                to.bucket.empty() ? "say which bucket" : "check the bucket's name");
  if (to.cname && to.path_style.value_or(false))
    throw Error(Errc::usage, "a domain of the bucket's own has no bucket in its path", to.bucket,
                "take cname or path_style");
  xml_store::check_part_options(to, archive.size(), "OSS", 100 * xml_store::kibibyte, "100 KiB to 5 GiB");
  xml_store::check_metadata(to.metadata, 8192);
  check_encryption(to);
  std::string key = to.prefix + (to.key.empty() ? archive.sha256().hex() + ".zip" : to.key);
  if (const std::string reason = key_reason(key); !reason.empty())
    throw Error(Errc::usage, "an object cannot have this key", "'" + key + "' (" + reason + ')');
  return key;
}

// What OSS tells of an object.
struct Facts {
  std::uint64_t size = 0;
  std::string etag = {}, version = {}, crc64 = {};
  std::string encryption = {}, kms_key = {}, storage_class = {}, content_type = {};
  std::map<std::string, std::string> metadata = {};
};

inline Facts facts_of(const HttpResponse& response) {
  Facts facts{.etag = unquoted(field_of(response, "ETag")),
              .version = field_of(response, "x-oss-version-id"),
              .crc64 = field_of(response, "x-oss-hash-crc64ecma"),
              .encryption = field_of(response, "x-oss-server-side-encryption"),
              .kms_key = field_of(response, "x-oss-server-side-encryption-key-id"),
              .storage_class = field_of(response, "x-oss-storage-class"),
              .content_type = field_of(response, "Content-Type"),
              .metadata = xml_store::metadata_of(response, "x-oss-meta-")};
  facts.size = std::strtoull(field_of(response, "Content-Length").c_str(), nullptr, 10);
  return facts;
}

class Bucket {
 public:
  Bucket(const aliyun::Oss& to, std::string key, std::shared_ptr<aliyun::Session> session, const Context& context)
      : to_(to), key_(std::move(key)), common_(context, std::move(session)), region_(common_.session()->region()) {
    const std::string endpoint = common_.session()->endpoint("oss");
    own_endpoint_ = common_.session()->has_own_endpoint("oss");
    in_path_ = to.path_style.value_or(own_endpoint_ && !to.cname && !endpoint.ends_with(".aliyuncs.com"));
    url_ = to.cname ? endpoint : xml_store::bucket_url(endpoint, to.bucket, in_path_);
  }

  const std::string& key() const { return key_; }
  std::string id() const { return "oss://" + to_.bucket + '/' + key_; }
  std::string url() const { return place().first + path(); }
  std::string region() const { return place().second; }

  // A call about the object (a query begins with '?'), or about the bucket; where the bucket lies in another region,
  // there.
  HttpResponse call(ServiceCall call, const std::string& query = {}, bool of_bucket = false) const {
    call.subject = id();
    call.path = (of_bucket ? "/" : path()) + query;
    for (bool moved = false;; moved = true) {
      const auto [url, region] = place();
      const aliyun::OssScope scope{.region = region, .bucket = to_.bucket, .key = of_bucket ? "" : key_};
      try {
        return service::call_service(aliyun_client::OssProtocol(common_, url, scope), call);
      } catch (const ServiceError& error) {
        if (!moved && moves(region, error.answer())) continue;
        throw with_way_out(error);
      }
    }
  }

  // Nothing when there is no such object, or when the caller may not look. Refusals of HEAD have no body: why it is,
  // the next call will tell.
  std::optional<Facts> find() const {
    try {
      return facts_of(
          call({.method = "HEAD", .permission = "oss:GetObject on " + id(), .doing = "cannot look at an object"}));
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
    add("x-oss-server-side-encryption", encryption());
    add("x-oss-server-side-encryption-key-id", to_.kms_key);
    add("x-oss-storage-class", to_.storage_class);
    for (const auto& [name, value] : to_.metadata) fields.emplace_back("x-oss-meta-" + name, value);
    fields.emplace_back("x-oss-meta-" + std::string(digest_field), digest.hex());
    return fields;
  }

  // How the settings of an object that lies there differ from ours, in words; empty when they do not.
  std::string differences(const Facts& facts) const {
    xml_store::Differences found;
    found.compare("encryption", facts.encryption, encryption());
    found.compare("KMS key", facts.kms_key, to_.kms_key);
    found.compare("storage class", facts.storage_class.empty() ? "Standard" : facts.storage_class, to_.storage_class);
    found.compare("content type", facts.content_type, to_.content_type);
    found.compare(facts.metadata, to_.metadata);
    return found.words();
  }

  std::string to_write() const { return "oss:PutObject on " + id(); }

 private:
  std::string path() const { return '/' + uri_encoded(key_, "/"); }
  std::string encryption() const { return to_.encryption.empty() && !to_.kms_key.empty() ? "KMS" : to_.encryption; }

  std::pair<std::string, std::string> place() const {
    const std::scoped_lock lock(mutex_);
    return {url_, region_};
  }

  // Whether the bucket lies in another region than was asked; then later calls go there.
  bool moves(const std::string& asked, const ServiceError::Answer& answer) const {
    if (answer.region.empty() || answer.region == asked || own_endpoint_) return false;
    const std::scoped_lock lock(mutex_);
    if (region_ != answer.region) {
      common_.context().note("oss://" + to_.bucket, "the bucket lies in " + answer.region + ", not in " + asked);
      const std::string endpoint = common_.session()->endpoint("oss");
      const std::size_t at = endpoint.find("oss-" + asked);
      if (at == std::string::npos) return false;
      url_ = xml_store::bucket_url(std::string(endpoint).replace(at + 4, asked.size(), answer.region), to_.bucket,
                                   in_path_);
      region_ = answer.region;
    }
    return true;
  }

  ServiceError with_way_out(const ServiceError& error) const {
    Fault fault = error.fault();
    const auto offer = [&](std::string hint) {
      if (fault.hint.empty()) fault.hint = std::move(hint);
    };
    if (error.is("NoSuchBucket"))
      offer("create it (aliyun oss mb oss://" + to_.bucket + " --region " + region() + "), or correct the name");
    if (error.answer().code.starts_with("KMS"))
      offer("check the KMS key: it must be in the bucket's region, and enabled");
    if (const std::string& lies = error.answer().region; !lies.empty() && lies != region())
      fault.hint = "the bucket lies in " + lies + ": say that region";
    return {std::move(fault), error.answer()};
  }

  const aliyun::Oss& to_;
  std::string key_;
  aliyun_client::Protocol common_;
  bool own_endpoint_ = false, in_path_ = false;
  mutable std::mutex mutex_;
  mutable std::string url_;  // of the bucket
  mutable std::string region_;
};

}  // namespace daypack::detail::oss
