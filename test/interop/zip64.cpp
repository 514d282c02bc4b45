// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Zips at the borders of 32 bits: zip64 stands where a number does not fit, nowhere else, and others read them. They
// are real, but made of zeros that no disk holds and of deflate streams put together from one piece.
#include <daypack/detail/file.hpp>
#include <daypack/entry.hpp>
#include <daypack/zip/reader.hpp>
#include <daypack/zip/records.hpp>
#include <daypack/zip/writer.hpp>
#include "../support/python.hpp"
#include "../support/temporary_folder.hpp"

#include <zlib.h>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>
#include <vector>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(interop_zip64)

namespace {

constexpr std::uint64_t border = std::uint64_t{1} << 32;
constexpr std::uint64_t piece_size = std::uint64_t{1} << 20;
const std::string piece_of_zeros(piece_size, '\0');
const std::string large = "large", later = "later";

std::uint32_t crc_of_zeros(std::uint64_t size) {
  const auto crc = [](std::uint64_t length) {
    return ::crc32_z(0, reinterpret_cast<const Bytef*>(piece_of_zeros.data()), length);
  };
  const uLong piece = crc(piece_size);
  uLong whole = 0;
  for (std::uint64_t i = 0; i < size / piece_size; ++i) whole = ::crc32_combine(whole, piece, piece_size);
  const std::uint64_t rest = size % piece_size;
  return static_cast<std::uint32_t>(::crc32_combine(whole, crc(rest), static_cast<z_off_t>(rest)));
}

// A raw deflate stream of zeros; without `last` one that others can follow (zlib.h: Z_FULL_FLUSH).
std::string deflated_zeros(std::uint64_t size, bool last) {
  z_stream stream{};
  ::deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
  std::string out(1 << 16, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece_of_zeros.data()));
  stream.avail_in = static_cast<uInt>(size);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, last ? Z_FINISH : Z_FULL_FLUSH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

Entry deflated_entry(std::uint64_t size) {
  std::string stream;
  const std::string piece = deflated_zeros(piece_size, false);
  for (std::uint64_t i = 0; i < size / piece_size; ++i) stream += piece;
  stream += deflated_zeros(size % piece_size, true);
  return {.path = large,
          .content = ZipMember{.data = blob_of(std::move(stream)),
                               .size = size,
                               .crc32 = crc_of_zeros(size),
                               .deflated = true,
                               .trusted = true}};
}

Entry stored_entry(const std::string& file, std::uint64_t size) {
  std::ofstream(file).put('\0');
  boost::filesystem::resize_file(file, size);
  return {.path = large,
          .content = ZipMember{.data = daypack::detail::map_file(file),
                               .size = size,
                               .crc32 = crc_of_zeros(size),
                               .deflated = false,
                               .trusted = true}};
}

// Zeros of the size of a file are skipped, so that the disk does not hold them.
void write_sparse(const std::vector<Entry>& entries, const std::string& path) {
  Pool pool(2);
  std::ofstream file(path, std::ios::binary);
  zip::write(entries, pool, {.effort = Effort::fast}, [&](ByteView piece) {
    if (piece.size() > border / 2)
      file.seekp(static_cast<std::streamoff>(piece.size()), std::ios::cur);
    else
      file.write(as_text(piece).data(), static_cast<std::streamsize>(piece.size()));
  });
}

// What lies behind the data: what of it says zip64.
struct Wide {
  std::vector<unsigned> extras = {};  // bytes of extra fields of each member in the directory
  bool end = false;
  friend bool operator==(const Wide&, const Wide&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Wide& wide) {
    for (unsigned extra : wide.extras) out << extra << ' ';
    return out << (wide.end ? "and a zip64 end record" : "and no zip64 end record");
  }
};

Wide wide_in(const std::string& path, std::uint64_t directory) {
  const Blob archive = daypack::detail::map_file(path);
  const ByteView tail = archive.bytes.subspan(directory);
  Wide wide;
  std::size_t at = 0;
  while (as_text(tail.subspan(at)).starts_with("PK\1\2")) {
    const auto record = zip::load_record<zip::CentralRecord>(tail.data() + at);
    wide.extras.push_back(record.extra_length);
    at += zip::CentralRecord::length + record.name_length + record.extra_length;
  }
  wide.end = as_text(tail.subspan(at)).starts_with("PK\6\6");
  return wide;
}

struct Lab {
  TemporaryFolder folder;
  std::size_t archives = 0;

  // Writes the entries, and what others should find in them.
  void check(const std::string& name, const std::vector<Entry>& entries, const Wide& expected) {
    BOOST_TEST_CONTEXT(name) {
      const std::string path = folder / (name + ".zip");
      write_sparse(entries, path);
      const zip::Reader reader = zip::Reader::of(daypack::detail::map_file(path), path);
      BOOST_REQUIRE(reader.members().size() == entries.size());
      std::ofstream sizes(folder / (name + ".sizes"));
      for (const zip::Member& member : reader.members()) sizes << member.name << '\t' << member.size << '\n';
      const zip::Member& last = reader.members().back();
      const std::uint64_t directory = last.header_offset + zip::LocalHeader::length + last.name.size() +
                                      (last.size >= border - 1 ? 20 : 0) + last.data.size();
      BOOST_TEST(wide_in(path, directory) == expected);
      ++archives;
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(it_is_written_exactly_where_needed_and_others_read_it) {
  Lab lab;
  const Entry text{.path = later, .content = Owned{blob_of("x")}};
  for (const std::uint64_t at : {border - 2, border - 1, border}) {
    const bool wide = at >= border - 1;  // 0xffffffff itself says: see the zip64 field
    const std::string name = std::to_string(at);
    lab.check("size " + name, {deflated_entry(at), text}, {{wide ? 20U : 0U, 0}, false});
    // A member is a header of 30 bytes, its name and its data.
    const std::uint64_t second = at - 35, later_size = 36;
    lab.check("second member at " + name, {stored_entry(lab.folder / "zeros 1", second), text},
              {{0, wide ? 12U : 0U}, true});
    lab.check("directory at " + name, {stored_entry(lab.folder / "zeros 2", second - later_size), text},
              {{0, 0}, wide});
  }
  BOOST_TEST(lab.archives == 9U);
  BOOST_TEST_MESSAGE(python_output("check_large_zips.py", "'" + lab.folder.path().string() + "'"));
}

BOOST_AUTO_TEST_SUITE_END()
