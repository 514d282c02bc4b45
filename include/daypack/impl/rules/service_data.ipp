// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/rules/service_data.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <ranges>
#include <set>
#include <span>
#include <utility>

namespace daypack {

namespace detail {

using ServiceNames = std::set<std::string, std::less<>>;

// By which botocore gets credentials (botocore/credentials.py and tokens.py of 1.44.5), and so for every service.
inline constexpr std::array<std::string_view, 4> credential_services{"signin", "sso", "sso-oidc", "sts"};

// The service that a file of botocore or boto3 describes; empty when it is for all, as endpoints.json.
inline std::string_view botocore_service(std::string_view path) {
  for (const std::string_view folder : {"botocore/data/", "boto3/data/", "awscli/botocore/data/"}) {
    if (!path.starts_with(folder)) continue;
    const std::string_view rest = path.substr(folder.size());
    const std::size_t slash = rest.find('/');
    return slash == std::string_view::npos ? std::string_view() : rest.substr(0, slash);
  }
  return {};
}

// "drive.v3" of googleapiclient/discovery_cache/documents/drive.v3.json.
inline std::string_view googleapi_service(std::string_view path) {
  static constexpr std::string_view folder = "googleapiclient/discovery_cache/documents/";
  static constexpr std::string_view ending = ".json";
  if (!path.starts_with(folder) || !path.ends_with(ending) || path.size() <= folder.size() + ending.size()) return {};
  path.remove_prefix(folder.size());
  return path.substr(0, path.size() - ending.size());
}

// Whether a name stands for a service: itself, or without the version.
inline bool is_service_of(std::string_view service, std::string_view name) {
  return service == name || (service.starts_with(name) && service.substr(name.size()).starts_with(".v"));
}

inline void refuse_unknown_services(std::string_view rule, const ServiceNames& known,
                                    const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (std::ranges::any_of(known, [&](const std::string& service) { return is_service_of(service, name); })) continue;
    const std::string near = listed(known | std::views::filter([&](const std::string& service) {
                                      return !name.empty() && service.starts_with(name[0]);
                                    }));
    throw Error(Errc::usage, "the rule " + std::string(rule) + " knows no such service in this package",
                '"' + name + '"', near.empty() ? "" : "there are " + near);
  }
}

using ServiceOfPath = std::string_view (*)(std::string_view);

inline std::function<Matcher(const Tree&, const TargetFacts*)> service_matcher(
    std::string_view rule, ServiceOfPath service_of, std::vector<std::string> names,
    std::span<const std::string_view> always) {
  return [=](const Tree& tree, const TargetFacts* target) {
    ServiceNames known;
    for (const Entry& entry : tree) {
      const std::string_view service = service_of(package_path(entry.path, target));
      if (entry.origin && !service.empty()) known.emplace(service);
    }
    if (!known.empty()) refuse_unknown_services(rule, known, names);
    return Matcher{.removes = [=](const Entry& entry) {
      const std::string_view service = service_of(package_path(entry.path, target));
      if (!entry.origin || service.empty() || std::ranges::find(always, service) != always.end()) return false;
      return std::ranges::none_of(names, [&](const std::string& name) { return is_service_of(service, name); });
    }};
  };
}

}  // namespace detail

DAYPACK_DECL Rule rules::botocore_data(std::vector<std::string> services) {
  using Facts = BotocoreData<>;
  return {
      std::string(Facts::name), std::string(Facts::reason), std::string(Facts::risk),
      detail::service_matcher(Facts::name, detail::botocore_service, std::move(services), detail::credential_services)};
}

DAYPACK_DECL Rule rules::googleapi_data(std::vector<std::string> services) {
  using Facts = GoogleApiData<>;
  return {std::string(Facts::name), std::string(Facts::reason), std::string(Facts::risk),
          detail::service_matcher(Facts::name, detail::googleapi_service, std::move(services), {})};
}

}  // namespace daypack
