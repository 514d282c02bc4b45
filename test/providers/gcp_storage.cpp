// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/gcp_storage.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/base64.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/net/url.hpp>
#include <daypack/providers/service.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/context.hpp>

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <mutex>

#include "support/error_of.hpp"
#include "support/still_clock.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(providers_gcp_storage)

namespace {

// A Cloud Storage in this process, as far as uploads need one.
struct GcsStore : Http {
  struct Object {
    std::string body = {};
    boost::json::object told = {};
  };
  std::mutex mutex;
  std::map<std::string, Object> objects;  // by name, of the one bucket
  std::vector<std::string> seen;          // "PUT bytes 0-9/10"
  std::vector<std::string> tokens;
  std::string arriving, arriving_name;  // of the one upload under way
  boost::json::object arriving_settings;
  std::function<std::optional<HttpResponse>(const HttpRequest&)> fault;
  std::uint64_t breaks_after = 0;  // bytes of an upload's body; then the connection is gone

  using Http::send;
  HttpResponse send(const HttpRequest& request, const BodySink&, std::stop_token) override {
    const std::scoped_lock lock(mutex);
    const std::string range = field(request, "Content-Range");
    seen.push_back(request.method + (range.empty() ? "" : ' ' + range));
    if (std::string token = field(request, "Authorization"); !token.empty()) tokens.push_back(std::move(token));
    if (fault) {
      if (auto answer = fault(request)) return *answer;
    }
    return act(request);
  }

 private:
  static std::string field(const HttpRequest& request, std::string_view name) {
    return std::string(HttpResponse{.headers = request.headers}.header(name).value_or(""));
  }
  static std::string query(const std::string& url, const std::string& name) {
    const std::size_t at = url.find(name + '=');
    return at == std::string::npos ? "" : url.substr(at + name.size() + 1, url.find('&', at) - at - name.size() - 1);
  }
  static HttpResponse refusal(int status, const std::string& reason, const std::string& message) {
    return {.status = status,
            .body = R"({"error":{"code":)" + std::to_string(status) + R"(,"message":")" + message +
                    R"(","errors":[{"reason":")" + reason + "\"}]}}"};
  }

  HttpResponse act(const HttpRequest& request) {
    const Url url = parse_url(request.url);
    if (url.target.starts_with("/session/")) return arrive(request);
    if (url.target.find("/b/packages/") == std::string::npos)
      return refusal(404, "notFound", "The specified bucket does not exist.");
    if (url.target.starts_with("/upload/")) return insert(request, url.target);
    const std::string name = url.target.substr(url.target.rfind('/') + 1);
    const auto found = objects.find(name.substr(0, name.find('?')));
    if (found == objects.end()) return refusal(404, "notFound", "No such object: packages/x");
    if (request.method == "DELETE") {
      objects.erase(found);
      return {.status = 204};
    }
    return {.status = 200, .body = boost::json::serialize(found->second.told)};
  }

  HttpResponse insert(const HttpRequest& request, const std::string& target) {
    const std::string name = query(target, "name");
    if (target.find("ifGenerationMatch=0") != std::string::npos && objects.contains(name))
      return refusal(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
    std::string body;
    for (const ByteView part : request.body) body.append(reinterpret_cast<const char*>(part.data()), part.size());
    if (query(target, "uploadType") == "resumable") {
      arriving.clear();
      arriving_name = name;
      arriving_settings = boost::json::parse(body).as_object();
      return {.status = 200, .headers = {{"Location", "https://storage.googleapis.com/session/secret-upload"}}};
    }
    const std::string type = field(request, "Content-Type");
    const std::string mark = "\r\n--" + type.substr(type.find('=') + 1);
    const std::size_t settings = body.find("\r\n\r\n") + 4, middle = body.find(mark, settings);
    const std::size_t bytes = body.find("\r\n\r\n", middle) + 4;
    return keep(name, boost::json::parse(body.substr(settings, middle - settings)).as_object(),
                body.substr(bytes, body.rfind(mark) - bytes));
  }

  HttpResponse arrive(const HttpRequest& request) {
    if (request.method == "DELETE") return {.status = 499};
    std::string body;
    for (const ByteView part : request.body) body.append(reinterpret_cast<const char*>(part.data()), part.size());
    if (request.on_sent) request.on_sent(body.size());
    if (breaks_after != 0 && !body.empty()) {
      arriving += body.substr(0, std::exchange(breaks_after, 0));
      throw Error(Errc::network, "a connection has broken");
    }
    arriving += body;
    const std::string range = field(request, "Content-Range");
    if (arriving.size() == std::stoull(range.substr(range.find('/') + 1)))
      return keep(arriving_name, arriving_settings, arriving);
    HttpResponse on{.status = 308};
    if (!arriving.empty()) on.headers = {{"Range", "bytes=0-" + std::to_string(arriving.size() - 1)}};
    return on;
  }

  HttpResponse keep(const std::string& name, boost::json::object settings, std::string body) {
    settings["size"] = std::to_string(body.size());
    settings["generation"] = "17";
    settings["etag"] = "CBE=";
    objects[name] = {std::move(body), settings};
    return {.status = 200, .body = boost::json::serialize(settings)};
  }
};

Archive archive_of(const std::string& text) {
  const Blob all = blob_of(text);
  std::vector<Blob> segments;
  for (std::size_t at = 0; at < all.size(); at += 1000)
    segments.push_back(all.slice(at, std::min<std::size_t>(1000, all.size() - at)));
  return Archive(std::move(segments), sha256_of(all.bytes), {});
}

struct Shelf {
  std::shared_ptr<GcsStore> store = std::make_shared<GcsStore>();
  std::vector<std::string> remarks;

  Context context() {
    return testing::context(Services{.http = store,
                                     .clock = std::make_shared<StillClock>(std::chrono::system_clock::time_point()),
                                     .observer = [this](const Event& event) {
                                       if (const auto* remark = std::get_if<Remark>(&event))
                                         remarks.push_back(remark->message);
                                     }});
  }
  std::shared_ptr<gcp::Session> session() {
    return std::make_shared<gcp::Session>(context(), gcp::Access{}, [](const std::string& name) {
      return std::string(name == "STORAGE_EMULATOR_HOST" ? "https://storage.googleapis.com" : "");
    });
  }
  gcp::StoredObject put(const gcp::Storage& to, const Archive& archive) {
    return to.put(archive, session(), context());
  }
};

const std::string text(5'000, 'x');

}  // namespace

BOOST_AUTO_TEST_CASE(a_package_lies_under_its_digest) {
  Shelf shelf;
  const Archive archive = archive_of(text);
  const gcp::Storage to{.bucket = "packages", .prefix = "a b/", .metadata = {{"commit", "1a2b"}}};
  const gcp::StoredObject put = shelf.put(to, archive);
  BOOST_TEST(put.key == "a b/" + archive.sha256().hex() + ".zip");
  BOOST_TEST(put.url == "https://storage.googleapis.com/packages/a%20b/" + archive.sha256().hex() + ".zip");
  BOOST_TEST(put.version == "17");
  BOOST_TEST(!put.unchanged);
  const GcsStore::Object& kept = shelf.store->objects.at(uri_encoded(put.key));
  BOOST_TEST((kept.body == text));
  BOOST_TEST(kept.told.at("contentType").as_string() == "application/zip");
  BOOST_TEST(kept.told.at("md5Hash").as_string() == "prt73jJRyi2BDTLa3Z6K5w==");
  BOOST_TEST(kept.told.at("metadata").as_object().at("commit").as_string() == "1a2b");

  shelf.store->seen.clear();
  BOOST_TEST(shelf.put(to, archive).unchanged);
  BOOST_TEST(shelf.store->seen == std::vector<std::string>{"GET"}, boost::test_tools::per_element());
  gcp::Storage(to).remove(put, shelf.session(), shelf.context());
  BOOST_TEST(shelf.store->objects.empty());
  gcp::Storage(to).remove(put, shelf.session(), shelf.context());
}

BOOST_AUTO_TEST_CASE(large_ones_are_continued_where_they_broke_off) {
  Shelf shelf;
  shelf.store->breaks_after = 1'200;
  const Archive archive = archive_of(text);
  const gcp::Storage to{.bucket = "packages", .key = "x.zip", .single_up_to = 100};
  BOOST_TEST(!shelf.put(to, archive).unchanged);
  BOOST_TEST((shelf.store->objects.at("x.zip").body == text));
  const std::vector<std::string> expected{"GET", "POST", "PUT bytes 0-4999/5000", "PUT bytes */5000",
                                          "PUT bytes 1200-4999/5000"};
  BOOST_TEST(shelf.store->seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_lost_is_asked_for) {
  Shelf shelf;
  shelf.store->breaks_after = 5'000;
  const gcp::Storage to{.bucket = "packages", .single_up_to = 100};
  const gcp::StoredObject put = shelf.put(to, archive_of(text));
  BOOST_TEST(put.version == "17");
  BOOST_TEST(shelf.store->seen.back() == "PUT bytes */5000");
}

BOOST_AUTO_TEST_CASE(what_does_not_get_on_ends) {
  Shelf shelf;
  shelf.store->fault = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.method != "PUT") return std::nullopt;
    return HttpResponse{.status = request.body.empty() ? 308 : 503};
  };
  const Error error = error_of([&] { shelf.put({.bucket = "packages", .single_up_to = 100}, archive_of(text)); });
  BOOST_TEST((error.code() == Errc::network));
  BOOST_TEST(error.message() == "an upload does not get on");
  for (const std::string& remark : shelf.remarks) BOOST_TEST(remark.find("secret-upload") == std::string::npos);
  BOOST_TEST((error.subject() + error.hint()).find("secret-upload") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_is_replaced_where_bytes_differ_and_a_digest_is_not) {
  Shelf shelf;
  shelf.put({.bucket = "packages", .key = "x.zip"}, archive_of("old"));
  BOOST_TEST(!shelf.put({.bucket = "packages", .key = "x.zip"}, archive_of(text)).unchanged);
  BOOST_TEST((shelf.store->objects.at("x.zip").body == text));
  BOOST_TEST(
      !shelf.put({.bucket = "packages", .key = "x.zip", .storage_class = "NEARLINE"}, archive_of(text)).unchanged);

  const Archive archive = archive_of(text);
  const gcp::StoredObject put = shelf.put({.bucket = "packages"}, archive);
  shelf.store->objects.at(put.key).told["size"] = "3";
  BOOST_TEST((error_of([&] { shelf.put({.bucket = "packages"}, archive); }).code() == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(who_was_faster_has_put_the_same) {
  Shelf shelf;
  const Archive archive = archive_of(text);
  const std::string key = shelf.put({.bucket = "packages"}, archive).key;
  int looks = 0;  // the first look finds nothing
  shelf.store->fault = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.method == "GET" && looks++ == 0)
      return HttpResponse{.status = 404, .body = R"({"error":{"message":"No such object"}})"};
    return std::nullopt;
  };
  BOOST_TEST(shelf.put({.bucket = "packages"}, archive).key == key);
}

BOOST_AUTO_TEST_CASE(other_bytes_than_were_sent) {
  Shelf shelf;
  shelf.store->fault = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.method != "POST") return std::nullopt;
    return HttpResponse{.status = 200, .body = R"({"size":"5000","generation":"1","md5Hash":"AAAA"})"};
  };
  BOOST_TEST((error_of([&] { shelf.put({.bucket = "packages"}, archive_of(text)); }).code() == Errc::verification));
}

BOOST_AUTO_TEST_CASE(refusals) {
  Shelf shelf;
  const Archive archive = archive_of(text);
  for (const gcp::Storage& to : {gcp::Storage{},
                                 {.bucket = "Packages"},
                                 {.bucket = "-x-"},
                                 {.bucket = "google-packages"},
                                 {.bucket = "packages", .key = ".."},
                                 {.bucket = "packages", .key = "a\nb"}}) {
    BOOST_TEST((error_of([&] { shelf.put(to, archive); }).code() == Errc::usage));
  }
  BOOST_TEST(shelf.store->seen.empty());
  const Error absent = error_of([&] { shelf.put({.bucket = "elsewhere"}, archive); });
  BOOST_TEST(absent.subject().find("The specified bucket does not exist") != std::string::npos);
  shelf.store->fault = [](const HttpRequest&) {
    return HttpResponse{.status = 403,
                        .body = R"({"error":{"code":403,"message":"no","errors":[{"reason":"forbidden"}]}})"};
  };
  const Error denied = error_of([&] { shelf.put({.bucket = "packages"}, archive); });
  BOOST_TEST(denied.hint() == "allow storage.objects.create on packages to whom the keys of nobody belong");
}

BOOST_AUTO_TEST_SUITE_END()
