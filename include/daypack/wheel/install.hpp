// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/entry.hpp>
#include <daypack/ledger.hpp>
#include <daypack/run/pool.hpp>
#include <daypack/wheel/name.hpp>
#include <daypack/zip/reader.hpp>

#include <memory>
#include <string>
#include <vector>

namespace daypack {

// A wheel that has been opened: its zip holds together, and it has one dist-info folder, of the project that the file's
// name says.
struct OpenWheel {
  WheelName name;
  zip::Reader archive;
  std::string dist_info;  // "six-1.17.0.dist-info"
};

// Reads the names of a wheel, no contents. Throws Error{damaged_wheel} with the wheel's file name and the member,
// Error{unsafe_path} for a member that would leave its folder, Error{damaged_zip} when the zip itself is off.
DAYPACK_DECL OpenWheel open_wheel(Blob bytes, const std::string& file);

// Everything that must hold before a wheel is used and that does not change: Wheel-Version, METADATA of the same name
// and version, RECORD (record.hpp). Returns what the user should know, e.g. that the format is newer; throws
// Error{damaged_wheel}.
DAYPACK_DECL std::vector<std::string> check_wheel(const OpenWheel& wheel, Pool& pool);

struct InstallOptions {
  bool scripts = false;         // whether .data/scripts and entry points become bin/NAME with "#!/usr/bin/env python3"
  bool trusted = false;         // whether the wheel's own hash matched, so that its streams may be copied verbatim
  std::string direct_url = {};  // the text of a direct_url.json (PEP 610); none when empty
};

// What a wheel becomes: entries relative to the folder of packages, and what was left out, in the ledger.
struct InstalledWheel {
  std::vector<Entry> entries = {};
  Ledger ledger = {};
};

// Installs a checked wheel into thin air (PEP 427, the wheel format page, read 2026-11). Root, purelib, platlib and
// data lie in one folder; headers are left out, and so are files that only installers write, when a wheel has them
// (RECORD, INSTALLER, REQUESTED, direct_url.json). Throws Error{damaged_wheel} for a symbolic link or an unknown .data
// folder.
DAYPACK_DECL InstalledWheel install_wheel(const OpenWheel& wheel, std::shared_ptr<const Distribution> origin,
                                          const InstallOptions& options = {});

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/install.ipp>
#endif
