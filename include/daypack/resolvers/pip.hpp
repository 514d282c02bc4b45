// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/requirements.hpp>
#include <daypack/resolution.hpp>

#include <string>
#include <vector>

namespace daypack {

namespace detail {

DAYPACK_DECL std::string newest_by_pip(const std::string& requirement, const BuildSettings& settings,
                                       const Context& context);

}  // namespace detail

// Resolves with `pip install --dry-run --report` (pip 22.2 or newer, https://pip.pypa.io/en/stable/cli/pip_install/,
// https://pip.pypa.io/en/stable/reference/installation-report/, 2026-11-20), for the target's Python with its patch
// version, its machine and its C library. pip itself would ask markers about the Python that it runs in; it is told the
// target's answers, and what it has asked is checked in its report. Wheels are taken, or an sdist of what has no wheel
// or --no-binary NAME names, and what is required by its place; pip may build those to learn what they need. Where
// packages come from is pip's own business: pip.conf, the PIP_... variables, netrc, keyring and proxies all count.
//
// Runs `PYTHON -m pip`, any Python 3, through the context's runner. pip knows no offline mode: an offline context lets
// it look into --find-links only.
struct Pip {
  std::string python = "python3";           // the Python that has pip
  std::string exclude_newer = {};           // as Uv's, by --uploaded-prior-to of pip 26
  std::vector<std::string> arguments = {};  // more arguments of `pip install`: {"--prefer-binary"}

  // Errors: tool_missing (no Python, no pip), unresolvable, not_found (unknown package), no_wheel (names the wheels
  // that there are and why each does not fit), hash_mismatch (an index without sha256), network, tool_failed,
  // cancelled.
  DAYPACK_DECL Resolution resolve(const Requirements& requirements, const Context& context) const;
  DAYPACK_DECL std::string identity() const;
  // What builds of what it pins follow: pip builds, no uv is needed.
  BuildSettings build_settings() const {
    return {.pip = python, .exclude_newer = exclude_newer, .newest = detail::newest_by_pip};
  }
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/resolvers/pip.ipp>
#endif
