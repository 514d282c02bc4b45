// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/net/http.hpp>
#include <daypack/net/url.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Azure's Blob storage in this process, as far as uploads need it: what the real one does is
// test/interop/azure_blob.py's to say. It keeps requests, and answers what a fault tells it to.
class BlobStore : public daypack::Http {
 public:
  using Request = daypack::HttpRequest;
  using Response = daypack::HttpResponse;
  struct Stored {
    std::string body = {};
    daypack::HttpHeaders headers = {};
  };

  using Http::send;
  Response send(const Request& request, const daypack::BodySink&, std::stop_token) override {
    const std::scoped_lock lock(mutex);
    const daypack::Url url = daypack::parse_url(request.url);
    const std::string path = url.target.substr(0, url.target.find('?'));
    const std::string query = path.size() < url.target.size() ? url.target.substr(path.size() + 1) : "";
    seen.push_back(request.method + (query.empty() ? "" : " " + query.substr(0, query.find('&'))));
    last = request;
    std::optional<Response> answer;
    if (fault) answer = fault(request);
    if (!answer) answer = act(request, path, query);
    answer->url = request.url;
    if (lost && lost(request))
      throw daypack::Error(daypack::Errc::network, "a server did not answer completely", "lost");
    return *answer;
  }

  static Response refusal(int status, const std::string& code) {
    return {.status = status,
            .headers = {{"x-ms-request-id", "R1"}, {"x-ms-error-code", code}},
            .body = "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code +
                    "</Code><Message>no\nRequestId:R1\nTime:2026</Message></Error>"};
  }
  static std::string header(const Request& request, std::string_view name) {
    return std::string(Response{.headers = request.headers}.header(name).value_or(""));
  }
  std::vector<std::string> taken() {
    const std::scoped_lock lock(mutex);
    return std::exchange(seen, {});
  }

  std::mutex mutex;
  std::map<std::string, Stored> blobs;                                // by path
  std::map<std::string, std::map<std::string, std::string>> waiting;  // blocks by path, then ID
  std::vector<std::string> seen;
  Request last;
  std::function<std::optional<Response>(const Request&)> fault;
  std::function<bool(const Request&)> lost;  // acts, and nobody hears of it

 private:
  static std::string joined(const Request& request) {
    std::string body;
    for (const daypack::ByteView part : request.body) body += daypack::as_text(part);
    return body;
  }

  Response act(const Request& request, const std::string& path, const std::string& query) {
    if (request.method == "HEAD") return head(path);
    if (request.method == "GET") return list(path);
    if (request.method == "DELETE") return {.status = blobs.erase(path) == 1 ? 202 : 404};
    if (query.starts_with("comp=block&")) return block(request, path, query);
    std::string body = joined(request);
    if (header(request, "If-None-Match") == "*" && blobs.contains(path)) return refusal(409, "BlobAlreadyExists");
    if (query.starts_with("comp=blocklist")) {
      const auto whole = of_blocks(body, path);
      if (!whole) return refusal(400, "InvalidBlockList");
      body = *whole;
      waiting.erase(path);
    }
    return put(request, path, std::move(body));
  }

  Response head(const std::string& path) {
    const auto found = blobs.find(path);
    if (found == blobs.end()) return {.status = 404, .headers = {{"x-ms-error-code", "BlobNotFound"}}};
    Response answer{.status = 200, .headers = found->second.headers};
    answer.headers.emplace_back("Content-Length", std::to_string(found->second.body.size()));
    return answer;
  }

  Response put(const Request& request, const std::string& path, std::string body) {
    Stored& stored = blobs[path] = {std::move(body), {{"ETag", "\"0x1\""}}};
    for (const auto& [name, value] : request.headers) {
      if (name.starts_with("x-ms-meta-")) stored.headers.emplace_back(name, value);
      if (name == "x-ms-blob-content-type") stored.headers.emplace_back("Content-Type", value);
      if (name == "x-ms-blob-content-md5") stored.headers.emplace_back("Content-MD5", value);
    }
    return {
        .status = 201,
        .headers = {{"ETag", "\"0x1\""}, {"x-ms-version-id", "v1"}, {"Content-MD5", header(request, "Content-MD5")}}};
  }

  Response block(const Request& request, const std::string& path, const std::string& query) {
    const std::size_t begin = query.find("blockid=") + 8;
    const std::string id = daypack::detail::percent_decoded(query.substr(begin, query.find('&', begin) - begin));
    for (const auto& [other, bytes] : waiting[path]) {
      if (other.size() != id.size()) return refusal(400, "InvalidBlobOrBlock");
    }
    waiting[path][id] = joined(request);
    return {.status = 201, .headers = {{"x-ms-content-crc64", header(request, "x-ms-content-crc64")}}};
  }

  Response list(const std::string& path) {
    if (!waiting.contains(path) && !blobs.contains(path)) return refusal(404, "BlobNotFound");
    std::string text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList><UncommittedBlocks>";
    for (const auto& [id, bytes] : waiting[path])
      text += "<Block><Name>" + id + "</Name><Size>" + std::to_string(bytes.size()) + "</Size></Block>";
    return {.status = 200, .body = text + "</UncommittedBlocks></BlockList>"};
  }

  std::optional<std::string> of_blocks(const std::string& list, const std::string& path) {
    std::string whole;
    for (std::size_t at = list.find("<Latest>"); at != std::string::npos; at = list.find("<Latest>", at + 1)) {
      const auto found = waiting[path].find(list.substr(at + 8, list.find('<', at + 8) - at - 8));
      if (found == waiting[path].end()) return std::nullopt;
      whole += found->second;
    }
    return whole;
  }
};
