// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/policy.hpp>
#include <daypack/resolution.hpp>
#include <daypack/wheel/tags.hpp>

#include <string>

namespace daypack {

// The wheel of a pinned version that suits the target best: the best tag, then the highest build number, then the name.
// linux_ARCH wheels promise no glibc, so they are taken from local paths only.
// Throws Error{no_wheel} that lists the wheels there are, the nearest first, with why each does not fit, and the way
// out.
DAYPACK_DECL const PinnedFile& choose_wheel(const Pinned& package, const SupportedTags& tags,
                                            const TargetFacts& target);

// "AWS Lambda, Python 3.12, arm64, glibc 2.34": the target in errors.
DAYPACK_DECL std::string words_of(const TargetFacts& target);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/choose.ipp>
#endif
