// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/detail/url_login.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/impl/detail/requirement_places.ipp>  // whole_path
#include <daypack/impl/resolvers/misfits.ipp>          // place_of
#include <daypack/impl/wheel/tags.ipp>                 // text_of
#include <daypack/sign/sha256.hpp>
#include <daypack/stages/resolve.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <array>
#include <boost/filesystem/operations.hpp>
#include <cstdlib>
#include <map>
#include <utility>

namespace daypack::detail {

inline std::string portable_option(const std::string& option, const std::string& lock) {
  const auto [name, place] = split_once(option, ' ');
  if (name != "--find-links" || place.find("://") != std::string_view::npos) return option;
  const boost::filesystem::path folder(boost::filesystem::path(whole_path(lock)).parent_path());
  return std::string(name) + ' ' +
         boost::filesystem::path(whole_path(std::string(place))).lexically_relative(folder).string();
}

DAYPACK_DECL LockRequest lock_request(const Requirements& requirements, const TargetFacts& target,
                                      std::string_view resolver, const std::string& lock) {
  std::string request = "daypack request 3\n";
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
  for (const std::string& option : requirements.options) line("option", portable_option(option, lock));
  for (const Project& project : requirements.projects) line("settings", project.settings);
  return {.requirements = sha256_of(as_bytes(request)).hex(),
          .target = "Python " + MarkerEnvironment::of(target).python_full_version + ", " +
                    std::string(machine_of(target.arch)) + ", glibc " + text_of(target.runtime->glibc),
          .resolver = redacted(resolver)};
}

// What decides the dependencies of a project in a folder: the files that uv too looks at
// (https://docs.astral.sh/uv/concepts/cache/#dynamic-metadata, 2026-11-20). Hex; empty when there is none of them.
inline std::string digest_of_project(const std::string& folder) {
  std::string all;
  for (const char* name : {"pyproject.toml", "setup.py", "setup.cfg"}) {
    const std::string path = folder + '/' + name;
    if (boost::filesystem::is_regular_file(path))
      all += std::string(name) + ' ' + sha256_of(as_bytes(read_file(path))).hex() + '\n';
  }
  return all.empty() ? "" : sha256_of(as_bytes(all)).hex();
}

DAYPACK_DECL std::vector<LockedFolder> locked_folders(const Resolution& resolution) {
  std::vector<LockedFolder> folders;
  for (const Pinned& package : resolution.packages) {
    const std::string& path = package.source.path;
    if (!path.empty() && package.source.vcs.empty()) folders.push_back({path, digest_of_project(path)});
  }
  return folders;
}

inline std::string changed_folder(const std::vector<LockedFolder>& folders) {
  const auto changed = std::find_if(folders.begin(), folders.end(), [](const LockedFolder& folder) {
    return digest_of_project(folder.path) != folder.digest;
  });
  return changed == folders.end() ? "" : changed->path;
}

// Why a lock does not answer a request; empty when it does.
inline std::string staleness(const LockRequest& lock, const LockRequest& request) {
  if (lock.target != request.target)
    return "it is for another target (got " + lock.target + ", expected " + request.target + ')';
  if (lock.requirements != request.requirements)
    return "the requirements, constraints, index options or [tool.uv] have changed";
  if (lock.resolver != request.resolver)
    return "the resolver or its options have changed (got " + lock.resolver + ", expected " + request.resolver + ')';
  if (const std::string folder = changed_folder(lock.folders); !folder.empty())
    return "the pyproject.toml, setup.py or setup.cfg of a local project has changed: " + folder;
  return {};
}

DAYPACK_DECL std::optional<Resolution> fresh_lock(const std::string& path, const LockRequest& request, bool frozen,
                                                  const Context& context) {
  const auto tell = [&](bool found, const std::string& why) {
    tell_cache_use(context, {"lock", request.requirements},
                   {path.empty() ? "requirements" : path, request.requirements}, CacheCount::one(found), {}, why);
  };
  if (path.empty()) {
    if (!frozen) return tell(false, "no lock is named (--lock FILE)"), std::nullopt;
    throw Error(Errc::usage, "there is no lock to be frozen", {}, "name one (--lock FILE), or drop --frozen");
  }
  const auto refuse_frozen = [&](const std::string& why) {
    if (!frozen) return;
    throw Error(Errc::failed, "the frozen lock cannot be used", path + " (" + why + ')',
                "lock again without --frozen, and keep the new lock");
  };
  if (!boost::filesystem::exists(path)) {
    refuse_frozen("it is missing");
    context.note(path, "is missing, so it is made");
    tell(false, "it was missing");
    return {};
  }
  Resolution lock = Resolution::read(path);
  if (lock.request.empty()) {
    throw Error(Errc::usage, "the lock was written by another tool and would be overwritten", path,
                "name another file for daypack's lock, or remove this one");
  }
  const std::string why = staleness(lock.request, request);
  tell(why.empty(), why);
  if (why.empty()) return lock;
  refuse_frozen(why);
  context.warn(path, "is stale, so it is made anew: " + why);
  return {};
}

DAYPACK_DECL void write_lock(const std::string& path, const Resolution& resolution) {
  write_file(path, resolution.text_in(boost::filesystem::path(path).parent_path().string()));
}

inline bool wants_another(const Requirement& item, const Preinstalled& package) {
  return item.name == package.name &&
         (!item.url.empty() || !Specifiers::parse(item.specifier).admit(std::string_view(package.version)));
}

DAYPACK_DECL std::vector<Requirement> runtime_constraints(const Requirements& requirements, const TargetFacts& target) {
  const MarkerEnvironment environment = MarkerEnvironment::of(target);
  std::vector<Requirement> constraints;
  for (const auto& list : {target.runtime->preinstalled, target.backend->preinstalled}) {
    for (const Preinstalled& package : list) {
      const auto refuses = [&](const Requirement& item) {
        return wants_another(item, package) && marker_holds(item.marker, environment);
      };
      if (package.version.empty() || std::ranges::any_of(requirements.items, refuses) ||
          std::ranges::any_of(requirements.constraints, refuses))
        continue;
      const std::string name(package.name), specifier = "==" + std::string(package.version);
      constraints.push_back({.text = name + specifier, .name = name, .specifier = specifier});
    }
  }
  return constraints;
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

// " (r.txt:3, got six-1.0-py3-none-any.whl with sha256:...)", as far as there is something to tell.
inline std::string hash_words(const std::string& place, const std::string& got) {
  const std::string words = place + (place.empty() || got.empty() ? "" : ", ") + (got.empty() ? "" : "got " + got);
  return words.empty() ? "" : " (" + words + ')';
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
         package.name + "==" + package.version + hash_words(place_of(requirements, package.name), first),
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

// Whether a requirement is the one that a distribution was pinned for.
inline bool asks_for(const Requirement& item, const Pinned& package) {
  if (!item.name.empty()) return item.name == package.name;
  const auto same = [&](const std::string& place) {
    return !place.empty() && item.url.find(place) != std::string::npos;
  };
  return same(package.source.path) || same(UrlLogin(package.source.url).without()) ||
         (package.direct && !package.sdists.empty() &&
          (same(package.sdists.front().path) || same(UrlLogin(package.sdists.front().url).without())));
}

DAYPACK_DECL void give_build_options(Resolution& resolution, const Requirements& requirements) {
  static constexpr std::array<std::string_view, 6> kept{
      "--index-url", "--extra-index-url", "--find-links", "--no-index", "--pre", "--trusted-host"};
  for (const std::string& option : requirements.options) {
    const auto [name, place] = split_once(option, ' ');
    if (std::find(kept.begin(), kept.end(), name) == kept.end()) continue;
    const bool folder = name == "--find-links" && place.find("://") == std::string_view::npos;
    resolution.build.options.push_back(folder ? "--find-links " + file_url(whole_path(std::string(place))) : option);
  }
  for (Pinned& package : resolution.packages) {
    for (const Requirement& item : requirements.items) {
      if (!item.config_settings.empty() && asks_for(item, package)) package.config_settings = item.config_settings;
    }
  }
}

}  // namespace daypack::detail
