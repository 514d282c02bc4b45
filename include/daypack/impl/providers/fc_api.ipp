// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/aliyun.hpp>
#include <daypack/detail/size_words.hpp>
#include <daypack/impl/providers/aliyun_client.ipp>
#include <daypack/impl/providers/json_api.ipp>
#include <daypack/impl/providers/oss.ipp>
#include <daypack/impl/providers/package_body.ipp>
#include <daypack/python.hpp>

#include <algorithm>
#include <charconv>

// The calls of Function Compute 3.0 that deployments make (alibabacloud_fc20230330 4.8.3, read on 2026-11-20).
namespace daypack::detail::fc {

namespace json = boost::json;
using answers::member_text;
using json_api::Change, json_api::number_at, json_api::object_at, json_api::PackageBody, json_api::texts_at;
using Api = json_api::JsonApi<aliyun_client::FcProtocol>;

inline const std::string root = "/2023-03-30/";

inline Api api_of(const Context& context, const aliyun::Access& access, const std::string& subject, bool dry_run) {
  auto session = std::make_shared<aliyun::Session>(context, access);
  return Api(aliyun_client::FcProtocol(aliyun_client::Protocol(context, std::move(session))), context, subject,
             dry_run);
}

// "3" is 3.
inline std::int64_t number_of(const std::string& version) {
  std::int64_t number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

// All items of a list that comes in pages; the next one is asked for by the member `next` as the parameter `ask`.
inline std::vector<json::object> listed_items(const Api& api, const std::string& path, const char* items,
                                              const char* next, const std::string& ask, const std::string& permission,
                                              const char* absent, const std::string& filter = {}) {
  std::vector<json::object> all;
  for (std::string marker;;) {
    const auto page = api.find(path + "?limit=100" + filter + marker, permission, "cannot list what there is", absent);
    if (!page) return all;
    if (const json::value* found = page->if_contains(items); found && found->is_array()) {
      for (const json::value& item : found->get_array()) {
        if (item.is_object()) all.push_back(item.get_object());
      }
    }
    std::string token = member_text(*page, next);
    if (token.empty() && number_at(*page, next) > 0) token = std::to_string(number_at(*page, next));
    if (token.empty()) return all;
    marker = '&' + ask + '=' + uri_encoded(token);
  }
}

// What was asked for once may have been done all the same: no answer came, or the service failed.
inline bool may_be_done(const Error& error) {
  const auto* const refusal = dynamic_cast<const ServiceError*>(&error);
  return refusal ? refusal->answer().status / 100 == 5 : error.code() == Errc::network;
}

// A package on its way into a call.
class Package {
 public:
  Package(const Archive& archive, std::string bucket, std::string prefix, aliyun::Access access)
      : archive_(archive),
        to_{.bucket = std::move(bucket), .prefix = std::move(prefix), .access = std::move(access)},
        checksum_(std::to_string(archive.crc64() ? *archive.crc64() : parts::checksum_of_archive<Crc64>(archive))) {}

  // As the service tells it of a function or layer: CRC-64/XZ in decimal.
  const std::string& checksum() const { return checksum_; }
  std::uint64_t size() const { return archive_.size(); }

  // Beside other members, in "code"; in the call itself as long as the service takes it so, else by a bucket.
  PackageBody body(const json::object& others, const Api& api) const {
    const Limits& limits = aliyun::Fc::policy.limits;
    const bool direct = archive_.size() <= limits.direct && PackageBody::size_with(archive_, others) < limits.request;
    if (direct && to_.bucket.empty())
      return PackageBody::of(archive_, others, "code", "zipFile", {{"checksum", checksum_}});
    if (to_.bucket.empty()) {
      throw Error(Errc::over_limit, "the package is too large for the call itself",
                  api.subject() + " (got " + size_words(archive_.size()) + ", expected at most " +
                      size_words(limits.direct) + ")",
                  "name a bucket of the same region (--bucket)");
    }
    return PackageBody::of(stored(api), others, "code");
  }

 private:
  json::object stored(const Api& api) const {
    json::object place{{"checksum", checksum_}, {"ossBucketName", to_.bucket}};
    if (api.dry_run()) {
      place["ossObjectName"] = oss::checked_key(to_, archive_);
      api.context().note(api.subject(),
                         "would put the package to oss://" + to_.bucket + '/' + oss::checked_key(to_, archive_));
      return place;
    }
    const auto& session = api.client().session();
    const aliyun::StoredObject put = to_.put(archive_, session, api.context());
    if (put.region != session->region())
      throw Error(Errc::usage, "Function Compute takes packages from buckets of its own region alone",
                  "oss://" + put.bucket + " (got " + put.region + ", expected " + session->region() + ')',
                  "name a bucket of that region");
    place["ossObjectName"] = put.key;
    return place;
  }

  const Archive& archive_;
  aliyun::Oss to_;
  std::string checksum_;
};

// "python3.10"; Function Compute calls that of 3.6 "python3".
inline std::string runtime_of(const Archive& archive, const Context& context) {
  const std::string python =
      context.has_target() ? to_string(context.target().runtime->python) : archive.manifest().python;
  return python == "3.6" ? "python3" : "python" + python;
}

}  // namespace daypack::detail::fc
