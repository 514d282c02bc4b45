// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// A codec of your own: zlib's run-length strategy, which suits images and tables of numbers and is many times faster.
// prints: deflated by run-length-zlib-1\.\d
// prints: plot\.ppm 300000 bytes in \d{4,5}
// prints: noise is stored
#include <daypack/stages/zip.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/tree_literal.hpp>
#include <daypack/zip/reader.hpp>

#include <zlib.h>
#include <algorithm>
#include <iostream>
#include <new>

using namespace daypack;

namespace {

// All that a codec needs: made from a level, a name that changes whenever its bytes do, and one function.
class RunLength {
 public:
  explicit RunLength(int level) {
    // A negative window asks for raw deflate.
    if (::deflateInit2(&stream_, std::min(level, 9), Z_DEFLATED, -15, 9, Z_RLE) != Z_OK) throw std::bad_alloc();
  }
  ~RunLength() { ::deflateEnd(&stream_); }
  RunLength(const RunLength&) = delete;
  RunLength& operator=(const RunLength&) = delete;

  static std::string id() { return std::string("run-length-zlib-") + ::zlibVersion(); }

  // The size written; 0 when it does not fit, and then the file is stored. Files above 8 MiB come in parts of 4 MiB.
  std::size_t compress(ByteView in, std::span<std::byte> out) {
    ::deflateReset(&stream_);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    return ::deflate(&stream_, Z_FINISH) == Z_STREAM_END ? out.size() - stream_.avail_out : 0;
  }

 private:
  z_stream stream_{};
};

static_assert(compressor<RunLength>);

// A picture: rows of pixels of few colours.
std::string picture() {
  std::string pixels;
  for (int i = 0; i < 3000; ++i)
    pixels += std::string(static_cast<std::size_t>(60 + i % 7 * 10), static_cast<char>(i * 37));
  return pixels + std::string(300'000 - pixels.size(), '\0');
}

std::string noise() {
  std::string bytes;
  for (unsigned state = 1; bytes.size() < 10'000; bytes += static_cast<char>(state >> 24))
    state = state * 1664525 + 1013904223;
  return bytes;
}

}  // namespace

int main() {
  Context context = testing::context();
  const Tree tree = testing::tree_literal({{"noise", noise()}, {"plot.ppm", picture()}});
  const Archive archive = Zip<RunLength>{.effort = Effort::balanced}(tree, context);
  std::cout << "deflated by " << archive.manifest().codec << '\n';

  std::string bytes;
  archive.pour([&](ByteView part) { bytes += as_text(part); });
  const zip::Reader reader = zip::Reader::of(blob_of(bytes), "example.zip");
  const zip::Member& plot = *reader.find("plot.ppm");
  std::cout << plot.name << ' ' << plot.size << " bytes in " << plot.data.size() << '\n';
  std::cout << "noise is " << (reader.find("noise")->deflated() ? "deflated" : "stored") << '\n';
  return reader.inflate(plot).text() == picture() ? 0 : 1;
}
