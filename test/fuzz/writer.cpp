// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Entries of any names, modes and contents: either refused for their names before a byte is written, or read back the
// same.
#include <daypack/zip/writer.hpp>

#include <daypack/codec/stored.hpp>
#include <daypack/codec/zlib.hpp>
#include <daypack/tree.hpp>
#include <daypack/zip/splice.hpp>

#include <fuzzer/FuzzedDataProvider.h>
#include <algorithm>
#include "archive.hpp"
#include "must.hpp"

using namespace daypack;

namespace {

std::string path_of(FuzzedDataProvider& input) {
  if (input.ConsumeProbability<float>() > 0.9F) return input.ConsumeRandomLengthString(40);
  static const char* const parts[] = {"a", "b", "a.py", "ab", "\xc3\xbc", "a/b", "..", "\xff", "c:", ""};
  std::string path = input.PickValueInArray(parts);
  while (input.ConsumeBool()) path += std::string("/") + input.PickValueInArray(parts);
  return path;
}

std::string content_of(FuzzedDataProvider& input) {
  std::string content = input.ConsumeRandomLengthString(300);
  if (content.empty() || !input.ConsumeBool()) return content;
  const std::size_t size = input.ConsumeIntegralInRange<std::size_t>(0, 40'000);  // repeated up to there
  std::string longer;
  while (longer.size() < size) longer += content;
  return longer;
}

std::vector<Entry> entries_of(FuzzedDataProvider& input) {
  std::vector<Entry> entries;
  while (entries.size() < 20 && input.remaining_bytes() > 0) {
    const Mode mode = input.PickValueInArray({Mode::file, Mode::executable, Mode::symlink});
    std::string path = path_of(input);
    entries.push_back(text_entry(std::move(path), content_of(input), mode));
  }
  if (entries.size() > 1 && input.ConsumeProbability<float>() > 0.95F) return entries;  // not sorted
  std::ranges::sort(entries, {}, &Entry::path);
  const auto same = std::ranges::unique(entries, {}, &Entry::path);
  entries.erase(same.begin(), same.end());
  return entries;
}

bool writable(const std::vector<Entry>& entries) {
  const auto not_before = [](const Entry& a, const Entry& b) { return a.path >= b.path; };
  return std::ranges::all_of(entries, [](const Entry& entry) { return unsafe_path_reason(entry.path).empty(); }) &&
         std::ranges::adjacent_find(entries, not_before) == entries.end();
}

// Whether one of the entries lies in another: the writer takes a Tree's word that this is not so.
bool folders_are_files(const std::vector<Entry>& entries) {
  return std::ranges::any_of(entries, [&](const Entry& inner) {
    return std::ranges::any_of(entries, [&](const Entry& outer) { return inner.path.starts_with(outer.path + "/"); });
  });
}

void check_read_back(const std::vector<Entry>& entries, const std::string& bytes) {
  zip::Reader reader;
  const zip::Problem problem = reader.open(blob_of(bytes));
  for (const Entry& entry : entries) {
    if (ends_within(problem, std::get<Owned>(entry.content).data.text())) return;
  }
  const std::string words = "the zip " + std::string(words_of(problem.fault)) + ": " + problem.member;
  if (folders_are_files(entries))
    return must(problem.fault == zip::Fault::file_as_folder, "a file is a folder, but " + words);
  must(!problem, "what is written is accepted, but " + words);
  must(reader.members().size() == entries.size(), "all entries are there");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const zip::Member& member = reader.members()[i];
    Blob content;
    must(member.name == entries[i].path, "with their names");
    must(zip::mode_of(member) == entries[i].mode, "and modes");
    must(zip::Reader::inflate(member, content) == zip::Fault::none, "they can be read");
    must(content.text() == std::get<Owned>(entries[i].content).data.text(), "and hold what they held");
  }
}

zip::WriteOptions options_of(FuzzedDataProvider& input) {
  const codec::AnyCodec codecs[] = {codec::AnyCodec::of<codec::Default>(), codec::AnyCodec::of<codec::Zlib>(),
                                    codec::AnyCodec::of<codec::Stored>()};
  zip::WriteOptions options;
  options.codec = codecs[input.ConsumeIntegralInRange<std::size_t>(0, 2)];
  // From 10 on, making a compressor takes longer than all the rest.
  options.effort = Effort(input.ConsumeProbability<float>() > 0.95F ? 12 : input.ConsumeIntegralInRange(1, 9));
  options.window = input.ConsumeIntegralInRange<std::uint64_t>(0, 100'000);
  if (input.ConsumeBool()) options.epoch = input.ConsumeIntegral<std::int64_t>();
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Pool one(1), three(3);
  FuzzedDataProvider input(data, size);
  const zip::WriteOptions options = options_of(input);
  const std::vector<Entry> entries = entries_of(input);
  std::string bytes, again;
  try {
    zip::write(entries, one, options, [&](ByteView part) { bytes += as_text(part); });
  } catch (const Error&) {
    must(!writable(entries) && bytes.empty(), "only names are refused, before the first byte");
    return 0;
  }
  must(writable(entries), "names that may not stand there are refused");
  zip::write(entries, three, options, [&](ByteView part) { again += as_text(part); });
  must(bytes == again, "the bytes do not depend on threads");
  check_read_back(entries, bytes);
  return 0;
}
