// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/spill.hpp>
#include <daypack/entry.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/zip/writer_member.ipp>
#include <daypack/impl/zip/writer_split.ipp>
#include <daypack/zip/inflate.hpp>
#include <daypack/zip/records.hpp>
#include <daypack/zip/splice.hpp>
#include <daypack/zip/writer.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

// What becomes of each content: spliced, deflated or stored.
namespace daypack::zip::detail {

// An entry's data as it will lie in the zip. Of a part of an entry, method_stored without a body means that deflate did
// not make it smaller: its bytes are not kept here, for they can be had again.
struct Piece {
  std::uint16_t method = method_stored;
  std::uint32_t crc32 = 0;
  std::uint64_t size = 0;
  Blob body = {};
  bool lasting = false;  // the body is the entry's own, and may be borrowed
  std::shared_ptr<const daypack::Fault> failure = {};
};

// How many bytes a part takes in a deflate stream.
inline std::uint64_t deflated_size(const Piece& part) {
  return part.method == method_deflated ? part.body.size() : stored_blocks_size(part.size);
}

// Compressors in use are out; as many exist as threads ever worked at once.
class Compressors {
 public:
  Compressors(const codec::AnyCodec& codec, int level) : codec_(codec), level_(level) {}

  std::size_t compress(ByteView in, std::span<std::byte> out) {
    auto compressor = take();
    const std::size_t size = compressor->compress(in, out);
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(compressor));
    return size;
  }

  std::size_t longest_block() const { return codec_.longest_block(); }

 private:
  std::unique_ptr<codec::AnyCodec::Compressor> take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        auto compressor = std::move(idle_.back());
        idle_.pop_back();
        return compressor;
      }
    }
    return codec_.make(level_);
  }

  const codec::AnyCodec& codec_;
  int level_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<codec::AnyCodec::Compressor>> idle_;
};

class Contents {
 public:
  explicit Contents(const WriteOptions& options)
      : effort_(options.effort),
        compressors_(options.codec, options.effort.level()),
        members_(options.stop),
        streams_(options.streams) {}

  // Whether it must be read, inflated or deflated; else ready() has it at once.
  bool needs_work(const Entry& entry) const {
    if (std::holds_alternative<FileRange>(entry.content)) return true;
    if (const auto* owned = std::get_if<Owned>(&entry.content)) return owned->data.size() != 0;
    const auto& member = std::get<ZipMember>(entry.content);
    return !(member.trusted && member.size == 0) && !spliced(member, entry.mode, effort_);
  }

  Piece ready(const Entry& entry) const {
    const auto* member = std::get_if<ZipMember>(&entry.content);
    return member && member->size != 0 ? splice(*member) : Piece{};
  }

  // Into how many parts its work is cut. A member that cannot have the size that it claims is not: it will be refused.
  static std::uint64_t parts(const Entry& entry) {
    const auto* member = std::get_if<ZipMember>(&entry.content);
    const bool possible = !member || (member->deflated ? member->size <= inflated_at_most(member->data.size())
                                                       : member->size == member->data.size());
    return possible && entry.mode != Mode::symlink ? parts_of(size_of(entry.content)) : 1;
  }

  // Whether it stays the stream that it is when deflate makes no smaller one.
  bool keeps(const Entry& entry) const {
    const auto* member = std::get_if<ZipMember>(&entry.content);
    return member && member->trusted && member->deflated && effort_.recompresses() &&
           member->data.size() < member->size;
  }

  // Bytes that the work of one part holds: the deflated form, and the content unless it is in memory anyway. What it
  // takes besides is less than it says, so that a window of small ones is not many.
  static std::uint64_t cost(const Entry& entry) {
    const std::uint64_t whole = size_of(entry.content), size = parts(entry) == 1 ? whole : part_size;
    return size * (std::holds_alternative<Owned>(entry.content) ? 1 : 2) + 2048;
  }

  // After a failure nothing more is written: contents are only looked at, so that all failures are found.
  void only_read() { only_read_ = true; }

  Piece make(const Entry& entry) {
    const auto* member = std::get_if<ZipMember>(&entry.content);
    const bool keep = keeps(entry);
    auto known = member ? find(entry, nullptr) : std::nullopt;
    if (known && known->body.size() != 0) return of(*known, entry);
    if (known && keep) return splice(*member);
    const Blob content = read_content(entry);
    if (only_read_) return {};
    if (!member) known = find(entry, &content);
    if (known && known->body.size() != 0) return of(*known, entry);
    const bool lasting = in_memory(entry);
    const std::uint32_t crc = member ? member->crc32 : crc32_of(content.bytes);
    const Piece stored{.crc32 = crc, .size = content.size(), .body = content, .lasting = lasting};
    if (known || entry.mode == Mode::symlink || content.size() < 2) return stored;
    const std::size_t capacity = (keep ? member->data.size() : content.size()) - 1;  // it must become smaller
    Blob body = deflate(content.bytes, capacity);
    if (streams_) streams_->learn(entry, member ? nullptr : &content, {crc, body});
    daypack::detail::release_pages(content);
    if (body.size() == 0) return keep ? splice(*member) : stored;
    return {.method = method_deflated, .crc32 = crc, .size = content.size(), .body = std::move(body)};
  }

  Piece make_part(const Entry& entry, std::uint64_t part) {
    const bool last = part + 1 == parts(entry);
    const Blob content =
        inflated_in_parts(entry) ? members_.read(entry, part, last, part_size) : read_part(entry, part);
    Piece piece = only_read_ ? Piece{.size = content.size()} : deflate_part(content.bytes, last);
    piece.crc32 = crc32_of(content.bytes);
    return piece;
  }

  static bool inflated_in_parts(const Entry& entry) {
    const auto* member = std::get_if<ZipMember>(&entry.content);
    return member && member->deflated;
  }

  // Whether a stream can be asked for without reading a file.
  static bool at_hand(const Entry& entry) {
    return entry.mode != Mode::symlink && !std::holds_alternative<FileRange>(entry.content);
  }

  // What KnownStreams gets beside such an entry.
  static const Blob* content_of(const Entry& entry) {
    const auto* owned = std::get_if<Owned>(&entry.content);
    return owned ? &owned->data : nullptr;
  }

  // Of an entry at hand what the writer would make of it, if that is known.
  std::optional<Piece> known(const Entry& entry) const {
    const auto* member = std::get_if<ZipMember>(&entry.content);
    const auto stream = find(entry, content_of(entry));
    if (!stream) return {};
    if (stream->body.size() != 0) return of(*stream, entry);
    if (keeps(entry)) return splice(*member);
    if (member && member->deflated) return {};  // to be stored, it has to be inflated
    const Blob& content = member ? member->data : std::get<Owned>(entry.content).data;
    return Piece{.crc32 = stream->crc32, .size = content.size(), .body = content, .lasting = true};
  }

  // Whether the content is the entry's own bytes as they are.
  static bool in_memory(const Entry& entry) {
    const auto* member = std::get_if<ZipMember>(&entry.content);
    return std::holds_alternative<Owned>(entry.content) || (member && !member->deflated);
  }

  // The content of one part, read anew.
  static Blob read_part(const Entry& entry, std::uint64_t part) {
    const std::uint64_t begin = part * part_size, size = std::min(part_size, size_of(entry.content) - begin);
    const auto* range = std::get_if<FileRange>(&entry.content);
    if (const auto* member = std::get_if<ZipMember>(&entry.content)) return member->data.slice(begin, size);
    if (!range) return std::get<Owned>(entry.content).data.slice(begin, size);
    return blob_of(daypack::detail::read_range(range->file.text(), range->offset + begin, size));
  }

  static Piece splice(const ZipMember& member) {
    return {.method = member.deflated ? method_deflated : method_stored,
            .crc32 = member.crc32,
            .size = member.size,
            .body = member.data,
            .lasting = true};
  }

 private:
  // After a failure contents have to be looked at.
  std::optional<KnownStream> find(const Entry& entry, const Blob* content) const {
    const bool asks = streams_ && !only_read_ && entry.mode != Mode::symlink;
    return asks ? streams_->find(entry, content) : std::nullopt;
  }

  static Piece of(const KnownStream& known, const Entry& entry) {
    return {.method = method_deflated,
            .crc32 = known.crc32,
            .size = size_of(entry.content),
            .body = known.body,
            .lasting = true};
  }

  Blob deflate(ByteView content, std::size_t capacity) {
    auto buffer = std::make_shared_for_overwrite<std::byte[]>(capacity);
    const std::size_t size = compressors_.compress(content, {buffer.get(), capacity});
    return {ByteView(buffer.get(), size), std::move(buffer)};
  }

  // One part, ready to stand before the next one, or at the end.
  Piece deflate_part(ByteView content, bool last) {
    Piece piece{.size = content.size()};
    if (content.size() < 2 * opening_room) return piece;
    auto buffer = std::make_shared_for_overwrite<std::byte[]>(content.size());
    const std::span<std::byte> room(buffer.get(), content.size());
    std::size_t size = compressors_.compress(content, room.first(room.size() - opening_room));
    if (size != 0 && !last) size = open_end(room, size, content, compressors_.longest_block());
    if (size == 0) return piece;
    piece.method = method_deflated;
    piece.body = {room.first(size), std::move(buffer)};
    return piece;
  }

  Effort effort_;
  Compressors compressors_;
  MembersInParts members_;
  KnownStreams* streams_;
  std::atomic<bool> only_read_{false};
};

}  // namespace daypack::zip::detail
