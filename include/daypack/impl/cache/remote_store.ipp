// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/remote.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/cache/remote_health.ipp>
#include <daypack/impl/cache/remote_result.ipp>
#include <daypack/net/url.hpp>
#include <daypack/sign/sha256.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace daypack::detail {

// The kinds that mean the same on every machine. The rest depends on the machine: where its interpreters are, what its
// compilers make of an sdist.
inline bool is_shared(const CacheKey& key) {
  static constexpr std::array<std::string_view, 6> kinds{"bytecode", "streams", "strip", "elf", "imports", "checked"};
  if (key.kind == "wheels") return key.name.size() == 64;
  return std::ranges::find(kinds, key.kind) != kinds.end();
}

inline std::string path_of(const CacheKey& key) { return key.kind + '/' + key.name; }

inline std::string reason_of(const Error& error) {
  return error.message() + (error.subject().empty() ? "" : ": " + error.subject());
}

// The protocol. Faults are thrown: Error{network, hash_mismatch, ...} for what may be otherwise next time.
class RemoteStore {
 public:
  RemoteStore(Http& http, const RemoteCacheOptions& options, RemoteHealth& health)
      : http_(http), options_(options), health_(health), base_(checked_url(options.url)) {}

  // The base without a login.
  std::string url() const { return redacted(parse_url(base_).text()); }

  // The value, kept in `local`; nothing when there is none.
  std::optional<Blob> find(const CacheKey& key, Cache& local) {
    if (key.kind == "wheels") return content(key.name, {}, key, local);
    std::string text;
    const bool found = get("ac/" + action_of(key), [&](ByteView bytes) {
      if (text.size() + bytes.size() > inline_most + 4096) throw wrong(key, "its description is too long");
      text += as_text(bytes);
    });
    if (!found) return {};
    const auto result = parse_remote_result(text);
    if (!result) throw wrong(key, "its description is damaged");
    if (result->path != path_of(key)) throw wrong(key, "its description is of another value");
    if (result->contents.empty()) return content(result->sha256, result->size, key, local);
    if (result->contents.size() != result->size || sha256_of(as_bytes(result->contents)).hex() != result->sha256)
      throw wrong(key, "its bytes have another digest");
    health_.brought(result->size);
    auto out = local.writer(key);
    out->write(as_bytes(result->contents));
    return out->commit();
  }

  // `anew`: what lies there may be damaged.
  void store(const CacheKey& key, const Blob& value, bool anew) {
    const bool wheel = key.kind == "wheels";
    Sha256Hasher hasher;
    read_in_pieces(value, [&](ByteView bytes) { hasher.update(bytes); });
    RemoteResult result{.path = path_of(key), .sha256 = hasher.finish().hex(), .size = value.size()};
    if (wheel && result.sha256 != key.name) return;
    if (!wheel && value.size() != 0 && value.size() <= inline_most) {
      result.contents = value.text();
    } else if (value.size() < worth_asking || anew || !has("cas/" + result.sha256)) {
      put("cas/" + result.sha256, value.bytes);
      release_mapped(value);
    }
    if (!wheel) put("ac/" + action_of(key), as_bytes(text_of(result)));
  }

 private:
  static constexpr std::size_t inline_most = std::size_t{64} << 10;
  static constexpr std::size_t worth_asking = std::size_t{1} << 20;

  static std::string checked_url(std::string url) {
    const Url parsed = parse_url(url);
    if (parsed.target.find('?') != std::string::npos || url.find('#') != std::string::npos)
      throw Error(Errc::usage, "the URL of a remote cache ends with its path", url);
    if (!url.ends_with('/')) url += '/';
    return url;
  }

  // Raise the number when values of the same keys get another form here.
  static std::string action_of(const CacheKey& key) {
    Sha256Hasher hasher;
    for (const std::string_view word :
         {std::string_view("daypack remote cache 1"), std::string_view(key.kind), std::string_view(key.name)})
      add_word(hasher, word);
    return hasher.finish().hex();
  }

  static Error wrong(const CacheKey& key, const std::string& why) {
    return Error(Errc::hash_mismatch, "a value of the remote cache is damaged, and not used",
                 path_of(key) + " (" + why + ')');
  }

  std::optional<Blob> content(const std::string& sha256, std::optional<std::uint64_t> expected, const CacheKey& key,
                              Cache& local) {
    std::unique_ptr<CacheWriter> out;
    Sha256Hasher hasher;
    std::uint64_t size = 0;
    const bool found = expected == 0u || get("cas/" + sha256, [&](ByteView bytes) {
                         size += bytes.size();
                         if (expected && size > *expected) throw wrong(key, "it is longer than its description says");
                         if (!out) out = local.writer(key);
                         hasher.update(bytes);
                         out->write(bytes);
                         health_.brought(bytes.size());
                       });
    if (!found) return {};
    if (hasher.finish().hex() != sha256 || size != expected.value_or(size))
      throw wrong(key, "its bytes have another digest");
    if (!out) out = local.writer(key);
    return out->commit();
  }

  HttpRequest request(const char* method, const std::string& path, std::chrono::milliseconds silence) const {
    HttpRequest made{.method = method, .url = base_ + path, .headers = options_.headers};
    made.connect_timeout = options_.silence;
    made.idle_timeout = silence;
    return made;
  }

  // False when there is none.
  bool get(const std::string& path, const BodySink& sink) {
    const HttpResponse answer = http_.send(request("GET", path, options_.silence), sink, health_.reading().stop());
    if (answer.status == 404 || answer.status == 410) return false;
    if (answer.status == 200) return true;
    throw_refused(answer, health_.reading());
  }

  bool has(const std::string& path) {
    const HttpResponse answer = http_.send(request("HEAD", path, options_.silence), {}, health_.writing().stop());
    return answer.status == 200;
  }

  // A server may write to its disk for a while before it answers.
  void put(const std::string& path, ByteView bytes) {
    HttpRequest made = request("PUT", path, std::max(options_.silence, options_.farewell));
    made.headers.emplace_back("Content-Type", "application/octet-stream");
    made.body = {bytes};
    const HttpResponse answer = http_.send(made, {}, health_.writing().stop());
    if (answer.status / 100 != 2) throw_refused(answer, health_.writing());
  }

  // Another request would be answered in the same way: no login, or not this method.
  [[noreturn]] void throw_refused(const HttpResponse& answer, RemoteHealth::Direction& direction) {
    const std::string why = "it answers with status " + std::to_string(answer.status);
    const bool login = answer.status == 401 || answer.status == 403 || answer.status == 407;
    if (&direction == &health_.reading() && login)
      health_.give_up(why + " (put a login for it into its URL or ~/.netrc)");
    if (&direction == &health_.writing() && (login || answer.status == 405 || answer.status == 501))
      health_.give_up_writing(why + " (put a login into its URL or ~/.netrc, or read from it only)");
    throw Error(Errc::network, why);
  }

  Http& http_;
  const RemoteCacheOptions& options_;
  RemoteHealth& health_;
  const std::string base_;
};

}  // namespace daypack::detail
