// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// A command of entry_points.txt: "name = module:object".
struct ConsoleScript {
  std::string name = {};
  std::string module = {};
  std::string object = {};  // "main", "cli.run"
};

// The console_scripts and gui_scripts of an entry_points.txt (the entry points page, read 2026-11). Throws
// Error{damaged_wheel} with the wheel's file name for a name that is no plain file name or that of an interpreter,
// or a value that names no object.
DAYPACK_DECL std::vector<ConsoleScript> console_scripts(std::string_view entry_points, const std::string& wheel);

// The file that runs it, with "#!/usr/bin/env python3".
DAYPACK_DECL std::string script_text(const ConsoleScript& script);

// A script of .data/scripts: its first line "#!python", "#!pythonw" or "#!python3" becomes "#!/usr/bin/env python3";
// where it has arguments a shell starts Python with them, because the kernel takes one word only.
DAYPACK_DECL std::string with_portable_shebang(std::string_view script);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/scripts.ipp>
#endif
