// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/entry.hpp>
#include <daypack/impl/zip/writer_content.ipp>
#include <daypack/zip/name.hpp>
#include <daypack/zip/records.hpp>
#include <daypack/zip/writer.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <span>
#include <vector>

// The zip file itself: headers, data, directory, end.
namespace daypack::zip::detail {

// Where the bytes of the zip go.
class Output {
 public:
  virtual ~Output() = default;
  virtual void copy(ByteView bytes) = 0;      // they are gone when this returns
  virtual void borrow(const Blob& blob) = 0;  // they stay
  // Keeps bytes to borrow later; until release() at least.
  virtual Blob hold(ByteView bytes) = 0;
  virtual void release() = 0;
};

struct DosTime {
  std::uint16_t time = 0, date = (1 << 5) | 1;  // 1980-01-01 00:00:00
};

inline DosTime dos_time(std::optional<std::int64_t> epoch) {
  using namespace std::chrono;
  if (!epoch) return {};
  const sys_seconds least = sys_days(year(1980) / 1 / 1),
                    most = sys_days(year(2107) / 12 / 31) + hours(23) + minutes(59) + seconds(58);
  const sys_seconds when = std::clamp(sys_seconds(seconds(*epoch)), least, most);
  const year_month_day day(floor<days>(when));
  const hh_mm_ss clock(when - floor<days>(when));
  const auto part = [](auto value, int shift) { return static_cast<unsigned>(value) << shift; };
  return {static_cast<std::uint16_t>(part(clock.hours().count(), 11) | part(clock.minutes().count(), 5) |
                                     part(clock.seconds().count() / 2, 0)),
          static_cast<std::uint16_t>(part(static_cast<int>(day.year()) - 1980, 9) |
                                     part(static_cast<unsigned>(day.month()), 5) | static_cast<unsigned>(day.day()))};
}

inline std::uint32_t unix_mode(Mode mode) {
  return mode == Mode::symlink ? 0120777 : mode == Mode::executable ? 0100755 : 0100644;
}

// A buffer at whose end records are put.
class Bytes {
 public:
  template <class Record>
  void put(const Record& record) {
    bytes_.resize(bytes_.size() + Record::length);
    store_record(bytes_.data() + bytes_.size() - Record::length, record);
  }
  void put_text(std::string_view text) {
    const ByteView bytes = as_bytes(text);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  template <class Number>
  void put_number(Number value) {
    bytes_.resize(bytes_.size() + sizeof(Number));
    store(bytes_.data() + bytes_.size() - sizeof(Number), value);
  }
  void reserve(std::size_t size) { bytes_.reserve(size); }
  void clear() { bytes_.clear(); }
  ByteView view() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

inline bool beyond32(std::uint64_t value) { return value >= sentinel32; }
inline std::uint32_t narrow32(std::uint64_t value) {
  return beyond32(value) ? sentinel32 : static_cast<std::uint32_t>(value);
}

// The zip64 extra field of those values that do not fit; nothing when all do.
inline void put_zip64(Bytes& to, std::initializer_list<std::uint64_t> values) {
  to.put_number(extra_zip64);
  to.put_number(static_cast<std::uint16_t>(values.size() * 8));
  for (std::uint64_t value : values) to.put_number(value);
}

class Stream {
 public:
  Stream(Output& output, std::span<const Entry> entries, std::optional<std::int64_t> epoch)
      : output_(output), time_(dos_time(epoch)) {
    written_.compressed.reserve(entries.size());
    // Of a million entries the directory is what takes most memory: it shall not be moved while it grows.
    std::size_t directory = EndRecord64::length + EndLocator64::length + EndRecord::length;
    for (const Entry& entry : entries) directory += CentralRecord::length + entry.path.size();
    directory_.reserve(directory);
  }

  void add(const Entry& entry, const Piece& piece) {
    begin(entry, piece, piece.body.size());
    data(piece.body, piece.lasting);
  }

  // Headers of an entry whose data of `compressed` bytes follows, through data().
  void begin(const Entry& entry, const Piece& piece, std::uint64_t compressed) {
    const std::uint64_t offset = written_.size;
    const bool wide = beyond32(piece.size) || beyond32(compressed);
    LocalHeader local;
    local.version_needed = wide ? 45 : 20;
    local.flags = is_ascii(entry.path) ? 0 : flag_utf8;
    local.method = piece.method;
    local.time = time_.time;
    local.date = time_.date;
    local.crc32 = piece.crc32;
    local.compressed = wide ? sentinel32 : static_cast<std::uint32_t>(compressed);
    local.size = wide ? sentinel32 : static_cast<std::uint32_t>(piece.size);
    local.name_length = static_cast<std::uint16_t>(entry.path.size());
    local.extra_length = wide ? 20 : 0;
    header_.clear();
    header_.put(local);
    header_.put_text(entry.path);
    if (wide) put_zip64(header_, {piece.size, compressed});
    copy(header_.view());
    put_central(entry, local, piece.size, compressed, offset);
    written_.compressed.push_back(compressed);
  }

  void data(const Blob& body, bool lasting) {
    if (body.size() == 0) return;
    written_.size += body.size();
    if (lasting)
      output_.borrow(body);
    else
      output_.copy(body.bytes);
  }

  // Data that is not there yet.
  void skip(std::uint64_t compressed) { written_.size += compressed; }

  Written finish() {
    const std::uint64_t offset = written_.size, size = directory_.view().size(), members = written_.compressed.size();
    if (members > 0xffff || beyond32(size) || beyond32(offset)) {
      EndRecord64 wide;
      wide.version_made_by = made_by_unix | 45;
      wide.members_here = wide.members = members;
      wide.directory_size = size;
      wide.directory_offset = offset;
      directory_.put(wide);
      EndLocator64 locator;
      locator.offset = offset + size;
      directory_.put(locator);
    }
    EndRecord end;
    end.members_here = end.members = static_cast<std::uint16_t>(std::min<std::uint64_t>(members, sentinel16));
    end.directory_size = narrow32(size);
    end.directory_offset = narrow32(offset);
    directory_.put(end);
    copy(directory_.view());
    return std::move(written_);
  }

 private:
  static constexpr std::uint16_t made_by_unix = 3 << 8;

  void copy(ByteView bytes) {
    output_.copy(bytes);
    written_.size += bytes.size();
  }

  void put_central(const Entry& entry, const LocalHeader& local, std::uint64_t size, std::uint64_t compressed,
                   std::uint64_t offset) {
    const bool wide = local.extra_length != 0, far = beyond32(offset);
    CentralRecord record;
    record.version_needed = wide || far ? 45 : 20;
    record.version_made_by = made_by_unix | record.version_needed;
    record.flags = local.flags;
    record.method = local.method;
    record.time = local.time;
    record.date = local.date;
    record.crc32 = local.crc32;
    record.compressed = local.compressed;
    record.size = local.size;
    record.name_length = local.name_length;
    record.extra_length = static_cast<std::uint16_t>((wide || far ? 4 : 0) + (wide ? 16 : 0) + (far ? 8 : 0));
    record.external_attributes = unix_mode(entry.mode) << 16;
    record.offset = narrow32(offset);
    directory_.put(record);
    directory_.put_text(entry.path);
    if (wide && far)
      put_zip64(directory_, {size, compressed, offset});
    else if (wide)
      put_zip64(directory_, {size, compressed});
    else if (far)
      put_zip64(directory_, {offset});
  }

  Output& output_;
  DosTime time_;
  Bytes header_, directory_;
  Written written_;
};

}  // namespace daypack::zip::detail
