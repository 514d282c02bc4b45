// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/tree.hpp>

#include <string>
#include <string_view>

// Apart from daypack.hpp, because its bodies include Boost.JSON.
namespace daypack {

// Makes the tree what its backend starts: adds what a package needs and nobody brought (Azure's host.json), and judges
// the entry points. Stands after Add, and before PycOnly, so that the handler's source can be seen.
//
// The handler is checked by the backend's grammar and against the tree: its module is there (not only built in, not
// __main__), and its function where the source can tell. For Azure it becomes an HTTP function of the v1 model: the
// handler "app.main" gives main/function.json, reached as /api/main. Without a handler, the entry points are those that
// the files name: Azure's */function.json are read and their scripts checked; that none is there is a warning.
//
// Throws Error{usage} for a handler that the backend does not take or needs none, Error{not_found} for a module, script
// or function that is not there, Error{syntax} for a function.json or host.json that the host does not read,
// Error{unsafe_path} for symbolic links where the backend keeps none. Needs a target.
struct Layout {
  static constexpr std::string_view name = "Layout";
  std::string handler =
      {};  // "app.handler", as the backend writes it; empty: the files say it, or nobody needs one yet

  DAYPACK_DECL Tree operator()(const Tree& tree, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/layout.ipp>
#endif
