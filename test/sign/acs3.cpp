// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/sign/acs3.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>

#include <set>

#include "support/aliyun_request.hpp"
#include "support/error_of.hpp"
#include "support/source_file.hpp"

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(sign_acs3)

namespace {

constexpr auto day = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20);
const aliyun::Keys keys{"LTAI5tExample", "exampleSecret"};
const aliyun::Action get_function{"GetFunction", "2023-03-30"};

std::string value_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "none";
}

std::string authorization_of(HttpRequest request) {
  aliyun::sign(request, keys, get_function, day, "nonce");
  return request.headers.back().second;
}

}  // namespace

// Made by alibabacloud_fc20230330 4.8.3 and alibabacloud_tea_openapi 0.4.6: four taken from the whole client on their
// way out, two by the signer alone.
BOOST_AUTO_TEST_CASE(the_official_sdk_agrees_on_known_requests) {
  const auto all = boost::json::parse(detail::read_file(source_file("test/data/aliyun_acs3.json")));
  BOOST_TEST(all.as_array().size() == 6U);
  for (const boost::json::value& told : all.as_array()) {
    Acs3Request request(told);
    BOOST_TEST_CONTEXT(told.at("name").as_string().c_str()) {
      BOOST_TEST(request.authorization() == std::string(told.at("authorization").as_string()));
      BOOST_TEST(request.field("x-acs-signature-nonce") == request.nonce);
      BOOST_TEST(request.field("x-acs-security-token") == request.keys.token);
      BOOST_TEST(request.field("x-acs-accesskey-id") == (request.keys.token.empty() ? "" : request.keys.id));
    }
  }
}

BOOST_AUTO_TEST_CASE(time_is_that_of_iso_8601) {
  HttpRequest request{.url = "https://fcv3.cn-hangzhou.aliyuncs.com/2023-03-30/functions/f"};
  aliyun::sign(request, keys, get_function, day + 1h + 2min + 3s);
  BOOST_TEST(value_of(request, "x-acs-date") == "2026-11-20T01:02:03Z");
}

BOOST_AUTO_TEST_CASE(every_signature_has_a_nonce_of_its_own) {
  HttpRequest request{.url = "https://fcv3.cn-hangzhou.aliyuncs.com/2023-03-30/functions/f"};
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    aliyun::sign(request, keys, get_function, day);
    seen.insert(value_of(request, "x-acs-signature-nonce"));
  }
  BOOST_TEST(seen.size() == 1000U);
  BOOST_TEST(seen.begin()->size() == 32U);
  BOOST_TEST(request.headers.size() == 6U);
}

BOOST_AUTO_TEST_CASE(a_second_attempt_replaces_the_first) {
  HttpRequest request{.method = "PUT", .url = "https://fc.test/2023-03-30/functions/f", .body = {as_bytes("{}")}};
  HttpRequest fresh = request;
  aliyun::sign(request, {"old", "old", "old token"}, aliyun::Action{"UpdateFunction", "2016-08-15"}, day - 1h);
  aliyun::sign(request, keys, get_function, day, "nonce");
  aliyun::sign(fresh, keys, get_function, day, "nonce");
  std::ranges::sort(request.headers);
  std::ranges::sort(fresh.headers);
  BOOST_TEST((request.headers == fresh.headers));
}

BOOST_AUTO_TEST_CASE(what_counts) {
  const HttpRequest plain{.url = "https://fc.test/2023-03-30/functions"};
  const auto with = [&](auto change) {
    HttpRequest other = plain;
    change(other);
    return authorization_of(other);
  };
  const std::string known = authorization_of(plain);
  BOOST_TEST(with([](auto& r) { r.method = "DELETE"; }) != known);
  BOOST_TEST(with([](auto& r) { r.url += "?limit=1"; }) != known);
  BOOST_TEST(with([](auto& r) { r.url += "/f"; }) != known);
  BOOST_TEST(with([](auto& r) { r.body = {as_bytes("x")}; }) != known);
  BOOST_TEST(with([](auto& r) { r.headers = {{"X-Mine", "x"}}; }) != known);
  BOOST_TEST(with([](auto& r) { r.headers = {{"Host", "fc.test"}}; }) == known);
  BOOST_TEST(with([](auto& r) { r.url = "https://FC.test:443/2023-03-30/functions"; }) == known);
  BOOST_TEST(with([](auto& r) { r.headers = {{"Host", "other.test"}}; }) != known);
}

BOOST_AUTO_TEST_CASE(a_name_without_a_value_and_one_with_an_empty_one_are_the_same) {
  BOOST_TEST(authorization_of({.url = "https://fc.test/f?b&a=1"}) ==
             authorization_of({.url = "https://fc.test/f?a=1&b="}));
}

BOOST_AUTO_TEST_CASE(refusals) {
  BOOST_TEST(error_of([] { authorization_of({.url = "acs:fc"}); }).what() ==
             std::string("this is no http or https URL: acs:fc"));
}

BOOST_AUTO_TEST_SUITE_END()
