// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

class Context;

// One file of a pinned version: a wheel, or an sdist.
struct PinnedFile {
  std::string file = {};         // its name, e.g. "six-1.17.0-py2.py3-none-any.whl"
  std::string url = {};          // where it can be fetched (http, https, file)
  std::string path = {};         // or where it lies, absolute; wins over url
  std::string sha256 = {};       // hex, lower case
  std::uint64_t size = 0;        // bytes; 0 when the lock does not say
  std::string upload_time = {};  // as TOML writes it, e.g. "2024-12-04T17:35:26Z"; empty when the lock does not say
  friend bool operator==(const PinnedFile&, const PinnedFile&) = default;
};

// Where a distribution comes from when a lock names no files: a repository or a folder. Its wheel is built.
struct PinnedSource {
  std::string vcs = {};           // "git"; empty for a folder
  std::string url = {};           // of the repository
  std::string path = {};          // of the repository or folder, absolute; wins over url
  std::string revision = {};      // the branch or tag that was asked for
  std::string commit = {};        // what it was: 40 or 64 hex digits
  std::string subdirectory = {};  // where the project lies in it
  bool editable = false;          // asked for with -e; packed like any other
  bool empty() const noexcept { return url.empty() && path.empty(); }
  friend bool operator==(const PinnedSource&, const PinnedSource&) = default;
};

// One distribution, pinned: its name and version and the files it may be taken from.
struct Pinned {
  std::string name = {};  // normalised
  std::string version = {};
  std::string marker = {};  // environment marker of the lock; empty: always
  std::string requires_python = {};
  std::string index = {};
  std::vector<PinnedFile> wheels = {};
  std::vector<PinnedFile> sdists = {};            // none or one
  PinnedSource source = {};                       // or this instead of files
  bool direct = false;                            // asked for by the URL or path of its one file, not found in an index
  std::vector<std::string> config_settings = {};  // "KEY=VALUE" for its build; of the requirements, in no lock
  friend bool operator==(const Pinned&, const Pinned&) = default;
};

// Whether the lock gives the distribution as source code: an sdist, a repository or a folder.
inline bool has_source(const Pinned& package) { return !package.sdists.empty() || !package.source.empty(); }

// A local project of a lock, and what its own dependencies are read from.
struct LockedFolder {
  std::string path = {};    // absolute; relative to the lock in its text
  std::string digest = {};  // SHA-256 of pyproject.toml, setup.py and setup.cfg, hex; empty when there are none
  friend bool operator==(const LockedFolder&, const LockedFolder&) = default;
};

// What builds of source code follow beside the configuration of the tool that builds. It comes from the resolver and
// the requirements; no lock holds it.
struct BuildSettings {
  std::string pip = {};            // a Python that has pip, which then builds; empty: uv does, or pip without uv
  std::string exclude_newer = {};  // as Uv's, for advice on other versions, and for what builds by uv require
  std::vector<std::string> options =
      {};  // where that comes from, as in a requirements.txt, folders as URLs: "--index-url ...", "--pre"
  // How the resolver finds the newest version of a requirement, "numpy!=2.4.6", that has a wheel for the target; gives
  // an empty text when none has, or nobody can tell. Throws Error{cancelled} only.
  std::string (*newest)(const std::string& requirement, const BuildSettings& settings,
                        const Context& context) = nullptr;
  friend bool operator==(const BuildSettings&, const BuildSettings&) = default;
};

// What a lock answers. A lock is fresh as long as all of it stays the same.
struct LockRequest {
  std::string requirements = {};  // SHA-256 of requirements, constraints and options, hex
  std::string target = {};        // "Python 3.12.7, x86_64, glibc 2.34"
  std::string resolver = {};      // the resolver's identity
  std::vector<LockedFolder> folders = {};
  bool empty() const { return requirements.empty() && target.empty() && resolver.empty(); }
  friend bool operator==(const LockRequest&, const LockRequest&) = default;
};

// A lock: everything that shall be installed, with hashes. Reads and writes pylock.toml (PEP 751).
struct Resolution {
  std::vector<std::string> environments = {};  // markers of the environments that it is for; empty: all
  std::string requires_python = {};
  std::vector<std::string> extras = {};             // those that may be asked for; normalised
  std::vector<std::string> dependency_groups = {};  // the same
  std::vector<std::string> default_groups = {};     // of these, those that are meant when nobody names any
  std::vector<Pinned> packages = {};                // sorted by name, then version, then marker
  LockRequest request = {};                         // [tool.daypack]; empty in locks of other tools
  BuildSettings build = {};                         // not in the lock

  // Error{not_found, unreadable}; Error{syntax} with file and line for what is no TOML, no pylock, or of a newer major
  // version, and for a file without sha256; Error{unsafe_path} for a file name or subdirectory that would
  // leave its folder.
  DAYPACK_DECL static Resolution read(const std::string& path);
  // The same from text; `source` names it in errors and is the base of relative paths.
  DAYPACK_DECL static Resolution parse(std::string_view text, std::string source);
  // As pylock.toml, keys in the order of PEP 751: equal resolutions give equal text. Logins in URLs are left out.
  DAYPACK_DECL std::string text() const;
  // The same, to lie in this folder: paths are relative to it, so that lock and wheels may move together.
  DAYPACK_DECL std::string text_in(const std::string& folder) const;
  // SHA-256 of text(), hex.
  DAYPACK_DECL std::string digest() const;
  friend bool operator==(const Resolution&, const Resolution&) = default;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/resolution.ipp>
#endif
