// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack {

// What kind of failure it is. The command line's exit code is exit_code(Errc).
enum class Errc {
  failed,               // anything without a kind of its own
  usage,                // the caller's words or options are off
  unreadable,           // a file or folder cannot be read
  unwritable,           // a file or folder cannot be written (permission, full disk)
  syntax,               // a requirements, lock or manifest file is not well-formed
  unresolvable,         // no set of versions satisfies the requirements
  no_wheel,             // a pinned distribution has no wheel that the target can load
  hash_mismatch,        // bytes are not those that the lock names
  damaged_wheel,        // a wheel breaks its own promises (RECORD, METADATA, names)
  damaged_zip,          // a zip that a careful reader refuses
  unsafe_path,          // a name that would leave its folder
  conflict,             // two sources give one path different bytes
  tool_missing,         // a program that is needed is not installed
  tool_failed,          // a program ran and failed
  interpreter_missing,  // no Python of the target's version on this host
  not_found,            // a named thing does not exist
  over_limit,           // a limit of the backend is exceeded
  verification,         // the package does not do what it should
  network,              // a server cannot be reached or answers wrongly
  provider,             // a cloud refused a request
  cancelled,            // stopped on request
};

// 0 done, 1 failed, 2 usage, 3 over a limit, 4 verification failed, 5 network or provider, 130 interrupted.
constexpr int exit_code(Errc code) {
  switch (code) {
    case Errc::usage:
      return 2;
    case Errc::over_limit:
      return 3;
    case Errc::verification:
      return 4;
    case Errc::network:
    case Errc::provider:
      return 5;
    case Errc::cancelled:
      return 130;
    default:
      return 1;
  }
}

// "unreadable", "no_wheel", ...: the name as --json prints it.
DAYPACK_DECL std::string_view to_string(Errc code);

// Everything that an Error says, by name. Voice: what failed: subject (got X, expected Y). Then the way out.
struct Fault {
  Errc code = Errc::failed;
  std::string message = {};        // what failed, lower case, no final stop
  std::string subject = {};        // the file, URL, wheel or requirement it is about
  std::string hint = {};           // the way out
  std::string stage = {};          // set by the pipeline
  std::vector<Fault> causes = {};  // sorted, so the text does not depend on the number of threads
};

// The one exception type of the library. What it says has passed redacted(), part by part.
class Error : public std::runtime_error {
 public:
  DAYPACK_DECL explicit Error(Fault fault);
  Error(Errc code, std::string message, std::string subject = {}, std::string hint = {})
      : Error(Fault{
            .code = code, .message = std::move(message), .subject = std::move(subject), .hint = std::move(hint)}) {}

  Errc code() const noexcept { return fault_.code; }
  const std::string& message() const noexcept { return fault_.message; }
  const std::string& subject() const noexcept { return fault_.subject; }
  const std::string& hint() const noexcept { return fault_.hint; }
  const std::string& stage() const noexcept { return fault_.stage; }
  const std::vector<Fault>& causes() const noexcept { return fault_.causes; }
  const Fault& fault() const noexcept { return fault_; }

  // The same error, told of the stage in which it happened. A stage that is already named stays.
  DAYPACK_DECL Error in_stage(std::string_view stage) const;

 private:
  Fault fault_;
};

// Failures of parallel work: collected by the caller, sorted by subject, thrown once. Does nothing when there are none;
// a single one is thrown as it is.
DAYPACK_DECL void throw_collected(std::vector<Fault> faults, std::string message);

// The text with user:password@ of URLs and the values of token-like query parameters replaced by "***".
DAYPACK_DECL std::string redacted(std::string_view text);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/error.ipp>
#endif
