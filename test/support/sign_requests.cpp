// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Signs the requests that test/interop/sigv4.py tells, one JSON object a line: prints the Authorization field, or the
// presigned URL of one that has a life.
#include <iostream>

#include "signed_request.hpp"

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const boost::json::value told = boost::json::parse(line);
    SignedRequest request(told);
    std::cout << (told.as_object().contains("life") ? request.presigned(told) : request.authorization()) << '\n';
  }
}
