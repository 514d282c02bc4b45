// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/azure.hpp>

#include <memory>
#include <optional>
#include <string>

namespace daypack::azure {

// A queue of an account of Azure Storage (REST reference, "Queue service REST API", read on 2026-11-22). All throw
// ServiceError, Error{network}, Error{cancelled}.
class Queue {
 public:
  // Keeps a copy of the context. Error{usage} for a name that no queue can have, and as Session::storage.
  DAYPACK_DECL Queue(Context context, std::shared_ptr<Session> session, std::string name);

  // Makes it; whether it was not there.
  DAYPACK_DECL bool make() const;
  // Takes all messages out of it.
  DAYPACK_DECL void clear() const;
  // There being none is no error.
  DAYPACK_DECL void remove() const;

  // The text has up to 64 KiB, all of it XML's characters. Functions expect base64 (host.json, messageEncoding).
  DAYPACK_DECL void send(const std::string& text) const;
  // The text of the oldest message, which is taken out of the queue; nothing when there is none.
  DAYPACK_DECL std::optional<std::string> take() const;

 private:
  Context context_;
  std::shared_ptr<Session> session_;
  std::string name_;
};

}  // namespace daypack::azure

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/azure_queue.ipp>
#endif
