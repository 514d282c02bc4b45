// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/detail/wheel_fault.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/sign/sha256.ipp>  // check_digest
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/record.hpp>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <unordered_map>

// As in OpenSSL 3's <openssl/evp.h>, word by word, so that both may stand in one translation unit.
struct ossl_lib_ctx_st;
extern "C" int EVP_Q_digest(ossl_lib_ctx_st* libctx, const char* name, const char* propq, const void* data,
                            std::size_t datalen, unsigned char* md, std::size_t* mdlen);

namespace daypack {

namespace detail {

// Takes one CSV row off the text. Fields may be quoted ("" is a quote) and then hold commas and line ends.
inline std::vector<std::string> take_csv_row(std::string_view& text) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (text.substr(i + 1).starts_with('"')) {
        fields.back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n' || c == '\r') {
      break;
    } else {
      fields.back() += c;
    }
  }
  text.remove_prefix(std::min(i, text.size()));
  text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
  return fields;
}

// URL-safe base64 without padding, or with it; nothing when a character is foreign or bits are left over.
inline std::optional<std::string> base64url_decoded(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) bytes += static_cast<char>(bits >> (count -= 8) & 0xff);
  }
  const bool rest_is_zero = count < 6 && (bits & ((1u << count) - 1)) == 0;
  return rest_is_zero ? std::optional(bytes) : std::nullopt;
}

inline std::string record_path(std::string_view text) {
  std::string path(text);
  std::ranges::replace(path, '\\', '/');
  while (path.starts_with("./")) path.erase(0, 2);
  if (path.starts_with('/')) path.erase(0, 1);
  return path;
}

constexpr std::size_t digest_length(std::string_view algorithm) {
  return algorithm == "sha256" ? 32 : algorithm == "sha384" ? 48 : algorithm == "sha512" ? 64 : 0;
}

// What is wrong with the hash field; empty when it was read.
inline std::string read_record_hash(std::string_view field, RecordRow& row) {
  const std::size_t equals = field.find('=');
  if (equals == std::string_view::npos) return "its hash has no algorithm";
  row.algorithm = field.substr(0, equals);
  std::ranges::transform(row.algorithm, row.algorithm.begin(), ascii_lower);
  const std::size_t length = digest_length(row.algorithm);
  if (!length) return "its hash is " + row.algorithm + ", expected sha256, sha384 or sha512";
  const auto digest = base64url_decoded(field.substr(equals + 1));
  if (!digest || digest->size() != length)
    return "its hash is not " + std::to_string(length) + " bytes of URL-safe base64";
  row.digest = *digest;
  return {};
}

inline std::string raw_digest(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.bytes), sizeof digest.bytes};
}

inline std::string digest_of(const std::string& algorithm, ByteView bytes) {
  if (algorithm == "sha256") return raw_digest(sha256_of(bytes));
  std::string digest(64, '\0');
  std::size_t length = 0;
  check_digest(::EVP_Q_digest(nullptr, algorithm.c_str(), nullptr, bytes.data(), bytes.size(),
                              reinterpret_cast<unsigned char*>(digest.data()), &length));
  digest.resize(length);
  return digest;
}

// Inflated as a whole, which is fast, unless it is large: then in pieces, so that the memory of a few does not add up.
inline std::string member_digest(const zip::Reader& archive, const zip::Member& member, const std::string& algorithm) {
  static constexpr std::uint64_t large = std::uint64_t{8} << 20;
  if (member.size < large || algorithm != "sha256") return digest_of(algorithm, archive.inflate(member).bytes);
  Sha256Hasher hasher;
  std::uint64_t unreleased = 0;
  const auto take = [&](ByteView bytes) {
    hasher.update(bytes);
    if ((unreleased += bytes.size()) < large) return;
    release_mapped(member.data);  // what was read of it, and of the rest nothing that would be missed
    unreleased = 0;
  };
  const zip::Fault fault = zip::Reader::inflate_to(member, take);
  if (fault != zip::Fault::none) archive.inflate(member);  // throws, in words
  release_mapped(member.data);
  return raw_digest(hasher.finish());
}

inline std::string hex_of(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (char c : bytes) {
    hex += digits[static_cast<unsigned char>(c) >> 4];
    hex += digits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

// RECORD itself, and signatures, which no longer mean anything (PEP 815).
inline bool unhashed_in_record(std::string_view path, std::string_view record) {
  return path.starts_with(record) &&
         (path.size() == record.size() || path.substr(record.size()) == ".jws" || path.substr(record.size()) == ".p7s");
}

// A member and the row that vouches for it.
struct RecordedMember {
  const zip::Member* member = nullptr;
  const RecordRow* row = nullptr;
};

// Compares the names; faults tell what is listed twice, only listed, only present, or listed without a hash.
inline std::vector<RecordedMember> match_record(const zip::Reader& archive, const std::vector<RecordRow>& rows,
                                                std::string_view record, const std::string& wheel,
                                                std::vector<Fault>& faults) {
  std::unordered_map<std::string_view, const RecordRow*> by_path;
  for (const RecordRow& row : rows) {
    if (!by_path.emplace(row.path, &row).second)
      faults.push_back(wheel_fault("RECORD lists a file twice", row.path, wheel));
    if (row.algorithm.empty() && !unhashed_in_record(row.path, record)) {
      faults.push_back(wheel_fault("RECORD has no hash of a file", row.path, wheel));
    }
  }
  std::vector<RecordedMember> matched;
  for (const zip::Member& member : archive.members()) {
    if (member.folder()) continue;
    const auto found = by_path.find(member.name);
    if (unhashed_in_record(member.name, record)) {
      // listed or not, its content vouches for nothing
    } else if (found == by_path.end()) {
      faults.push_back(wheel_fault("RECORD does not list a file of the wheel", member.name, wheel));
    } else if (!found->second->algorithm.empty()) {
      matched.push_back({&member, found->second});
    }
    if (found != by_path.end()) by_path.erase(found);
  }
  for (const auto& [path, row] : by_path) {
    if (!unhashed_in_record(path, record))
      faults.push_back(wheel_fault("RECORD lists a file that the wheel does not have", path, wheel));
  }
  return matched;
}

inline std::optional<Fault> check_recorded(const zip::Reader& archive, const RecordedMember& pair,
                                           const std::string& wheel) {
  const auto& [member, row] = pair;
  if (row->size && *row->size != member->size) {
    return wheel_fault("a file has not the size that RECORD says (got " + std::to_string(member->size) + ", expected " +
                           std::to_string(*row->size) + ')',
                       member->name, wheel);
  }
  const std::string digest = member_digest(archive, *member, row->algorithm);
  if (digest == row->digest) return {};
  return wheel_fault("a file is not the one that RECORD vouches for (got " + row->algorithm + ' ' + hex_of(digest) +
                         ", expected " + hex_of(row->digest) + ')',
                     member->name, wheel);
}

}  // namespace detail

DAYPACK_DECL std::vector<RecordRow> parse_record(std::string_view text, const std::string& wheel) {
  std::vector<RecordRow> rows;
  std::vector<Fault> faults;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    const auto fields = detail::take_csv_row(text);
    if (fields.size() == 1 && fields[0].empty()) continue;
    RecordRow row;
    std::string why;
    if (fields.size() != 3) {
      why = "it has " + std::to_string(fields.size()) + " fields, expected 3";
    } else {
      row.path = detail::record_path(fields[0]);
      if (row.path.empty()) why = "it names no file";
      if (!fields[1].empty() && why.empty()) why = detail::read_record_hash(fields[1], row);
      if (!fields[2].empty() && why.empty()) {
        std::uint64_t size = 0;
        const char* end = fields[2].data() + fields[2].size();
        const auto parsed = std::from_chars(fields[2].data(), end, size);
        if (parsed.ec != std::errc() || parsed.ptr != end) why = "its size is no number";
        row.size = size;
      }
    }
    if (!why.empty())
      faults.push_back(detail::wheel_fault("row " + std::to_string(number) + " of RECORD is not well-formed: " + why,
                                           fields[0], wheel));
    rows.push_back(std::move(row));
  }
  throw_collected(std::move(faults), "RECORD is not well-formed in " + wheel);
  return rows;
}

DAYPACK_DECL void check_record(const zip::Reader& archive, std::string_view dist_info, const std::string& wheel,
                               Pool& pool) {
  const std::string record = std::string(dist_info) + "/RECORD";
  const zip::Member* member = archive.find(record);
  if (!member) throw Error(detail::wheel_fault("a wheel has no RECORD", record, wheel));
  const Blob text = archive.inflate(*member);
  const auto rows = parse_record(text.text(), wheel);
  std::vector<Fault> faults;
  const auto matched = detail::match_record(archive, rows, record, wheel, faults);
  std::vector<std::optional<Fault>> differing(matched.size());
  detail::ReleasingReader behind;
  std::mutex mutex;
  pool.for_each(matched.size(), [&](std::size_t i) {
    differing[i] = detail::check_recorded(archive, matched[i], wheel);
    const std::scoped_lock lock(mutex);
    behind.pass_over(matched[i].member->data);
  });
  for (auto& fault : differing) {
    if (fault) faults.push_back(std::move(*fault));
  }
  if (!faults.empty()) {
    for (Fault& fault : faults)
      fault.hint = "do not install this file: it was changed after it was built; get it again from its index";
  }
  throw_collected(std::move(faults), "the wheel is not what its RECORD says: " + wheel);
}

}  // namespace daypack
