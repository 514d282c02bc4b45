// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file_url.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/resolution.ipp>  // lock_file_name
#include <daypack/resolution.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/name.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <string>
#include <tuple>

namespace daypack::detail {

// The markers' answers as pip keeps them.
inline boost::json::object pip_environment(const MarkerEnvironment& environment) {
  return {{"implementation_name", environment.implementation_name},
          {"implementation_version", environment.python_full_version},
          {"os_name", environment.os_name},
          {"platform_machine", environment.platform_machine},
          {"platform_python_implementation", environment.platform_python_implementation},
          {"platform_release", environment.platform_release},
          {"platform_system", environment.platform_system},
          {"platform_version", environment.platform_version},
          {"python_full_version", environment.python_full_version},
          {"python_version", environment.python_version},
          {"sys_platform", environment.sys_platform}};
}

inline std::string json_text_at(const boost::json::value& value, std::string_view pointer) {
  boost::system::error_code error;
  const boost::json::value* found = value.find_pointer(pointer, error);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

inline PinnedFile pip_file(const boost::json::value& item, const std::string& subject) {
  PinnedFile file{.url = json_text_at(item, "/download_info/url"),
                  .sha256 = json_text_at(item, "/download_info/archive_info/hashes/sha256")};
  const std::string hash = json_text_at(item, "/download_info/archive_info/hash");  // pip 22
  if (file.sha256.empty() && hash.starts_with("sha256=")) file.sha256 = hash.substr(7);
  file.file = lock_file_name(file.url, true);
  if (!file.file.ends_with(".whl"))
    throw Error(Errc::no_wheel, "pip chose something else than a wheel", subject + " (" + redacted(file.url) + ')',
                "build its wheel and require that file");
  if (file.sha256.empty())
    throw Error(Errc::hash_mismatch, "the index names no sha256", subject + " (" + file.file + ')',
                "without it nobody can tell whether the right file came: take another index");
  file.url = file.url.substr(0, file.url.find('#'));
  if (const auto local = path_of_file_url(file.url)) {
    file.path = *local;
    file.url.clear();
  }
  return file;
}

// pip's installation report, version 1.
inline Resolution pip_resolution(const std::string& report, const MarkerEnvironment& environment) {
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(report, error);
  const boost::json::value* items = error ? nullptr : parsed.find_pointer("/install", error);
  if (json_text_at(parsed, "/version") != "1" || items == nullptr || !items->is_array()) {
    throw Error(Errc::tool_failed, "pip's report cannot be read",
                "version " + json_text_at(parsed, "/version") + " (expected 1)", "update daypack, or resolve with uv");
  }
  for (const auto& [name, answer] : pip_environment(environment)) {
    const std::string asked = json_text_at(parsed, "/environment/" + std::string(name));
    if (asked == answer.get_string()) continue;
    throw Error(Errc::tool_failed, "pip asked its markers about another environment than the target's",
                std::string(name) + " (got " + asked + ", expected " + std::string(answer.get_string()) + ')',
                "take another pip, or resolve with uv");
  }
  Resolution resolution{.requires_python = ">=" + environment.python_full_version};
  for (const boost::json::value& item : items->get_array()) {
    Pinned pinned{.name = normalised_name(json_text_at(item, "/metadata/name")),
                  .version = json_text_at(item, "/metadata/version"),
                  .requires_python = json_text_at(item, "/metadata/requires_python")};
    pinned.wheels.push_back(pip_file(item, pinned.name + "==" + pinned.version));
    resolution.packages.push_back(std::move(pinned));
  }
  std::ranges::sort(resolution.packages, {}, [](const Pinned& p) { return std::tie(p.name, p.version); });
  return resolution;
}

}  // namespace daypack::detail
