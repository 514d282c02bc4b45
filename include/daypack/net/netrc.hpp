// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace daypack {

struct Login {
  std::string user = {};
  std::string password = {};
};

// What a netrc file says about a host: its first `machine` entry, else the `default` entry. Comments, quoted words and
// macdef are understood; words that are not are passed over. (The format: the GNU inetutils manual, "The .netrc file".)
DAYPACK_DECL std::optional<Login> netrc_login(std::string_view netrc, std::string_view host);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/net/netrc.ipp>
#endif
