// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/azure_blob_client.ipp>
#include <daypack/net/url.hpp>
#include <daypack/providers/azure_queue.hpp>

#include <pugixml.hpp>
#include <sstream>

namespace daypack {

namespace detail::azure_queue {

inline HttpResponse call(const Context& context, const std::shared_ptr<azure::Session>& session, ServiceCall call) {
  return azure_blob::BlobClient(context, session).of_queues().call(call);
}

// A message as it is put.
inline std::string message_of(const std::string& text) {
  pugi::xml_document document;
  document.append_child("QueueMessage").append_child("MessageText").text().set(text.c_str());
  std::ostringstream out;
  document.save(out, "", pugi::format_raw | pugi::format_no_declaration);
  return out.str();
}

}  // namespace detail::azure_queue

// Names of queues are made as those of containers (REST reference, "Naming queues and metadata").
DAYPACK_DECL azure::Queue::Queue(Context context, std::shared_ptr<Session> session, std::string name)
    : context_(std::move(context)), session_(std::move(session)), name_(std::move(name)) {
  if (const std::string reason = daypack::detail::azure_blob::container_reason(name_); !reason.empty())
    throw Error(Errc::usage, "a queue cannot have this name", '\'' + name_ + "' (" + reason + ')',
                "check the queue's name");
}

DAYPACK_DECL bool azure::Queue::make() const {
  const HttpResponse made = daypack::detail::azure_queue::call(
      context_, session_, {.method = "PUT", .path = '/' + name_, .doing = "cannot make the queue", .subject = name_});
  return made.status == 201;  // 204: it is there, with the same metadata
}

DAYPACK_DECL void azure::Queue::clear() const {
  daypack::detail::azure_queue::call(
      context_, session_,
      {.method = "DELETE", .path = '/' + name_ + "/messages", .doing = "cannot empty the queue", .subject = name_});
}

DAYPACK_DECL void azure::Queue::remove() const {
  try {
    daypack::detail::azure_queue::call(
        context_, session_,
        {.method = "DELETE", .path = '/' + name_, .doing = "cannot delete the queue", .subject = name_});
  } catch (const ServiceError& error) {
    if (error.answer().status != 404) throw;
  }
}

DAYPACK_DECL void azure::Queue::send(const std::string& text) const {
  const std::string body = daypack::detail::azure_queue::message_of(text);
  daypack::detail::azure_queue::call(context_, session_,
                                     {.method = "POST",
                                      .path = '/' + name_ + "/messages",
                                      .headers = {{"Content-Type", "application/xml"}},
                                      .body = {as_bytes(body)},
                                      .doing = "cannot put a message into the queue",
                                      .subject = name_,
                                      .once = true});
}

DAYPACK_DECL std::optional<std::string> azure::Queue::take() const {
  const HttpResponse got = daypack::detail::azure_queue::call(
      context_, session_,
      {.path = '/' + name_ + "/messages?numofmessages=1", .doing = "cannot read the queue", .subject = name_});
  pugi::xml_document document;
  document.load_buffer(got.body.data(), got.body.size());
  const pugi::xml_node message = document.child("QueueMessagesList").child("QueueMessage");
  if (!message) return std::nullopt;
  const std::string id = message.child_value("MessageId"), receipt = message.child_value("PopReceipt");
  daypack::detail::azure_queue::call(
      context_, session_,
      {.method = "DELETE",
       .path = '/' + name_ + "/messages/" + uri_encoded(id) + "?popreceipt=" + uri_encoded(receipt),
       .doing = "cannot take a message out of the queue",
       .subject = name_});
  return message.child_value("MessageText");
}

}  // namespace daypack
