// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/error.hpp>

#include <string>
#include <string_view>
#include <vector>

// What uv says on its standard error when it fails, understood. Its words are those of uv 0.13.8.
namespace daypack::detail {

// The text without ANSI escape sequences and credentials.
DAYPACK_DECL std::string plain_words(std::string_view err);

// The requirements ("numpy==2.4.6", "docopt") of which uv says that no wheel is usable.
DAYPACK_DECL std::vector<std::string> wheelless_in(std::string_view words);

// The distribution of which uv says that it depends on this one, e.g. "boto3==1.34.0"; empty when it says none.
DAYPACK_DECL std::string dependent_in(std::string_view words, std::string_view name);

// The lower bound of Python that uv says a distribution has, e.g. "3.12"; empty when it says none.
DAYPACK_DECL std::string python_bound_in(std::string_view words);

// Whether the name stands in the text as a word of its own, e.g. "botocore" in "botocore==1.30.0 and", but not in
// "aiobotocore".
DAYPACK_DECL bool mentions(std::string_view words, std::string_view name);

// The failure as an error.
DAYPACK_DECL Fault uv_fault(std::string_view words);

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/uv_words.ipp>
#endif
