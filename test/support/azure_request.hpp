// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/sign/azure_storage.hpp>

#include "told_request.hpp"

// One line of test/data/azure_storage.json, and of what test/interop/azure_signatures.py asks. One with a "container"
// asks for a SAS in place of a request.
struct SharedKeyRequest : ToldRequest {
  daypack::azure::SharedKey key = {};
  const boost::json::object* sas = nullptr;

  explicit SharedKeyRequest(const boost::json::value& told)
      : ToldRequest(told), key{text(told, "account"), text(told, "key")} {
    if (told.as_object().contains("container")) sas = &told.as_object();
  }

  std::string authorization() {
    if (sas) return shared_access();
    daypack::azure::sign(request, key, time);
    return field("Authorization");
  }

 private:
  std::string shared_access() const {
    const auto part = [&](const char* name) { return std::string(sas->at(name).as_string()); };
    daypack::azure::Sas wish{.permissions = part("permissions"),
                             .policy = part("policy"),
                             .addresses = part("addresses"),
                             .protocol = part("protocol")};
    if (sas->at("starts").as_bool()) wish.starts = time;
    if (const auto end = sas->at("lasts").as_int64(); end != 0) wish.expires = time + std::chrono::seconds(end);
    return daypack::azure::service_sas(key, part("container"), part("blob"), wish);
  }
};
