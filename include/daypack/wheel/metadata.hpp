// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack {

// The headers of METADATA and WHEEL: RFC 822 in UTF-8, names without regard to case, continued lines begin with a
// blank. What no reader would take for a header ends them, as with Python's own email parser.
class MetadataHeaders {
 public:
  DAYPACK_DECL static MetadataHeaders parse(std::string_view text);

  // The value of the first header of this name, without blanks around it; empty when there is none.
  DAYPACK_DECL std::string_view value(std::string_view name) const;
  // Of all headers of this name, in order: Requires-Dist, Tag, License-File, ...
  DAYPACK_DECL std::vector<std::string_view> values(std::string_view name) const;
  // What follows the first empty line: the description.
  std::string_view body() const noexcept { return body_; }

 private:
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/metadata.ipp>
#endif
