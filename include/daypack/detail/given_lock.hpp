// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/policy.hpp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>

#include <optional>

namespace daypack::detail {

// What a lock among the requirements pins for this target, with the parts that are wanted; nothing when there is none.
// No tool is asked, and nothing is resolved. Error{usage} when something else is required beside it; Error{not_found}
// for an extra or group that it does not have; Error{unresolvable} when it is for other targets; else as
// Resolution::read.
DAYPACK_DECL std::optional<Resolution> given_resolution(const Requirements& requirements, const TargetFacts& target);

// Error{unresolvable} when a project does not run on the target's Python.
DAYPACK_DECL void check_required_pythons(const Requirements& requirements, const TargetFacts& target);

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/given_lock.ipp>
#endif
