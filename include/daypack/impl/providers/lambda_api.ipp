// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/json_api.ipp>
#include <daypack/providers/aws_client.hpp>

#include <optional>
#include <string>
#include <vector>

// The calls of AWS Lambda's API that deployments make (botocore 1.44.5, the service model of lambda; API Reference,
// "Actions"; read on 2026-11-20).
namespace daypack::detail::lambda {

namespace json = boost::json;
using answers::member_text;
using json_api::Change, json_api::number_at, json_api::object_at, json_api::texts_at;
using std::chrono::milliseconds;

inline const std::string functions_path = "/2015-03-31/functions";
inline const std::string layers_path = "/2018-10-31/layers";

// One function or layer of a region.
class Api : public json_api::JsonApi<aws::Client> {
 public:
  using JsonApi::JsonApi;

  // Nothing when there is no such thing.
  std::optional<json::object> find(const std::string& path, std::string permission, std::string doing) const {
    return JsonApi::find(path, std::move(permission), std::move(doing), "ResourceNotFoundException");
  }

  // All items of a list that comes in pages.
  std::vector<json::object> list(const std::string& path, std::string_view items, const std::string& permission,
                                 const std::string& doing) const {
    std::vector<json::object> all;
    std::string marker;
    do {
      const std::string page = path + (path.find('?') == std::string::npos ? '?' : '&') + "MaxItems=50" +
                               (marker.empty() ? "" : "&Marker=" + uri_encoded(marker));
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
};

}  // namespace daypack::detail::lambda
