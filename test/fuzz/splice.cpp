// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Any zip becomes entries, and those become a zip again: the same names, modes and contents, and the same bytes
// whatever the number of threads. A member that is not what it claims is told, and no zip comes of it.
#include <daypack/zip/splice.hpp>

#include <daypack/zip/writer.hpp>

#include <algorithm>
#include "archive.hpp"
#include "must.hpp"
#include "zip_mutator.hpp"

using namespace daypack;

namespace {

Pool& one_thread() {
  static Pool pool(1);
  return pool;
}

Pool& three_threads() {
  static Pool pool(3);
  return pool;
}

std::vector<Entry> entries_of(const zip::Reader& reader, bool trusted) {
  std::vector<Entry> entries;
  for (const zip::Member& member : reader.members()) {
    if (member.folder()) continue;
    entries.push_back(
        {.path = std::string(member.name), .mode = zip::mode_of(member), .content = zip::content_of(member, trusted)});
  }
  std::ranges::sort(entries, {}, &Entry::path);
  return entries;
}

std::string written(const std::vector<Entry>& entries, Pool& pool, Effort effort) {
  std::string bytes;
  zip::write(entries, pool, {.effort = effort}, [&](ByteView part) { bytes += as_text(part); });
  return bytes;
}

std::string rope(const std::vector<Entry>& entries, Effort effort) {
  std::string bytes;
  for (const Blob& segment : zip::write_rope(entries, three_threads(), {.effort = effort}).segments)
    bytes += segment.text();
  return bytes;
}

void check_damaged(const zip::Reader& reader) {
  try {
    written(entries_of(reader, false), three_threads(), Effort::balanced);
  } catch (const Error& error) {
    return must(error.code() == Errc::damaged_zip, "damage is told as damage");
  }
  must(false, "what is damaged is not packed");
}

void check_same(const zip::Reader& from, const std::string& bytes) {
  zip::Reader reader;
  const zip::Problem problem = reader.open(blob_of(bytes));
  for (const zip::Member& member : from.members()) {
    if (ends_within(problem, member.data.text())) return;
  }
  must(!problem, "what is written is accepted");
  std::size_t files = 0;
  for (const zip::Member& member : from.members()) {
    if (member.folder()) continue;
    const zip::Member* found = reader.find(member.name);
    must(found != nullptr, "each file is there");
    must(zip::mode_of(*found) == zip::mode_of(member), "with its mode");
    Blob before, after;
    must(zip::Reader::inflate(member, before) == zip::Reader::inflate(*found, after), "it can be read");
    must(before.text() == after.text(), "with its content");
    ++files;
  }
  must(reader.members().size() == files, "and nothing else is there");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  zip::Reader reader;
  if (open(reader, text_of(data, size))) return 0;
  const auto files = [](const zip::Member& member) { return !member.folder(); };
  for (const zip::Member& member : reader.members()) {
    Blob content;
    if (files(member) && zip::Reader::inflate(member, content) != zip::Fault::none) return check_damaged(reader), 0;
  }
  const Effort efforts[] = {Effort::fast, Effort::balanced, Effort::smallest};
  const Effort effort = efforts[size % std::size(efforts)];
  for (const bool trusted : {false, true}) {
    const std::vector<Entry> entries = entries_of(reader, trusted);
    const std::string bytes = written(entries, one_thread(), effort);
    must(written(entries, three_threads(), effort) == bytes, "the bytes do not depend on threads");
    must(rope(entries, effort) == bytes, "a rope is the same bytes");
    check_same(reader, bytes);
  }
  return 0;
}
