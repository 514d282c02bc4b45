// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/error.hpp>
#include <daypack/python.hpp>

#include <mutex>
#include <utility>

namespace daypack {

struct Context::Shared {
  Services services;
  std::mutex mutex;
  std::chrono::steady_clock::time_point last_advance{};
};

namespace detail {

template <class T>
T& present(const std::shared_ptr<T>& part, std::string_view what) {
  if (!part) {
    throw Error(Errc::usage, "the context has no " + std::string(what), {},
                "take standard_context() of <daypack/standard.hpp>, or put one into Services");
  }
  return *part;
}

}  // namespace detail

DAYPACK_DECL Context::Context(Services services) : shared_(std::make_shared<Shared>()) {
  shared_->services = std::move(services);
}

DAYPACK_DECL const TargetFacts& Context::target() const {
  if (!has_target()) {
    throw Error(Errc::usage, "this stage needs a target", stage_, "begin the pipeline with target<Backend, 3.12_py>");
  }
  return target_;
}

DAYPACK_DECL Pool& Context::pool() const { return detail::present(shared_->services.pool, "thread pool"); }
DAYPACK_DECL Http& Context::http() const { return detail::present(shared_->services.http, "network"); }
DAYPACK_DECL Runner& Context::runner() const { return detail::present(shared_->services.runner, "process runner"); }
DAYPACK_DECL Cache& Context::cache() const { return detail::present(shared_->services.cache, "cache"); }
DAYPACK_DECL Clock& Context::clock() const { return detail::present(shared_->services.clock, "clock"); }
DAYPACK_DECL bool Context::has_cache() const noexcept { return shared_->services.cache != nullptr; }
DAYPACK_DECL bool Context::offline() const noexcept { return shared_->services.offline; }
DAYPACK_DECL std::stop_token Context::stop() const { return shared_->services.stop; }

DAYPACK_DECL void Context::check_stop() const {
  if (shared_->services.stop.stop_requested()) throw Error(Errc::cancelled, "stopped on request");
}

DAYPACK_DECL bool Context::observed() const noexcept { return shared_->services.observer != nullptr; }

DAYPACK_DECL void Context::emit(const Event& event) const {
  if (!shared_->services.observer) return;
  const std::scoped_lock lock(shared_->mutex);
  shared_->services.observer(event);
}

DAYPACK_DECL void Context::advance(std::uint64_t done, std::uint64_t total, std::string_view unit) const {
  if (!shared_->services.observer) return;
  const std::scoped_lock lock(shared_->mutex);
  const auto now = std::chrono::steady_clock::now();
  if (done != total && now - shared_->last_advance < std::chrono::milliseconds(50)) return;
  shared_->last_advance = now;
  shared_->services.observer(Advanced{stage_, done, total, std::string(unit)});
}

DAYPACK_DECL void Context::note(std::string subject, std::string message) const {
  emit(Remark{Remark::Severity::note, stage_, std::move(subject), std::move(message)});
}

DAYPACK_DECL void Context::warn(std::string subject, std::string message) const {
  emit(Remark{Remark::Severity::warning, stage_, std::move(subject), std::move(message)});
}

DAYPACK_DECL Context Context::with_target(const TargetFacts& target) const {
  Context copy = *this;
  copy.target_ = target;
  return copy;
}

DAYPACK_DECL Context Context::in_stage(std::string_view name) const {
  Context copy = *this;
  copy.stage_ = name;
  return copy;
}

DAYPACK_DECL Context Context::observed_by(Observer observer) const {
  Context copy = *this;
  copy.shared_ = std::make_shared<Shared>();
  copy.shared_->services = shared_->services;
  copy.shared_->services.observer = std::move(observer);
  return copy;
}

DAYPACK_DECL Context Context::in_check_run(std::shared_ptr<detail::CheckRun> run) const {
  Context copy = *this;
  copy.check_run_ = std::move(run);
  return copy;
}

DAYPACK_DECL void detail::warn_of_support(const Context& context) {
  const TargetFacts& target = context.target();
  const Runtime& runtime = *target.runtime;
  if (runtime.support == Support::current) return;
  const std::string since = runtime.until.empty() ? "" : " since " + std::string(runtime.until);
  const std::string words = runtime.support == Support::retired
                                ? "this runtime is retired" + since + ", it takes no new functions"
                                : "this runtime is deprecated" + since + ", it gets no more patches";
  context.in_stage("Target").warn(std::string(target.backend->title) + ", Python " + to_string(runtime.python),
                                  words + "; take a newer Python where you can");
}

}  // namespace daypack
