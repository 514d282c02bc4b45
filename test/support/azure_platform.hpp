// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "blob_store.hpp"

// Azure as far as deployments need it, in this process: an app's identity, the resource manager, an app's deployment
// site, and Blob storage. Requests and answers are those of azure-cli 2.91.0 and KuduLite of 2021-09 (2026-11-20).
class AzurePlatform : public daypack::Http {
 public:
  using Request = daypack::HttpRequest;
  using Response = daypack::HttpResponse;
  // A deployment, and the states that it will have, one for each time somebody asks; the last one stays.
  struct Pushed {
    std::string id = {}, message = {}, deployer = {}, body = {};
    std::deque<int> states = {4};
  };

  std::string sku = "FlexConsumption";
  std::map<std::string, std::string> settings{
      {"AzureWebJobsStorage", "AccountName=acc;AccountKey=aGlkZGVuLXNlY3JldC0x"}, {"THEIRS", "stays"}};
  int memory = 2048;
  std::vector<Pushed> deployments;
  std::deque<int> next_states{0, 1, 2, 4};  // of the next deployment
  std::string log = "[]";
  int busy = 0;         // so many pushes meet another deployment
  int unknown_for = 0;  // so many looks at deployments find none
  int given_tokens = 0;
  std::int64_t tokens_end = 1795190000;  // seconds since 1970
  std::string good_token = {};           // another one is refused; empty: any
  BlobStore blobs;
  std::vector<std::string> seen;
  std::function<std::optional<Response>(const Request&)> fault;
  std::function<bool(const Request&)> lost;  // acts, and nobody hears of it

  using Http::send;
  Response send(const Request& request, const daypack::BodySink& sink, std::stop_token stop) override {
    const daypack::Url url = daypack::parse_url(request.url);
    if (url.host == "localhost") return token();
    seen.push_back(request.method + ' ' + short_of(url));
    std::optional<Response> answer;
    if (fault) answer = fault(request);
    if (!answer && url.host.find(".blob.") != std::string::npos) answer = blobs.send(request, sink, stop);
    if (!answer) answer = authorized(request) ? act(request, url) : Response{.status = 401, .body = ""};
    answer->url = request.url;
    if (lost && lost(request))
      throw daypack::Error(daypack::Errc::network, "a server did not answer completely", "lost");
    return *answer;
  }

  std::vector<std::string> taken() { return std::exchange(seen, {}); }
  std::vector<std::string> changes() const {
    std::vector<std::string> found;
    for (const std::string& one : seen) {
      if (!one.starts_with("GET") && !one.starts_with("HEAD") && !one.ends_with("/list")) found.push_back(one);
    }
    return found;
  }

 private:
  // "sites/app/config/appsettings/list", "/api/zipdeploy".
  static std::string short_of(const daypack::Url& url) {
    const std::string path = url.target.substr(0, url.target.find('?'));
    const std::size_t sites = path.find("sites/");
    return sites == std::string::npos ? path : path.substr(sites);
  }
  bool authorized(const Request& request) const {
    const std::string field = BlobStore::header(request, "Authorization");
    return field == "Basic JGFwcDpwYXNzd29yZA==" || field == "Bearer " + good_token ||
           (good_token.empty() && field.starts_with("Bearer T"));
  }
  Response token() {
    return {.status = 200,
            .body = R"({"expires_on":")" + std::to_string(tokens_end) + R"(","access_token":"T)" +
                    std::to_string(++given_tokens) + "\"}"};
  }

  Response act(const Request& request, const daypack::Url& url) {
    if (url.host == "management.azure.com") return manage(request, short_of(url));
    const std::string path = short_of(url);
    if (path == "/api/publish" || path == "/api/zipdeploy") return push(request, url);
    const std::string which = path.substr(std::string("/api/deployments/").size());
    if (which.ends_with("/log")) return {.status = 200, .body = log};
    return deployment(which);
  }

  Response manage(const Request& request, const std::string& path) {
    std::string body;
    for (const daypack::ByteView part : request.body) body += daypack::as_text(part);
    if (path.ends_with("/appsettings/list")) return json_of({{"properties", boost::json::value_from(settings)}});
    if (path.ends_with("/appsettings")) {
      settings.clear();
      const boost::json::value told = boost::json::parse(body);
      for (const auto& [name, value] : told.at("properties").as_object())
        settings[std::string(name)] = std::string(value.as_string());
      return json_of({{"properties", boost::json::value_from(settings)}});
    }
    if (path.ends_with("/syncfunctiontriggers")) return {.status = 204};
    if (path != "sites/app" && path != "sites/app/slots/blue")
      return {.status = 404, .body = R"({"error":{"code":"ResourceNotFound","message":"no"}})"};
    if (request.method == "PUT")
      memory = static_cast<int>(boost::json::parse(body)
                                    .at_pointer("/properties/functionAppConfig/scaleAndConcurrency/instanceMemoryMB")
                                    .as_int64());
    return json_of(site());
  }

  boost::json::object site() const {
    return {{"name", "app"},
            {"location", "westeurope"},
            {"properties",
             {{"sku", sku},
              {"defaultHostName", "app-x1.azurewebsites.net"},
              {"hostNameSslStates",
               {{{"name", "app-x1.azurewebsites.net"}, {"hostType", "Standard"}},
                {{"name", "app-x1.scm.azurewebsites.net"}, {"hostType", "Repository"}}}},
              {"functionAppConfig",
               {{"runtime", {{"name", "python"}}}, {"scaleAndConcurrency", {{"instanceMemoryMB", memory}}}}}}}};
  }

  static Response json_of(const boost::json::object& object) {
    return {.status = 200, .body = boost::json::serialize(object)};
  }

  Response push(const Request& request, const daypack::Url& url) {
    if (busy > 0 && busy--) return {.status = 409, .body = "There is a deployment currently in progress."};
    Pushed made{.id = "d" + std::to_string(deployments.size() + 1), .deployer = "daypack", .states = next_states};
    for (const daypack::ByteView part : request.body) made.body += daypack::as_text(part);
    if (const std::size_t at = url.target.find("message="); at != std::string::npos)
      made.message = daypack::detail::percent_decoded(url.target.substr(at + 8));
    deployments.push_back(made);
    return {.status = 202, .body = url.target.starts_with("/api/publish") ? '"' + made.id + '"' : ""};
  }

  Response deployment(const std::string& which) {
    if (unknown_for > 0 && unknown_for--) return {.status = 404};
    for (auto one = deployments.rbegin(); one != deployments.rend(); ++one) {
      if (which != "latest" && which != one->id) continue;
      const int state = one->states.front();
      if (one->states.size() > 1) one->states.pop_front();
      return {.status = state < 3 && state >= 0 ? 202 : 200,
              .body = boost::json::serialize(boost::json::object{{"id", one->id},
                                                                 {"status", state},
                                                                 {"message", one->message},
                                                                 {"deployer", one->deployer},
                                                                 {"status_text", ""}})};
    }
    return {.status = 404};
  }
};
