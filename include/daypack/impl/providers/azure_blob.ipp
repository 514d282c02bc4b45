// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/azure_blob_blocks.ipp>
#include <daypack/impl/providers/object_upload.ipp>
#include <daypack/providers/azure_blob.hpp>

#include <future>

namespace daypack {

namespace detail::azure_blob {

// The blob that an archive becomes.
class BlobObject {
 public:
  using Facts = azure_blob::Facts;

  BlobObject(const azure::Blob& to, const Archive& archive, std::shared_ptr<azure::Session> session,
             const Context& context)
      : to_(to),
        archive_(archive),
        blob_(to, checked_name(to, archive), std::move(session), context),
        blocks_(to, blob_, archive, context) {}

  const OneBlob& blob() const { return blob_; }

  std::string id() const { return blob_.id(); }
  bool is_content_key() const { return to_.name.empty(); }
  std::uint64_t single_up_to() const { return to_.single_up_to; }
  std::uint64_t part_size() const { return block_size_for(to_, archive_.size()); }
  std::optional<Facts> find() const { return blob_.find(); }
  std::string differences(const Facts& facts) const { return blob_.differences(facts); }

  bool same_bytes(const Facts& facts) const {
    if (facts.size != archive_.size()) return false;
    const auto told = facts.metadata.find(std::string(digest_name));
    if (told != facts.metadata.end()) return told->second == archive_.sha256().hex();
    return !facts.md5.empty() && facts.md5 == parts::base64_md5_of_blobs(archive_.segments());
  }

  Facts put_whole(bool only_new) const {
    const std::string md5 = parts::base64_md5_of_blobs(archive_.segments());
    HttpHeaders headers = blob_.settings(archive_.sha256(), md5);
    headers.emplace_back("x-ms-blob-type", "BlockBlob");
    if (!md5.empty()) headers.emplace_back("Content-MD5", md5);
    if (only_new) headers.emplace_back("If-None-Match", "*");
    const HttpResponse response = blob_.call({.method = "PUT",
                                              .headers = std::move(headers),
                                              .body = parts::views_of(archive_.segments()),
                                              .permission = OneBlob::to_write,
                                              .doing = "cannot put a blob"});
    parts::check_kept(id(), "the whole", md5.empty() ? "" : blob_field(response, "Content-MD5"), md5);
    return facts_in(response);
  }

  // A blob has one upload of an archive at most: whoever sends the same bytes goes on with it.
  std::vector<std::string> open() const { return {blocks_.upload()}; }
  bool fits(const std::string&, std::vector<Part>& all) const { return blocks_.fits(all); }
  std::string begin(const std::vector<std::string>&) const { return blocks_.upload(); }

  // The digest of the whole, which readers compare, is made while the blocks are on their way.
  void send(const std::string&, std::vector<Part>& all) const {
    auto md5 = std::async(std::launch::async, [&] { return parts::base64_md5_of_blobs(archive_.segments()); });
    blocks_.send(all);
    md5_ = md5.get();
  }

  Facts complete(const std::string&, const std::vector<Part>& all, bool only_new) const {
    HttpHeaders settings = blob_.settings(archive_.sha256(), md5_);
    if (only_new) settings.emplace_back("If-None-Match", "*");
    return facts_in(blocks_.commit(all, std::move(settings)));
  }
  bool is_proven(const Facts&) const { return false; }  // it tells nothing of the whole

  // There is no such call: blocks that nobody comes back for vanish after a week.
  void abort(const std::string&) const {}

  static bool may_be_settled(const ServiceError& error) { return is_taken(error) || error.is("InvalidBlockList"); }
  static bool is_taken(const ServiceError& error) {
    return error.is("BlobAlreadyExists") || error.is("ConditionNotMet");
  }

 private:
  const azure::Blob& to_;
  const Archive& archive_;
  OneBlob blob_;
  Blocks blocks_;
  mutable std::string md5_ = {};
};

}  // namespace detail::azure_blob

DAYPACK_DECL azure::StoredBlob azure::Blob::put(const Archive& archive, std::shared_ptr<Session> session,
                                                const Context& context) const {
  const daypack::detail::azure_blob::BlobObject object(*this, archive, std::move(session), context);
  const auto [facts, unchanged] = daypack::detail::parts::ObjectUpload(object, archive, context).run();
  const auto& in = object.blob();
  return {in.account(), container, in.name(), facts.version, facts.etag, in.url(), unchanged};
}

DAYPACK_DECL bool azure::make_container(const std::string& name, std::shared_ptr<Session> session,
                                        const Context& context) {
  daypack::detail::azure_blob::check_container(name);
  try {
    daypack::detail::azure_blob::BlobClient(context, std::move(session))
        .call({.method = "PUT",
               .path = '/' + name + "?restype=container",
               .doing = "cannot make the container",
               .subject = name});
    return true;
  } catch (const ServiceError& error) {
    if (!error.is("ContainerAlreadyExists")) throw;
    return false;
  }
}

DAYPACK_DECL Deployment azure::Blob::deliver(const Archive& archive, Context& context) const {
  daypack::detail::azure_blob::checked_name(*this, archive);
  const StoredBlob blob = put(archive, std::make_shared<Session>(context, access), context);
  return {.id = blob.account + '/' + blob.container + '/' + blob.name,
          .url = blob.url,
          .digest = archive.sha256().hex(),
          .version = blob.version,
          .unchanged = blob.unchanged};
}

DAYPACK_DECL void azure::Blob::remove(const StoredBlob& blob, std::shared_ptr<Session> session,
                                      const Context& context) const {
  const daypack::detail::azure_blob::OneBlob one(*this, blob.name, std::move(session), context);
  try {
    one.call({.method = "DELETE", .permission = "deleting (d)", .doing = "cannot delete a blob"},
             blob.version.empty() ? "" : "?versionid=" + uri_encoded(blob.version));
  } catch (const ServiceError& error) {
    if (error.answer().status != 404 || error.is("ContainerNotFound")) throw;
  }
}

DAYPACK_DECL std::string azure::sas_url(const StoredBlob& blob, const Session& session,
                                        std::chrono::system_clock::time_point starts,
                                        std::chrono::system_clock::time_point expires) {
  const StorageAccess access = session.storage();
  if (access.needs_token()) {
    throw Error(Errc::usage, "a URL for everybody takes the account's key", blob.url,
                "set AZURE_STORAGE_KEY or AZURE_STORAGE_CONNECTION_STRING, or let the app read by its identity");
  }
  if (!access.has_key()) return blob.url + '?' + access.sas;
  return blob.url + '?' + service_sas(access.key, blob.container, blob.name, {.starts = starts, .expires = expires});
}

}  // namespace daypack
