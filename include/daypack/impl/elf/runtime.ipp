// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/elf/glibc.hpp>
#include <daypack/policy.hpp>
#include <daypack/python.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

// What a runtime has of the libraries that files ask for.
namespace daypack::detail {

// Of glibc itself: every runtime has these.
inline constexpr std::array<std::string_view, 12> glibc_libraries{"ld-linux-aarch64.so.1",
                                                                  "ld-linux-x86-64.so.2",
                                                                  "libBrokenLocale.so.1",
                                                                  "libanl.so.1",
                                                                  "libc.so.6",
                                                                  "libdl.so.2",
                                                                  "libm.so.6",
                                                                  "libmvec.so.1",
                                                                  "libpthread.so.0",
                                                                  "libresolv.so.2",
                                                                  "librt.so.1",
                                                                  "libutil.so.1"};

// What wheels may count on beside glibc, of which even small images have most (PEP 600, "auditwheel"; its
// manylinux-policy.json, read 2026-11-21, without those of windows and GLib). Stands for an image that is not known.
inline constexpr std::array<std::string_view, 5> manylinux_libraries{"libatomic.so.1", "libexpat.so.1", "libgcc_s.so.1",
                                                                     "libstdc++.so.6", "libz.so.1"};

inline bool is_of_runtime(std::string_view library, const Runtime& runtime) {
  if (std::ranges::find(glibc_libraries, library) != glibc_libraries.end()) return true;
  const std::span<const std::string_view> known =
      runtime.image ? runtime.image->libraries : std::span<const std::string_view>(manylinux_libraries);
  if (std::ranges::find(known, library) != known.end()) return true;
  return library.starts_with("libpython" + to_string(runtime.python));  // of the interpreter that loads it
}

// A version of libstdc++ that a file needs, and the newest that the image has.
struct StandardLibraryMisfit {
  std::string needed = {};  // "GLIBCXX_3.4.30"
  std::string has = {};     // "GLIBCXX_3.4.24"
};

inline std::optional<StandardLibraryMisfit> standard_library_misfit(const elf::Facts& facts, const Image& image) {
  for (const auto& [prefix, newest] :
       {std::pair<std::string_view, std::string_view>{"GLIBCXX_", image.glibcxx}, {"CXXABI_", image.cxxabi}}) {
    if (newest.empty()) continue;
    std::string worst;
    for (const elf::VersionNeed& need : facts.versions) {
      const auto numbers = elf::version_numbers(need.version, prefix);
      if (need.weak || need.library != "libstdc++.so.6" || numbers <= elf::version_numbers(newest, "")) continue;
      if (worst.empty() || elf::version_numbers(worst, prefix) < numbers) worst = need.version;
    }
    if (!worst.empty()) return StandardLibraryMisfit{worst, std::string(prefix).append(newest)};
  }
  return std::nullopt;
}

}  // namespace daypack::detail
