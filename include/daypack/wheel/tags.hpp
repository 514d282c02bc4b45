// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/policy.hpp>
#include <daypack/wheel/name.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// The wheels that CPython on a Linux with glibc can load, best first (PEP 425, 600; read 2026-11). The order is that of
// pip and uv; it is computed, not looked up, so that a rank costs a few comparisons.
class SupportedTags {
 public:
  DAYPACK_DECL SupportedTags(Python python, Glibc glibc, Arch arch);
  explicit SupportedTags(const TargetFacts& target)
      : SupportedTags(target.runtime->python, target.runtime->glibc, target.arch) {}

  // The place of the wheel's best tag in list(), so less is better; nothing when the target cannot load it.
  DAYPACK_DECL std::optional<int> rank(const WheelName& wheel) const;

  // Why a wheel does not fit, e.g. "needs glibc 2.28, the target has 2.26", and how far it is from fitting: less is
  // nearer.
  struct Misfit {
    int distance = 0;
    std::string words = {};
  };
  // For wheels without a rank.
  DAYPACK_DECL Misfit misfit(const WheelName& wheel) const;

  // All of them, "cp312-cp312-manylinux_2_34_x86_64" first: several hundred.
  DAYPACK_DECL std::vector<std::string> list() const;

 private:
  DAYPACK_DECL std::optional<int> group_of(std::string_view python, std::string_view abi) const;
  DAYPACK_DECL std::optional<int> platform_of(std::string_view platform) const;
  DAYPACK_DECL std::optional<int> rank(std::string_view python, std::string_view abi, std::string_view platform) const;
  DAYPACK_DECL Misfit python_misfit(const WheelName& wheel) const;
  DAYPACK_DECL Misfit platform_misfit(const WheelName& wheel) const;

  Python python_;
  Glibc glibc_;
  std::string_view machine_;
  int oldest_glibc_;  // minor of the first manylinux of this architecture
  std::string own_abi_;
  int old_abi3_ = 0;   // how many older CPythons' stable ABI it loads
  int platforms_ = 0;  // how many platform tags it knows, "any" apart
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/tags.ipp>
#endif
