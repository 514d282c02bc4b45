// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deploy.hpp"
#include "options.hpp"

#include <daypack/error.hpp>
#include <daypack/providers/azure_blob.hpp>
#include <daypack/providers/gcp_storage.hpp>
#include <daypack/providers/oss.hpp>
#include <daypack/providers/s3.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cli {

namespace {

constexpr std::array<std::string_view, 4> schemes{"s3://", "gs://", "oss://", "az://"};

// "s3://packages/some/where".
struct Place {
  std::string scheme = {};
  std::string bucket = {};
  std::string prefix = {};  // "some/where/"
};

Place place_of(const std::string& to) {
  const std::size_t begin = to.find("://") + 3, slash = std::min(to.find('/', begin), to.size());
  Place place{to.substr(0, begin), to.substr(begin, slash - begin), to.substr(std::min(slash + 1, to.size()))};
  if (!place.prefix.empty() && !place.prefix.ends_with('/')) place.prefix += '/';
  return place;
}

template <class Store>
Store store_of(const DeployOptions& options, const Place& place) {
  Store store;
  store.bucket = place.bucket;
  store.prefix = place.prefix;
  store.key = options.store.key;
  store.storage_class = options.store.storage_class;
  store.metadata = assignments_of(options.store.metadata);
  return store;
}

daypack::azure::Blob blob_of(const DeployOptions& options, const Place& place) {
  return {.container = place.bucket,
          .name = options.store.key,
          .prefix = place.prefix,
          .access = {.storage_account = options.store.account, .blob_url = options.access.endpoint_url},
          .metadata = assignments_of(options.store.metadata)};
}

daypack::Deployment put(const DeployOptions& options, const Place& place, const daypack::Archive& archive,
                        daypack::Context& context) {
  if (place.scheme == "az://") return blob_of(options, place).deliver(archive, context);
  if (place.scheme == "gs://") {
    auto store = store_of<daypack::gcp::Storage>(options, place);
    store.access.endpoint_url = options.access.endpoint_url;
    return store.deliver(archive, context);
  }
  if (place.scheme == "oss://") {
    auto store = store_of<daypack::aliyun::Oss>(options, place);
    store.access = {.profile = options.access.profile,
                    .region = options.access.region,
                    .oss_endpoint = options.access.endpoint_url};
    store.kms_key = options.store.kms_key;
    return store.deliver(archive, context);
  }
  auto store = store_of<daypack::aws::S3>(options, place);
  store.access = options.access.aws();
  store.kms_key = options.store.kms_key;
  return store.deliver(archive, context);
}

}  // namespace

bool is_store(const std::string& to) {
  return std::ranges::any_of(schemes, [&](std::string_view scheme) { return to.starts_with(scheme); });
}

daypack::Deployment deploy_to_store(const DeployOptions& options, const daypack::Archive& archive,
                                    const daypack::Context& context) {
  const Place place = place_of(options.to);
  if (options.dry_run) {
    const std::string key = options.store.key.empty() ? archive.sha256().hex() + ".zip" : options.store.key;
    const std::string id = place.scheme + place.bucket + '/' + place.prefix + key;
    context.note(id, "would put the package there, unless it is there already");
    return {.id = id, .digest = archive.sha256().hex()};
  }
  daypack::Context own = context;
  return put(options, place, archive, own);
}

}  // namespace cli
