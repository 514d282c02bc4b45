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

// A repository or a folder; empty for a file. What a URL of it names is in direct_url.json's terms (PEP 610).
inline PinnedSource pip_source(const boost::json::value& item, const std::string& subject) {
  const boost::json::object& info = item.at("download_info").as_object();
  PinnedSource source{.subdirectory = json_text_at(item, "/download_info/subdirectory")};
  const std::string url = json_text_at(item, "/download_info/url");
  if (info.contains("vcs_info")) {
    source.vcs = json_text_at(item, "/download_info/vcs_info/vcs");
    source.commit = json_text_at(item, "/download_info/vcs_info/commit_id");
    source.revision = json_text_at(item, "/download_info/vcs_info/requested_revision");
    source.url = url;
    if (source.vcs == "git") return source;
    throw Error(Errc::no_wheel, "repositories of this kind are not built", subject + " (" + redacted(url) + ')',
                "only git ones are: build its wheel (pip wheel --no-deps URL) and require that file");
  }
  if (!info.contains("dir_info")) return {};
  source.path = path_of_file_url(url).value_or(url);
  boost::system::error_code error;
  const boost::json::value* editable = item.find_pointer("/download_info/dir_info/editable", error);
  source.editable = editable != nullptr && editable->is_bool() && editable->get_bool();
  return source;
}

inline void take_pip_item(Pinned& pinned, const boost::json::value& item) {
  const std::string subject = pinned.name + "==" + pinned.version;
  const boost::json::value* direct = item.as_object().if_contains("is_direct");
  pinned.source = pip_source(item, subject);
  if (!pinned.source.empty()) return;
  pinned.direct = direct != nullptr && direct->is_bool() && direct->get_bool();
  PinnedFile file = pip_file(item, subject);
  (file.file.ends_with(".whl") ? pinned.wheels : pinned.sdists).push_back(std::move(file));
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
    take_pip_item(pinned, item);
    resolution.packages.push_back(std::move(pinned));
  }
  std::ranges::sort(resolution.packages, {}, [](const Pinned& p) { return std::tie(p.name, p.version); });
  return resolution;
}

}  // namespace daypack::detail
