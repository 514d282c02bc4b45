// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/sign/azure_storage.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/impl/sign/azure_fields.ipp>

#include <algorithm>
#include <map>

#include "support/azure_request.hpp"
#include "support/error_of.hpp"
#include "support/source_file.hpp"

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(sign_azure_storage)

namespace {

constexpr auto noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 12h + 34min + 56s;
// What every emulator of Azure Storage has: Microsoft published it for that.
const azure::SharedKey emulated{
    "devstoreaccount1", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="};

std::string authorization_of(HttpRequest request) {
  azure::sign(request, emulated, noon);
  return request.headers.back().second;
}

}  // namespace

// Made by azure-storage-blob 12.31.1: its requests as they were on their way out.
BOOST_AUTO_TEST_CASE(the_official_sdk_agrees_on_known_requests) {
  const auto all = boost::json::parse(detail::read_file(source_file("test/data/azure_storage.json")));
  int count = 0;
  for (const boost::json::value& told : all.as_array()) {
    if (!told.as_object().contains("authorization")) continue;
    SharedKeyRequest request(told);
    BOOST_TEST_CONTEXT(told.at("name").as_string().c_str()) {
      BOOST_TEST(request.authorization() == std::string(told.at("authorization").as_string()));
      BOOST_TEST(request.field("x-ms-date") == "Fri, 20 Nov 2026 12:34:56 GMT");
    }
    ++count;
  }
  BOOST_TEST(count == 9);
}

BOOST_AUTO_TEST_CASE(the_official_sdk_agrees_on_known_shared_access) {
  const auto all = boost::json::parse(detail::read_file(source_file("test/data/azure_storage.json")));
  std::map<std::string, std::string> known;
  for (const boost::json::value& told : all.as_array()) {
    if (told.as_object().contains("sas"))
      known[std::string(told.at("name").as_string())] = std::string(told.at("sas").as_string());
  }
  const auto ends = std::chrono::sys_days(std::chrono::year(2036) / 11 / 17) + 12h + 34min + 56s;
  BOOST_TEST(azure::service_sas(emulated, "function-releases", "20261120123456-app.zip",
                                {.starts = noon - 10min, .expires = ends}) == known.at("blob-read-sas"));
  BOOST_TEST(azure::service_sas(
                 emulated, "c", "dir a/\xc3\xa9.zip",
                 {.permissions = "cw", .expires = ends, .addresses = "168.1.5.60-168.1.5.70", .protocol = "https"}) ==
             known.at("blob-cw-https-ip"));
}

// Hyphens count last, and signs stand before digits: so the service sorts, and so it signs.
BOOST_AUTO_TEST_CASE(fields_are_sorted_as_the_service_sorts_them) {
  const auto sorted = [](std::vector<std::string> names) {
    std::ranges::sort(names, detail::azure_storage::field_before);
    return detail::listed(names, " ");
  };
  BOOST_TEST(sorted({"x-ms-meta-b-c", "x-ms-meta-bc", "x-ms-meta-ba"}) == "x-ms-meta-ba x-ms-meta-bc x-ms-meta-b-c");
  BOOST_TEST(sorted({"x-ms-a0", "x-ms-a_", "x-ms-aa", "x-ms-a"}) == "x-ms-a x-ms-a_ x-ms-a0 x-ms-aa");
  BOOST_TEST(sorted({"x-ms-a-b-c", "x-ms-ab-c", "x-ms-a-bc", "x-ms-abc"}) == "x-ms-abc x-ms-ab-c x-ms-a-bc x-ms-a-b-c");
}

BOOST_AUTO_TEST_CASE(fields_may_stand_in_any_order_and_case) {
  const std::string url = "https://a.blob.core.windows.net/c/b";
  BOOST_TEST(authorization_of({.url = url, .headers = {{"X-MS-Version", "1"}, {"x-ms-a", " 2 "}}}) ==
             authorization_of({.url = url, .headers = {{"x-ms-a", "2"}, {"x-ms-version", "1"}}}));
  BOOST_TEST(authorization_of({.url = url, .headers = {{"range", "bytes=0-9"}}}) != authorization_of({.url = url}));
  BOOST_TEST(authorization_of({.url = url, .headers = {{"User-Agent", "x"}}}) == authorization_of({.url = url}));
}

// azure-storage-blob signs the last of them alone; the service wants all (REST reference, "Authorize with Shared Key").
BOOST_AUTO_TEST_CASE(values_of_one_name_are_joined) {
  const std::string url = "https://a.blob.core.windows.net/c?include=";
  BOOST_TEST(authorization_of({.url = url + "snapshots&INCLUDE=metadata"}) ==
             authorization_of({.url = url + "metadata,snapshots"}));
}

BOOST_AUTO_TEST_CASE(a_second_attempt_replaces_the_first) {
  HttpRequest request{.method = "PUT", .url = "https://a.blob.core.windows.net/c/b", .body = {as_bytes("body")}};
  HttpRequest fresh = request;
  azure::sign(request, {"other", "b2xk"}, noon - 1h);
  azure::sign(request, emulated, noon);
  azure::sign(fresh, emulated, noon);
  BOOST_TEST((request.headers == fresh.headers));
  BOOST_TEST(fresh.headers.size() == 2U);
}

BOOST_AUTO_TEST_CASE(refusals) {
  HttpRequest request{.url = "https://a.blob.core.windows.net/c/b"};
  for (const char* key : {"", "no base64",
                          "Eby8"
                          "vd=x"}) {
    const Error error = error_of([&] { azure::sign(request, {"acc", key}, noon); });
    BOOST_TEST((error.code() == Errc::usage));
    BOOST_TEST(error.subject() == "account acc");
  }
  BOOST_TEST(request.headers.size() <= 1U);
  request.url = "blob:c/b";
  BOOST_TEST((error_of([&] { azure::sign(request, emulated, noon); }).code() == Errc::usage));
  BOOST_TEST(error_of([&] { azure::service_sas(emulated, "c", "b", {}); }).message() == "a SAS needs an end");
  BOOST_TEST(error_of([&] {
               azure::service_sas(emulated, "c", "b", {.expires = noon, .version = "2019-12-12"});
             }).message() == "a SAS of this version is not made");
}

BOOST_AUTO_TEST_SUITE_END()
