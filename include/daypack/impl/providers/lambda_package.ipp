// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

// First: header-only, its bodies are among those below.
#include <daypack/providers/s3.hpp>

#include <daypack/backends/aws.hpp>
#include <daypack/detail/size_words.hpp>
#include <daypack/impl/providers/lambda_api.ipp>
#include <daypack/impl/providers/package_body.ipp>
#include <daypack/impl/providers/s3_names.ipp>

// How a package comes into a call of AWS Lambda's API.
namespace daypack::detail::lambda {

using json_api::PackageBody;

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
  if (direct && way.bucket.empty()) return PackageBody::of(archive, others, holder, "ZipFile");
  if (way.bucket.empty()) {
    throw Error(
        Errc::over_limit, "the package is too large for the call itself",
        api.subject() + " (got " + size_words(archive.size()) + ", expected at most " + size_words(limits.direct) + ")",
        "name a bucket of the same region (--bucket)");
  }
  return PackageBody::of(stored(archive, way, api), others, holder);
}

}  // namespace daypack::detail::lambda
