// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/aws.hpp>
#include <daypack/impl/credentials/aws_chain.ipp>

#include <mutex>

namespace daypack {

namespace detail::aws_session {

// Credentials, and until when they need no thought. AWS's tools renew 15 minutes before the end, and wait for that from
// 10 minutes before it (botocore 1.44.5, RefreshableCredentials). Of those that live less than an hour this is a
// quarter and a sixth of their life: else those that live for 15 minutes would be renewed by each call.
struct Kept {
  Credentials credentials = {};
  Time renew_at = Time::max();
  Time wait_at = Time::max();
};

inline Kept kept_from(Credentials found, Time now) {
  Kept kept{.credentials = std::move(found)};
  if (!kept.credentials.expires) return kept;
  const Time end = *kept.credentials.expires;
  if (end <= now) {
    throw Error(Errc::provider, "credentials for AWS have expired",
                kept.credentials.source + " (" + utc_text(end) + ')',
                "renew them where they come from; if they are new, check the clock of this host");
  }
  const Time::duration life = end - now;
  kept.renew_at = end - std::min<Time::duration>(std::chrono::minutes(15), life / 4);
  kept.wait_at = end - std::min<Time::duration>(std::chrono::minutes(10), life / 6);
  return kept;
}

}  // namespace detail::aws_session

namespace aws {

struct Session::State {
  detail::aws_session::Lookup lookup;
  std::mutex mutex = {};    // of kept
  std::mutex renewal = {};  // held by the one thread that looks for credentials
  std::optional<detail::aws_session::Kept> kept = {};

  // What is there, unless its time `limit` has come.
  std::optional<Credentials> usable(detail::aws_session::Time detail::aws_session::Kept::* limit) {
    const auto now = lookup.context.clock().now();
    const std::scoped_lock lock(mutex);
    if (!kept || now >= (*kept).*limit) return std::nullopt;
    return kept->credentials;
  }

  // Files are read anew: another program may have renewed what stands there.
  Credentials renewed() {
    detail::aws_session::Lookup now = lookup;
    now.profiles = detail::aws_session::read_profiles(now.environment);
    auto found = detail::aws_session::kept_from(detail::aws_session::found_credentials(now), now.context.clock().now());
    const std::scoped_lock lock(mutex);
    kept = std::move(found);
    return kept->credentials;
  }
};

DAYPACK_DECL Session::Session(Context context, Access access, Environment environment)
    : state_(new State{detail::aws_session::lookup_of(std::move(context), std::move(access), std::move(environment))}) {
}

DAYPACK_DECL Session::~Session() = default;

DAYPACK_DECL Credentials Session::credentials() {
  using detail::aws_session::Kept;
  if (const auto good = state_->usable(&Kept::renew_at)) return *good;
  std::unique_lock renewal(state_->renewal, std::try_to_lock);
  if (!renewal) {
    if (const auto still = state_->usable(&Kept::wait_at)) return *still;
    renewal.lock();
  }
  if (const auto good = state_->usable(&Kept::renew_at)) return *good;
  try {
    return state_->renewed();
  } catch (const Error&) {
    if (const auto still = state_->usable(&Kept::wait_at)) return *still;
    throw;
  }
}

DAYPACK_DECL void Session::forget_credentials() {
  const std::scoped_lock lock(state_->mutex);
  state_->kept.reset();
}

DAYPACK_DECL std::string Session::region() const { return detail::aws_session::region_of(state_->lookup); }

DAYPACK_DECL std::string Session::endpoint(std::string_view service, std::string_view region) const {
  std::string named = detail::aws_session::named_endpoint(state_->lookup, service, true);
  if (!named.empty()) return named;
  return detail::aws_session::endpoint_of(state_->lookup, service,
                                          region.empty() ? this->region() : std::string(region));
}

DAYPACK_DECL bool Session::has_own_endpoint(std::string_view service) const {
  return !detail::aws_session::named_endpoint(state_->lookup, service, true).empty();
}

DAYPACK_DECL std::string Session::authorities() const { return state_->lookup.setting("AWS_CA_BUNDLE", "ca_bundle"); }

}  // namespace aws

}  // namespace daypack
