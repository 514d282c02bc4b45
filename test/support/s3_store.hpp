// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/net/http.hpp>
#include <daypack/net/url.hpp>
#include <daypack/sign/crc64.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// An S3 in this process, or a store that was made after it, as far as uploads need one: what real stores do is the
// scripts' of test/interop to say. It keeps requests, and answers what a fault tells it to.
class S3Store : public daypack::Http {
 public:
  // What such stores call in other ways.
  struct Terms {
    std::string fields = "x-amz-";  // what its own begin with
    std::string crc_field = "x-amz-checksum-crc64nvme";
    std::string crc_element = "ChecksumCRC64NVME";
    std::pair<std::string, std::string> only_new = {"If-None-Match", "*"};
    int taken_status = 412;
    std::string taken_code = "PreconditionFailed";
    bool tells_crc_of_all = false;  // also of what was put in one piece
    std::string (*crc_of)(const std::string&) = &S3Store::crc_of;
  };
  S3Store() = default;
  explicit S3Store(Terms its) : terms(std::move(its)) {}
  using Request = daypack::HttpRequest;
  using Response = daypack::HttpResponse;
  struct Object {
    std::string body = {};
    daypack::HttpHeaders headers = {};
  };
  struct Upload {
    std::map<int, std::string> parts = {};
    daypack::HttpHeaders headers = {};
  };

  using Http::send;
  Response send(const Request& request, const daypack::BodySink&, std::stop_token) override {
    const std::scoped_lock lock(mutex);
    const daypack::Url url = daypack::parse_url(request.url);
    const std::string path = url.target.substr(0, url.target.find('?'));
    const std::string query = path.size() < url.target.size() ? url.target.substr(path.size() + 1) : "";
    seen.push_back(request.method + (query.empty() ? "" : " " + query));
    hosts.push_back(url.authority() + path);
    fields.push_back(request.headers);
    std::optional<Response> answer;
    if (fault) answer = fault(request);
    if (!answer) answer = act(request, path, query);
    answer->url = request.url;
    if (lost && lost(request))
      throw daypack::Error(daypack::Errc::network, "a server did not answer completely", "lost");
    return *answer;
  }

  static Response refusal(int status, const std::string& code, const std::string& more = {}) {
    return {.status = status,
            .headers = {{"x-amz-request-id", "R1"}},
            .body = "<Error><Code>" + code + "</Code><Message>no</Message>" + more + "</Error>"};
  }
  static std::string header(const Request& request, std::string_view name) {
    return std::string(Response{.headers = request.headers}.header(name).value_or(""));
  }
  static std::string crc_of(const std::string& text) {
    std::array<std::byte, 8> bytes{};
    const std::uint64_t crc = daypack::crc64nvme_of(daypack::as_bytes(text));
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(crc >> (56 - 8 * i) & 0xff);
    return daypack::detail::base64_of(daypack::ByteView(bytes));
  }
  // Requests so far, sorted, for parts go in any order.
  std::vector<std::string> taken() {
    const std::scoped_lock lock(mutex);
    return std::exchange(seen, {});
  }

  const Terms terms = {};
  std::mutex mutex;
  std::map<std::string, Object> objects;  // by path
  std::map<std::string, Upload> uploads;  // by ID
  std::vector<std::string> seen, hosts;
  std::vector<daypack::HttpHeaders> fields;
  std::function<std::optional<Response>(const Request&)> fault;
  std::function<bool(const Request&)> lost;  // acts, and nobody hears of it

 private:
  static std::string joined(const Request& request) {
    std::string body;
    for (const daypack::ByteView part : request.body) body += daypack::as_text(part);
    return body;
  }
  static std::string value_of(const std::string& query, const std::string& name) {
    const std::size_t at = ('&' + query).find('&' + name + '=');
    if (at == std::string::npos) return {};
    return query.substr(at + name.size() + 1, query.find('&', at + name.size()) - at - name.size() - 1);
  }

  Response act(const Request& request, const std::string& path, const std::string& query) {
    const std::string id = value_of(query, "uploadId");
    if (query.starts_with("uploads=") && request.method == "GET") return list(path);
    if (query.starts_with("uploads=")) return begin(request);
    if (!id.empty() && !uploads.contains(id)) return refusal(404, "NoSuchUpload");
    if (request.method == "HEAD") return head(path);
    if (request.method == "PUT") return id.empty() ? put(request, path) : part(request, id, query);
    if (request.method == "GET") return list_parts(uploads[id]);
    if (request.method == "POST") return complete(request, path, id);
    id.empty() ? objects.erase(path) : uploads.erase(id);
    return {.status = 204};
  }

  Response head(const std::string& path) {
    const auto found = objects.find(path);
    if (found == objects.end()) return {.status = 404};
    Response answer{.status = 200, .headers = found->second.headers};
    answer.headers.emplace_back("Content-Length", std::to_string(found->second.body.size()));
    return answer;
  }

  daypack::HttpHeaders kept(const Request& request) const {
    daypack::HttpHeaders headers;
    for (const auto& [name, value] : request.headers) {
      const auto is_own = [&](const char* rest) { return name.starts_with(terms.fields + rest); };
      if (is_own("meta-") || is_own("server-side") || is_own("storage-class") || is_own("checksum-sha256") ||
          name == "Content-Type")
        headers.emplace_back(name, value);
    }
    return headers;
  }

  bool is_taken(const Request& request, const std::string& path) const {
    return header(request, terms.only_new.first) == terms.only_new.second && objects.contains(path);
  }

  Response put(const Request& request, const std::string& path) {
    if (is_taken(request, path)) return refusal(terms.taken_status, terms.taken_code);
    objects[path] = {joined(request), kept(request)};
    objects[path].headers.emplace_back("ETag", "\"e\"");
    Response answer{.status = 200,
                    .headers = {{"ETag", "\"e\""},
                                {terms.fields + "version-id", "v1"},
                                {"x-amz-checksum-sha256", header(request, "x-amz-checksum-sha256")}}};
    if (terms.tells_crc_of_all) {
      objects[path].headers.emplace_back(terms.crc_field, terms.crc_of(joined(request)));
      answer.headers.emplace_back(terms.crc_field, terms.crc_of(joined(request)));
    }
    return answer;
  }

  Response begin(const Request& request) {
    const std::string id = "u" + std::to_string(++count_);
    uploads[id].headers = kept(request);
    return {.status = 200, .body = "<R><UploadId>" + id + "</UploadId></R>"};
  }

  Response part(const Request& request, const std::string& id, const std::string& query) {
    const std::string body = joined(request);
    uploads[id].parts[std::stoi(value_of(query, "partNumber"))] = body;
    return {.status = 200,
            .headers = {{"ETag", '"' + terms.crc_of(body) + '"'}, {terms.crc_field, terms.crc_of(body)}}};
  }

  Response list(const std::string& path) const {
    std::string text = "<R><IsTruncated>false</IsTruncated>";
    for (const auto& [id, upload] : uploads)
      text += "<Upload><Key>" + key + "</Key><UploadId>" + id + "</UploadId><Initiated>" + id + "</Initiated></Upload>";
    return {.status = 200, .body = text + "</R>" + (path.empty() ? "" : " ")};
  }

  Response list_parts(const Upload& upload) const {
    std::string text = "<R><IsTruncated>false</IsTruncated>";
    for (const auto& [number, body] : upload.parts)
      text += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><Size>" + std::to_string(body.size()) +
              "</Size><ETag>\"" + terms.crc_of(body) + "\"</ETag>" + told_crc(body) + "</Part>";
    return {.status = 200, .body = text + "</R>"};
  }

  Response complete(const Request& request, const std::string& path, const std::string& id) {
    if (is_taken(request, path)) return refusal(terms.taken_status, terms.taken_code);
    std::string whole;
    for (const auto& [number, body] : uploads[id].parts) whole += body;
    const std::string sent = header(request, terms.crc_field);
    if (sent.empty() != terms.tells_crc_of_all || (!sent.empty() && terms.crc_of(whole) != sent))
      return refusal(400, "BadDigest");
    objects[path] = {whole, uploads[id].headers};
    objects[path].headers.emplace_back(terms.crc_field, terms.crc_of(whole));
    uploads.erase(id);
    Response answer{.status = 200, .body = "\n <R><ETag>\"e-2\"</ETag>" + told_crc(whole) + "</R>"};
    if (terms.tells_crc_of_all) answer.headers.emplace_back(terms.crc_field, terms.crc_of(whole));
    return answer;
  }

  std::string told_crc(const std::string& text) const {
    return '<' + terms.crc_element + '>' + terms.crc_of(text) + "</" + terms.crc_element + '>';
  }

  int count_ = 0;

 public:
  std::string key = "k.zip";  // of all uploads
};
