// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/deployment.hpp>
#include <daypack/stages/upload.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The provider on this machine: deployed versions in a content-addressed store below the user's data folder.
// providers/local_runtime.hpp invokes them.
namespace daypack::local {

// Where the store lies when nobody says: $DAYPACK_DATA_DIR, else $XDG_DATA_HOME/daypack, else ~/.local/share/daypack.
// Throws Error{usage} when none of the variables, HOME included, is set.
DAYPACK_DECL std::string data_folder();

// A function to deploy: Upload{local::Function{.name = "thumbnails"}}.
struct Function {
  using backend = AnyBackend;
  static constexpr PackageKind delivers = PackageKind::function;

  std::string name = {};                                // 1 to 64 of A-Z a-z 0-9 - _, as Lambda's function names
  std::string handler = "app.handler";                  // module.function
  int memory = 256;                                     // MB
  int timeout = 30;                                     // seconds
  std::map<std::string, std::string> environment = {};  // kept in the store; only its owner can read it
  std::vector<std::string> layers = {};                 // paths of zips, mounted as /opt in this order; later ones win
  std::string folder = {};                              // of the store; data_folder() when empty

  // Stores the archive as the function's next version. Does nothing (unchanged) when the current version has the same
  // bytes, configuration and target. Throws Error{usage} for a bad option, Error{unreadable} for a layer,
  // Error{unwritable}; a failure or a kill leaves the old current version.
  DAYPACK_DECL Deployment deliver(const Archive& archive, Context& context) const;
};

// One deployed version: all that is needed to run it.
struct Version {
  std::string function = {};
  int number = 0;           // 1, 2, 3, ...
  std::string digest = {};  // SHA-256 of the zip, hex
  std::uint64_t size = 0;   // of the zip, bytes
  std::string handler = {};
  int memory = 0;   // MB
  int timeout = 0;  // seconds
  std::map<std::string, std::string> environment = {};
  std::vector<std::string> layers = {};  // SHA-256 of their zips, hex
  std::string backend = {};              // "aws_lambda"
  std::string python = {};               // "3.12"
  std::string arch = {};                 // "x86_64"
  std::string packages_folder = {};      // where distributions lie in the package; empty: at its root

  friend bool operator==(const Version&, const Version&) = default;
};

// The deployed versions of all functions. Safe to use from many threads and processes at once.
class Store {
 public:
  explicit Store(std::string folder = data_folder()) : folder_(std::move(folder)) {}

  // The current version of each function, sorted by name.
  DAYPACK_DECL std::vector<Version> list() const;
  // All versions of a function, oldest first; empty when there is none.
  DAYPACK_DECL std::vector<Version> versions(std::string_view function) const;
  // A version; 0 is the current one. Throws Error{not_found} that names the functions or versions there are.
  DAYPACK_DECL Version find(std::string_view function, int number = 0) const;
  // Forgets a function and all that only it used. Whether there was one.
  DAYPACK_DECL bool remove(std::string_view function, Context& context) const;

  // The zip of that digest.
  DAYPACK_DECL std::string package(std::string_view digest) const;
  // What the versions are unpacked to, and where the runtime clients are installed.
  DAYPACK_DECL std::string unpacked_folder() const;
  DAYPACK_DECL std::string runtimes_folder() const;
  const std::string& folder() const noexcept { return folder_; }

 private:
  std::string folder_;
};

// Why a function cannot have this name; empty when it can.
DAYPACK_DECL std::string function_name_reason(std::string_view name);

}  // namespace daypack::local

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/local.ipp>
#endif
