// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/process/runner.hpp>

#include <memory>
#include <stop_token>

namespace daypack {

// Starts real programs, by Boost.Process. Safe to use from many threads of a process with many threads.
//
// A program gets three pipes and no other descriptor of ours, no blocked signal, and a process group of its own; when
// it has ended, or is stopped, nothing of that group remains. argv[0] without a slash is looked up in the PATH that the
// program itself will see. Throws Error{tool_missing} when there is no such program or it cannot be executed,
// Error{unreadable} when the working directory cannot be entered, Error{usage} for words with NUL, Error{tool_failed}
// when the system refuses another process.
class BoostRunner final : public Runner {
 public:
  using Runner::run;
  DAYPACK_DECL Finished run(const Command& command, std::stop_token stop) override;
  DAYPACK_DECL std::unique_ptr<Child> start(const Command& command) override;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/process/boost_runner.ipp>
#endif
