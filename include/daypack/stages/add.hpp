// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/tree.hpp>
#include <daypack/walk/walk.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// A file or folder of the user's own, and where it goes.
struct Source {
  std::string path = {};  // on the host. A folder with a final '/' stands for what lies in it: {"src/"} is not below
                          // "src" in the package
  std::string to = {};    // its name in the package; with a final '/', the folder that a file goes into; empty: its own
                          // name, at the root

  // "PATH" or "PATH=DEST", as the command line takes it.
  DAYPACK_DECL static Source parse(std::string_view text);
};

// What counts in a folder of the user's own: how Add walks it.
DAYPACK_DECL WalkOptions walk_of_sources();

// Adds the user's own files where the backend wants them. From folders, version control (.git, .hg, .svn), caches,
// bytecode, virtual environments and node_modules are left out, and what a .daypackignore in them says (the rules of
// walk/ignore.hpp; .gitignore is not asked, since what is built is often ignored there and wanted here); the executable
// bit is kept; links are followed inside the folder only. Throws Error{not_found, unreadable}; Error{unsafe_path} for
// links that lead out of the folder; Error{usage} for what looks like a secret (.env, *.pem, id_rsa, ...) and is not
// named by its own path; Error{conflict} for a path that a distribution already has.
struct Add {
  static constexpr std::string_view name = "Add";
  std::vector<Source> sources = {};

  DAYPACK_DECL Tree operator()(const Tree& tree, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/add.ipp>
#endif
