// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// What the strict reader makes of zips, for scripts: reads paths, a line each, and prints a line of JSON for each.
// Either
// {"fault": ...}, or {"members": [[name in hexadecimal, size, CRC-32, Adler-32 of the content], ...]}.
#include <daypack/zip/reader.hpp>

#include <zlib.h>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

using namespace daypack;

namespace {

std::string hex(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) out += {digits[static_cast<unsigned char>(c) >> 4], digits[c & 15]};
  return out;
}

std::string judged(const zip::Member& member, const Blob& content) {
  const auto adler = ::adler32_z(1, reinterpret_cast<const Bytef*>(content.bytes.data()), content.size());
  return "[\"" + hex(member.name) + "\", " + std::to_string(content.size()) + ", " +
         std::to_string(zip::crc32_of(content.bytes)) + ", " + std::to_string(adler) + "]";
}

std::string judged(std::string archive) {
  const auto fault = [](zip::Fault it) { return "{\"fault\": \"" + std::string(to_string(it)) + "\"}"; };
  zip::Reader reader;
  if (const zip::Problem problem = reader.open(blob_of(std::move(archive)))) return fault(problem.fault);
  std::string members;
  for (const zip::Member& member : reader.members()) {
    Blob content;
    if (const zip::Fault it = zip::Reader::inflate(member, content); it != zip::Fault::none) return fault(it);
    members += (members.empty() ? "" : ", ") + judged(member, content);
  }
  return "{\"members\": [" + members + "]}";
}

}  // namespace

int main() {
  for (std::string path; std::getline(std::cin, path);) {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    std::cout << judged(bytes.str()) << '\n';
  }
}
