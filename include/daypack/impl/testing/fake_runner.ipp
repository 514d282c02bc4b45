// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/testing/fake_runner.hpp>

#include <algorithm>
#include <utility>

namespace daypack::testing {

DAYPACK_DECL void FakeRunner::answer(std::vector<std::string> words, std::deque<Finished> answers) {
  const std::scoped_lock lock(mutex_);
  scripts_.push_back({.words = std::move(words), .answers = std::move(answers)});
}

DAYPACK_DECL void FakeRunner::answer(std::vector<std::string> words, Answer answer) {
  const std::scoped_lock lock(mutex_);
  scripts_.push_back({.words = std::move(words), .answer = std::move(answer)});
}

DAYPACK_DECL void FakeRunner::child(std::vector<std::string> words, Start start) {
  const std::scoped_lock lock(mutex_);
  scripts_.push_back({.words = std::move(words), .start = std::move(start)});
}

DAYPACK_DECL std::vector<Command> FakeRunner::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

// Scripts stay where they are once given, so a pointer outlives the lock.
DAYPACK_DECL FakeRunner::Script* FakeRunner::script_for(const Command& command, bool started) {
  const auto fits = [&](const Script& script) {
    if (bool(script.start) != started || script.words.empty() || command.argv.empty()) return false;
    const std::string& program = command.argv.front();
    if (program != script.words.front() && program.substr(program.rfind('/') + 1) != script.words.front()) return false;
    auto at = command.argv.begin() + 1;
    return std::all_of(script.words.begin() + 1, script.words.end(), [&](const std::string& word) {
      at = std::find(at, command.argv.end(), word);
      return at != command.argv.end() && (++at, true);
    });
  };
  seen_.push_back(command);
  const auto found = std::find_if(scripts_.rbegin(), scripts_.rend(), fits);
  if (found != scripts_.rend()) return &*found;
  throw Error(Errc::tool_missing, "there is no such program", command.argv.empty() ? "" : command.argv.front(),
              "give the FakeRunner a script for it");
}

DAYPACK_DECL Finished FakeRunner::run(const Command& command, std::stop_token stop) {
  if (stop.stop_requested()) throw Error(Errc::cancelled, "stopped on request");
  Answer answer;
  {
    const std::scoped_lock lock(mutex_);
    Script& script = *script_for(command, false);
    if (!script.answer) {
      if (script.answers.empty()) return {.exit_code = 0};
      Finished finished = script.answers.front();
      if (script.answers.size() > 1) script.answers.pop_front();
      return finished;
    }
    answer = script.answer;
  }
  return answer(command);
}

DAYPACK_DECL std::unique_ptr<Child> FakeRunner::start(const Command& command) {
  Start begin;
  {
    const std::scoped_lock lock(mutex_);
    begin = script_for(command, true)->start;
  }
  return begin(command);
}

}  // namespace daypack::testing
