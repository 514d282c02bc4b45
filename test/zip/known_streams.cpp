// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/known_streams.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/written.hpp"

#include <daypack/zip/reader.hpp>

#include <map>
#include <mutex>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(zip_known_streams)

namespace {

// By path, in memory.
class Remembered final : public zip::KnownStreams {
 public:
  std::optional<zip::KnownStream> find(const Entry& entry, const Blob* content) override {
    const std::scoped_lock lock(mutex_);
    BOOST_TEST((content != nullptr) == !std::holds_alternative<ZipMember>(entry.content));
    const auto found = streams_.find(entry.path);
    if (found == streams_.end()) return {};
    ++hits;
    return found->second;
  }
  void learn(const Entry& entry, const Blob*, const zip::KnownStream& stream) override {
    const std::scoped_lock lock(mutex_);
    BOOST_TEST(streams_.emplace(entry.path, stream).second);
  }
  std::size_t size() const { return streams_.size(); }
  int hits = 0;

 private:
  std::mutex mutex_;
  std::map<std::string, zip::KnownStream> streams_;
};

std::string noise(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 7;
  for (char& c : text) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return text;
}

std::vector<Entry> sample() {
  return {text_entry("a.txt", std::string(5000, 'a')),
          text_entry("b.bin", noise(3000)),
          text_entry("c", "x"),
          text_entry("d", ""),
          text_entry("e", "a.txt", Mode::symlink),
          text_entry("f.txt", std::string(9 << 20, 'f')),
          text_entry("g.bin", noise(9 << 20))};
}

// The entries as members of a zip, trusted or not.
std::vector<Entry> members_of(const std::string& zip, bool trusted) {
  const auto reader = zip::Reader::of(blob_of(zip), "sample.zip");
  std::vector<Entry> entries;
  for (const zip::Member& member : reader.members()) {
    if (member.symlink()) continue;
    entries.push_back({.path = std::string(member.name),
                       .content = ZipMember{member.data, member.size, member.crc32, member.deflated(), trusted}});
  }
  return entries;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_known_gives_the_same_bytes) {
  for (const Effort effort : {Effort::fast, Effort::smallest}) {
    const std::vector<Entry> own = sample(), members = members_of(written(own), false),
                             trusted = members_of(written(own, {.effort = Effort::fast}), true);
    for (const auto* entries : {&own, &members, &trusted}) {
      Remembered streams;
      const std::string plain = written(*entries, {.effort = effort});
      BOOST_TEST((written(*entries, {.effort = effort, .streams = &streams}) == plain));
      BOOST_TEST(streams.hits == 0);
      const int learnt = static_cast<int>(streams.size());
      BOOST_TEST(learnt == (entries == &trusted && effort == Effort::fast ? 0 : 4));  // not what is spliced
      BOOST_TEST((written(*entries, {.effort = effort, .streams = &streams}) == plain));
      BOOST_TEST(streams.hits == learnt);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_known_member_is_not_inflated) {
  std::vector<Entry> members = members_of(written(sample()), false);
  members.resize(1);
  Remembered streams;
  const std::string plain = written(members, {.streams = &streams});
  auto& member = std::get<ZipMember>(members[0].content);
  member.data = blob_of(std::string(member.data.size(), '\xff'));  // no stream at all
  BOOST_TEST((written(members, {.streams = &streams}) == plain));
}

BOOST_AUTO_TEST_SUITE_END()
