// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/check.hpp>
#include <daypack/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daypack::checks {

// Keys and tokens that must not be sent, in the user's own files: those of wheels are public already, and full of keys
// for tests. Errors: private keys, and tokens by their form (AWS, GitHub, GitLab, PyPI, npm, Slack, Google, Alibaba
// Cloud, Stripe, keys of Azure's stores). Warnings: files whose name says that they hold some (.env, id_rsa, *.pfx).
// What was found is never printed, only what it is, and the line. Values that vendors print in their documents do not
// count.
struct Secrets {
  static constexpr std::string_view name = "secrets";
  std::vector<std::string> allow = {};              // globs of paths that may hold any
  bool wheels = false;                              // whether files of distributions are searched too
  std::uint64_t largest = std::uint64_t{64} << 20;  // bytes; larger files are not searched, which is noted

  DAYPACK_DECL std::vector<Finding> operator()(const Tree& tree, const Context& context) const;
};

}  // namespace daypack::checks

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/checks/secrets.ipp>
#endif
