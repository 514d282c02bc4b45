// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <memory>
#include <string_view>

namespace daypack {

// Ignore rules with the semantics of .gitignore (gitignore(5) and dir.c, wildmatch.c of git 2.39): a value, cheap to
// copy, that any number of threads may ask at once.
class Ignore {
 public:
  Ignore() = default;

  // These rules and those that one more file has. `folder` is where that file lies, as a walk would name it: "" for the
  // root, "a/b" below it. Its rules hold below its folder and win over all before them.
  DAYPACK_DECL Ignore with(std::string_view folder, std::string_view text) const;

  // Whether the last rule that matches this path ignores it. Only the path itself is judged: nothing brings back what
  // lies in an ignored folder, so ask for the folders first, as a walk does. A link is no folder, whatever it leads to.
  DAYPACK_DECL bool ignores(std::string_view path, bool folder) const;

 private:
  struct Level;
  std::shared_ptr<const Level> last_ = {};
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/walk/ignore.ipp>
#endif
