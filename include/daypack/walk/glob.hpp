// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <string>
#include <string_view>

namespace daypack {

// A pattern over whole paths: "*" and "?" stay inside a component, "**" crosses components, [a-z] is a set, \\ escapes.
// A pattern without "/" matches the last component anywhere, as git's ignore rules do.
class Glob {
 public:
  DAYPACK_DECL explicit Glob(std::string_view pattern);
  DAYPACK_DECL bool matches(std::string_view path) const;

 private:
  std::string pattern_;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/walk/glob.ipp>
#endif
