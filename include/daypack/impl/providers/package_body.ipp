// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/archive.hpp>
#include <daypack/detail/base64.hpp>

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daypack::detail::json_api {

namespace json = boost::json;

// A package as it goes into a call: base64 within JSON, or the place of an object in a store.
class PackageBody {
 public:
  // Members of JSON in text, and among them those of the package: "{...,MEMBERS}". In `holder`, where they stand in an
  // object of their own ("Code", "Content"). The zip is the member of that name, behind those that go with it.
  static PackageBody of(const Archive& archive, const json::object& others, std::string_view holder,
                        std::string_view name, const json::object& with = {}) {
    PackageBody made;
    made.base64_ = base64_of(archive.segments());
    const std::string members = members_of(with);
    made.wrap(others, holder, members + (members.empty() ? "" : ",") + '"' + std::string(name) + "\":\"", "\"");
    return made;
  }

  static PackageBody of(const json::object& place, const json::object& others, std::string_view holder) {
    PackageBody made;
    made.wrap(others, holder, members_of(place), "");
    return made;
  }

  std::vector<ByteView> pieces() const { return {as_bytes(head_), as_bytes(base64_), as_bytes(tail_)}; }

  // How large the call would be with the package in it: what the service limits.
  static std::uint64_t size_with(const Archive& archive, const json::object& others) {
    static constexpr std::uint64_t words = 32;  // "Code":{"ZipFile":""}
    return (archive.size() + 2) / 3 * 4 + json::serialize(others).size() + words;
  }

 private:
  static std::string members_of(const json::object& object) {
    const std::string text = json::serialize(object);
    return text.substr(1, text.size() - 2);
  }

  void wrap(const json::object& others, std::string_view holder, const std::string& before, const std::string& after) {
    head_ = json::serialize(others);
    head_.back() = others.empty() ? '{' : ',';
    if (others.empty()) head_.erase(0, 1);
    if (!holder.empty()) head_ += '"' + std::string(holder) + "\":{";
    head_ += before;
    tail_ = after + (holder.empty() ? "}" : "}}");
  }

  std::string head_;
  std::string base64_;
  std::string tail_;
};

}  // namespace daypack::detail::json_api
