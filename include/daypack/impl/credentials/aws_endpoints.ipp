// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/impl/credentials/aws_profiles.ipp>
#include <daypack/net/url.hpp>

#include <array>

// Where services are; only impl/credentials/aws.ipp includes this file.
namespace daypack::detail::aws_session {

struct Partition {
  std::string_view id;
  std::string_view prefix;  // of its regions
  std::string_view suffix;
  std::string_view dual_stack_suffix;
};

// botocore 1.44.5, data/partitions.json (read on 2026-11-22). Regions of no other one are of the last.
inline constexpr std::array<Partition, 8> partitions{{
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"},
    {"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"aws", "", "amazonaws.com", "api.aws"},
}};

inline const Partition& partition_of(std::string_view region) {
  return *std::ranges::find_if(partitions, [&](const Partition& one) { return region.starts_with(one.prefix); });
}

// "AWS_ENDPOINT_URL_SSO_OIDC" of sso-oidc, and "sso_oidc" as a services section has it.
inline std::string snake_case_service(std::string_view service) {
  std::string name(service);
  std::ranges::replace(name, '-', '_');
  return name;
}

inline std::string configured_endpoint(const Lookup& at, std::string_view service) {
  if (at.is_set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")) return {};
  const std::string name = snake_case_service(service);
  std::string upper = name;
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  std::string url = at.environment("AWS_ENDPOINT_URL_" + upper);
  if (url.empty()) url = at.environment("AWS_ENDPOINT_URL");
  if (!url.empty()) return url;
  const std::string services = text_of(at.section(), "services");
  if (!services.empty() && !at.profiles.services.contains(services)) {
    throw Error(Errc::usage, "a profile names services that are not there",
                "profile " + at.profile + " (expected a section [services " + services + "])",
                "add it to " + at.profiles.config_path + ", or take the name out of the profile");
  }
  url = nested_text(section_in(at.profiles.services, services), name, "endpoint_url");
  return url.empty() ? text_of(at.section(), "endpoint_url") : url;
}

// What somebody has named; empty when AWS's own is meant. The caller's own endpoint is not for who gives credentials:
// `own` says whether it counts.
inline std::string named_endpoint(const Lookup& at, std::string_view service, bool own) {
  const std::string url =
      own && !at.access.endpoint_url.empty() ? at.access.endpoint_url : configured_endpoint(at, service);
  if (!url.empty()) parse_url(url);
  return without_last_slashes(url);
}

// https://docs.aws.amazon.com/general/latest/gr/s3.html, and botocore's rules for s3 (1.44.5, read on 2026-11-22): the
// host of us-east-1 has no region unless one asks for it.
inline std::string s3_host(const Lookup& at, const std::string& region, bool fips, bool dual_stack) {
  dual_stack |= ascii_lowered(nested_text(at.section(), "s3", "use_dualstack_endpoint")) == "true";
  std::string regional = at.setting("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "s3_us_east_1_regional_endpoint");
  if (regional.empty()) regional = nested_text(at.section(), "s3", "us_east_1_regional_endpoint");
  const std::string suffix(partition_of(region).suffix);
  if (fips && partition_of(region).id == "aws-cn")
    throw Error(Errc::usage, "S3 has no FIPS endpoints there", region, "unset AWS_USE_FIPS_ENDPOINT for this region");
  if (region == "us-east-1" && !fips && !dual_stack && ascii_lowered(regional) != "regional") return "s3." + suffix;
  return std::string("s3") + (fips ? "-fips." : ".") + (dual_stack ? "dualstack." : "") + region + '.' + suffix;
}

// A service of which each region has its own.
inline std::string regional_host(const std::string& service, const std::string& region, bool fips, bool dual_stack) {
  const Partition& partition = partition_of(region);
  const std::string name = service == "sso" ? "portal.sso" : service == "sso-oidc" ? "oidc" : service;
  // These have no other hosts there: all of them are validated.
  const bool always = partition.id == "aws-us-gov" && !dual_stack && (service == "sts" || service.starts_with("sso"));
  return name + (fips && !always ? "-fips." : ".") + region + '.' +
         std::string(dual_stack ? partition.dual_stack_suffix : partition.suffix);
}

inline std::string endpoint_of(const Lookup& at, std::string_view service, const std::string& place) {
  const std::string region = checked_region(place);
  const bool fips = at.is_set("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
  const bool dual_stack = at.is_set("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
  return "https://" + (service == "s3" ? s3_host(at, region, fips, dual_stack)
                                       : regional_host(std::string(service), region, fips, dual_stack));
}

}  // namespace daypack::detail::aws_session
