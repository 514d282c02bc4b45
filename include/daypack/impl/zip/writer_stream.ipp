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

// What the headers of an entry say of its data.
struct DataFacts {
  bool deflated = false;
  std::uint32_t crc32 = 0;
  std::uint64_t size = 0, compressed = 0, offset = 0;

  bool wide() const { return beyond32(size) || beyond32(compressed); }
  std::uint64_t header_size(const Entry& entry) const {
    return LocalHeader::length + entry.path.size() + (wide() ? 20 : 0);
  }
};

// Of each entry little more than its CRC and size is kept: the directory is made from the entries again, at the end.
class Stream {
 public:
  Stream(Output& output, std::span<const Entry> entries, std::optional<std::int64_t> epoch)
      : output_(output), entries_(entries), time_(dos_time(epoch)) {
    written_.compressed.reserve(entries.size());
    crcs_.reserve(entries.size());
    deflated_.reserve(entries.size());
  }

  void add(const Entry& entry, const Piece& piece) {
    begin(entry, piece, piece.body.size());
    data(piece.body, piece.lasting);
  }

  // Headers of the next entry, whose data of `compressed` bytes follows, through data().
  void begin(const Entry& entry, const Piece& piece, std::uint64_t compressed) {
    const DataFacts facts{piece.method == method_deflated, piece.crc32, piece.size, compressed};
    records_.clear();
    put_local(entry, facts);
    copy_records();
    written_.compressed.push_back(compressed);
    crcs_.push_back(facts.crc32);
    deflated_.push_back(facts.deflated);
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
    const std::uint64_t offset = written_.size, members = entries_.size();
    write_directory();
    const std::uint64_t size = written_.size - offset;
    if (members > 0xffff || beyond32(size) || beyond32(offset)) {
      EndRecord64 wide;
      wide.version_made_by = made_by_unix | 45;
      wide.members_here = wide.members = members;
      wide.directory_size = size;
      wide.directory_offset = offset;
      records_.put(wide);
      EndLocator64 locator;
      locator.offset = offset + size;
      records_.put(locator);
    }
    EndRecord end;
    end.members_here = end.members = static_cast<std::uint16_t>(std::min<std::uint64_t>(members, sentinel16));
    end.directory_size = narrow32(size);
    end.directory_offset = narrow32(offset);
    records_.put(end);
    copy_records();
    return std::move(written_);
  }

 private:
  static constexpr std::uint16_t made_by_unix = 3 << 8;

  void copy_records() {
    if (records_.view().empty()) return;
    output_.copy(records_.view());
    written_.size += records_.view().size();
    records_.clear();
  }

  void write_directory() {
    constexpr std::size_t enough = std::size_t{1} << 16;  // to be written at once
    records_.clear();
    std::uint64_t offset = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const DataFacts facts{deflated_[i], crcs_[i], size_of(entries_[i].content), written_.compressed[i], offset};
      put_central(entries_[i], facts);
      offset += facts.header_size(entries_[i]) + facts.compressed;
      if (records_.view().size() >= enough) copy_records();
    }
    copy_records();
  }

  // What both headers of an entry have.
  template <class Record>
  Record record_of(const Entry& entry, const DataFacts& facts) const {
    Record record;
    record.version_needed = facts.wide() ? 45 : 20;
    record.flags = is_ascii(entry.path) ? 0 : flag_utf8;
    record.method = facts.deflated ? method_deflated : method_stored;
    record.time = time_.time;
    record.date = time_.date;
    record.crc32 = facts.crc32;
    record.compressed = facts.wide() ? sentinel32 : static_cast<std::uint32_t>(facts.compressed);
    record.size = facts.wide() ? sentinel32 : static_cast<std::uint32_t>(facts.size);
    record.name_length = static_cast<std::uint16_t>(entry.path.size());
    return record;
  }

  void put_local(const Entry& entry, const DataFacts& facts) {
    auto record = record_of<LocalHeader>(entry, facts);
    record.extra_length = facts.wide() ? 20 : 0;
    records_.put(record);
    records_.put_text(entry.path);
    if (facts.wide()) put_zip64(records_, {facts.size, facts.compressed});
  }

  void put_central(const Entry& entry, const DataFacts& facts) {
    const bool wide = facts.wide(), far = beyond32(facts.offset);
    auto record = record_of<CentralRecord>(entry, facts);
    if (far) record.version_needed = 45;
    record.version_made_by = made_by_unix | record.version_needed;
    record.extra_length = static_cast<std::uint16_t>((wide || far ? 4 : 0) + (wide ? 16 : 0) + (far ? 8 : 0));
    record.external_attributes = unix_mode(entry.mode) << 16;
    record.offset = narrow32(facts.offset);
    records_.put(record);
    records_.put_text(entry.path);
    if (wide && far)
      put_zip64(records_, {facts.size, facts.compressed, facts.offset});
    else if (wide)
      put_zip64(records_, {facts.size, facts.compressed});
    else if (far)
      put_zip64(records_, {facts.offset});
  }

  Output& output_;
  std::span<const Entry> entries_;
  DosTime time_;
  Bytes records_;
  Written written_;
  std::vector<std::uint32_t> crcs_;
  std::vector<bool> deflated_;  // a bit each
};

}  // namespace daypack::zip::detail
