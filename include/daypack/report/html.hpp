// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/report/report.hpp>

#include <string>

namespace daypack {

// The report as one page (HTML, UTF-8) that needs nothing else: its policy lets it load and send nothing. Without
// JavaScript it is tables; with it also a treemap of all files, a search, tables that sort. Equal reports give equal
// bytes. Names of files are text, whatever they say.
DAYPACK_DECL std::string html_of(const Report& report);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/report/html.ipp>
#endif
