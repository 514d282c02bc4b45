// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/providers/xml_store.ipp>
#include <daypack/providers/s3.hpp>

#include <algorithm>
#include <array>
#include <string_view>

// What S3 would refuse, told before it is asked (Amazon S3 User Guide, "General purpose bucket naming rules", "Naming
// Amazon S3 objects", "Multipart upload limits", "User-defined object metadata"; read on 2026-11-20).
namespace daypack::detail::s3 {

using xml_store::bucket_url, xml_store::check_metadata, xml_store::key_reason;

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
  xml_store::check_part_options(to, archive.size(), "S3", 5 * xml_store::mebibyte, "5 MiB to 5 GiB");
  check_metadata(to.metadata, 2048);
  check_encryption(to);
  std::string key = to.prefix + (to.key.empty() ? archive.sha256().hex() + ".zip" : to.key);
  if (const std::string reason = key_reason(key, 1024); !reason.empty())
    throw Error(Errc::usage, "an object cannot have this key", "'" + key + "' (" + reason + ')');
  return key;
}

}  // namespace daypack::detail::s3
