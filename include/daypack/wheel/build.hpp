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
// https://docs.astral.sh/uv/reference/cli/#uv-build, 2026-11-20) or `pip wheel`
// (https://pip.pypa.io/en/stable/cli/pip_wheel/, 2026-11-21) in an environment of its own. An sdist is fetched and
// hashed like a wheel; a repository is cloned by git and stands at the lock's commit; a folder is built where it lies.
// What a build requires comes from the indexes of the settings and of the tool's own configuration; no login stands on
// a command line.
//
// The build runs under the target's Python when this host has it, is a Linux and of the target's architecture;
// otherwise under any python3, and then only a wheel without machine code (py3-none-any) is taken. The libraries in a
// wheel are held against the target: their version needs (glibc, and the compiler's own libraries), and that what they
// load comes with them or with the system. SOURCE_DATE_EPOCH is 1980-01-01 unless it is set; umask, locale and time
// zone are the same for every caller.
//
// What was built from an sdist or a commit is cached under their digest, the target's Python, machine and glibc, the
// tool's version and the config settings. Folders are built each time.
//
// Errors: no_wheel (the host cannot build what the target loads; `misfits` are the causes: the wheels that exist and
// why each does not fit; the hint names the newest version that has one), tool_missing (uv and pip, git), tool_failed
// (the last lines of the build; a note says where all of them are), network, hash_mismatch, not_found, cancelled.
DAYPACK_DECL BuiltWheel build_wheel(const Pinned& package, const Context& ctx, const BuildSettings& settings = {},
                                    const std::vector<Fault>& misfits = {});

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/build.ipp>
#endif
