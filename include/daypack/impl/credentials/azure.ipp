// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/azure.hpp>
#include <daypack/impl/credentials/azure_account.ipp>
#include <daypack/impl/credentials/azure_chain.ipp>
#include <daypack/impl/credentials/kept.ipp>

#include <map>
#include <mutex>
#include <pugixml.hpp>

namespace daypack {

namespace azure {

struct Session::State {
  using KeptToken = daypack::detail::Kept<Token>;

  daypack::detail::azure_session::Lookup lookup;
  std::mutex mutex = {};  // of the map alone
  std::map<std::string, std::unique_ptr<KeptToken>, std::less<>> tokens = {};

  KeptToken& kept(std::string_view resource) {
    const std::scoped_lock lock(mutex);
    const auto found = tokens.find(resource);
    if (found != tokens.end()) return *found->second;
    return *tokens.emplace(resource, std::make_unique<KeptToken>("Azure")).first->second;
  }
};

DAYPACK_DECL Session::Session(Context context, Access access, Environment environment)
    : state_(new State{
          daypack::detail::azure_session::lookup_of(std::move(context), std::move(access), std::move(environment))}) {}

DAYPACK_DECL Session::~Session() = default;

DAYPACK_DECL Token Session::token(std::string_view resource) {
  return state_->kept(resource).get(state_->lookup.context.clock(), [&] {
    return daypack::detail::azure_session::found_token(state_->lookup, resource);
  });
}

DAYPACK_DECL void Session::forget_tokens() {
  const std::scoped_lock lock(state_->mutex);
  for (const auto& [resource, kept] : state_->tokens) kept->forget();
}

DAYPACK_DECL std::string Session::management_url() const {
  const auto& at = state_->lookup;
  return at.access.management_url.empty() ? std::string(at.cloud->management) : at.access.management_url;
}

DAYPACK_DECL std::string Session::subscription() const {
  const std::string id = state_->lookup.said(state_->lookup.access.subscription, "AZURE_SUBSCRIPTION_ID");
  if (id.empty())
    throw Error(Errc::usage, "no subscription of Azure is named", "looked at AZURE_SUBSCRIPTION_ID",
                "set it, or name the subscription; `az account show` tells its id");
  return id;
}

DAYPACK_DECL StorageAccess Session::storage() const {
  using namespace daypack::detail::azure_session;
  StorageAccess found = found_storage(state_->lookup);
  if (!state_->lookup.access.blob_url.empty()) found.blob_url = state_->lookup.access.blob_url;
  parse_url(found.blob_url);
  if (!found.has_key()) checked_url(found.blob_url, "the URL of blobs that a token or a SAS opens");
  found.blob_url = daypack::detail::without_last_slashes(found.blob_url);
  return found;
}

DAYPACK_DECL PublishProfile read_publish_profile(const std::string& path) {
  const std::string text = daypack::detail::read_file(path);
  pugi::xml_document document;
  document.load_buffer(text.data(), text.size());
  pugi::xml_node profile;
  for (const pugi::xml_node& one : document.child("publishData").children("publishProfile")) {
    const std::string_view method = one.attribute("publishMethod").value();
    if (method == "ZipDeploy" || (method == "MSDeploy" && !profile)) profile = one;
  }
  const std::string host = profile.attribute("publishUrl").value();
  PublishProfile found{.user = profile.attribute("userName").value(), .password = profile.attribute("userPWD").value()};
  if (host.empty() || found.user.empty() || found.password.empty()) {
    throw Error(Errc::syntax, "this is no publish profile of an app", path,
                "download it anew: az webapp deployment list-publishing-profiles --xml");
  }
  const bool whole = host.starts_with("https://") || host.starts_with("http://");
  found.scm_url = daypack::detail::azure_session::checked_url(whole ? host : "https://" + host, "a publish URL");
  return found;
}

}  // namespace azure

}  // namespace daypack
