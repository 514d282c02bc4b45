// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Signs the requests that test/interop/{sigv4,aliyun_signatures,azure_signatures}.py tell, one JSON object a line:
// prints the Authorization field, or the presigned URL of one that has a life.
#include <iostream>

#include "aliyun_request.hpp"
#include "azure_request.hpp"
#include "signed_request.hpp"

namespace {

template <class Request>
std::string answer(const boost::json::value& told) {
  Request request(told);
  if constexpr (requires { request.presigned(told); }) {
    if (told.as_object().contains("life")) return request.presigned(told);
  }
  return request.authorization();
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const boost::json::value told = boost::json::parse(line);
    const boost::json::value* const scheme = told.as_object().if_contains("scheme");
    std::cout << (!scheme                          ? answer<SignedRequest>(told)
                  : scheme->as_string() == "acs3"  ? answer<Acs3Request>(told)
                  : scheme->as_string() == "azure" ? answer<SharedKeyRequest>(told)
                                                   : answer<Oss4Request>(told))
              << '\n';
  }
}
