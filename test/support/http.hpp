// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <boost/test/unit_test.hpp>
#include <daypack/error.hpp>
#include <daypack/net/http.hpp>
#include <daypack/net/proxy.hpp>
#include <map>
#include <string>

#include "support/server.hpp"

// What tests of the network share.

using Variables = std::map<std::string, std::string>;

inline daypack::Environment environment(Variables variables = {}) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
}

inline std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i % 251 * 7 % 251);
  return text;
}

inline auto says(daypack::Errc code, std::string words) {
  return [=](const daypack::Error& error) {
    const bool right = error.code() == code && std::string(error.what()).find(words) != std::string::npos;
    if (!right) BOOST_TEST_MESSAGE("got " << to_string(error.code()) << ": " << error.what());
    return right;
  };
}

// One for all tests that need no own.
inline const MisbehavingServer& server() {
  static const MisbehavingServer one;
  return one;
}

inline std::string get(daypack::Http& http, const std::string& url) {
  return http.send(daypack::HttpRequest{.url = url}).body;
}

inline std::string poured(daypack::Http& http, const daypack::HttpRequest& request,
                          daypack::HttpResponse* response = nullptr) {
  std::string text;
  daypack::HttpResponse answer =
      http.send(request, [&](daypack::ByteView bytes) { text += daypack::as_text(bytes); }, {});
  BOOST_TEST(answer.body.empty());
  if (response) *response = std::move(answer);
  return text;
}
