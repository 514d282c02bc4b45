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

// Results of earlier runs that a stage has asked the cache for, all of one subject: how many were there. The lock
// counts as one.
struct CacheUse {
  std::string stage = {};
  std::string kind = {};     // "lock", or that of the CacheKey: "wheels", "bytecode", ...
  std::string subject = {};  // the name of a distribution, or the path of an own file
  std::string input = {};    // names the content: a digest, before it the file name of a wheel
  std::string recipe = {};   // what else decides the result, in words: "Python 3.12.1, optimize 0"
  std::string key = {};      // the name of the CacheKey
  std::uint64_t found = 0;
  std::uint64_t missing = 0;
  std::string why = {};  // nothing was there, where the stage knows it
};

// A Finding is what a check has found in the package; all of a stage come at its end, sorted.
using Event = std::variant<StageBegan, Advanced, StageEnded, Remark, CacheUse, Finding>;

// Called by one thread at a time. What it throws ends the pipeline.
using Observer = std::function<void(const Event&)>;

}  // namespace daypack
