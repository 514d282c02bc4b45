// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/entry.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/entry.ipp>
#include <daypack/impl/zip/zlib_inflate.ipp>
#include <daypack/zip/fault.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

// Large members of a zip, inflated part by part.
namespace daypack::zip::detail {

// The content of a deflated member from its begin to its end, in bounded memory. Its CRC is not looked at.
class MemberReader {
 public:
  explicit MemberReader(const Entry& entry) : entry_(entry), member_(std::get<ZipMember>(entry.content)) {}

  // The next bytes: as many as asked for, or up to the content's end. Throws Error{damaged_zip}.
  Blob read(std::uint64_t most) {
    const std::uint64_t size = std::min(most, member_.size - given_);
    auto buffer = std::make_shared_for_overwrite<std::byte[]>(size);
    std::span<std::byte> room(buffer.get(), size);
    while (!room.empty()) step(room);
    given_ += size;
    if (given_ == member_.size) end();
    return {ByteView(buffer.get(), size), std::move(buffer)};
  }

 private:
  void step(std::span<std::byte>& room) {
    if (ended_) fail(Fault::size_mismatch);
    const std::size_t in_before = rest_.size(), room_before = room.size();
    const int result = stream_.step(rest_, room);
    ended_ = result == Z_STREAM_END;
    if (ended_) return;
    const bool moved = rest_.size() != in_before || room.size() != room_before;
    if ((result != Z_OK && result != Z_BUF_ERROR) || !moved) fail(Fault::damaged_stream);
  }

  void end() {
    std::byte more{};
    while (!ended_) {
      std::span<std::byte> room(&more, 1);
      step(room);
      if (room.empty()) fail(Fault::size_mismatch);
    }
    if (!rest_.empty()) fail(Fault::bytes_after_stream);
  }

  [[noreturn]] void fail(Fault fault) const { throw Error(daypack::detail::damaged_member(entry_, fault)); }

  const Entry& entry_;
  const ZipMember& member_;
  ByteView rest_ = member_.data.bytes;
  ZlibInflate stream_;
  std::uint64_t given_ = 0;
  bool ended_ = false;
};

// Members that are being inflated: each part by the thread that deflates it, one after the other.
class MembersInParts {
 public:
  explicit MembersInParts(const std::stop_token& stop) : stop_(stop) {}

  // The content of a part, when those before it have been read: whoever asks for them must have begun. Nothing when one
  // of them has failed.
  Blob read(const Entry& entry, std::uint64_t part, bool last, std::uint64_t size) {
    const std::shared_ptr<Turn> turn = turn_of(entry);
    std::unique_lock lock(turn->mutex);
    if (!turn->moved.wait(lock, stop_, [&] { return turn->next == part; }))
      throw Error(Errc::cancelled, "stopped on request");
    const Next next{*turn, last ? this : nullptr, entry};
    if (turn->failed) return {};
    turn->failed = true;
    Blob content = turn->reader.read(size);
    turn->failed = false;
    return content;
  }

 private:
  struct Turn {
    explicit Turn(const Entry& entry) : reader(entry) {}
    std::mutex mutex;
    std::condition_variable_any moved;
    std::uint64_t next = 0;
    bool failed = false;
    MemberReader reader;
  };
  // Whatever became of a part, the next one has its turn.
  struct Next {
    Turn& turn;
    MembersInParts* ended;
    const Entry& entry;
    ~Next() {
      ++turn.next;
      turn.moved.notify_all();
      if (ended) ended->forget(entry);
    }
  };

  std::shared_ptr<Turn> turn_of(const Entry& entry) {
    const std::scoped_lock lock(mutex_);
    auto& turn = turns_[&entry];
    if (!turn) turn = std::make_shared<Turn>(entry);
    return turn;
  }

  void forget(const Entry& entry) {
    const std::scoped_lock lock(mutex_);
    turns_.erase(&entry);
  }

  const std::stop_token stop_;
  std::mutex mutex_;
  std::map<const Entry*, std::shared_ptr<Turn>> turns_;
};

}  // namespace daypack::zip::detail
