// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Splices all members of some wheels into one zip. usage: splice plain|checked ZIP WHEEL...
// plain: the zip core into a file. checked: as a pipeline does it, with the SHA-256 of every wheel and of the zip.
#include <daypack/detail/file.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/stages/zip.hpp>
#include <daypack/zip/reader.hpp>
#include <daypack/zip/splice.hpp>
#include <daypack/zip/writer.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

using namespace daypack;

namespace {

struct Wheel {
  zip::Reader reader;
  Sha256 digest;
};

// Of two wheels with one path, the first one's file.
std::vector<Entry> entries_of(const std::vector<Wheel>& wheels) {
  std::vector<Entry> entries;
  for (const Wheel& wheel : wheels) {
    for (const zip::Member& member : wheel.reader.members()) {
      if (member.folder()) continue;
      entries.push_back(
          {.path = std::string(member.name), .mode = zip::mode_of(member), .content = zip::content_of(member, true)});
    }
  }
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  entries.erase(
      std::unique(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path == b.path; }),
      entries.end());
  return entries;
}

void write_checked(const std::vector<Entry>& entries, Pool& pool, const char* path) {
  zip::Rope rope = zip::write_rope(entries, pool, {});
  auto digests = detail::digests_of(rope, {}, false, Context(Services{}));
  const Archive archive = Archive::of(std::move(rope.segments), {}, std::move(digests));
  archive.save(path);
  archive.sha256();
}

}  // namespace

int main(int count, char** arguments) try {
  const std::vector<std::string> paths(arguments + 3, arguments + count);
  const bool checked = std::string(arguments[1]) == "checked";
  Pool pool;
  std::vector<Wheel> wheels(paths.size());
  pool.for_each(paths.size(), [&](std::size_t i) {
    const Blob bytes = detail::map_file(paths[i]);
    if (checked) wheels[i].digest = sha256_of(bytes.bytes);
    wheels[i].reader = zip::Reader::of(bytes, paths[i]);
  });
  const std::vector<Entry> entries = entries_of(wheels);
  if (checked)
    write_checked(entries, pool, arguments[2]);
  else
    zip::save(arguments[2], entries, pool, {});
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
