// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <support/raw_zip.hpp>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <random>

// Mutations of zips that keep lengths, offsets and CRCs right, so that they get past the reader's first checks: an
// archive is taken apart into the RawZip of the unit tests, one thing in it is changed, and it is put together again.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace mutator {

using namespace daypack;
using Random = std::minstd_rand;

inline std::size_t below(Random& random, std::size_t end) { return random() % end; }

// The archive as far as it can be taken apart: from the members that its directory names.
class Parts {
 public:
  explicit Parts(std::string_view file) : file_(file) {}

  std::optional<RawZip> take() {
    const std::size_t at = file_.rfind("PK\5\6");
    const auto end = record<zip::EndRecord>(at);
    if (at == std::string_view::npos || !end) return std::nullopt;
    RawZip archive{.members = {}, .suffix = std::string(file_.substr(at + zip::EndRecord::length)), .end = *end};
    archive.end.members = archive.end.members_here = 0;
    archive.end.directory_size = archive.end.directory_offset = 0;
    for (std::size_t next = end->directory_offset; archive.members.size() < 100;) {
      auto member = take_member(next);
      if (!member) break;
      archive.members.push_back(std::move(*member));
    }
    take_zip64(at, archive);
    return archive.members.empty() ? std::nullopt : std::optional(std::move(archive));
  }

 private:
  template <class Record>
  std::optional<Record> record(std::size_t at) const {
    if (at > file_.size() || file_.size() - at < Record::length) return std::nullopt;
    const auto found = zip::load_record<Record>(as_bytes(file_).data() + at);
    return found.signature == Record::magic ? std::optional(found) : std::nullopt;
  }

  std::string text(std::size_t& at, std::size_t size) const {
    at = std::min(at, file_.size());
    const std::string_view found = file_.substr(at, size);
    at += found.size();
    return std::string(found);
  }

  std::optional<RawMember> take_member(std::size_t& at) const {
    const auto central = record<zip::CentralRecord>(at);
    if (!central) return std::nullopt;
    at += zip::CentralRecord::length;
    RawMember member;
    member.central = *central;
    member.name = text(at, central->name_length);
    member.central_extra = text(at, central->extra_length);
    member.comment = text(at, central->comment_length);
    std::size_t local_at = central->offset;
    member.central.offset = 0;
    const auto local = record<zip::LocalHeader>(local_at);
    if (!local) return std::nullopt;
    local_at += zip::LocalHeader::length;
    member.local = *local;
    member.local_name = text(local_at, local->name_length);
    member.local_extra = text(local_at, local->extra_length);
    member.data = text(local_at, central->compressed == zip::sentinel32 ? 4096 : central->compressed);
    return member;
  }

  void take_zip64(std::size_t end, RawZip& archive) const {
    if (end < zip::EndLocator64::length + zip::EndRecord64::length) return;
    if (const auto locator = record<zip::EndLocator64>(end - zip::EndLocator64::length)) archive.zip64 = true;
  }

  std::string_view file_;
};

inline void change(std::string& text, Random& random) {
  constexpr std::size_t most = 256;
  const std::size_t kept = text.size();
  text.resize(std::max(kept + most, most));
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), kept, text.size()));
  if (below(random, 4) == 0) text.resize(std::min(text.size(), kept));
}

// One field of a record becomes another number: near, at a border, or any.
template <class Record>
void change_field(Record& record, Random& random) {
  std::size_t count = 0;
  record.fields([&](auto&) { ++count; });
  std::size_t chosen = 1 + below(random, count - 1);  // not the signature
  record.fields([&](auto& field) {
    if (chosen-- != 0) return;
    using Number = std::remove_reference_t<decltype(field)>;
    const Number choices[] = {0,
                              1,
                              8,
                              45,
                              static_cast<Number>(-1),
                              static_cast<Number>(field + 1),
                              static_cast<Number>(field - 1),
                              static_cast<Number>(field ^ (1 << below(random, 16))),
                              static_cast<Number>(random())};
    field = choices[below(random, std::size(choices))];
  });
}

// The member says of its data what is true.
inline void repair(RawMember& member) {
  std::string content = member.data;
  if (member.central.method == zip::method_deflated) {
    content.resize(std::size_t{1} << 16);
    z_stream stream{};
    ::inflateInit2(&stream, -15);
    stream.next_in = reinterpret_cast<Bytef*>(member.data.data());
    stream.avail_in = static_cast<uInt>(member.data.size());
    stream.next_out = reinterpret_cast<Bytef*>(content.data());
    stream.avail_out = static_cast<uInt>(content.size());
    ::inflate(&stream, Z_FINISH);
    content.resize(stream.total_out);
    member.data.resize(stream.total_in);
    ::inflateEnd(&stream);
  }
  member.local.crc32 = member.central.crc32 = zip::crc32_of(as_bytes(content));
  member.local.size = member.central.size = static_cast<std::uint32_t>(content.size());
  member.local.compressed = member.central.compressed = static_cast<std::uint32_t>(member.data.size());
}

inline void change_content(RawMember& member, Random& random) {
  change(member.data, random);
  if (below(random, 3) == 0) member.data = deflated(member.data), member.central.method = zip::method_deflated;
  if (below(random, 4) != 0) repair(member);
  member.local.method = member.central.method;
}

inline void change_name(RawMember& member, Random& random, const RawMember& other) {
  switch (below(random, 4)) {
    case 0:
      member.name = other.name + "/" + member.name;
      break;
    case 1:
      member.name = other.name;
      break;
    case 2:
      member.name += '/';
      break;
    default:
      change(member.name, random);
  }
  if (below(random, 8) != 0) member.local_name = member.name;
  if (below(random, 2) != 0) {
    member.central.flags = member.local.flags = zip::is_ascii(member.name) ? 0 : zip::flag_utf8;
  }
}

// A zip64 field with the sizes, in both headers or one.
inline void widen(RawMember& member, Random& random) {
  const std::string sizes = eight(member.central.size) + eight(member.central.compressed);
  const std::string field = extra_field(zip::extra_zip64, sizes);
  if (below(random, 4) != 0) {
    member.central_extra += field;
    member.central.size = member.central.compressed = zip::sentinel32;
  }
  if (below(random, 4) == 0) return;
  member.local_extra += field;
  if (below(random, 2) == 0) member.local.size = member.local.compressed = zip::sentinel32;
}

inline void change_extra(RawMember& member, Random& random) {
  std::string& extra = below(random, 2) ? member.local_extra : member.central_extra;
  switch (below(random, 4)) {
    case 0:
      widen(member, random);
      break;
    case 1: {
      std::string second = member.name;
      if (below(random, 2)) change(second, random);
      std::string crc = eight(zip::crc32_of(as_bytes(member.name)));
      crc.resize(4);
      extra += extra_field(zip::extra_unicode_path, "\1" + crc + second);
      break;
    }
    case 2:
      extra += extra_field(static_cast<std::uint16_t>(random()), std::string(below(random, 9), 'x'));
      break;
    default:
      change(extra, random);
  }
}

inline void change_both(RawMember& member, Random& random) {
  change_field(member.central, random);
  member.local.flags = member.central.flags;
  member.local.method = member.central.method;
  member.local.crc32 = member.central.crc32;
  member.local.size = member.central.size;
  member.local.compressed = member.central.compressed;
}

inline void change_order(RawZip& archive, std::size_t at, Random& random) {
  auto& members = archive.members;
  switch (below(random, 3)) {
    case 0:
      members.push_back(members[at]);
      break;
    case 1:
      std::swap(members[at], members[below(random, members.size())]);
      break;
    default:
      if (members.size() > 1) members.erase(members.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

inline void change_end(RawZip& archive, Random& random) {
  switch (below(random, 8)) {
    case 0:
      change_field(archive.end, random);
      break;
    case 1:
      archive.zip64 = !archive.zip64;
      break;
    case 2:
      archive.zip64 = true, change_field(archive.end64, random);
      break;
    case 3:
      archive.zip64 = true, change_field(archive.locator, random);
      break;
    case 4:
      change(archive.before_directory, random);
      break;
    case 5:
      change(archive.before_end, random);
      break;
    case 6:
      change(archive.prefix, random);
      break;
    default:
      change(archive.suffix, random);
      if (below(random, 4) != 0) archive.end.comment_length = static_cast<std::uint16_t>(archive.suffix.size());
  }
}

inline void change_one(RawZip& archive, Random& random) {
  const std::size_t at = below(random, archive.members.size());
  RawMember& member = archive.members[at];
  switch (below(random, 10)) {
    case 0:
      change_field(member.central, random);
      break;
    case 1:
      change_field(member.local, random);
      break;
    case 2:
    case 3:
      change_both(member, random);
      break;
    case 4:
      change_name(member, random, archive.members[below(random, archive.members.size())]);
      break;
    case 5:
      change_extra(member, random);
      break;
    case 6:
      change_order(archive, at, random);
      break;
    case 7:
      change_end(archive, random);
      break;
    default:
      change_content(member, random);
  }
}

}  // namespace mutator

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  mutator::Random random(seed);
  auto archive = mutator::Parts({reinterpret_cast<const char*>(data), size}).take();
  if (!archive || mutator::below(random, 8) == 0) return LLVMFuzzerMutate(data, size, max_size);
  for (std::size_t changes = 1 + mutator::below(random, 3); changes > 0; --changes)
    mutator::change_one(*archive, random);
  const std::string bytes = archive->bytes();
  if (bytes.empty() || bytes.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}
