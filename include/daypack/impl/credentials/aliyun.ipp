// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/aliyun.hpp>
#include <daypack/impl/credentials/aliyun_chain.ipp>
#include <daypack/impl/credentials/kept.ipp>

namespace daypack::aliyun {

struct Session::State {
  daypack::detail::aliyun_session::Lookup lookup;
  daypack::detail::Kept<Credentials> kept{"Alibaba Cloud"};

  // Files are read anew: another program may have renewed what stands there.
  Credentials renewed() const {
    return daypack::detail::aliyun_session::found_credentials(
        daypack::detail::aliyun_session::lookup_of(lookup.context, lookup.access, lookup.environment));
  }
};

DAYPACK_DECL Session::Session(Context context, Access access, Environment environment)
    : state_(new State{
          daypack::detail::aliyun_session::lookup_of(std::move(context), std::move(access), std::move(environment))}) {}

DAYPACK_DECL Session::~Session() = default;

DAYPACK_DECL Credentials Session::credentials() {
  return state_->kept.get(state_->lookup.context.clock(), [this] { return state_->renewed(); });
}

DAYPACK_DECL void Session::forget_credentials() { state_->kept.forget(); }

DAYPACK_DECL std::string Session::region() const { return daypack::detail::aliyun_session::region_of(state_->lookup); }

DAYPACK_DECL std::string Session::endpoint(std::string_view service) const {
  std::string named = daypack::detail::aliyun_session::named_endpoint(state_->lookup, service);
  return named.empty() ? daypack::detail::aliyun_session::own_endpoint(state_->lookup, service) : named;
}

DAYPACK_DECL bool Session::has_own_endpoint(std::string_view service) const {
  return !daypack::detail::aliyun_session::named_endpoint(state_->lookup, service).empty();
}

}  // namespace daypack::aliyun
