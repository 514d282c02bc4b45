// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/sign/acs3.hpp>
#include <daypack/sign/oss4.hpp>

#include "told_request.hpp"

// One line of test/data/aliyun_acs3.json, and of what test/interop/aliyun_signatures.py asks.
struct Acs3Request : ToldRequest {
  daypack::aliyun::Keys keys = {};
  daypack::aliyun::Action action = {};
  std::string nonce = {};

  explicit Acs3Request(const boost::json::value& told)
      : ToldRequest(told),
        keys{text(told, "id"), text(told, "secret"), text(told, "token")},
        action{text(told, "action"), text(told, "version")},
        nonce(text(told, "nonce")) {}

  std::string authorization() {
    daypack::aliyun::sign(request, keys, action, time, nonce);
    return field("Authorization");
  }
};

// The same of test/data/aliyun_oss4.json.
struct Oss4Request : ToldRequest {
  daypack::aliyun::Keys keys = {};
  daypack::aliyun::OssScope scope = {};

  explicit Oss4Request(const boost::json::value& told)
      : ToldRequest(told),
        keys{text(told, "id"), text(told, "secret"), text(told, "token")},
        scope{text(told, "region"), text(told, "bucket"), text(told, "key")} {
    for (const boost::json::value& name : told.at("additional").as_array())
      scope.additional_headers.emplace_back(name.as_string());
  }

  std::string authorization() {
    daypack::aliyun::sign(request, keys, scope, time);
    return field("Authorization");
  }
  std::string presigned(const boost::json::value& told) const {
    return daypack::aliyun::presigned_url(request, keys, scope, time, life(told));
  }
};
