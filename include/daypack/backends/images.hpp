// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/policy.hpp>

#include <array>
#include <string_view>

// The operating systems that the known runtimes stand on. Facts of 2026-11-21.
//
// libstdc++: the release of GCC in a distribution decides, by the table "ABI Policy and Guidelines" of the libstdc++
// manual (GCC 4.8.3: 3.4.19 and 1.3.7; 6.1: 3.4.22 and 1.3.10; 7.2: 3.4.24 and 1.3.11; 8.1: 3.4.25 and 1.3.11; 10.1:
// 3.4.28 and 1.3.12; 11.1: 3.4.29 and 1.3.13; 12.1: 3.4.30 and 1.3.13; 14.1: 3.4.33 and 1.3.15). The policies of
// auditwheel 6 say the same of each glibc.
// Libraries: what the package manager of a minimal image itself needs is certain (apt: libgcc, libstdc++; dpkg: zlib,
// bzip2, xz; rpm the same); the rest of an image may differ from the hosted one, so it is not counted unless its recipe
// installs it by name.
namespace daypack::images {

namespace detail {

inline constexpr std::array<std::string_view, 6> debian_libraries{"libbz2.so.1.0", "libcrypt.so.1",  "libgcc_s.so.1",
                                                                  "liblzma.so.5",  "libstdc++.so.6", "libz.so.1"};
inline constexpr std::array<std::string_view, 6> amazon_libraries{"libbz2.so.1",  "libcrypt.so.1",  "libgcc_s.so.1",
                                                                  "liblzma.so.5", "libstdc++.so.6", "libz.so.1"};
// libxcrypt without its compatibility package: libcrypt.so.2 only.
inline constexpr std::array<std::string_view, 6> amazon_2023_libraries{
    "libbz2.so.1", "libcrypt.so.2", "libgcc_s.so.1", "liblzma.so.5", "libstdc++.so.6", "libz.so.1"};
// The recipes of azure-functions-docker install libglib2.0-0, libsm6, libxext6, libxrender-dev, libgomp1 and xvfb
// (which needs libgl1), for OpenCV and OpenMP (Python 3.11 on Debian 11, 3.12 on Debian 12, read on 2026-11-21).
inline constexpr std::array<std::string_view, 16> azure_libraries{
    "libGL.so.1",    "libICE.so.6",      "libSM.so.6",          "libX11.so.6",
    "libXext.so.6",  "libXrender.so.1",  "libbz2.so.1.0",       "libcrypt.so.1",
    "libgcc_s.so.1", "libglib-2.0.so.0", "libgobject-2.0.so.0", "libgthread-2.0.so.0",
    "libgomp.so.1",  "liblzma.so.5",     "libstdc++.so.6",      "libz.so.1"};

}  // namespace detail

// GCC 4.8 is its first; later ones came with 7.2, which a package had better not count on.
inline constexpr Image amazon_linux_1{.name = "Amazon Linux 1",
                                      .glibc = {2, 17},
                                      .glibcxx = "3.4.19",
                                      .cxxabi = "1.3.7",
                                      .libraries = detail::amazon_libraries,
                                      .source = "release notes of Amazon Linux 2017.03 and 2018.03, 2026-11-21"};
// GCC 7.3
inline constexpr Image amazon_linux_2{.name = "Amazon Linux 2",
                                      .glibc = {2, 26},
                                      .glibcxx = "3.4.24",
                                      .cxxabi = "1.3.11",
                                      .libraries = detail::amazon_libraries,
                                      .source = "release notes of Amazon Linux 2, 2026-11-21"};
// GCC 11
inline constexpr Image amazon_linux_2023{
    .name = "Amazon Linux 2023",
    .glibc = {2, 34},
    .glibcxx = "3.4.29",
    .cxxabi = "1.3.13",
    .libraries = detail::amazon_2023_libraries,
    .source = "user guide of Amazon Linux 2023, minimal container image, 2026-11-21"};
// GCC 6.3
inline constexpr Image debian_9{.name = "Debian 9",
                                .glibc = {2, 24},
                                .glibcxx = "3.4.22",
                                .cxxabi = "1.3.10",
                                .libraries = detail::debian_libraries,
                                .source = "packages of Debian 9, 2026-11-21"};
// GCC 8.3
inline constexpr Image debian_10{.name = "Debian 10",
                                 .glibc = {2, 28},
                                 .glibcxx = "3.4.25",
                                 .cxxabi = "1.3.11",
                                 .libraries = detail::debian_libraries,
                                 .source = "packages of Debian 10, 2026-11-21"};
// GCC 10.2
inline constexpr Image debian_11{.name = "Debian 11",
                                 .glibc = {2, 31},
                                 .glibcxx = "3.4.28",
                                 .cxxabi = "1.3.12",
                                 .libraries = detail::debian_libraries,
                                 .source = "packages of Debian 11, 2026-11-21"};
// GCC 12.2
inline constexpr Image debian_12{.name = "Debian 12",
                                 .glibc = {2, 36},
                                 .glibcxx = "3.4.30",
                                 .cxxabi = "1.3.13",
                                 .libraries = detail::debian_libraries,
                                 .source = "packages of Debian 12, 2026-11-21"};
// libstdc++ of GCC 8.4
inline constexpr Image ubuntu_18_04{.name = "Ubuntu 18.04",
                                    .glibc = {2, 27},
                                    .glibcxx = "3.4.25",
                                    .cxxabi = "1.3.11",
                                    .libraries = detail::debian_libraries,
                                    .source = "packages of Ubuntu 18.04, 2026-11-21"};
// libstdc++ of GCC 12.3
inline constexpr Image ubuntu_22_04{.name = "Ubuntu 22.04",
                                    .glibc = {2, 35},
                                    .glibcxx = "3.4.30",
                                    .cxxabi = "1.3.13",
                                    .libraries = detail::debian_libraries,
                                    .source = "packages of Ubuntu 22.04, 2026-11-21"};
// libstdc++ of GCC 14
inline constexpr Image ubuntu_24_04{.name = "Ubuntu 24.04",
                                    .glibc = {2, 39},
                                    .glibcxx = "3.4.33",
                                    .cxxabi = "1.3.15",
                                    .libraries = detail::debian_libraries,
                                    .source = "packages of Ubuntu 24.04, 2026-11-21"};

// Images of Azure Functions: those of Debian with more libraries. Debian 10 is the oldest of 3.6 to 3.11, so its
// libstdc++ is what these can count on; Debian 12 that of the later ones (3.14 stands on Ubuntu 24.04 already).
inline constexpr Image azure_debian_10{
    .name = "Debian 10, later 11",
    .glibc = {2, 28},
    .glibcxx = "3.4.25",
    .cxxabi = "1.3.11",
    .libraries = detail::azure_libraries,
    .source = "azure-functions-docker, host/3.0/buster and host/4/bullseye, 2026-11-21"};
inline constexpr Image azure_debian_12{.name = "Debian 12",
                                       .glibc = {2, 36},
                                       .glibcxx = "3.4.30",
                                       .cxxabi = "1.3.13",
                                       .libraries = detail::azure_libraries,
                                       .source = "azure-functions-docker, host/4/bookworm, 2026-11-21"};

// What manylinux_2_28 promises (PEP 600, AlmaLinux 8: GCC 8.5), for a machine that nobody knows.
inline constexpr std::array<std::string_view, 3> manylinux_libraries{"libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"};
inline constexpr Image manylinux_2_28{.name = "Linux",
                                      .glibc = {2, 28},
                                      .glibcxx = "3.4.24",
                                      .cxxabi = "1.3.11",
                                      .libraries = manylinux_libraries,
                                      .source = "auditwheel 6, policy manylinux_2_28, 2026-11-21"};

}  // namespace daypack::images
