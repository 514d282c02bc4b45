// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/finding.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>

namespace daypack {

struct StageBegan {
  std::string stage;
};
// Progress within a stage; total is 0 while it is unknown.
struct Advanced {
  std::string stage;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string unit;  // "bytes", "files", "wheels"
};
struct StageEnded {
  std::string stage;
  std::chrono::duration<double> elapsed{};
};
// Something the user should know that is no error.
struct Remark {
  enum class Severity { note, warning };
  Severity severity = Severity::note;
  std::string stage;
  std::string subject;
  std::string message;
};

// A Finding is what a check has found in the package; all of a stage come at its end, sorted.
using Event = std::variant<StageBegan, Advanced, StageEnded, Remark, Finding>;

// Called by one thread at a time. What it throws ends the pipeline.
using Observer = std::function<void(const Event&)>;

}  // namespace daypack
