// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/azure_blob.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/impl/providers/parts.ipp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/tree_literal.hpp>

#include "support/blob_store.hpp"
#include "support/error_of.hpp"
#include "support/still_clock.hpp"

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(providers_azure_blob)

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;
const std::string hidden = "aGlkZGVuLXNlY3JldC0x";
const auto some_day = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20);

Archive archive_of(std::string text, std::size_t piece = 70'001) {
  const daypack::Blob all = blob_of(std::move(text));
  std::vector<daypack::Blob> segments;
  for (std::size_t at = 0; at < all.size(); at += piece)
    segments.push_back(all.slice(at, std::min(piece, all.size() - at)));
  return Archive(std::move(segments), sha256_of(all.bytes), {});
}

// A store, a session, and what was told on the way.
struct BlobLab {
  std::shared_ptr<BlobStore> store = std::make_shared<BlobStore>();
  std::stop_source stopping;
  std::vector<std::string> remarks;
  std::map<std::string, std::string> variables{{"AZURE_STORAGE_ACCOUNT", "acc"}, {"AZURE_STORAGE_KEY", hidden}};

  Context context() {
    return testing::context(Services{.http = store,
                                     .clock = std::make_shared<StillClock>(some_day),
                                     .observer =
                                         [this](const Event& event) {
                                           if (const auto* remark = std::get_if<Remark>(&event))
                                             remarks.push_back(remark->message);
                                         },
                                     .stop = stopping.get_token()});
  }
  std::shared_ptr<azure::Session> session(const azure::Access& access = {}) {
    return std::make_shared<azure::Session>(context(), access, [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    });
  }
  azure::StoredBlob put(const azure::Blob& to, const Archive& archive) {
    return to.put(archive, session(to.access), context());
  }
  Error refused(const azure::Blob& to, const Archive& archive) {
    return error_of([&] { put(to, archive); });
  }
  std::string field(std::string_view name) const { return BlobStore::header(store->last, name); }
  bool was_told(std::string_view words) const {
    return std::ranges::any_of(remarks, [&](const auto& remark) { return remark.find(words) != std::string::npos; });
  }
};

// Of 12 MiB and a bit: three blocks of 5 MiB.
const Archive& large() {
  static const Archive archive = archive_of(testing::filler(12 * mebibyte + 5));
  return archive;
}
azure::Blob in_blocks(std::string name = "k.zip") {
  return {.container = "packages", .name = std::move(name), .single_up_to = mebibyte, .part_size = 5 * mebibyte};
}

bool is_block(const HttpRequest& request) { return request.url.find("comp=block&") != std::string::npos; }
// The ID of a block ends with the place where it begins.
bool is_block(const HttpRequest& request, std::uint64_t begin) {
  char place[24];
  std::snprintf(place, sizeof place, "%016llx", static_cast<unsigned long long>(begin));
  const std::string id = detail::base64_of(as_bytes(large().sha256().hex().substr(0, 32) + place));
  return is_block(request) && request.url.ends_with("blockid=" + uri_encoded(id));
}
bool is_commit(const HttpRequest& request) {
  return request.method == "PUT" && request.url.ends_with("comp=blocklist");
}

using Requests = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(a_package_is_named_by_its_content_and_put_once) {
  BlobLab lab;
  const Archive archive = archive_of("PK some zip");
  const azure::Blob to{.container = "packages", .prefix = "a/"};
  const azure::StoredBlob first = lab.put(to, archive);
  BOOST_TEST(first.name == "a/" + archive.sha256().hex() + ".zip");
  BOOST_TEST(first.url == "https://acc.blob.core.windows.net/packages/" + first.name);
  BOOST_TEST(first.version == "v1");
  BOOST_TEST(first.etag == "0x1");
  BOOST_TEST(!first.unchanged);
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD", "PUT"}));
  BOOST_TEST(lab.store->blobs.at("/packages/" + first.name).body == "PK some zip");
  BOOST_TEST(lab.field("If-None-Match") == "*");
  BOOST_TEST(lab.field("x-ms-blob-type") == "BlockBlob");
  BOOST_TEST(lab.field("x-ms-version") == "2022-11-02");
  BOOST_TEST(lab.field("Content-MD5") == "EYeXclaZqGdaTfGA8vD/kQ==");  // by openssl dgst -md5
  BOOST_TEST(lab.field("x-ms-blob-content-md5") == lab.field("Content-MD5"));
  BOOST_TEST(lab.field("x-ms-meta-daypack_sha256") == archive.sha256().hex());
  BOOST_TEST(lab.put(to, archive).unchanged);
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD"}));
}

BOOST_AUTO_TEST_CASE(other_bytes_under_its_name_are_told) {
  BlobLab lab;
  const Archive archive = archive_of("PK some zip");
  lab.store->blobs["/packages/" + archive.sha256().hex() + ".zip"] = {"PK else"};
  BOOST_TEST((lab.refused({.container = "packages"}, archive).code() == Errc::conflict));
  BOOST_TEST(lab.store->taken() == (Requests{"HEAD"}));
}

// What others have put there is known by its MD5.
BOOST_AUTO_TEST_CASE(a_named_blob_is_replaced_when_bytes_or_settings_differ) {
  BlobLab lab;
  azure::Blob to{.container = "packages", .name = "k.zip"};
  const Archive one = archive_of("PK one"), two = archive_of("PK two");
  lab.put(to, one);
  BOOST_TEST(lab.field("If-None-Match").empty());
  BOOST_TEST(lab.put(to, one).unchanged);
  BOOST_TEST(!lab.put(to, two).unchanged);
  to.metadata = {{"Commit", "abc"}};
  BOOST_TEST(!lab.put(to, two).unchanged);
  to.content_type = "application/x-zip";
  BOOST_TEST(!lab.put(to, two).unchanged);
  BOOST_TEST(lab.put(to, two).unchanged);
  std::erase_if(lab.store->blobs.at("/packages/k.zip").headers,
                [](const auto& field) { return field.first == "x-ms-meta-daypack_sha256"; });
  BOOST_TEST(lab.put(to, two).unchanged);
  BOOST_TEST(!lab.put(to, one).unchanged);
}

BOOST_AUTO_TEST_CASE(large_ones_go_in_blocks) {
  BlobLab lab;
  lab.put(in_blocks(), large());
  Requests seen = lab.store->taken();
  std::ranges::sort(seen);
  BOOST_TEST(seen == (Requests{"GET comp=blocklist", "HEAD", "HEAD", "PUT comp=block", "PUT comp=block",
                               "PUT comp=block", "PUT comp=blocklist"}));
  const auto& stored = lab.store->blobs.at("/packages/k.zip");
  BOOST_TEST(sha256_of(as_bytes(stored.body)).hex() == large().sha256().hex());
  BOOST_TEST(HttpResponse{.headers = stored.headers}.header("Content-MD5").value_or("") ==
             detail::parts::base64_md5_of_blobs(large().segments()));
  BOOST_TEST(lab.put(in_blocks(), large()).unchanged);
}

BOOST_AUTO_TEST_CASE(what_was_interrupted_is_continued) {
  BlobLab lab;
  lab.store->fault = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (!is_block(request, 10 * mebibyte)) return std::nullopt;
    throw Error(Errc::network, "a server did not answer completely");
  };
  const Error error = lab.refused(in_blocks(), large());
  BOOST_TEST((error.code() == Errc::network));
  BOOST_TEST(error.hint().find("run again: the parts that have arrived are kept") != std::string::npos);
  lab.store->fault = nullptr;
  lab.store->taken();
  lab.put(in_blocks(), large());
  BOOST_TEST(lab.was_told("an interrupted upload is continued: 2 of 3 parts are there"));
  BOOST_TEST(lab.store->taken() ==
             (Requests{"HEAD", "GET comp=blocklist", "PUT comp=block", "PUT comp=blocklist", "HEAD"}));
  BOOST_TEST(lab.store->blobs.at("/packages/k.zip").body.size() == large().size());
}

// Blocks of other bytes, of other sizes, of other programs.
BOOST_AUTO_TEST_CASE(blocks_of_others_are_left_alone) {
  BlobLab lab;
  auto& waiting = lab.store->waiting["/packages/k.zip"];
  waiting[std::string(64, 'A')] = "theirs";
  waiting[detail::base64_of(as_bytes(large().sha256().hex().substr(0, 32) + std::string(16, '0')))] = "short";
  lab.put(in_blocks(), large());
  BOOST_TEST(sha256_of(as_bytes(lab.store->blobs.at("/packages/k.zip").body)).hex() == large().sha256().hex());
  lab.store->waiting["/packages/k.zip"]["c2hvcnQ="] = "theirs";
  BOOST_TEST(lab.refused(in_blocks(), archive_of(testing::filler(2 * mebibyte))).hint().find("has not ended") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_stop_keeps_what_has_arrived) {
  BlobLab lab;
  azure::Blob to = in_blocks();
  to.parallel = 1;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (is_block(request)) lab.stopping.request_stop();
    return std::nullopt;
  };
  BOOST_TEST((lab.refused(to, large()).code() == Errc::cancelled));
  BOOST_TEST(lab.store->waiting.at("/packages/k.zip").size() == 1U);
}

// Each answer is lost after the store has acted: nothing is done twice.
BOOST_AUTO_TEST_CASE(lost_answers_are_made_up_for) {
  const std::vector<std::function<bool(const HttpRequest&)>> losses{
      [](const HttpRequest& request) { return request.method == "HEAD"; },
      [](const HttpRequest& request) { return is_block(request, 5 * mebibyte); }, is_commit};
  for (const std::string name : {"k.zip", ""}) {
    for (const auto& loss : losses) {
      BlobLab lab;
      int times = 0;
      lab.store->lost = [&](const HttpRequest& request) { return loss(request) && ++times == 1; };
      const azure::StoredBlob blob = lab.put(in_blocks(name), large());
      BOOST_TEST(times >= 1);
      BOOST_TEST(lab.store->blobs.at("/packages/" + blob.name).body.size() == large().size());
    }
  }
  BlobLab lab;
  int times = 0;
  lab.store->lost = [&](const HttpRequest& request) { return request.method == "PUT" && ++times == 1; };
  lab.put({.container = "packages"}, archive_of("PK"));  // the second PUT was refused with 409
  BOOST_TEST(times == 2);
}

BOOST_AUTO_TEST_CASE(what_the_store_has_kept_is_compared) {
  BlobLab lab;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.method != "PUT") return std::nullopt;
    return HttpResponse{.status = 201, .headers = {{"Content-MD5", "b3RoZXI="}, {"x-ms-content-crc64", "b3RoZXI="}}};
  };
  BOOST_TEST((lab.refused({.container = "packages"}, archive_of("PK")).code() == Errc::verification));
  BOOST_TEST((lab.refused(in_blocks(), large()).code() == Errc::verification));
}

BOOST_AUTO_TEST_CASE(how_calls_are_opened) {
  BlobLab lab;
  const azure::Blob to{.container = "packages", .name = "k.zip"};
  lab.put(to, archive_of("PK"));
  BOOST_TEST(lab.field("Authorization").starts_with("SharedKey acc:"));
  lab.variables.erase("AZURE_STORAGE_KEY");
  lab.variables["AZURE_STORAGE_SAS_TOKEN"] = "?sv=1&sig=hidden";
  lab.put(to, archive_of("PK 2"));
  BOOST_TEST(lab.store->last.url == "https://acc.blob.core.windows.net/packages/k.zip?sv=1&sig=hidden");
  BOOST_TEST(lab.field("Authorization").empty());
  lab.put({.container = "packages", .name = "l.zip", .single_up_to = 1, .part_size = 4}, archive_of("PK 345"));
  BOOST_TEST(lab.store->taken().size() == 10U);
}

BOOST_AUTO_TEST_CASE(tokens_that_have_ended_are_renewed) {
  BlobLab lab;
  lab.variables = {
      {"AZURE_STORAGE_ACCOUNT", "acc"}, {"IDENTITY_ENDPOINT", "http://localhost/token"}, {"IDENTITY_HEADER", hidden}};
  int given = 0;
  lab.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.url.starts_with("http://localhost/token"))
      return HttpResponse{.status = 200,
                          .body = R"({"expires_on":"1795180000","access_token":"T)" + std::to_string(++given) + "\"}"};
    if (BlobStore::header(request, "Authorization") == "Bearer T1")
      return BlobStore::refusal(401, "InvalidAuthenticationInfo");
    return std::nullopt;
  };
  lab.put({.container = "packages"}, archive_of("PK"));
  BOOST_TEST(given == 2);
  BOOST_TEST(lab.field("Authorization") == "Bearer T2");
}

BOOST_AUTO_TEST_CASE(refusals_name_the_way_out) {
  BlobLab lab;
  const auto hint_of = [&](const std::string& code, int status) {
    lab.store->fault = [=](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (request.method == "HEAD") return HttpResponse{.status = 404};
      return BlobStore::refusal(status, code);
    };
    const Error error = lab.refused({.container = "packages", .name = "k.zip"}, archive_of("PK"));
    BOOST_TEST(std::string(error.what()).find(hidden) == std::string::npos);
    BOOST_TEST(error.subject() ==
               "acc/packages/k.zip (" + code + ", status " + std::to_string(status) + ": no; request R1)");
    return error.hint();
  };
  BOOST_TEST(hint_of("ContainerNotFound", 404) == "create the container, or correct its name");
  BOOST_TEST(hint_of("AuthenticationFailed", 403).find("AZURE_STORAGE_KEY") != std::string::npos);
  BOOST_TEST(hint_of("AuthorizationPermissionMismatch", 403).find("Storage Blob Data Contributor") !=
             std::string::npos);
  BOOST_TEST(hint_of("LeaseIdMissing", 412).find("lease") != std::string::npos);
  BOOST_TEST(hint_of("KeyBasedAuthenticationNotPermitted", 403).find("token") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(deleting) {
  BlobLab lab;
  const azure::Blob to{.container = "packages", .name = "k.zip"};
  const azure::StoredBlob blob = lab.put(to, archive_of("PK"));
  to.remove({.name = "k.zip"}, lab.session(), lab.context());
  BOOST_TEST(lab.store->blobs.empty());
  to.remove(blob, lab.session(), lab.context());  // none is there
  BOOST_TEST(lab.store->last.url.ends_with("?versionid=v1"));
}

BOOST_AUTO_TEST_CASE(urls_for_everybody) {
  BlobLab lab;
  const azure::StoredBlob blob = lab.put({.container = "packages", .name = "k.zip"}, archive_of("PK"));
  const std::string url = azure::sas_url(blob, *lab.session(), some_day, some_day + 1h);
  BOOST_TEST(
      url.starts_with("https://acc.blob.core.windows.net/packages/k.zip?st=2026-11-20T00%3A00%3A00Z&se="
                      "2026-11-20T01%3A00%3A00Z&sp=r&sv=2022-11-02&sr=b&sig="));
  lab.variables.erase("AZURE_STORAGE_KEY");
  BOOST_TEST((error_of([&] { azure::sas_url(blob, *lab.session(), some_day, some_day + 1h); }).code() == Errc::usage));
  lab.variables["AZURE_STORAGE_SAS_TOKEN"] = "sv=1";
  BOOST_TEST(azure::sas_url(blob, *lab.session(), some_day, some_day + 1h) == blob.url + "?sv=1");
}

BOOST_AUTO_TEST_CASE(options_are_checked_before_any_request) {
  BlobLab lab;
  const auto wrong = [&](azure::Blob to, const Archive& archive = archive_of("PK")) {
    if (to.container.empty()) to.container = "packages";
    const Error error = lab.refused(to, archive);
    BOOST_TEST((error.code() == Errc::usage));
    return std::string(error.what());
  };
  for (const char* name : {"ab", "Upper", "under_score", "-a-", "a--b", "a.b", "a/b", "$mine"})
    BOOST_TEST(wrong({.container = name}).find("a container cannot have this name") != std::string::npos);
  for (const std::string& name : {std::string("a//b"), std::string("a./b"), std::string("../b"), std::string("a\nb"),
                                  std::string("\xff"), std::string("a\\b"), std::string("a/"), std::string(1025, 'k')})
    BOOST_TEST(wrong({.name = name}).find("a blob cannot have this name") != std::string::npos);
  wrong({.part_size = std::uint64_t{5000} << 20});
  wrong({.parallel = -1});
  wrong({.single_up_to = std::uint64_t{6} << 30});
  wrong({.single_up_to = 1, .part_size = 1}, archive_of(std::string(50'001, 'x')));
  wrong({.metadata = {{"a-b", "c"}}});
  wrong({.metadata = {{"1a", "c"}}});
  wrong({.metadata = {{"a", "\xc3\xa9"}}});
  wrong({.metadata = {{"a", std::string(9000, 'x')}}});
  BOOST_TEST(lab.store->taken().empty());
}

BOOST_AUTO_TEST_SUITE_END()
