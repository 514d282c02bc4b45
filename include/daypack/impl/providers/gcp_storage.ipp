// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/providers/gcp_storage.hpp>

#include <daypack/impl/providers/gcp_upload.ipp>
#include <daypack/impl/providers/object_upload.ipp>

namespace daypack {

DAYPACK_DECL gcp::StoredObject gcp::Storage::put(const Archive& archive, std::shared_ptr<Session> session,
                                                 const Context& context) const {
  const daypack::detail::gcp_storage::GcpObject object(*this, archive, std::move(session), context);
  const auto [facts, unchanged] = daypack::detail::parts::ObjectUpload(object, archive, context).run();
  return {bucket, object.key(), facts.version, facts.etag, object.url(), unchanged};
}

DAYPACK_DECL Deployment gcp::Storage::deliver(const Archive& archive, Context& context) const {
  daypack::detail::gcp_storage::checked_name(*this, archive);
  const StoredObject object = put(archive, std::make_shared<Session>(context, access), context);
  return {.id = "gs://" + object.bucket + '/' + object.key,
          .url = object.url,
          .digest = archive.sha256().hex(),
          .version = object.version,
          .unchanged = object.unchanged};
}

DAYPACK_DECL void gcp::Storage::remove(const StoredObject& object, std::shared_ptr<Session> session,
                                       const Context& context) const {
  const daypack::detail::gcp_storage::StorageProtocol protocol(std::move(session), context);
  try {
    protocol.call({.method = "DELETE",
                   .path = "/storage/v1/b/" + uri_encoded(object.bucket) + "/o/" + uri_encoded(object.key) +
                           (object.version.empty() ? "" : "?generation=" + object.version),
                   .permission = "storage.objects.delete on " + object.bucket,
                   .doing = "cannot delete an object",
                   .subject = "gs://" + object.bucket + '/' + object.key});
  } catch (const ServiceError& error) {
    if (error.answer().status != 404) throw;
  }
}

}  // namespace daypack
