// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/rules/rule.hpp>

namespace daypack::rules {

// __pycache__ folders, and a *.pyc whose *.py lies beside it. A *.pyc without a source stays: it is the module (PEP
// 3147).
struct BytecodeCaches {
  static constexpr std::string_view name = "bytecode-caches";
  static constexpr std::string_view reason =
      "bytecode of whoever built the wheel, with times that do not match, is compiled again at each start";
  static constexpr std::string_view risk = "none: the sources are there; PycOnly and Compile make bytecode that fits";
  DAYPACK_DECL static Matcher matcher(const Tree& tree, const TargetFacts* target);
};

}  // namespace daypack::rules

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/rules/bytecode_caches.ipp>
#endif
