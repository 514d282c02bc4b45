// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What a remote cache keeps of an action, as far as this library writes and reads it: an ActionResult with one file.
//
//   message ActionResult { repeated OutputFile output_files = 2; ... }
//   message OutputFile   { string path = 1; Digest digest = 2; ... bytes contents = 5; ... }
//   message Digest       { string hash = 1; int64 size_bytes = 2; }
//
// (bazelbuild/remote-apis, build/bazel/remote/execution/v2/remote_execution.proto; the encoding:
// protobuf.dev/programming-guides/encoding; read 2026-11-22)
namespace daypack::detail {

struct RemoteResult {
  std::string path = {};
  std::string sha256 = {};
  std::uint64_t size = 0;
  std::string contents = {};  // empty: they lie in the content store
};

inline void add_proto_number(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

inline void add_proto_bytes(std::string& out, unsigned field, std::string_view bytes) {
  add_proto_number(out, field << 3 | 2);
  add_proto_number(out, bytes.size());
  out += bytes;
}

inline std::string text_of(const RemoteResult& result) {
  std::string digest, file, text;
  add_proto_bytes(digest, 1, result.sha256);
  add_proto_number(digest, 2 << 3);
  add_proto_number(digest, result.size);
  add_proto_bytes(file, 1, result.path);
  add_proto_bytes(file, 2, digest);
  if (!result.contents.empty()) add_proto_bytes(file, 5, result.contents);
  add_proto_bytes(text, 2, file);
  return text;
}

// The fields of a message in their order. Groups, which nobody uses any more, count as damage.
class ProtoReader {
 public:
  explicit ProtoReader(std::string_view text) : text_(text) {}

  // False at the end, and at damage.
  bool next() {
    if (text_.empty() || broken_) return false;
    const std::uint64_t tag = take_number();
    field = tag >> 3;
    bytes = {};
    number = 0;
    switch (tag & 7) {
      case 0:
        number = take_number();
        break;
      case 1:
        bytes = take(8);
        break;
      case 2:
        bytes = take(take_number());
        break;
      case 5:
        bytes = take(4);
        break;
      default:
        broken_ = true;
    }
    return !broken_;
  }
  bool whole() const { return !broken_; }

  std::uint64_t field = 0;
  std::uint64_t number = 0;
  std::string_view bytes = {};

 private:
  std::uint64_t take_number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::string_view one = take(1);
      if (broken_) return 0;
      const auto byte = static_cast<unsigned char>(one.front());
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    broken_ = true;
    return 0;
  }

  std::string_view take(std::uint64_t size) {
    if (broken_ || size > text_.size()) {
      broken_ = true;
      return {};
    }
    const std::string_view taken = text_.substr(0, static_cast<std::size_t>(size));
    text_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view text_;
  bool broken_ = false;
};

// The result of one file; nothing for what is damaged, or another result. Servers may add fields.
inline std::optional<RemoteResult> parse_remote_result(std::string_view text) {
  RemoteResult result;
  std::size_t files = 0;
  ProtoReader message(text);
  while (message.next()) {
    if (message.field != 2) continue;
    ++files;
    ProtoReader file(message.bytes);
    while (file.next()) {
      if (file.field == 1) result.path = file.bytes;
      if (file.field == 5) result.contents = file.bytes;
      if (file.field != 2) continue;
      ProtoReader digest(file.bytes);
      while (digest.next()) {
        if (digest.field == 1) result.sha256 = digest.bytes;
        if (digest.field == 2) result.size = digest.number;
      }
      if (!digest.whole()) return {};
    }
    if (!file.whole()) return {};
  }
  const bool one = message.whole() && files == 1 && result.sha256.size() == 64 &&
                   result.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  return one ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace daypack::detail
