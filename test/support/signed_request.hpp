// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/sign/sigv4.hpp>

#include "told_request.hpp"

// One line of test/data/aws_sigv4.json, and of what test/interop/sigv4.py asks: a request, whose keys, when.
struct SignedRequest : ToldRequest {
  daypack::aws::Keys keys = {};
  daypack::aws::Scope scope = {};

  explicit SignedRequest(const boost::json::value& told)
      : ToldRequest(told),
        keys{text(told, "id"), text(told, "secret"), text(told, "token")},
        scope{text(told, "service"), text(told, "region")} {}

  std::string authorization() {
    daypack::aws::sign(request, keys, scope, time);
    return field("Authorization");
  }
  std::string presigned(const boost::json::value& told) const {
    return daypack::aws::presigned_url(request, keys, scope, time, life(told));
  }
};
