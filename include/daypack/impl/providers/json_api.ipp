// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/impl/credentials/answers.ipp>
#include <daypack/net/url.hpp>
#include <daypack/providers/service.hpp>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Services that speak JSON: what is asked of one thing, read or changed, waited for, or only told in a dry run.
namespace daypack::detail::json_api {

namespace json = boost::json;
using answers::member_text;

// A change that is asked for.
struct Change {
  std::string method = {};
  std::string path = {};
  std::vector<ByteView> body = {};
  std::string permission = {};
  std::string doing = {};    // for messages: "cannot create the function"
  std::string planned = {};  // for dry runs: "create the function, 12.3 MB"
  bool once = false;
};

inline const json::object& object_at(const json::object& object, std::string_view key) {
  static const json::object none;
  const json::value* value = object.if_contains(key);
  return value && value->is_object() ? value->get_object() : none;
}

inline std::int64_t number_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

// The members of an object that are texts: tags, for instance.
inline std::map<std::string, std::string> text_map_at(const json::object& object, std::string_view key) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : object_at(object, key)) {
    if (value.is_string()) texts[name] = value.get_string().c_str();
  }
  return texts;
}

inline std::vector<std::string> texts_at(const json::object& object, std::string_view key,
                                         std::string_view member = {}) {
  std::vector<std::string> texts;
  const json::value* value = object.if_contains(key);
  if (!value || !value->is_array()) return texts;
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) texts.emplace_back(item.get_string());
    if (item.is_object()) texts.push_back(member_text(item.get_object(), member));
  }
  return texts;
}

// One thing of a service, through a client that has `call(const ServiceCall&)`.
template <class Client>
class JsonApi {
 public:
  // The client is copied; the context has to outlive this.
  JsonApi(Client client, const Context& context, std::string subject, bool dry_run)
      : client_(std::move(client)), context_(context), subject_(std::move(subject)), dry_run_(dry_run) {}

  const Client& client() const { return client_; }
  const Context& context() const { return context_; }
  const std::string& subject() const { return subject_; }
  bool dry_run() const { return dry_run_; }

  // Nothing when there is no such thing: 404 with the code that says so, else something stands between.
  std::optional<json::object> find(const std::string& path, std::string permission, std::string doing,
                                   std::string_view absent) const {
    try {
      return object_of(client_.call(
          {.path = path, .permission = std::move(permission), .doing = std::move(doing), .subject = subject_}));
    } catch (const ServiceError& error) {
      if (error.answer().status == 404 && (absent.empty() || error.is(absent))) return std::nullopt;
      throw;
    }
  }

  // What the service answers; nothing in a dry run, which only tells.
  std::optional<json::object> change(const Change& change) const {
    if (dry_run_) {
      context_.note(subject_, "would " + change.planned + ": " + change.method + ' ' + change.path);
      return std::nullopt;
    }
    context_.check_stop();
    return object_of(client_.call({.method = change.method,
                                   .path = change.path,
                                   .headers = {{"Content-Type", "application/json"}},
                                   .body = change.body,
                                   .permission = change.permission,
                                   .doing = change.doing,
                                   .subject = subject_,
                                   .once = change.once}));
  }

  std::optional<json::object> change(Change change_, const json::object& body) const {
    const std::string text = json::serialize(body);
    change_.body = {as_bytes(text)};
    return change(change_);
  }

  // Polls until `settled` says so: from 0.2 s on, each wait half as long again, up to 5 s.
  template <class Look, class Settled>
  json::object poll(std::chrono::seconds patience, const std::string& waiting_for, const Look& look,
                    const Settled& settled) const {
    const auto until = context_.clock().now() + patience;
    std::chrono::milliseconds wait{200};
    for (bool told = false;; told = true) {
      json::object now = look();
      if (settled(now)) return now;
      if (context_.clock().now() >= until) {
        throw Error(Errc::provider, "it takes too long until " + waiting_for,
                    subject_ + " (waited " + std::to_string(patience.count()) + " s)",
                    "deploy again: it goes on where it stands");
      }
      if (!told) context_.note(subject_, "waiting until " + waiting_for);
      context_.clock().sleep(wait, context_.stop());
      context_.check_stop();
      wait = std::min(wait * 3 / 2, std::chrono::milliseconds(5000));
    }
  }

 private:
  json::object object_of(const HttpResponse& response) const {
    if (response.body.empty()) return {};
    boost::system::error_code error;
    json::value document = json::parse(response.body, error);
    if (!error && document.is_object()) return std::move(document.get_object());
    throw Error(Errc::network, "a service answered with something else than JSON", redacted(response.url),
                "check the endpoint: something stands between");
  }

  Client client_;
  const Context& context_;
  std::string subject_;
  bool dry_run_;
};

}  // namespace daypack::detail::json_api
