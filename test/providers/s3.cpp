// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/s3.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/providers/aws_client.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/tree_literal.hpp>

#include "support/error_of.hpp"
#include "support/s3_store.hpp"
#include "support/still_clock.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(providers_s3)

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

Archive archive_of(std::string text, std::size_t piece = 70'001) {
  const Blob all = blob_of(std::move(text));
  std::vector<Blob> segments;
  for (std::size_t at = 0; at < all.size(); at += piece)
    segments.push_back(all.slice(at, std::min(piece, all.size() - at)));
  return Archive(std::move(segments), sha256_of(all.bytes), {});
}

// A store, a session, and what was told on the way.
struct StoreLab {
  std::shared_ptr<S3Store> store = std::make_shared<S3Store>();
  std::stop_source stopping;
  std::vector<std::string> remarks;
  std::uint64_t advanced = 0;
  std::map<std::string, std::string> variables{{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                                               {"AWS_SECRET_ACCESS_KEY", "hidden-secret-1"},
                                               {"AWS_REGION", "eu-west-1"},
                                               {"AWS_EC2_METADATA_DISABLED", "true"}};

  Context context() {
    return testing::context(
        Services{.http = store,
                 .clock = std::make_shared<StillClock>(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)),
                 .observer =
                     [this](const Event& event) {
                       if (const auto* remark = std::get_if<Remark>(&event)) remarks.push_back(remark->message);
                       if (const auto* progress = std::get_if<Advanced>(&event)) advanced = progress->done;
                     },
                 .stop = stopping.get_token()});
  }
  aws::StoredObject put(const aws::S3& to, const Archive& archive) {
    const auto session = std::make_shared<aws::Session>(context(), to.access, [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    });
    return to.put(archive, session, context());
  }
  Error refused(const aws::S3& to, const Archive& archive) {
    return error_of([&] { put(to, archive); });
  }
  // Of the last request.
  std::string field(std::string_view name) const {
    return std::string(HttpResponse{.headers = store->fields.back()}.header(name).value_or("none"));
  }
  bool was_told(std::string_view words) const {
    return std::ranges::any_of(remarks, [&](const auto& remark) { return remark.find(words) != std::string::npos; });
  }
};

// Of 12 MiB and a bit: three parts of 5 MiB.
const Archive& large() {
  static const Archive archive = archive_of(testing::filler(12 * mebibyte + 5));
  return archive;
}
aws::S3 in_parts() {
  return {.bucket = "packages", .key = "k.zip", .single_up_to = mebibyte, .part_size = 5 * mebibyte};
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
  StoreLab lab;
  const Archive archive = archive_of("PK some zip");
  const aws::S3 to{.bucket = "packages", .prefix = "a/"};
  const aws::StoredObject first = lab.put(to, archive);
  BOOST_TEST(first.key == "a/" + archive.sha256().hex() + ".zip");
  BOOST_TEST(first.url == "https://packages.s3.eu-west-1.amazonaws.com/" + first.key);
  BOOST_TEST(first.version == "v1");
  BOOST_TEST(first.etag == "e");
  BOOST_TEST(!first.unchanged);
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD", "PUT"}));
  BOOST_TEST(lab.store->objects.at('/' + first.key).body == "PK some zip");
  BOOST_TEST(lab.field("If-None-Match") == "*");
  BOOST_TEST(lab.field("x-amz-content-sha256") == archive.sha256().hex());
  BOOST_TEST(lab.put(to, archive).unchanged);
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD"}));
  BOOST_TEST(lab.advanced == archive.size());
}

BOOST_AUTO_TEST_CASE(other_bytes_under_its_name_are_told) {
  StoreLab lab;
  const Archive archive = archive_of("PK some zip");
  lab.store->objects['/' + archive.sha256().hex() + ".zip"] = {"PK else"};
  BOOST_TEST((lab.refused({.bucket = "packages"}, archive).code() == Errc::conflict));
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD"}));
}

BOOST_AUTO_TEST_CASE(a_named_key_is_replaced_when_bytes_or_settings_differ) {
  StoreLab lab;
  aws::S3 to{.bucket = "packages", .key = "k.zip"};
  const Archive one = archive_of("PK one"), two = archive_of("PK two");
  lab.put(to, one);
  BOOST_TEST(lab.field("If-None-Match") == "none");
  BOOST_TEST(lab.put(to, one).unchanged);
  BOOST_TEST(!lab.put(to, two).unchanged);
  BOOST_TEST(lab.store->objects.at("/k.zip").body == "PK two");
  to.metadata = {{"Commit", "abc"}};
  BOOST_TEST(!lab.put(to, two).unchanged);
  to.encryption = "aws:kms";
  BOOST_TEST(!lab.put(to, two).unchanged);
  to.storage_class = "STANDARD_IA";
  BOOST_TEST(!lab.put(to, two).unchanged);
  BOOST_TEST(lab.put(to, two).unchanged);
  to.metadata = {};
  BOOST_TEST(lab.put(to, two).unchanged);  // what others have added stays
}

BOOST_AUTO_TEST_CASE(large_ones_go_in_parts) {
  StoreLab lab;
  const aws::StoredObject object = lab.put(in_parts(), large());
  BOOST_TEST(object.etag == "e-2");
  Requests seen = lab.store->taken();
  std::ranges::sort(seen);
  BOOST_TEST(seen == (Requests{"GET uploads=&prefix=k.zip", "HEAD", "POST uploadId=u1",
                               "POST uploads=", "PUT partNumber=1&uploadId=u1", "PUT partNumber=2&uploadId=u1",
                               "PUT partNumber=3&uploadId=u1"}));
  BOOST_TEST(sha256_of(as_bytes(lab.store->objects.at("/k.zip").body)).hex() == large().sha256().hex());
  BOOST_TEST(lab.put(in_parts(), large()).unchanged);
  BOOST_TEST(lab.advanced == large().size());
}

BOOST_AUTO_TEST_CASE(what_was_interrupted_is_continued) {
  StoreLab lab;
  lab.store->fault = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (!is_part(request, 3)) return std::nullopt;
    throw Error(Errc::network, "a server did not answer completely");
  };
  const Error error = lab.refused(in_parts(), large());
  BOOST_TEST((error.code() == Errc::network));
  BOOST_TEST(error.hint() ==
             "check the network and the endpoint, then run again: the parts that have arrived are kept (upload u1)");
  BOOST_TEST(lab.store->uploads.at("u1").parts.size() == 2U);
  lab.store->fault = nullptr;
  lab.store->taken();
  lab.put(in_parts(), large());
  BOOST_TEST(lab.was_told("an interrupted upload is continued: 2 of 3 parts are there"));
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD", "GET uploads=&prefix=k.zip", "GET uploadId=u1",
                                             "PUT partNumber=3&uploadId=u1", "POST uploadId=u1", "HEAD"}));
  BOOST_TEST(lab.store->objects.at("/k.zip").body.size() == large().size());
}

BOOST_AUTO_TEST_CASE(uploads_of_other_bytes_are_left_alone) {
  StoreLab lab;
  lab.store->uploads["u0"].parts = {{1, std::string(5 * mebibyte, 'x')}};
  lab.store->uploads["empty"] = {};
  lab.put(in_parts(), large());
  BOOST_TEST(lab.store->uploads.size() == 2U);
  BOOST_TEST(lab.store->objects.at("/k.zip").body.size() == large().size());
}

BOOST_AUTO_TEST_CASE(what_is_refused_leaves_nothing_behind) {
  for (const bool at_the_end : {false, true}) {
    StoreLab lab;
    lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (at_the_end ? is_completion(request) : is_part(request, 2)) return S3Store::refusal(403, "AccessDenied");
      return std::nullopt;
    };
    const Error error = lab.refused(in_parts(), large());
    BOOST_TEST((error.code() == Errc::provider));
    BOOST_TEST(error.hint().find("s3:PutObject on arn:aws:s3:::packages/k.zip") != std::string::npos);
    BOOST_TEST(lab.store->uploads.empty());
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_taken_away_is_told) {
  StoreLab lab;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (is_part(request, 1) || request.method == "DELETE") return S3Store::refusal(403, "AccessDenied");
    return std::nullopt;
  };
  lab.refused(in_parts(), large());
  BOOST_TEST(lab.was_told("parts of an upload are left behind, which cost storage: upload u1"));
}

BOOST_AUTO_TEST_CASE(a_stop_keeps_what_has_arrived) {
  StoreLab lab;
  aws::S3 to = in_parts();
  to.parallel = 1;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (is_part(request, 1)) lab.stopping.request_stop();
    return std::nullopt;
  };
  const Error error = lab.refused(to, large());
  BOOST_TEST((error.code() == Errc::cancelled));
  BOOST_TEST(error.hint().find("run again") != std::string::npos);
  BOOST_TEST(lab.store->uploads.at("u1").parts.size() == 1U);
}

// Each answer is lost after the store has acted: nothing is done twice, and nothing is left.
BOOST_AUTO_TEST_CASE(lost_answers_are_made_up_for) {
  const std::vector<std::function<bool(const HttpRequest&)>> losses{
      [](const HttpRequest& request) { return request.url.ends_with("?uploads=") && request.method == "POST"; },
      [](const HttpRequest& request) { return is_part(request, 2); }, is_completion};
  for (const std::string key : {"k.zip", ""}) {
    for (const auto& loss : losses) {
      StoreLab lab;
      aws::S3 to = in_parts();
      to.key = key;
      if (key.empty()) lab.store->key = large().sha256().hex() + ".zip";
      int times = 0;
      lab.store->lost = [&](const HttpRequest& request) { return loss(request) && ++times == 1; };
      const aws::StoredObject object = lab.put(to, large());
      BOOST_TEST(times >= 1);
      BOOST_TEST(lab.store->objects.at('/' + object.key).body.size() == large().size());
      BOOST_TEST(lab.store->uploads.empty());
    }
  }
  StoreLab lab;
  int times = 0;
  lab.store->lost = [&](const HttpRequest& request) { return request.method == "PUT" && ++times == 1; };
  BOOST_TEST(!lab.put({.bucket = "packages"}, archive_of("PK")).unchanged);  // the second PUT was refused with 412
}

BOOST_AUTO_TEST_CASE(an_answer_of_200_may_be_a_refusal) {
  StoreLab lab;
  int times = 0;
  std::string code = "InternalError";
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (is_completion(request) && ++times == 1) return S3Store::refusal(200, code);
    return std::nullopt;
  };
  lab.put(in_parts(), large());
  BOOST_TEST(times == 2);
  times = 0;
  code = "EntityTooSmall";
  BOOST_TEST(
      lab.refused({.bucket = "packages", .key = "other.zip", .single_up_to = 1, .part_size = 5 * mebibyte}, large())
          .message() == "cannot complete an upload");
}

BOOST_AUTO_TEST_CASE(a_race_is_run_again) {
  StoreLab lab;
  int times = 0;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    const bool writes = request.method == "PUT" || is_completion(request);
    if (writes && request.url.find("partNumber") == std::string::npos && ++times == 1)
      return S3Store::refusal(409, "ConditionalRequestConflict");
    return std::nullopt;
  };
  lab.put({.bucket = "packages"}, archive_of("PK"));
  BOOST_TEST(times == 2);
  times = 0;
  lab.put(in_parts(), large());
  BOOST_TEST(times == 2);
  BOOST_TEST(lab.store->uploads.empty());
}

BOOST_AUTO_TEST_CASE(what_the_store_has_kept_is_compared) {
  StoreLab lab;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.method != "PUT") return std::nullopt;
    return HttpResponse{
        .status = 200,
        .headers = {{"ETag", "e"}, {"x-amz-checksum-sha256", "b3RoZXI="}, {"x-amz-checksum-crc64nvme", "b3RoZXI="}}};
  };
  BOOST_TEST((lab.refused({.bucket = "packages"}, archive_of("PK")).code() == Errc::verification));
  BOOST_TEST((lab.refused(in_parts(), large()).code() == Errc::verification));
  BOOST_TEST(lab.store->uploads.empty());
}

BOOST_AUTO_TEST_CASE(a_bucket_of_another_region_is_asked_there) {
  for (const HttpResponse& answer :
       {S3Store::refusal(301, "PermanentRedirect", "<Region>ap-south-1</Region>"),
        S3Store::refusal(400, "AuthorizationHeaderMalformed", "<Region>ap-south-1</Region>"),
        HttpResponse{.status = 400, .headers = {{"x-amz-bucket-region", "ap-south-1"}}}}) {
    StoreLab lab;
    lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (S3Store::header(request, "Authorization").find("/ap-south-1/s3/") == std::string::npos) return answer;
      return std::nullopt;
    };
    const aws::StoredObject object = lab.put({.bucket = "packages", .key = "k.zip"}, archive_of("PK"));
    BOOST_TEST(object.region == "ap-south-1");
    BOOST_TEST(object.url == "https://packages.s3.ap-south-1.amazonaws.com/k.zip");
    BOOST_TEST(lab.was_told("the bucket lies in ap-south-1, not in eu-west-1"));
    BOOST_TEST(lab.store->taken() == (Requests{"HEAD", "HEAD", "PUT"}));
  }
}

BOOST_AUTO_TEST_CASE(where_the_bucket_stands_in_the_url) {
  StoreLab lab;
  const auto host_of = [&](const aws::S3& to) {
    lab.put(to, archive_of("PK"));
    return lab.store->hosts.back();
  };
  BOOST_TEST(host_of({.bucket = "packages", .key = "\xc3\xa9 +/k.zip"}) ==
             "packages.s3.eu-west-1.amazonaws.com/%C3%A9%20%2B/k.zip");
  BOOST_TEST(host_of({.bucket = "my.packages", .key = "k"}) == "s3.eu-west-1.amazonaws.com/my.packages/k");
  BOOST_TEST(host_of({.bucket = "packages", .key = "k", .path_style = true}) ==
             "s3.eu-west-1.amazonaws.com/packages/k");
  lab.variables["AWS_ENDPOINT_URL_S3"] = "http://127.0.0.1:9000";
  BOOST_TEST(host_of({.bucket = "packages", .key = "k"}) == "127.0.0.1:9000/packages/k");
}

// Bodies are signed where nothing else proves them.
BOOST_AUTO_TEST_CASE(how_bodies_are_proven) {
  const auto hash_of_part = [](bool secure, bool checksums) {
    StoreLab lab;
    if (!secure) lab.variables["AWS_ENDPOINT_URL"] = "http://store.test";
    aws::S3 to = in_parts();
    to.checksums = checksums;
    lab.store->fault = [](const HttpRequest& request) -> std::optional<HttpResponse> {
      return is_completion(request) ? std::optional<HttpResponse>({.status = 200, .body = "<R/>"}) : std::nullopt;
    };
    lab.put(to, large());
    for (const HttpHeaders& fields : lab.store->fields) {
      const HttpResponse seen{.headers = fields};
      if (seen.header("x-amz-content-sha256") == aws::unsigned_payload) return std::string("unsigned");
      BOOST_TEST((checksums || !seen.header("x-amz-checksum-crc64nvme")));
    }
    return std::string("signed");
  };
  BOOST_TEST(hash_of_part(true, true) == "unsigned");
  BOOST_TEST(hash_of_part(false, true) == "signed");
  BOOST_TEST(hash_of_part(true, false) == "signed");
}

BOOST_AUTO_TEST_CASE(refusals_name_the_way_out) {
  StoreLab lab;
  const auto hint_of = [&](aws::S3 to, const std::string& code, int status) {
    lab.store->fault = [=](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (request.method == "HEAD") return HttpResponse{.status = 404};
      return S3Store::refusal(status, code);
    };
    to.bucket = "packages";
    const Error error = lab.refused(to, archive_of("PK"));
    BOOST_TEST(std::string(error.what()).find("hidden-secret") == std::string::npos);
    BOOST_TEST(std::string(error.what()).find("cannot put an object: s3://packages/") != std::string::npos);
    return error.hint();
  };
  BOOST_TEST(hint_of({}, "NoSuchBucket", 404) ==
             "create it (aws s3 mb s3://packages --region eu-west-1), or correct the name");
  BOOST_TEST(hint_of({.key = "k"}, "AccessDenied", 403).find("s3:PutObject on arn:aws:s3:::packages/k") !=
             std::string::npos);
  BOOST_TEST(hint_of({.kms_key = "abc"}, "AccessDenied", 403).find("kms:GenerateDataKey") != std::string::npos);
  BOOST_TEST(hint_of({.owner = "111122223333"}, "AccessDenied", 403).find("111122223333") != std::string::npos);
  BOOST_TEST(hint_of({}, "KMS.NotFoundException", 400).find("KMS key") != std::string::npos);
  BOOST_TEST(hint_of({}, "NotImplemented", 501).find("checksums = false") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(options_are_checked_before_any_request) {
  StoreLab lab;
  const auto wrong = [&](aws::S3 to, const Archive& archive = archive_of("PK")) {
    if (to.bucket.empty()) to.bucket = "packages";
    const Error error = lab.refused(to, archive);
    BOOST_TEST((error.code() == Errc::usage));
    return std::string(error.what());
  };
  for (const char* name : {"ab", "Upper", "under_score", "-a-", "a..b", "192.168.0.1", "xn--abc", "a/b"})
    BOOST_TEST(wrong({.bucket = name}).find("a bucket cannot have this name") != std::string::npos);
  for (const std::string& key :
       {std::string("a/../b"), std::string("./a"), std::string("a\nb"), std::string("\xff"), std::string(1025, 'k')})
    BOOST_TEST(wrong({.key = key}).find("an object cannot have this key") != std::string::npos);
  wrong({.part_size = mebibyte});
  wrong({.parallel = -1});
  wrong({.single_up_to = std::uint64_t{6} << 30});
  wrong({.encryption = "rot13"});
  wrong({.encryption = "AES256", .kms_key = "abc"});
  wrong({.metadata = {{"a b", "c"}}});
  wrong({.metadata = {{"a", "\xc3\xa9"}}});
  wrong({.metadata = {{"a", std::string(3000, 'x')}}});
  BOOST_TEST(lab.store->taken().empty());
}

BOOST_AUTO_TEST_SUITE_END()
