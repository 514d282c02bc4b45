// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/detail/utf8.hpp>
#include <daypack/error.hpp>
#include <daypack/net/http.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <pugixml.hpp>
#include <string>
#include <string_view>

// What S3 and the stores that were made after it have in common: names, fields of answers, XML.
namespace daypack::detail::xml_store {

inline constexpr std::uint64_t kibibyte = std::uint64_t{1} << 10, mebibyte = kibibyte << 10, gibibyte = mebibyte << 10;
inline constexpr std::uint64_t most_parts = 10'000;
inline constexpr std::string_view digest_field = "daypack-sha256";  // of our own metadata

inline std::string unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

inline std::string field_of(const HttpResponse& response, std::string_view name) {
  return std::string(response.header(name).value_or(""));
}

// What users have said of an object: the fields behind a prefix such as "x-amz-meta-".
inline std::map<std::string, std::string> metadata_of(const HttpResponse& response, std::string_view prefix) {
  std::map<std::string, std::string> metadata;
  for (const auto& [name, value] : response.headers) {
    const std::string lower = ascii_lowered(name);
    if (lower.starts_with(prefix)) metadata[lower.substr(prefix.size())] = value;
  }
  return metadata;
}

inline pugi::xml_document document_of(const HttpResponse& response) {
  pugi::xml_document document;
  if (!document.load_buffer(response.body.data(), response.body.size()) || !document.document_element()) {
    throw Error(Errc::network, "a store answered with something else than XML", redacted(response.url),
                "check the endpoint: something stands between, or it is no such store");
  }
  return document;
}

// The URL of a bucket, without a slash at its end.
inline std::string bucket_url(const std::string& endpoint, const std::string& bucket, bool in_path) {
  if (in_path) return endpoint + '/' + bucket;
  const std::size_t host = endpoint.find("://") + 3;
  return endpoint.substr(0, host) + bucket + '.' + endpoint.substr(host);
}

// Why an object cannot have this key; empty when it can.
inline std::string key_reason(std::string_view key, std::size_t most) {
  if (key.empty()) return "it is empty";
  if (key.size() > most) return "it has " + std::to_string(key.size()) + " bytes, at most " + std::to_string(most);
  if (!is_utf8(key)) return "it is not UTF-8";
  if (std::ranges::any_of(key, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }))
    return "a control character stands in it";
  for (const std::string& segment : split_at(key, '/')) {
    if (segment == "." || segment == "..") return "a segment is '" + segment + "'";
  }
  return {};
}

inline void check_metadata(const std::map<std::string, std::string>& metadata, std::size_t most) {
  std::size_t size = 0;
  for (const auto& [name, value] : metadata) {
    const auto is_token = [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_' || c == '.'; };
    const auto is_plain = [](char c) { return c >= ' ' && c < 0x7f; };
    if (name.empty() || !std::ranges::all_of(name, is_token) || !std::ranges::all_of(value, is_plain)) {
      throw Error(Errc::usage, "this cannot be metadata of an object", "'" + name + "'",
                  "take letters, digits, '-', '_' and '.' for the name, and plain ASCII for the value");
    }
    size += name.size() + value.size();
  }
  if (size > most)
    throw Error(Errc::usage, "the object has too much metadata",
                std::to_string(size) + " bytes (expected at most " + std::to_string(most) + ')');
}

// Of a store that is called so; To has single_up_to, part_size and parallel.
template <class To>
void check_part_options(const To& to, std::uint64_t size, const std::string& store, std::uint64_t least,
                        const std::string& range) {
  const auto wrong = [](const std::string& what, std::uint64_t got, const std::string& expected) {
    throw Error(Errc::usage, what, std::to_string(got) + " bytes (expected " + expected + ')');
  };
  constexpr std::uint64_t most = 5 * gibibyte;
  if (to.single_up_to > most)
    wrong("so much cannot go to " + store + " in one piece", to.single_up_to, "at most 5 GiB");
  if (to.part_size != 0 && (to.part_size < least || to.part_size > most))
    wrong(store + " takes no parts of this size", to.part_size, range);
  if (to.part_size != 0 && size > to.single_up_to && (size + to.part_size - 1) / to.part_size > most_parts)
    wrong("the parts would be more than 10,000", to.part_size, "at least " + std::to_string(size / most_parts + 1));
  if (to.parallel < 0 || to.parallel > 256)
    throw Error(Errc::usage, "so many parts cannot go at once", std::to_string(to.parallel) + " (expected 1 to 256)");
}

// 8 MiB, or more where they would be more than 10,000.
inline std::uint64_t part_size_for(std::uint64_t asked, std::uint64_t size) {
  if (asked != 0) return asked;
  return std::max(8 * mebibyte, (size / most_parts + mebibyte) / mebibyte * mebibyte);
}

// How what lies there differs from what is wanted, in words.
class Differences {
 public:
  void compare(const std::string& what, const std::string& got, const std::string& wanted) {
    if (!wanted.empty() && got != wanted) add(what + ' ' + (got.empty() ? "none" : got) + " instead of " + wanted);
  }
  void compare(const std::map<std::string, std::string>& got, const std::map<std::string, std::string>& wanted) {
    for (const auto& [name, value] : wanted) {
      const auto found = got.find(ascii_lowered(name));
      if (found == got.end() || found->second != value) add("metadata " + name);
    }
  }
  const std::string& words() const { return words_; }

 private:
  void add(const std::string& one) { words_ += (words_.empty() ? "" : ", ") + one; }
  std::string words_;
};

}  // namespace daypack::detail::xml_store
