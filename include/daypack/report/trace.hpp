// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/zip/reader.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace daypack {

// A log with the lines of source that its tracebacks lack.
struct Traced {
  std::string text = {};
  std::size_t frames = 0;  // that name a file and a line
  std::size_t found = 0;   // of these, whose source is there
};

// Puts below each `File "/var/task/app.py", line 3, in handler` the third line of var/task/app.py, as CPython does
// where it finds the source. `sources` is what SaveSources has written. Takes any text: tracebacks as Python prints
// them, as Lambda's runtime logs them (one line, with carriage returns and no-break spaces), and as Lambda answers with
// them, a JSON object with "stackTrace" on a line of its own, which becomes a traceback. Frames whose line stands there
// already are left as they are. Throws what Reader::inflate() throws.
DAYPACK_DECL Traced traced(std::string_view log, const zip::Reader& sources);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/report/trace.ipp>
#endif
