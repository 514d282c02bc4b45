// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Any bytes: what the reader accepts lies inside the archive, has safe and unique names and holds what it promises, in
// either profile; what the strict one accepts is accepted by the general one too, and in no other place of a file.
#include <daypack/zip/reader.hpp>

#include <daypack/tree.hpp>

#include <zlib.h>
#include <algorithm>
#include <set>
#include "archive.hpp"
#include "must.hpp"
#include "zip_mutator.hpp"

using namespace daypack;

namespace {

void check_place(const zip::Member& member, ByteView archive, bool strict, std::uint64_t& end) {
  const std::byte* data = member.data.bytes.data();
  must(member.header_offset == end || (!strict && member.header_offset > end), "members lie side by side");
  must(data >= archive.data() + end + zip::LocalHeader::length, "the data follows its header");
  must(data + member.data.size() <= archive.data() + archive.size(), "the data lies inside");
  end = static_cast<std::uint64_t>(data + member.data.size() - archive.data());
}

void check_name(const zip::Reader& reader, const zip::Member& member, bool strict, std::set<std::string_view>& names) {
  std::string_view name = member.name;
  must(reader.find(name) == &member, "a member is found by its name");
  if (member.folder()) name.remove_suffix(1);
  must(!strict || unsafe_path_reason(name).empty(), "names are safe");
  must(!name.starts_with('/') && ('/' + std::string(name) + '/').find("/../") == std::string::npos,
       "no name leads out");
  must(names.insert(name).second, "names are unique");
}

void check_content(const zip::Member& member) {
  Blob content;
  std::string in_pieces;
  const zip::Fault fault = zip::Reader::inflate(member, content);
  const zip::Fault other = zip::Reader::inflate_to(member, [&](ByteView bytes) { in_pieces += as_text(bytes); });
  // libdeflate reads a few codes that zlib refuses: docs/design/fuzzing.md.
  if (fault == zip::Fault::none && other == zip::Fault::none) must(in_pieces == content.text(), "pieces are the whole");
  must(fault == zip::Fault::none || other != zip::Fault::none, "what is no whole is no pieces");
  if (fault != zip::Fault::none) return must(content.size() == 0, "nothing is given with a fault");
  must(content.size() == member.size, "the content has the size promised");
  must(::crc32_z(0, reinterpret_cast<const Bytef*>(content.bytes.data()), content.size()) == member.crc32,
       "the content has the CRC promised");
}

void check_accepted(const zip::Reader& reader, ByteView archive, bool strict) {
  std::vector<zip::Member> sorted(reader.members().begin(), reader.members().end());
  std::ranges::sort(sorted, {}, &zip::Member::header_offset);
  std::uint64_t end = 0, total = 0;
  for (const zip::Member& member : sorted) {
    check_place(member, archive, strict, end);
    total += member.size;
  }
  must(total <= fuzz_limits.total_size, "the limits are kept");
  std::set<std::string_view> names;
  for (const zip::Member& member : reader.members()) {
    check_name(reader, member, strict, names);
    check_content(member);
  }
  for (const std::string_view name : names) {
    for (std::size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/', slash + 1)) {
      const zip::Member* around = reader.find(name.substr(0, slash));
      must(!around || around->folder(), "no file is a folder");
    }
  }
}

bool same(const zip::Member& a, const zip::Member& b) {
  return a.name == b.name && a.method == b.method && a.crc32 == b.crc32 && a.size == b.size &&
         a.unix_mode == b.unix_mode && a.header_offset == b.header_offset && a.data.text() == b.data.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = text_of(data, size);
  const Blob archive = blob_of(bytes);
  zip::Reader general;
  if (const zip::Problem problem = open(general, archive, zip::Profile::general)) {
    must(general.members().empty(), "nothing is left of what is refused");
    must(!to_string(problem.fault).empty() && !words_of(problem.fault).empty(), "a fault has words");
  } else {
    check_accepted(general, archive.bytes, false);
  }
  zip::Reader reader, other;
  if (open(reader, archive)) return must(reader.members().empty(), "nothing is left of what is refused"), 0;
  check_accepted(reader, archive.bytes, true);
  must(std::ranges::equal(reader.members(), general.members(), same), "the general profile reads the same");
  must(bool(open(other, "P" + bytes)), "bytes before an archive are refused");
  must(bool(open(other, bytes + "P")), "bytes after an archive are refused");
  must(bool(open(other, bytes.substr(0, bytes.size() - 1))), "an archive cut short is refused");
  return 0;
}
