// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/sign/sigv4.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>

#include "support/error_of.hpp"
#include "support/signed_request.hpp"
#include "support/source_file.hpp"

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(sign_sigv4)

namespace {

// 2013-05-24T00:00:00Z, the day of AWS's examples.
constexpr auto example_day = std::chrono::sys_days(std::chrono::year(2013) / 5 / 24);
const aws::Keys example_keys{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};

std::string signature_of(HttpRequest request, const aws::Scope& scope = {"s3", "us-east-1"}) {
  aws::sign(request, example_keys, scope, example_day);
  const std::string all = request.headers.back().second;
  return all.substr(all.find("SignedHeaders=") + 14);
}

}  // namespace

// Made by botocore 1.44.5: ten by its signers alone, six taken from whole clients on their way out.
BOOST_AUTO_TEST_CASE(botocore_agrees_on_known_requests) {
  const auto all = boost::json::parse(detail::read_file(source_file("test/data/aws_sigv4.json")));
  BOOST_TEST(all.as_array().size() == 16U);
  for (const boost::json::value& told : all.as_array()) {
    SignedRequest request(told);
    BOOST_TEST_CONTEXT(told.at("name").as_string().c_str()) {
      if (const auto* url = told.as_object().if_contains("presigned")) {
        BOOST_TEST(request.presigned(told) == std::string(url->as_string()));
      } else {
        BOOST_TEST(request.authorization() == std::string(told.at("authorization").as_string()));
        BOOST_TEST(request.field("X-Amz-Date") == std::string(told.at("time").as_string()));
        BOOST_TEST(request.field("X-Amz-Security-Token") == request.keys.token);
      }
    }
  }
}

// Amazon S3 API reference, "Signature calculations: transferring payload in a single chunk", its four examples.
BOOST_AUTO_TEST_CASE(amazon_agrees_on_its_examples) {
  const std::string host = "https://examplebucket.s3.amazonaws.com";
  BOOST_TEST(signature_of({.url = host + "/test.txt", .headers = {{"Range", "bytes=0-9"}}}) ==
             "host;range;x-amz-content-sha256;x-amz-date, "
             "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  BOOST_TEST(signature_of(
                 {.method = "PUT",
                  .url = host + "/test%24file.text",
                  .headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                  .body = {as_bytes("Welcome to "), as_bytes("Amazon S3.")}}) ==
             "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, "
             "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  BOOST_TEST(signature_of({.url = host + "/?lifecycle"}) ==
             "host;x-amz-content-sha256;x-amz-date, "
             "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  BOOST_TEST(signature_of({.url = host + "/?max-keys=2&prefix=J"}) ==
             "host;x-amz-content-sha256;x-amz-date, "
             "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// The same reference, "Authenticating requests: using query parameters".
BOOST_AUTO_TEST_CASE(amazon_agrees_on_its_presigned_url) {
  BOOST_TEST(
      aws::presigned_url({.url = "https://examplebucket.s3.amazonaws.com/test.txt"}, example_keys, {"s3", "us-east-1"},
                         example_day, 86400s) ==
      "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
      "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires="
      "86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

BOOST_AUTO_TEST_CASE(a_second_attempt_replaces_the_first) {
  HttpRequest request{.method = "PUT", .url = "https://b.s3.amazonaws.com/k", .body = {as_bytes("body")}};
  aws::sign(request, {"old", "old", "old token"}, {"s3", "us-east-1"}, example_day - 1h);
  HttpRequest fresh{.method = "PUT", .url = request.url, .body = request.body};
  aws::sign(request, example_keys, {"s3", "eu-west-1"}, example_day);
  aws::sign(fresh, example_keys, {"s3", "eu-west-1"}, example_day);
  std::ranges::sort(request.headers);
  std::ranges::sort(fresh.headers);
  BOOST_TEST((request.headers == fresh.headers));
  BOOST_TEST(fresh.headers.size() == 3U);
}

// A load balancer in front of a store, a tunnel: what is signed is what the store sees.
BOOST_AUTO_TEST_CASE(host_is_that_of_the_request_else_of_the_url) {
  const auto with = [](std::string url, HttpHeaders headers) {
    return signature_of({.url = std::move(url), .headers = std::move(headers)});
  };
  const std::string plain = with("https://store.test/b/k", {});
  BOOST_TEST(with("https://Store.TEST:443/b/k", {}) == plain);
  BOOST_TEST(with("https://user:password@store.test/b/k", {}) == plain);
  BOOST_TEST(with("http://127.0.0.1:9000/b/k", {{"Host", "store.test"}}) == plain);
  BOOST_TEST(with("https://store.test:9000/b/k", {}) != plain);
}

BOOST_AUTO_TEST_CASE(what_changes_on_the_way_is_not_signed) {
  const std::string plain = signature_of({.url = "https://store.test/b/k"});
  for (const char* name : {"User-Agent", "expect", "Transfer-Encoding", "TE", "Connection", "X-Amzn-Trace-Id",
                           "traceparent", "Proxy-Authorization", "Trailer", "Upgrade", "Keep-Alive"})
    BOOST_TEST(signature_of({.url = "https://store.test/b/k", .headers = {{name, "x"}}}) == plain);
  BOOST_TEST(signature_of({.url = "https://store.test/b/k", .headers = {{"X-Mine", "x"}}}) != plain);
}

// Lambda's host decodes the path once before it looks at the signature, S3's does not.
BOOST_AUTO_TEST_CASE(paths_are_normalised_for_all_but_s3) {
  const auto signature = [](const char* path, const char* service) {
    return signature_of({.url = std::string("https://aws.test") + path}, {service, "us-east-1"});
  };
  for (const char* path : {"/a//b", "/a/./b", "/a/x/../b", "//a/b", "/../a/b"}) {
    BOOST_TEST(signature(path, "lambda") == signature("/a/b", "lambda"));
    BOOST_TEST(signature(path, "s3") != signature("/a/b", "s3"));
  }
  BOOST_TEST(signature("/a/b/", "lambda") != signature("/a/b", "lambda"));
  BOOST_TEST(signature("/", "lambda") == signature("", "lambda"));
}

BOOST_AUTO_TEST_CASE(refusals) {
  HttpRequest request{.url = "s3://bucket/key"};
  BOOST_TEST(error_of([&] { aws::sign(request, example_keys, {"s3", "x"}, example_day); }).what() ==
             std::string("this is no http or https URL: s3://bucket/key"));
  request.url = "https://store.test/";
  for (const auto life : {0s, 604801s})
    BOOST_TEST((error_of([&] { aws::presigned_url(request, example_keys, {"s3", "x"}, example_day, life); }).code() ==
                Errc::usage));
}

BOOST_AUTO_TEST_SUITE_END()
