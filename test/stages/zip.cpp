// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/zip.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/codec/stored.hpp>
#include <daypack/codec/zlib.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/sign/crc64.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/fail_at.hpp>
#include <daypack/testing/tree_literal.hpp>
#include <daypack/zip/reader.hpp>

#include <fstream>
#include <support/temporary_folder.hpp>

using namespace daypack;
using testing::filler;
using testing::tree_literal;

BOOST_AUTO_TEST_SUITE(stages_zip)

namespace {

Tree sample() {
  return tree_literal({{"a.py", "print()"},
                       {"b/c.so", filler(3'000'000)},
                       {"b/d.py", filler(5'000, 2)},
                       {"run", "#!/bin/sh", Mode::executable}});
}

std::string bytes_of(const Archive& archive) {
  std::string bytes;
  archive.pour([&](ByteView piece) { bytes += as_text(piece); });
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(bytes_do_not_depend_on_the_pool) {
  auto one = testing::context(1), two = testing::context(2), seven = testing::context(7);
  const Archive first = Zip{}(sample(), one);
  BOOST_TEST(first.sha256().hex() == Zip{}(sample(), two).sha256().hex());
  BOOST_TEST(first.sha256().hex() == Zip{}(sample(), seven).sha256().hex());
  BOOST_TEST((bytes_of(first) == bytes_of(Zip{}(sample(), seven))));
}

BOOST_AUTO_TEST_CASE(digest_and_size_are_those_of_the_bytes) {
  auto ctx = testing::context();
  const Archive archive = Zip{}(sample(), ctx);
  const std::string bytes = bytes_of(archive);
  BOOST_TEST(archive.size() == bytes.size());
  BOOST_TEST(archive.sha256().hex() == sha256_of(as_bytes(bytes)).hex());
  BOOST_TEST(!zip::Reader().open(blob_of(bytes)));
}

BOOST_AUTO_TEST_CASE(crc64_where_asked) {
  auto ctx = testing::context();
  BOOST_TEST(!Zip{}(sample(), ctx).crc64().has_value());
  const Archive archive = Zip{.crc64 = true}(sample(), ctx);
  BOOST_TEST((archive.crc64() == crc64_of(as_bytes(bytes_of(archive)))));
}

BOOST_AUTO_TEST_CASE(the_codec_is_a_policy) {
  auto ctx = testing::context();
  const Archive stored = Zip<codec::Stored>{}(sample(), ctx),
                zlib = Zip<codec::Zlib>{.effort = Effort{9}}(sample(), ctx);
  BOOST_TEST(stored.manifest().codec == "stored");
  BOOST_TEST(zlib.manifest().codec == codec::Zlib::id());
  BOOST_TEST(zlib.manifest().level == 9);
  BOOST_TEST(zlib.size() < stored.size());
}

BOOST_AUTO_TEST_CASE(the_manifest_tells_what_is_in_it) {
  const auto origin =
      std::make_shared<const Distribution>(Distribution{"demo", "1.0", "demo-1.0-py3-none-any.whl", "00"});
  Entry entry = text_entry("demo.py", std::string(1000, 'x'));
  entry.origin = origin;
  LedgerLine line;
  line.path = "tests/t.py";
  const Tree tree = Tree::of({entry, text_entry("app.py", "x", Mode::executable)}, {line});
  static constexpr BackendPolicy policy{.name = "lab", .title = "Lab", .runtimes = {}};
  static constexpr Runtime runtime{.python = {3, 12}};
  auto ctx = testing::context().with_target({.backend = &policy, .runtime = &runtime, .arch = Arch::arm64});
  const Manifest manifest = Zip{}(tree, ctx).manifest();
  BOOST_TEST(manifest.backend == "lab");
  BOOST_TEST(manifest.python == "3.12");
  BOOST_TEST(manifest.arch == "arm64");
  BOOST_TEST(manifest.unzipped == 1001U);
  BOOST_TEST(manifest.level == 6);
  BOOST_TEST(manifest.codec == codec::Default::id());
  BOOST_REQUIRE(manifest.items.size() == 2U);
  BOOST_TEST(manifest.items[0].path == "app.py");
  BOOST_TEST((manifest.items[0].mode == Mode::executable));
  BOOST_TEST(manifest.items[1].size == 1000U);
  BOOST_TEST(manifest.items[1].compressed < 100U);
  BOOST_TEST(manifest.items[1].distribution == "demo");
  BOOST_REQUIRE(manifest.distributions.size() == 1U);
  BOOST_TEST(manifest.distributions[0].file == "demo-1.0-py3-none-any.whl");
  BOOST_REQUIRE(manifest.ledger.size() == 1U);
  BOOST_TEST(manifest.ledger[0].path == "tests/t.py");
}

BOOST_AUTO_TEST_CASE(progress_is_told_and_a_stop_is_heard) {
  std::vector<Advanced> events;
  std::stop_source source;
  Services services;
  services.stop = source.get_token();
  services.observer = [&](const Event& event) { events.push_back(std::get<Advanced>(event)); };
  auto ctx = testing::context(std::move(services)).in_stage("Zip");
  Zip{}(sample(), ctx);
  BOOST_REQUIRE(!events.empty());
  BOOST_TEST(events.back().done == 4U);
  BOOST_TEST(events.back().total == 4U);
  BOOST_TEST(events.back().unit == "files");
  source.request_stop();
  BOOST_CHECK_EXCEPTION(Zip{}(sample(), ctx), Error, [](const Error& e) { return e.code() == Errc::cancelled; });
}

BOOST_AUTO_TEST_CASE(a_context_without_threads_is_an_error) {
  Context ctx{Services{}};
  BOOST_CHECK_EXCEPTION(Zip{}(sample(), ctx), Error,
                        [](const Error& e) { return e.message() == "the context has no thread pool"; });
}

// Whatever operation fails while files are read, the zip is made and saved: the old file stays, or the new one is
// complete.
BOOST_AUTO_TEST_CASE(a_failure_at_any_point_leaves_the_old_file_or_the_new) {
  TemporaryFolder folder;
  const std::string out = folder / "out.zip", source = folder / "source.txt";
  std::ofstream(source) << filler(10'000);
  const Tree tree = Tree::of({text_entry("a", "x"), {.path = "s", .content = FileRange{source, 0, 10'000}}});
  auto ctx = testing::context();
  const std::string complete = bytes_of(Zip{}(tree, ctx));
  int failures = 0;
  for (int n = 1;; ++n) {
    std::ofstream(out, std::ios::trunc) << "old";
    testing::fail_at fault(n, n % 2 ? ENOSPC : EIO);
    bool threw = false;
    try {
      Zip{}(tree, ctx).save(out);
    } catch (const Error& e) {
      threw = true;
      BOOST_TEST((e.code() == Errc::unwritable || e.code() == Errc::unreadable));
    }
    const bool hit = fault.hit();
    std::ifstream file(out, std::ios::binary);
    const std::string now{std::istreambuf_iterator<char>(file), {}};
    BOOST_TEST((now == (threw ? "old" : complete)));
    for (const auto& item : boost::filesystem::directory_iterator(folder.path())) {
      BOOST_TEST((item.path() == out || item.path() == source));  // no temporary file is left
    }
    failures += threw;
    if (!hit) break;
  }
  BOOST_TEST(failures > 5);
}

BOOST_AUTO_TEST_SUITE_END()
