// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

#include <string>
#include <vector>

namespace daypack::rules {

// Descriptions of services, of which a function uses few: the rules as values, for services that are known only when
// the program runs. Each names services as its package does, "s3" and "lambda", "drive" or "drive.v3"; with none all
// go. In no preset. Their matchers throw Error{usage} for a service that the package in the tree does not know.
DAYPACK_DECL Rule botocore_data(std::vector<std::string> services);
DAYPACK_DECL Rule googleapi_data(std::vector<std::string> services);

// botocore's and boto3's data but for the services that are named, and those by which credentials are got: sts, sso,
// sso-oidc, signin. Prune<rules::BotocoreData<"s3", "lambda">>{}.
template <detail::FixedText... Services>
struct BotocoreData {
  static constexpr std::string_view name = "botocore-data";
  static constexpr std::string_view reason = "descriptions of AWS services that are not used";
  static constexpr std::string_view risk = "botocore raises UnknownServiceError for every service that is not named";
  static Matcher matcher(const Tree& tree, const TargetFacts* target) {
    return botocore_data({std::string(Services.view())...}).matcher(tree, target);
  }
};

// googleapiclient's discovery documents but for the services that are named.
template <detail::FixedText... Services>
struct GoogleApiData {
  static constexpr std::string_view name = "googleapi-data";
  static constexpr std::string_view reason = "discovery documents of Google APIs that are not used";
  static constexpr std::string_view risk =
      "build() raises UnknownApiNameOrVersion for every API that is not named, unless it is told "
      "static_discovery=False";
  static Matcher matcher(const Tree& tree, const TargetFacts* target) {
    return googleapi_data({std::string(Services.view())...}).matcher(tree, target);
  }
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/service_data.ipp>
#endif
