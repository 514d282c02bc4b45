// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/cache.hpp>
#include <daypack/config.hpp>
#include <daypack/event.hpp>
#include <daypack/net/http.hpp>
#include <daypack/policy.hpp>
#include <daypack/process/runner.hpp>
#include <daypack/run/pool.hpp>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace daypack {

// Time, so that tests need not wait.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point now() = 0;
  // Returns early when stopped.
  virtual void sleep(std::chrono::milliseconds duration, std::stop_token stop) = 0;
};

// What a pipeline works with. All parts are shared and safe to use from many threads; any may be absent until it is
// asked for.
struct Services {
  std::shared_ptr<Pool> pool = {};
  std::shared_ptr<Http> http = {};
  std::shared_ptr<Runner> runner = {};
  std::shared_ptr<Cache> cache = {};
  std::shared_ptr<Clock> clock = {};
  Observer observer = {};
  std::stop_token stop = {};
  bool offline = false;  // nothing may be fetched
};

namespace detail {

struct CheckRun;

}  // namespace detail

// A cheap handle on all that a stage may use. Copies share everything; a pipeline sets the target and the stage.
class Context {
 public:
  DAYPACK_DECL explicit Context(Services services);

  // What is built for. Error{usage} when a fragment runs without a target.
  DAYPACK_DECL const TargetFacts& target() const;
  bool has_target() const noexcept { return target_.backend != nullptr; }

  // Error{usage} names the part that is absent.
  DAYPACK_DECL Pool& pool() const;
  DAYPACK_DECL Http& http() const;
  DAYPACK_DECL Runner& runner() const;
  DAYPACK_DECL Cache& cache() const;
  DAYPACK_DECL Clock& clock() const;
  DAYPACK_DECL bool has_cache() const noexcept;
  DAYPACK_DECL bool offline() const noexcept;

  DAYPACK_DECL std::stop_token stop() const;
  // Throws Error{cancelled} when a stop was requested. Called per entry and per MiB.
  DAYPACK_DECL void check_stop() const;

  // Events go to the observer one at a time, from whatever thread; Advanced at most about 20 times a second.
  DAYPACK_DECL void emit(const Event& event) const;
  DAYPACK_DECL void advance(std::uint64_t done, std::uint64_t total, std::string_view unit) const;
  DAYPACK_DECL void note(std::string subject, std::string message) const;
  DAYPACK_DECL void warn(std::string subject, std::string message) const;

  // Whether somebody sees events: for those that cost something to make.
  DAYPACK_DECL bool observed() const noexcept;

  // The name of the stage that runs, for events.
  const std::string& stage() const noexcept { return stage_; }

  DAYPACK_DECL Context with_target(const TargetFacts& target) const;
  DAYPACK_DECL Context in_stage(std::string_view name) const;
  // The same with another observer: its events, and those of its copies, go there alone; nowhere without one.
  DAYPACK_DECL Context observed_by(Observer observer) const;

  // What the checks of one run find out once, for all of them; none outside of a run.
  DAYPACK_DECL Context in_check_run(std::shared_ptr<detail::CheckRun> run) const;
  detail::CheckRun* check_run() const noexcept { return check_run_.get(); }

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  TargetFacts target_;
  std::string stage_;
  std::shared_ptr<detail::CheckRun> check_run_;
};

namespace detail {

// Warns of a target whose runtime its provider no longer patches, or no longer takes, with the date.
DAYPACK_DECL void warn_of_support(const Context& context);

}  // namespace detail

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/context.ipp>
#endif
