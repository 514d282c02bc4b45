// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/report/report.hpp>

#include <string>

namespace cli {

// Writes the page, whole or not at all.
void write_page(const daypack::Report& report, const std::string& path);

}  // namespace cli
