// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#if __has_include(<libdeflate.h>)
#include <daypack/codec/libdeflate.hpp>
#else
#include <daypack/codec/zlib.hpp>
#endif

namespace daypack::codec {

// The best codec that is installed.
#if __has_include(<libdeflate.h>)
using Default = Libdeflate;
#else
using Default = Zlib;
#endif

}  // namespace daypack::codec
