// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/oss.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/providers/service.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/tree_literal.hpp>

#include "support/oss_store.hpp"

using namespace daypack;
using daypack::support::aliyun_secret;
using daypack::support::OssLab;
using daypack::support::xz_crc_of;

BOOST_AUTO_TEST_SUITE(providers_oss)

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

Archive archive_of(std::string text, std::size_t piece = 70'001) {
  const Blob all = blob_of(std::move(text));
  std::vector<Blob> segments;
  for (std::size_t at = 0; at < all.size(); at += piece)
    segments.push_back(all.slice(at, std::min(piece, all.size() - at)));
  return Archive(std::move(segments), sha256_of(all.bytes), {});
}

// Of 2 MiB and a bit: five parts.
const std::string& large_text() {
  static const std::string text = testing::filler(2 * mebibyte + 5);
  return text;
}
const Archive& large() {
  static const Archive archive = archive_of(large_text());
  return archive;
}
aliyun::Oss in_parts(std::string key = "k.zip") {
  return {.bucket = "packages", .key = std::move(key), .single_up_to = mebibyte, .part_size = mebibyte / 2};
}

bool is_part(const HttpRequest& request, int number) {
  return request.method == "PUT" && request.url.find("partNumber=" + std::to_string(number) + '&') != std::string::npos;
}
bool is_completion(const HttpRequest& request) {
  return request.method == "POST" && request.url.find("uploadId=") != std::string::npos;
}

using Requests = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(a_package_is_named_by_its_content_and_put_once) {
  OssLab lab;
  const Archive archive = archive_of("PK some zip");
  const aliyun::Oss to{.bucket = "packages", .prefix = "a/"};
  const aliyun::StoredObject first = lab.put(to, archive);
  BOOST_TEST(first.key == "a/" + archive.sha256().hex() + ".zip");
  BOOST_TEST(first.url == "https://packages.oss-cn-hangzhou.aliyuncs.com/" + first.key);
  BOOST_TEST(first.crc64 == xz_crc_of("PK some zip"));
  BOOST_TEST(first.version == "v1");
  BOOST_TEST(!first.unchanged);
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD", "PUT"}));
  BOOST_TEST(lab.field("x-oss-forbid-overwrite") == "true");
  BOOST_TEST(lab.field("Content-MD5") == "EYeXclaZqGdaTfGA8vD/kQ==");  // openssl md5 -binary | base64
  BOOST_TEST(lab.field("x-oss-meta-daypack-sha256") == archive.sha256().hex());
  BOOST_TEST(lab.put(to, archive).unchanged);
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD"}));
}

BOOST_AUTO_TEST_CASE(other_bytes_under_its_name_are_told) {
  OssLab lab;
  const Archive archive = archive_of("PK some zip");
  lab.store->objects['/' + archive.sha256().hex() + ".zip"] = {"PK else"};
  BOOST_TEST((lab.refused({.bucket = "packages"}, archive).code() == Errc::conflict));
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD"}));
}

BOOST_AUTO_TEST_CASE(a_named_key_is_replaced_when_bytes_or_settings_differ) {
  OssLab lab;
  aliyun::Oss to{.bucket = "packages", .key = "k.zip"};
  const Archive one = archive_of("PK one"), two = archive_of("PK two");
  lab.put(to, one);
  BOOST_TEST(lab.field("x-oss-forbid-overwrite") == "none");
  BOOST_TEST(lab.put(to, one).unchanged);
  BOOST_TEST(!lab.put(to, two).unchanged);
  to.metadata = {{"Commit", "abc"}};
  BOOST_TEST(!lab.put(to, two).unchanged);
  to.encryption = "KMS";
  BOOST_TEST(!lab.put(to, two).unchanged);
  to.storage_class = "IA";
  BOOST_TEST(!lab.put(to, two).unchanged);
  BOOST_TEST(lab.put(to, two).unchanged);
}

BOOST_AUTO_TEST_CASE(large_ones_go_in_parts) {
  OssLab lab;
  const aliyun::StoredObject object = lab.put(in_parts(), large());
  auto seen = lab.store->taken();
  BOOST_TEST(seen.size() == 9U);  // HEAD, a look for what was interrupted, begin, five parts, the end
  BOOST_TEST(lab.store->objects.at("/k.zip").body == large_text());
  BOOST_TEST(object.crc64 == xz_crc_of(large_text()));
  BOOST_TEST(lab.store->uploads.empty());
  BOOST_TEST(lab.put(in_parts(), large()).unchanged);
}

BOOST_AUTO_TEST_CASE(what_was_interrupted_goes_on) {
  OssLab lab;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (is_part(request, 4)) lab.stopping.request_stop();
    return std::nullopt;
  };
  aliyun::Oss to = in_parts();
  to.parallel = 1;
  const Error error = lab.refused(to, large());
  BOOST_TEST((error.code() == Errc::cancelled));
  BOOST_TEST(error.hint().find("the parts that have arrived are kept (upload u1)") != std::string::npos);
  lab.store->fault = nullptr;
  lab.stopping = {};
  lab.store->taken();
  lab.put(to, large());
  BOOST_TEST(lab.was_told("an interrupted upload is continued: 4 of 5 parts are there"));
  BOOST_TEST(lab.store->objects.at("/k.zip").body == large_text());
  BOOST_TEST(std::ranges::count_if(lab.store->taken(), [](const auto& one) { return one.starts_with("PUT"); }) == 1);
}

BOOST_AUTO_TEST_CASE(lost_answers_are_found_out) {
  for (const char* what : {"one piece", "completion", "beginning"}) {
    BOOST_TEST_CONTEXT(what) {
      OssLab lab;
      const bool whole = std::string(what) == "one piece";
      lab.store->key = large().sha256().hex() + ".zip";
      bool once = true;
      lab.store->lost = [&](const HttpRequest& request) {
        const bool meant = whole                               ? request.method == "PUT"
                           : std::string(what) == "completion" ? is_completion(request)
                                                               : request.url.ends_with("?uploads=");
        return meant && request.method != "GET" && std::exchange(once, !meant);
      };
      const aliyun::StoredObject object =
          whole ? lab.put({.bucket = "packages"}, large()) : lab.put(in_parts(""), large());
      BOOST_TEST(lab.store->objects.at('/' + object.key).body == large_text());
      BOOST_TEST(lab.store->uploads.empty());
      BOOST_TEST(lab.store->objects.size() == 1U);
      BOOST_TEST(!once);
    }
  }
}

// Between our look and our beginning; OSS refuses to begin what could not end.
BOOST_AUTO_TEST_CASE(who_was_there_first_has_done_it) {
  for (const std::string& theirs : {large_text(), std::string("PK else")}) {
    OssLab lab;
    lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (request.method != "POST") return std::nullopt;
      const std::string path = '/' + large().sha256().hex() + ".zip";
      lab.store->objects[path] = {theirs, {{"x-oss-hash-crc64ecma", xz_crc_of(theirs)}}};
      return S3Store::refusal(409, "FileAlreadyExists");
    };
    if (theirs == large_text())
      BOOST_TEST(lab.put(in_parts(""), large()).crc64 == xz_crc_of(theirs));
    else
      BOOST_TEST((lab.refused(in_parts(""), large()).code() == Errc::conflict));
    BOOST_TEST(lab.store->taken().back() == "HEAD");
  }
}

BOOST_AUTO_TEST_CASE(a_store_that_keeps_other_bytes_is_told) {
  const std::string wrong = "1";
  OssLab lab;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.method != "PUT") return std::nullopt;
    return HttpResponse{.status = 200, .headers = {{"ETag", "\"e\""}, {"x-oss-hash-crc64ecma", wrong}}};
  };
  BOOST_TEST((lab.refused({.bucket = "packages"}, archive_of("PK")).code() == Errc::verification));
  const Error error = lab.refused(in_parts(), large());
  BOOST_TEST((error.code() == Errc::verification));
  BOOST_TEST(error.subject().find("part 1") != std::string::npos);
  BOOST_TEST(lab.store->uploads.empty());  // nothing is left behind
}

BOOST_AUTO_TEST_CASE(the_clock_and_the_session_are_mended) {
  OssLab lab;
  lab.variables["ALIBABA_CLOUD_CREDENTIALS_URI"] = "";
  bool once = true;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.method != "PUT" || !std::exchange(once, false)) return std::nullopt;
    HttpResponse answer = S3Store::refusal(403, "RequestTimeTooSkewed");
    answer.headers.emplace_back("Date", "Fri, 20 Nov 2026 14:00:00 GMT");
    return answer;
  };
  lab.put({.bucket = "packages"}, archive_of("PK"));
  BOOST_TEST(lab.field("x-oss-date") == "20261120T140000Z");
}

BOOST_AUTO_TEST_CASE(refusals_name_the_way_out) {
  OssLab lab;
  std::string code;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.method == "HEAD") return HttpResponse{.status = 403};
    return S3Store::refusal(code == "NoSuchBucket" ? 404 : 403, code);
  };
  const auto hint = [&](const char* refused) {
    code = refused;
    return lab.refused({.bucket = "packages"}, archive_of("PK")).hint();
  };
  BOOST_TEST(hint("AccessDenied").starts_with("allow oss:PutObject on oss://packages/"));
  BOOST_TEST(hint("InvalidAccessKeyId") ==
             "the service does not know the access key of the environment: check the profile and the account");
  BOOST_TEST(hint("SignatureDoesNotMatch").starts_with("the secret of the environment does not belong"));
  BOOST_TEST(hint("NoSuchBucket").starts_with("create it (aliyun oss mb oss://packages --region cn-hangzhou)"));
  BOOST_TEST(std::string(lab.refused({.bucket = "packages"}, archive_of("PK")).what()).find(aliyun_secret) ==
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bucket_of_another_region_is_followed) {
  OssLab lab;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.url.find("oss-cn-beijing.") != std::string::npos) return std::nullopt;
    if (request.method == "HEAD") return HttpResponse{.status = 403};
    return S3Store::refusal(403, "AccessDenied", "<Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint>");
  };
  const aliyun::StoredObject object = lab.put({.bucket = "packages"}, archive_of("PK"));
  BOOST_TEST(object.region == "cn-beijing");
  BOOST_TEST(object.url.starts_with("https://packages.oss-cn-beijing.aliyuncs.com/"));
  BOOST_TEST(lab.was_told("the bucket lies in cn-beijing, not in cn-hangzhou"));
}

BOOST_AUTO_TEST_CASE(where_the_bucket_stands) {
  OssLab lab;
  const Archive archive = archive_of("PK");
  const auto host = [&](aliyun::Oss to) {
    to.bucket = "packages";
    to.key = "a b/k.zip";
    lab.put(to, archive);
    return lab.store->hosts.back();
  };
  BOOST_TEST(host({}) == "packages.oss-cn-hangzhou.aliyuncs.com/a%20b/k.zip");
  BOOST_TEST(host({.access = {.oss_endpoint = "oss-cn-hangzhou-internal.aliyuncs.com"}}) ==
             "packages.oss-cn-hangzhou-internal.aliyuncs.com/a%20b/k.zip");
  BOOST_TEST(host({.access = {.oss_endpoint = "http://127.0.0.1:9000"}}) == "127.0.0.1:9000/packages/a%20b/k.zip");
  BOOST_TEST(host({.access = {.oss_endpoint = "http://localhost:9000"}, .path_style = false}) ==
             "packages.localhost:9000/a%20b/k.zip");
  BOOST_TEST(host({.access = {.oss_endpoint = "https://files.test"}, .cname = true}) == "files.test/a%20b/k.zip");
}

BOOST_AUTO_TEST_CASE(what_oss_would_refuse_is_told_before) {
  OssLab lab;
  const Archive archive = archive_of("PK");
  for (const aliyun::Oss& to :
       {aliyun::Oss{.bucket = ""}, aliyun::Oss{.bucket = "Packages"}, aliyun::Oss{.bucket = "a.b"},
        aliyun::Oss{.bucket = "-ab"}, aliyun::Oss{.bucket = "packages", .key = "/k"},
        aliyun::Oss{.bucket = "packages", .key = "a/../k"}, aliyun::Oss{.bucket = "packages", .part_size = 1000},
        aliyun::Oss{.bucket = "packages", .encryption = "ROT13"},
        aliyun::Oss{.bucket = "packages", .metadata = {{"a b", ""}}},
        aliyun::Oss{.bucket = "packages", .path_style = true, .cname = true}})
    BOOST_TEST((lab.refused(to, archive).code() == Errc::usage));
  BOOST_TEST(lab.store->taken().empty());
}

BOOST_AUTO_TEST_CASE(deleting) {
  OssLab lab;
  const aliyun::Oss to{.bucket = "packages"};
  const auto session = std::make_shared<aliyun::Session>(lab.context(), to.access, lab.environment());
  const aliyun::StoredObject object = to.put(archive_of("PK"), session, lab.context());
  to.remove(object, session, lab.context());
  BOOST_TEST(lab.store->taken().back() == "DELETE versionId=v1");
  BOOST_TEST(lab.store->objects.empty());
}

BOOST_AUTO_TEST_SUITE_END()
