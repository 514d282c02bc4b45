// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

// First: header-only, its bodies are among those below.
#include <daypack/providers/s3.hpp>

#include <daypack/backends/aws.hpp>
#include <daypack/detail/size_words.hpp>
#include <daypack/impl/providers/lambda_api.ipp>
#include <daypack/impl/providers/s3_names.ipp>

// How a package comes into a call of AWS Lambda's API.
namespace daypack::detail::lambda {

// A package as it goes into a call: base64 within JSON, or the place of an object in S3.
class PackageBody {
 public:
  // Members of JSON in text, and among them those of the package: "{...,MEMBERS}". In `holder`, where they stand in an
  // object of their own ("Code", "Content").
  static PackageBody of(const Archive& archive, const json::object& others, std::string_view holder) {
    PackageBody made;
    made.base64_ = base64_of(archive.segments());
    made.wrap(others, holder, "\"ZipFile\":\"", "\"");
    return made;
  }

  static PackageBody of(const json::object& place, const json::object& others, std::string_view holder) {
    PackageBody made;
    const std::string members = json::serialize(place);
    made.wrap(others, holder, members.substr(1, members.size() - 2), "");
    return made;
  }

  std::vector<ByteView> pieces() const { return {as_bytes(head_), as_bytes(base64_), as_bytes(tail_)}; }

  // How large the call would be with the package in it: what the service limits.
  static std::uint64_t size_with(const Archive& archive, const json::object& others) {
    static constexpr std::uint64_t words = 32;  // "Code":{"ZipFile":""}
    return (archive.size() + 2) / 3 * 4 + json::serialize(others).size() + words;
  }

 private:
  void wrap(const json::object& others, std::string_view holder, const std::string& before, const std::string& after) {
    head_ = json::serialize(others);
    head_.back() = others.empty() ? '{' : ',';
    if (others.empty()) head_.erase(0, 1);
    if (!holder.empty()) head_ += '"' + std::string(holder) + "\":{";
    head_ += before;
    tail_ = after + (holder.empty() ? "}" : "}}");
  }

  std::string head_;
  std::string base64_;
  std::string tail_;
};

// Where a package goes that is too large for the call itself.
struct PackageWay {
  const std::string& bucket;
  const std::string& prefix;
};

// The place of the package in the bucket, once it is there.
inline json::object stored(const Archive& archive, const PackageWay& way, const Api& api) {
  const aws::S3 bucket{.bucket = way.bucket, .prefix = way.prefix};
  if (api.dry_run()) {
    const std::string key = s3::checked_key(bucket, archive);
    api.context().note(api.subject(), "would put the package to s3://" + way.bucket + '/' + key);
    return {{"S3Bucket", way.bucket}, {"S3Key", key}};
  }
  const aws::StoredObject put = bucket.put(archive, api.client().session(), api.context());
  json::object place{{"S3Bucket", put.bucket}, {"S3Key", put.key}};
  if (!put.version.empty() && put.version != "null") place["S3ObjectVersion"] = put.version;
  return place;
}

// In the call itself as long as the service takes it so, else by a bucket.
inline PackageBody package_body(const Archive& archive, const json::object& others, std::string_view holder,
                                const PackageWay& way, const Api& api) {
  const Limits& limits = aws::Lambda::policy.limits;
  const bool direct = archive.size() <= limits.direct && PackageBody::size_with(archive, others) < limits.request;
  if (direct && way.bucket.empty()) return PackageBody::of(archive, others, holder);
  if (way.bucket.empty()) {
    throw Error(
        Errc::over_limit, "the package is too large for the call itself",
        api.subject() + " (got " + size_words(archive.size()) + ", expected at most " + size_words(limits.direct) + ")",
        "name a bucket of the same region (--bucket)");
  }
  return PackageBody::of(stored(archive, way, api), others, holder);
}

}  // namespace daypack::detail::lambda
