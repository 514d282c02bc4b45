// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>

#include <concepts>
#include <string>

namespace daypack {

// A resolver pins requirements for the context's target. Its identity names everything else that decides the result,
// such as its options, without what changes from run to run: a lock is kept as long as requirements, target and
// identity stay the same.
template <class R>
concept resolver =
    std::copy_constructible<R> && requires(const R& r, const Requirements& requirements, const Context& context) {
      { r.resolve(requirements, context) } -> std::same_as<Resolution>;
      { r.identity() } -> std::convertible_to<std::string>;
    };

}  // namespace daypack
