// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/url_login.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/sign/sha256.hpp>
#include <daypack/stages/resolve.hpp>
#include <daypack/wheel/markers.hpp>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cstdlib>
#include <map>
#include <utility>

namespace daypack::detail {

// "requests==2.0 (requirements.txt:3)"
inline std::string named_with_place(const Requirement& item) {
  return item.file.empty() ? item.text : item.text + " (" + item.file + ':' + std::to_string(item.line) + ')';
}

DAYPACK_DECL std::string request_digest(const Requirements& requirements, const TargetFacts& target,
                                        std::string_view resolver) {
  std::string request = "daypack request 1\n";
  const auto line = [&](std::string_view kind, std::string_view value) {
    request += std::string(kind) + ' ' + std::string(value) + '\n';
  };
  const auto items = [&](std::string_view kind, const std::vector<Requirement>& all) {
    for (const Requirement& item : all) {  // as written: a lock in a repository serves every checkout
      line(kind, item.text);
      for (const std::string& hash : item.hashes) line("hash", hash);
    }
  };
  items("requirement", requirements.items);
  items("constraint", requirements.constraints);
  for (const std::string& option : requirements.options) line("option", option);
  line("python", MarkerEnvironment::of(target).python_full_version);
  line("glibc", std::to_string(target.runtime->glibc.major) + '.' + std::to_string(target.runtime->glibc.minor));
  line("machine", machine_of(target.arch));
  line("resolver", resolver);
  return sha256_of(as_bytes(request)).hex();
}

DAYPACK_DECL std::optional<Resolution> fresh_lock(const std::string& path, const std::string& request) {
  if (path.empty() || !boost::filesystem::exists(path)) return {};
  Resolution lock = Resolution::read(path);
  if (lock.request.empty()) {
    throw Error(Errc::usage, "the lock was written by another tool and would be overwritten", path,
                "name another file for daypack's lock, or remove this one");
  }
  if (lock.request != request) return {};
  return lock;
}

DAYPACK_DECL void write_lock(const std::string& path, const Resolution& resolution) {
  write_file(path, resolution.text());
}

// The hashes that requirements and constraints allow for each name. A name that is there with none is one that lacks
// them.
inline std::map<std::string, std::vector<std::string>> allowed_hashes(const Requirements& requirements,
                                                                      const MarkerEnvironment& environment) {
  std::map<std::string, std::vector<std::string>> allowed;
  for (const auto* list : {&requirements.items, &requirements.constraints}) {
    for (const Requirement& item : *list) {
      if (item.name.empty() || item.hashes.empty() || !marker_holds(item.marker, environment)) continue;
      const auto is_sha256 = [](const std::string& hash) { return hash.starts_with("sha256:"); };
      if (std::none_of(item.hashes.begin(), item.hashes.end(), is_sha256)) {
        throw Error(Errc::hash_mismatch, "a requirement has no sha256 among its hashes", named_with_place(item),
                    "locks and package indexes speak sha256: add --hash=sha256:...");
      }
      allowed[item.name].insert(allowed[item.name].end(), item.hashes.begin(), item.hashes.end());
    }
  }
  return allowed;
}

inline bool wants_hashes(const Requirements& requirements) {
  bool wanted = std::any_of(requirements.items.begin(), requirements.items.end(),
                            [](const Requirement& item) { return !item.hashes.empty(); });
  for (const std::string& option : requirements.options) {
    if (option == "--require-hashes") wanted = true;
    if (option == "--no-require-hashes") wanted = false;
  }
  return wanted;
}

DAYPACK_DECL void keep_allowed(Resolution& resolution, const Requirements& requirements, const TargetFacts& target) {
  const auto allowed = allowed_hashes(requirements, MarkerEnvironment::of(target));
  const bool wanted = wants_hashes(requirements);
  std::vector<Fault> faults;
  for (Pinned& package : resolution.packages) {
    const auto found = allowed.find(package.name);
    if (found == allowed.end()) {
      const bool direct = std::any_of(requirements.items.begin(), requirements.items.end(),
                                      [](const Requirement& item) { return item.name.empty(); });
      if (wanted && !direct) {
        faults.push_back(
            {Errc::hash_mismatch, "a hash is missing", package.name + "==" + package.version,
             "when one requirement has a hash all need one: `uv pip compile --generate-hashes` writes them"});
      }
      continue;
    }
    const auto refused = [&](const PinnedFile& file) {
      return std::find(found->second.begin(), found->second.end(), "sha256:" + file.sha256) == found->second.end();
    };
    const std::string first =
        package.wheels.empty() ? "" : package.wheels.front().file + " with sha256:" + package.wheels.front().sha256;
    std::erase_if(package.wheels, refused);
    std::erase_if(package.sdists, refused);
    if (!package.wheels.empty() || !package.sdists.empty()) continue;
    faults.push_back(
        {Errc::hash_mismatch, "no wheel for the target has a hash that the requirements allow",
         package.name + "==" + package.version + (first.empty() ? "" : " (got " + first + ')'),
         "the file has changed, or the hashes are those of other files: `uv pip compile --generate-hashes` lists all"});
  }
  throw_collected(std::move(faults), "hashes are missing or wrong");
}

// The logins that indexes and requirements carry in their URLs, by origin; the first one of an origin counts.
inline std::map<std::string, std::string> known_logins(const Requirements& requirements) {
  std::map<std::string, std::string> logins;
  const auto take = [&](std::string_view words) {
    for (std::size_t at = words.find("http"); at != std::string_view::npos; at = words.find("http", at + 1)) {
      const UrlLogin url(words.substr(at, words.substr(at).find_first_of(" \t")));
      if (!url.login.empty()) logins.emplace(url.origin(), url.login);
    }
  };
  for (const std::string& option : requirements.options) take(option);
  for (const Requirement& item : requirements.items) take(item.url);
  for (const char* name : {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"}) {
    if (const char* value = std::getenv(name)) take(value);
  }
  return logins;
}

DAYPACK_DECL void give_logins(Resolution& resolution, const Requirements& requirements) {
  const auto logins = known_logins(requirements);
  const auto give = [&](std::string& text) {
    const UrlLogin url(text);
    const auto found = logins.find(url.origin());
    if (url.login.empty() && !url.scheme.empty() && found != logins.end())
      text = std::string(url.scheme) + found->second + '@' + std::string(url.rest);
  };
  for (Pinned& package : resolution.packages) {
    for (PinnedFile& file : package.wheels) give(file.url);
    for (PinnedFile& file : package.sdists) give(file.url);
    give(package.source.url);
  }
}

}  // namespace daypack::detail
