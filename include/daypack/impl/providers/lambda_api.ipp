// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/detail/base64.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/credentials/answers.ipp>
#include <daypack/providers/aws_client.hpp>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

// The calls of AWS Lambda's API that deployments make (botocore 1.44.5, the service model of lambda; API Reference,
// "Actions"; read on 2026-11-20).
namespace daypack::detail::lambda {

namespace json = boost::json;
using aws::ServiceError;
using answers::member_text;
using std::chrono::milliseconds;

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

inline const std::string functions_path = "/2015-03-31/functions";
inline const std::string layers_path = "/2018-10-31/layers";

// One function or layer of a region.
class Api {
 public:
  Api(aws::Client client, const Context& context, std::string subject, bool dry_run)
      : client_(std::move(client)), context_(context), subject_(std::move(subject)), dry_run_(dry_run) {}

  const aws::Client& client() const { return client_; }
  const Context& context() const { return context_; }
  const std::string& subject() const { return subject_; }
  bool dry_run() const { return dry_run_; }

  // Nothing when there is no such thing (404).
  std::optional<json::object> find(const std::string& path, std::string permission, std::string doing) const {
    try {
      return object_of(client_.call(
          {.path = path, .permission = std::move(permission), .doing = std::move(doing), .subject = subject_}));
    } catch (const ServiceError& error) {
      if (error.answer().status == 404 && error.is("ResourceNotFoundException")) return std::nullopt;
      throw;
    }
  }

  // All items of a list that comes in pages.
  std::vector<json::object> list(const std::string& path, std::string_view items, const std::string& permission,
                                 const std::string& doing) const {
    std::vector<json::object> all;
    std::string marker;
    do {
      const std::string page = path + (path.find('?') == std::string::npos ? '?' : '&') + "MaxItems=50" +
                               (marker.empty() ? "" : "&Marker=" + aws::uri_encoded(marker));
      const auto answer = find(page, permission, doing);
      if (!answer) break;
      if (const json::value* found = answer->if_contains(items); found && found->is_array()) {
        for (const json::value& item : found->get_array()) {
          if (item.is_object()) all.push_back(item.get_object());
        }
      }
      marker = member_text(*answer, "NextMarker");
    } while (!marker.empty());
    return all;
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
    milliseconds wait{200};
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
      wait = std::min(wait * 3 / 2, milliseconds(5000));
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

  aws::Client client_;
  const Context& context_;
  std::string subject_;
  bool dry_run_;
};

}  // namespace daypack::detail::lambda
