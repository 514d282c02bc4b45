// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/aws.hpp>
#include <daypack/impl/credentials/aws_chain.ipp>
#include <daypack/impl/credentials/kept.ipp>

namespace daypack {

namespace aws {

struct Session::State {
  detail::aws_session::Lookup lookup;
  detail::Kept<Credentials> kept{"AWS"};
};

DAYPACK_DECL Session::Session(Context context, Access access, Environment environment)
    : state_(new State{detail::aws_session::lookup_of(std::move(context), std::move(access), std::move(environment))}) {
}

DAYPACK_DECL Session::~Session() = default;

DAYPACK_DECL Credentials Session::credentials() {
  // Files are read anew: another program may have renewed what stands there.
  return state_->kept.get(state_->lookup.context.clock(), [this] {
    detail::aws_session::Lookup now = state_->lookup;
    now.profiles = detail::aws_session::read_profiles(now.environment);
    return detail::aws_session::found_credentials(now);
  });
}

DAYPACK_DECL void Session::forget_credentials() { state_->kept.forget(); }

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
