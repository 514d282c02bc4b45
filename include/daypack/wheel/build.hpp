// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytes.hpp>
#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/error.hpp>
#include <daypack/resolution.hpp>

namespace daypack {

// A wheel that was made here.
struct BuiltWheel {
  PinnedFile file = {};  // its name, sha256 and size; no url or path
  Blob bytes = {};
};

// The wheel of a distribution that the lock gives as source code, built by `uv build --wheel` (uv 0.13.8,
// https://docs.astral.sh/uv/reference/cli/#uv-build, 2026-11-20) in an environment of its own. An sdist is fetched and
// hashed like a wheel; a repository is cloned by git and stands at the lock's commit; a folder is built where it lies.
//
// The build runs under the target's Python when this host has it, is a Linux and of the target's architecture;
// otherwise under any python3, and then only a wheel without machine code (py3-none-any) is taken. A wheel whose
// libraries need a newer glibc than the target has is refused. SOURCE_DATE_EPOCH is 1980-01-01 unless it is set.
//
// What was built from an sdist or a commit is cached under their digest, the target's Python, machine and glibc, and
// uv's version. Folders are built each time.
//
// Errors: no_wheel (the host cannot build what the target loads; `misfits` are the causes: the wheels that exist and
// why each does not fit), tool_missing (uv, git), tool_failed (the last lines of the build), network, hash_mismatch,
// not_found, cancelled.
DAYPACK_DECL BuiltWheel build_wheel(const Pinned& package, const Context& ctx, const std::vector<Fault>& misfits = {});

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/build.ipp>
#endif
