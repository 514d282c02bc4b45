// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/net/http.hpp>

#include <boost/json.hpp>

#include <chrono>
#include <string>

// A request as test/data/*.json and the scripts that ask test/support/sign_requests.cpp tell it, and when it is signed.
struct ToldRequest {
  std::string body = {};
  daypack::HttpRequest request = {};
  std::chrono::system_clock::time_point time = {};

  explicit ToldRequest(const boost::json::value& told) : body(text(told, "body")), time(time_of(text(told, "time"))) {
    request.method = text(told, "method");
    request.url = text(told, "url");
    for (const boost::json::value& field : told.at("headers").as_array())
      request.headers.emplace_back(std::string(field.at(0).as_string()), std::string(field.at(1).as_string()));
    const std::string_view all = body;
    for (std::size_t at = 0; at < all.size(); at += 5) request.body.push_back(daypack::as_bytes(all.substr(at, 5)));
  }
  ToldRequest(const ToldRequest&) = delete;
  ToldRequest& operator=(const ToldRequest&) = delete;

  static std::string text(const boost::json::value& told, const char* name) {
    return std::string(told.at(name).as_string());
  }
  static std::chrono::seconds life(const boost::json::value& told) {
    return std::chrono::seconds(told.at("life").as_int64());
  }
  // The value of a field that stands there once; "several" otherwise.
  std::string field(const std::string& name) const {
    std::string value;
    int count = 0;
    for (const auto& [key, text] : request.headers) {
      if (key == name) ++count, value = text;
    }
    return count > 1 ? "several" : value;
  }

 private:
  // "20261120T123456Z"
  static std::chrono::system_clock::time_point time_of(const std::string& text) {
    const auto number = [&](std::size_t at, std::size_t size) { return std::stoi(text.substr(at, size)); };
    const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(6, 2)))};
    return std::chrono::sys_days(day) + std::chrono::hours(number(9, 2)) + std::chrono::minutes(number(11, 2)) +
           std::chrono::seconds(number(13, 2));
  }
};
