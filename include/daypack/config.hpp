// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

// Header-only is the default. Define DAYPACK_SEPARATE_COMPILATION everywhere (the build target daypack::compiled does)
// and include <daypack/src.hpp> in exactly one translation unit to compile every body once.
#ifdef DAYPACK_SEPARATE_COMPILATION
#define DAYPACK_DECL
#else
#define DAYPACK_DECL inline
#endif
