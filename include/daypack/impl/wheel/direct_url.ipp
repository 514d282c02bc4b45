// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/json_text.hpp>
#include <daypack/detail/url_login.hpp>
#include <daypack/resolution.hpp>

#include <string>

namespace daypack::detail {

// The direct_url.json of a distribution that was asked for by its URL (PEP 610,
// https://packaging.python.org/en/latest/specifications/direct-url/, read 2026-11-21), without logins; empty for what
// an index named. Empty too for files, repositories and folders of this host: their URL means nothing where the package
// runs, and would make its bytes depend on where it was built.
inline std::string direct_url_text(const Pinned& package) {
  const PinnedSource& source = package.source;
  JsonText json;
  if (!source.vcs.empty() && source.path.empty() && !source.url.starts_with("file:")) {
    json.open_object().member("url", UrlLogin(source.url).without()).key("vcs_info").open_object();
    json.member("vcs", source.vcs).member("commit_id", source.commit);
    if (!source.revision.empty()) json.member("requested_revision", source.revision);
    json.close_object();
    if (!source.subdirectory.empty()) json.member("subdirectory", source.subdirectory);
    return json.close_object().take() + '\n';
  }
  const auto& files = package.sdists.empty() ? package.wheels : package.sdists;
  if (!package.direct || files.size() != 1 || files.front().url.empty() || !files.front().path.empty()) return {};
  json.open_object().member("url", UrlLogin(files.front().url).without()).key("archive_info").open_object();
  json.key("hashes").open_object().member("sha256", files.front().sha256).close_object();
  return json.close_object().close_object().take() + '\n';
}

}  // namespace daypack::detail
