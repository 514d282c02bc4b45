// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/impl/credentials/answers.ipp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace daypack::detail {

// Credentials that are found once, and renewed before they end by one thread while the others go on with what there is.
// They have `expires` (an optional time) and `source` (words).
//
// AWS's tools renew 15 minutes before the end, and wait for that from 10 minutes before it (botocore 1.44.5,
// RefreshableCredentials). Of those that live less than an hour this is a quarter and a sixth of their life: else those
// that live for 15 minutes would be renewed by each call.
template <class Credentials>
class Kept {
 public:
  using Time = answers::Time;

  // Whose they are, for messages: "AWS".
  explicit Kept(std::string whose) : whose_(std::move(whose)) {}

  // What `find` has found, now or before. Throws what it throws, unless what there is will do for a while;
  // Error{provider} when it finds what has ended.
  template <class Find>
  Credentials get(Clock& clock, const Find& find) {
    if (auto good = usable(clock, &Held::renew_at)) return std::move(*good);
    std::unique_lock renewal(renewal_, std::try_to_lock);
    if (!renewal) {
      if (auto still = usable(clock, &Held::wait_at)) return std::move(*still);
      renewal.lock();
    }
    if (auto good = usable(clock, &Held::renew_at)) return std::move(*good);
    try {
      return keep(find(), clock.now());
    } catch (const Error&) {
      if (auto still = usable(clock, &Held::wait_at)) return std::move(*still);
      throw;
    }
  }

  // The next call finds them anew.
  void forget() {
    const std::scoped_lock lock(mutex_);
    held_.reset();
  }

 private:
  // Credentials, and until when they need no thought.
  struct Held {
    Credentials credentials = {};
    Time renew_at = Time::max();
    Time wait_at = Time::max();
  };

  // What is there, unless its time `limit` has come.
  std::optional<Credentials> usable(Clock& clock, Time Held::* limit) {
    const Time now = clock.now();
    const std::scoped_lock lock(mutex_);
    if (!held_ || now >= (*held_).*limit) return std::nullopt;
    return held_->credentials;
  }

  Credentials keep(Credentials found, Time now) {
    Held held{.credentials = std::move(found)};
    if (held.credentials.expires) {
      const Time end = *held.credentials.expires;
      if (end <= now) {
        throw Error(Errc::provider, "credentials for " + whose_ + " have expired",
                    held.credentials.source + " (" + answers::utc_text(end) + ')',
                    "renew them where they come from; if they are new, check the clock of this host");
      }
      const Time::duration life = end - now;
      held.renew_at = end - std::min<Time::duration>(std::chrono::minutes(15), life / 4);
      held.wait_at = end - std::min<Time::duration>(std::chrono::minutes(10), life / 6);
    }
    const std::scoped_lock lock(mutex_);
    held_ = std::move(held);
    return held_->credentials;
  }

  std::string whose_;
  std::mutex mutex_;    // of held_
  std::mutex renewal_;  // held by the one thread that looks for credentials
  std::optional<Held> held_;
};

}  // namespace daypack::detail
