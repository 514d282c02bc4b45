// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// The programs of that name, in the order in which the folders of a search path are tried (as `which -a`); empty when
// there is none. A name with a slash is looked at itself, and nothing else. Folders and files that may not be executed
// do not count.
DAYPACK_DECL std::vector<std::string> programs_named(std::string_view name, std::string_view search_path);

// The same with the PATH of this process.
DAYPACK_DECL std::vector<std::string> programs_named(std::string_view name);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/process/search_path.ipp>
#endif
