// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// The zip core alone: a parallel, reproducible writer and a careful reader. Needs zlib, nothing else.
// prints: 3 entries, \d+ bytes
// prints: a/one\.txt 4000 bytes in \d+
// prints: the same bytes for 1 and 4 threads
#include <daypack/zip/reader.hpp>
#include <daypack/zip/writer.hpp>

#include <iostream>
#include <string>
#include <vector>

using namespace daypack;

namespace {

std::string zip_of(const std::vector<Entry>& entries, std::size_t threads) {
  Pool pool(threads);
  std::string bytes;
  zip::write(entries, pool, {.effort = Effort::balanced}, [&](ByteView part) { bytes += as_text(part); });
  return bytes;
}

}  // namespace

int main() {
  const std::vector<Entry> entries{
      text_entry("a/one.txt", std::string(4000, '1')),
      text_entry("b.sh", "#!/bin/sh\n", Mode::executable),
      text_entry("c.txt", ""),
  };
  const std::string bytes = zip_of(entries, 1);
  std::cout << entries.size() << " entries, " << bytes.size() << " bytes\n";

  const zip::Reader reader = zip::Reader::of(blob_of(bytes), "example.zip");
  for (const zip::Member& member : reader.members()) {
    std::cout << member.name << ' ' << member.size << " bytes in " << member.data.size() << '\n';
  }
  std::cout << (zip_of(entries, 4) == bytes ? "the same bytes for 1 and 4 threads\n" : "different bytes\n");
}
