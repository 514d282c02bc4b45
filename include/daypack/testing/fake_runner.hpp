// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/process/runner.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace daypack::testing {

// A Runner without processes: answers by script, from any number of threads. A command fits a script when its words
// stand in argv in this order, the first one as the program (its path or its file name); of several, the one given last
// is taken.
//   FakeRunner runner;
//   runner.answer({"uv", "pip", "compile"}, {{.exit_code = 1, .err = "error: ..."}});
class FakeRunner : public Runner {
 public:
  using Answer = std::function<Finished(const Command&)>;
  using Start = std::function<std::unique_ptr<Child>(const Command&)>;

  // What run() gives, in this order; the last one is repeated.
  DAYPACK_DECL void answer(std::vector<std::string> words, std::deque<Finished> answers);
  // The same, worked out: for programs that write files.
  DAYPACK_DECL void answer(std::vector<std::string> words, Answer answer);
  // What start() gives.
  DAYPACK_DECL void child(std::vector<std::string> words, Start start);

  // All commands so far, in the order in which they came.
  DAYPACK_DECL std::vector<Command> seen() const;

  // Error{tool_missing} for a program without a script, Error{cancelled} when a stop was requested.
  DAYPACK_DECL Finished run(const Command& command, std::stop_token stop) override;
  DAYPACK_DECL std::unique_ptr<Child> start(const Command& command) override;
  using Runner::run;

 private:
  struct Script {
    std::vector<std::string> words = {};
    std::deque<Finished> answers = {};
    Answer answer = {};
    Start start = {};
  };
  DAYPACK_DECL Script* script_for(const Command& command, bool started);

  mutable std::mutex mutex_;
  std::deque<Script> scripts_;
  std::vector<Command> seen_;
};

}  // namespace daypack::testing

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/testing/fake_runner.ipp>
#endif
