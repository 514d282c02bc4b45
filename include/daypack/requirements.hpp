// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// One requirement as somebody wrote it, and where.
struct Requirement {
  std::string text = {};  // PEP 508, without comments and without per-requirement options
  std::string name = {};  // normalised; empty for a bare URL or path
  std::vector<std::string> extras = {};
  std::string specifier = {};                     // ">=1,<2"
  std::string marker = {};                        // what stands after ";"
  std::string url = {};                           // of "name @ URL", or a bare URL or path
  std::vector<std::string> hashes = {};           // "sha256:..."
  std::vector<std::string> config_settings = {};  // "KEY=VALUE", for whoever builds it
  bool editable = false;
  std::string file = {};  // empty: given on the command line
  int line = 0;           // from 1
  friend bool operator==(const Requirement&, const Requirement&) = default;
};

// Which parts of a project or a lock are wanted. Names count as PEP 503 normalises them.
struct Parts {
  std::vector<std::string> extras = {};  // of [project.optional-dependencies]
  std::vector<std::string> groups = {};  // of [dependency-groups] (PEP 735)
  bool project = true;                   // false: the groups alone, without the project's own dependencies
  bool default_groups = true;            // of a lock: those that it names itself, unless `project` is false
  std::string package = {};              // of a uv.lock with several projects: the one that is meant
  friend bool operator==(const Parts&, const Parts&) = default;
};

// A file of a web server, for -r URL and -c URL.
struct FetchedText {
  std::string url = {};  // from which relative references in it start; with the login, if there is one
  std::string text = {};
};

// Fetches what a reference (RFC 3986) means seen from a base URL; the base is empty when the reference is a whole URL.
// fetch_text() of net/fetch_text.hpp, or what a test likes. Throws Error.
using FetchText = std::function<FetchedText(const std::string& base, const std::string& reference)>;

// A lock that somebody gave in the place of requirements: pylock.toml (PEP 751) or uv.lock.
struct GivenLock {
  std::string file = {};
  std::string text = {};
  Parts parts = {};
  friend bool operator==(const GivenLock&, const GivenLock&) = default;
};

// The requires-python of a project.
struct RequiredPython {
  std::string specifier = {};
  std::string file = {};
  int line = 0;
  friend bool operator==(const RequiredPython&, const RequiredPython&) = default;
};

// A project among the requirements, with what it tells uv beside its dependencies.
struct Project {
  std::string file = {};                      // its pyproject.toml
  std::string settings = {};                  // the [tool.uv] of it, for digests
  std::vector<std::string> uv_settings = {};  // its keys that change what is resolved and that only uv follows
  friend bool operator==(const Project&, const Project&) = default;
};

// What is asked for: the requirements of one or more files with the options that stand in them.
struct Requirements {
  std::vector<Requirement> items = {};
  std::vector<Requirement> constraints = {};  // of -c
  std::vector<GivenLock> locks = {};          // one at most, and then nothing else: Resolve takes it as it is
  std::vector<RequiredPython> pythons = {};
  std::vector<Project> projects = {};
  std::vector<std::string> options =
      {};  // global option lines, ready to stand in a requirements.txt: "--pre", "--index-url ..."

  // Reads by the file's name: uv.lock, pylock.toml and pylock.NAME.toml are locks, another *.toml is a pyproject.toml,
  // and everything else a requirements.txt of pip's format, which may be a URL. Error{not_found, unreadable};
  // Error{syntax} with file, line, column and what was expected; Error{not_found} for an extra or group that is not
  // there; Error{usage} for parts of a requirements.txt, which has none, for files of other tools, and for a URL
  // without `fetch`; the errors of `fetch`.
  DAYPACK_DECL static Requirements read(const std::string& path, const Parts& parts = {}, const FetchText& fetch = {});
  // Several files, together. The parts are those of the projects and locks among them; Error{usage} when there is none.
  DAYPACK_DECL static Requirements read_all(const std::vector<std::string>& paths, const Parts& parts = {},
                                            const FetchText& fetch = {});
  // The same from text; `source` tells what it is, names it in errors and is the base of relative paths.
  DAYPACK_DECL static Requirements parse(std::string_view text, std::string source, const Parts& parts = {},
                                         const FetchText& fetch = {});
  // Requirements as arguments: of({"requests", "numpy<2"}).
  DAYPACK_DECL static Requirements of(const std::vector<std::string>& items);

  // What the locks among them pin, for whatever target: "NAME==VERSION" with hashes, file and line, and the marker that
  // the lock gives it. The errors of Resolution::read.
  DAYPACK_DECL std::vector<Requirement> locked() const;

  // Both together.
  DAYPACK_DECL Requirements& add(const Requirements& more);
  friend bool operator==(const Requirements&, const Requirements&) = default;
  // As one requirements.txt that pip and uv read, with nothing relative left in it; without the constraints.
  DAYPACK_DECL std::string text() const;
  // The constraints, as the file for -c.
  DAYPACK_DECL std::string constraints_text() const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/requirements.ipp>
#endif
