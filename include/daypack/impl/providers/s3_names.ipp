// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/detail/utf8.hpp>
#include <daypack/error.hpp>
#include <daypack/providers/s3.hpp>

#include <algorithm>
#include <array>
#include <string_view>

// What S3 would refuse, told before it is asked (Amazon S3 User Guide, "General purpose bucket naming rules", "Naming
// Amazon S3 objects", "Multipart upload limits", "User-defined object metadata"; read on 2026-11-20).
namespace daypack::detail::s3 {

inline constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20, gibibyte = std::uint64_t{1} << 30;
inline constexpr std::uint64_t least_part = 5 * mebibyte, most_part = 5 * gibibyte, most_parts = 10'000;

// Why a bucket cannot have this name; empty when it can.
inline std::string bucket_reason(std::string_view name) {
  const auto fine = [](char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.'; };
  if (name.size() < 3 || name.size() > 63) return "it has " + std::to_string(name.size()) + " characters, not 3 to 63";
  if (!std::ranges::all_of(name, fine)) return "only a-z, 0-9, '-' and '.' may stand in it";
  if (!is_ascii_alnum(name.front()) || !is_ascii_alnum(name.back())) return "it begins or ends with no letter or digit";
  if (name.find("..") != std::string_view::npos) return "two dots stand side by side";
  if (std::ranges::all_of(name, [](char c) { return is_ascii_digit(c) || c == '.'; }) &&
      std::ranges::count(name, '.') == 3)
    return "it looks like an address";
  for (const std::string_view prefix : {"xn--", "sthree-", "amzn-s3-demo-"}) {
    if (name.starts_with(prefix)) return "names that begin with " + std::string(prefix) + " are S3's own";
  }
  return {};
}

inline std::string key_reason(std::string_view key) {
  if (key.empty()) return "it is empty";
  if (key.size() > 1024) return "it has " + std::to_string(key.size()) + " bytes, at most 1024";
  if (!is_utf8(key)) return "it is not UTF-8";
  if (std::ranges::any_of(key, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }))
    return "a control character stands in it";
  for (const std::string& segment : split_at(key, '/')) {
    if (segment == "." || segment == "..") return "a segment is '" + segment + "'";
  }
  return {};
}

inline void check_part_options(const aws::S3& to, std::uint64_t size) {
  const auto wrong = [](const char* what, std::uint64_t got, const std::string& expected) {
    throw Error(Errc::usage, what, std::to_string(got) + " bytes (expected " + expected + ')');
  };
  if (to.single_up_to > most_part) wrong("so much cannot go to S3 in one piece", to.single_up_to, "at most 5 GiB");
  if (to.part_size != 0 && (to.part_size < least_part || to.part_size > most_part))
    wrong("S3 takes no parts of this size", to.part_size, "5 MiB to 5 GiB");
  if (to.part_size != 0 && size > to.single_up_to && (size + to.part_size - 1) / to.part_size > most_parts)
    wrong("the parts would be more than 10,000", to.part_size, "at least " + std::to_string(size / most_parts + 1));
  if (to.parallel < 0 || to.parallel > 256)
    throw Error(Errc::usage, "so many parts cannot go at once", std::to_string(to.parallel) + " (expected 1 to 256)");
}

inline void check_metadata(const std::map<std::string, std::string>& metadata) {
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
  if (size > 2048)
    throw Error(Errc::usage, "the object has too much metadata",
                std::to_string(size) + " bytes (expected at most 2048)");
}

inline void check_encryption(const aws::S3& to) {
  static constexpr std::array<std::string_view, 4> kinds{"", "AES256", "aws:kms", "aws:kms:dsse"};
  if (std::ranges::find(kinds, to.encryption) == kinds.end())
    throw Error(Errc::usage, "S3 knows no such encryption", to.encryption, "take AES256, aws:kms or aws:kms:dsse");
  if (!to.kms_key.empty() && to.encryption == "AES256")
    throw Error(Errc::usage, "encryption with AES256 takes no KMS key", to.kms_key,
                "take aws:kms, or leave out the key");
}

// The key that the archive gets; Error{usage} for options that S3 would refuse.
inline std::string checked_key(const aws::S3& to, const Archive& archive) {
  if (const std::string reason = bucket_reason(to.bucket); !reason.empty())
    throw Error(Errc::usage, "a bucket cannot have this name", "'" + to.bucket + "' (" + reason + ')',
                to.bucket.empty() ? "say which bucket" : "check the bucket's name");
  check_part_options(to, archive.size());
  check_metadata(to.metadata);
  check_encryption(to);
  std::string key = to.prefix + (to.key.empty() ? archive.sha256().hex() + ".zip" : to.key);
  if (const std::string reason = key_reason(key); !reason.empty())
    throw Error(Errc::usage, "an object cannot have this key", "'" + key + "' (" + reason + ')');
  return key;
}

inline std::uint64_t part_size_for(const aws::S3& to, std::uint64_t size) {
  if (to.part_size != 0) return to.part_size;
  const std::uint64_t least = (size / most_parts + mebibyte) / mebibyte * mebibyte;
  return std::max(8 * mebibyte, least);
}

// The URL of the bucket, without a slash at its end.
inline std::string bucket_url(const std::string& endpoint, const std::string& bucket, bool in_path) {
  if (in_path) return endpoint + '/' + bucket;
  const std::size_t host = endpoint.find("://") + 3;
  return endpoint.substr(0, host) + bucket + '.' + endpoint.substr(host);
}

}  // namespace daypack::detail::s3
