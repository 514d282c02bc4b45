// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/event.hpp>
#include <daypack/fwd.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/policy.hpp>
#include <daypack/tree.hpp>

#include <concepts>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace daypack {

namespace detail {

template <class In>
concept comparable_input = std::same_as<In, Tree> || std::equality_comparable<In>;

// Trees are large: only a copy counts as equal.
template <comparable_input In>
bool is_same_input(const In& a, const In& b) {
  if constexpr (std::same_as<In, Tree>) {
    return a.is_copy_of(b);
  } else {
    return a == b;
  }
}

// What a stage has told that holds for whoever gets its outcome.
inline bool is_lasting(const Event& event) {
  return std::holds_alternative<Remark>(event) || std::holds_alternative<CacheUse>(event) ||
         std::holds_alternative<Finding>(event);
}

// The same for who asks again: by then all of it is there.
inline Event told_again(Event event) {
  if (auto* use = std::get_if<CacheUse>(&event)) {
    use->found += std::exchange(use->missing, 0);
    use->why.clear();
  }
  return event;
}

inline bool is_same_target(const TargetFacts& a, const TargetFacts& b) {
  return a.backend == b.backend && a.runtime == b.runtime && a.arch == b.arch;
}

// What came out of one run of a stage, and what it told meanwhile.
template <stage S>
class Outcome {
 public:
  Outcome(TargetFacts target, takes<S> input) : target_(target), input_(std::move(input)) {}

  bool is_of(const TargetFacts& target, const takes<S>& input) const {
    return is_same_target(target_, target) && is_same_input(input_, input);
  }

  // Runs the stage, or waits until another thread has.
  gives<S> of(const S& work, Context& context) {
    const std::scoped_lock lock(mutex_);
    if (!given_ && !failed_) return run(work, context);
    for (const Event& event : told_) context.emit(told_again(event));
    if (failed_) std::rethrow_exception(failed_);
    return *given_;
  }

 private:
  gives<S> run(const S& work, Context& context) {
    told_.clear();
    Context here = context.observed_by([&](const Event& event) {
      if (is_lasting(event)) told_.push_back(event);
      context.emit(event);
    });
    try {
      return given_.emplace(call(work, takes<S>(input_), here));
    } catch (...) {
      if (!context.stop().stop_requested()) failed_ = std::current_exception();
      throw;
    }
  }

  const TargetFacts target_;
  const takes<S> input_;
  std::mutex mutex_;
  std::optional<gives<S>> given_;
  std::exception_ptr failed_;
  std::vector<Event> told_;
};

// All that a stage was asked for.
template <stage S>
class Outcomes {
 public:
  std::shared_ptr<Outcome<S>> find(const TargetFacts& target, const takes<S>& input) {
    const std::scoped_lock lock(mutex_);
    for (const auto& outcome : all_) {
      if (outcome->is_of(target, input)) return outcome;
    }
    return all_.emplace_back(std::make_shared<Outcome<S>>(target, input));
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<Outcome<S>>> all_;
};

}  // namespace detail

// Made by once().
template <stage S>
struct Once {
  S work;
  std::string name = {};
  std::shared_ptr<detail::Outcomes<S>> outcomes = {};  // shared by all copies

  gives<S> operator()(const takes<S>& input, Context& context) const {
    return outcomes->find(context.has_target() ? context.target() : TargetFacts{}, input)->of(work, context);
  }

  template <class Target>
  static consteval bool demand() {
    return detail::meets_demand<S, Target>();
  }
};

// A stage that works once for each input and target: whoever asks again, through any copy and from any thread, gets
// what came out the first time, with its remarks, findings and uses of the cache; or its error, unless it was stopped.
// Many pipelines that begin alike share what they begin with:
//   const auto packages = once(Resolve{} | Vendor{} | Prune{});
//   (target | packages | Add{{{"a.py"}}} | Zip{})(requirements, context);
//   (target | packages | Add{{{"b.py"}}} | Zip{})(requirements, context);
// Inputs are compared by ==; of trees, copies are equal. What a stage reads beside its input, such as files, is not
// asked again; all that came out is kept as long as a copy of the stage is.
template <stage S>
  requires detail::comparable_input<takes<S>> && std::copy_constructible<gives<S>>
Once<S> once(S work) {
  std::string name = stage_name(work);
  return {std::move(work), std::move(name), std::make_shared<detail::Outcomes<S>>()};
}

// Each stage of a fragment.
template <class... S>
auto once(Fragment<S...> work) {
  return std::apply([](auto&... all) { return Fragment<Once<S>...>{{once(std::move(all))...}}; }, work.stages);
}

}  // namespace daypack
