// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/attached_layer.hpp>  // self-contained

#include "support/error_of.hpp"
#include "support/observed.hpp"
#include "support/raw_zip.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(checks_attached_layer)

namespace {

std::string written_zip(const TemporaryFolder& folder, RawZip zip) {
  const std::string path = folder / "layer.zip";
  daypack::detail::write_file(path, zip.bytes());
  return path;
}

RawMember with_mode(RawMember member, std::uint32_t mode) {
  member.central.external_attributes = mode << 16;
  return member;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_zip_of_any_tool_is_read_once) {
  const TemporaryFolder folder;
  const RawZip zip{.members = {raw_member("python/", "", false),
                               raw_member("python/a.py", std::string(1000, 'a'), true),
                               with_mode(raw_member("lib/libz.so.1", "ELF", false), 0100755),
                               with_mode(raw_member("lib/libz.so", "libz.so.1", false), 0120777)}};
  const std::string path = written_zip(folder, zip);
  const auto layer = checks::AttachedLayer::read(path);
  BOOST_TEST(layer.name == path);
  BOOST_TEST(layer.unzipped == 1000U + 3 + 9);
  BOOST_TEST(paths_in(layer.files) == (std::vector<std::string>{"lib/libz.so", "lib/libz.so.1", "python/a.py"}),
             boost::test_tools::per_element());
  BOOST_TEST((layer.files.find("lib/libz.so")->mode == Mode::symlink));
  BOOST_TEST((layer.files.find("lib/libz.so.1")->mode == Mode::executable));
  BOOST_TEST(read_content(*layer.files.find("python/a.py")).text() == std::string(1000, 'a'));
}

BOOST_AUTO_TEST_CASE(what_is_no_layer_is_told) {
  const TemporaryFolder folder;
  const auto code_of = [](const std::string& path) {
    return error_of([&] { checks::AttachedLayer::read(path); }).code();
  };
  BOOST_TEST((code_of(folder / "nowhere.zip") == Errc::not_found));
  daypack::detail::write_file(folder / "text.zip", "no zip");
  BOOST_TEST((code_of(folder / "text.zip") == Errc::damaged_zip));
  RawMember other = raw_member("python/a.py", "x", false);
  other.central.method = other.local.method = 12;  // bzip2
  BOOST_TEST((code_of(written_zip(folder, {.members = {other}})) == Errc::damaged_zip));
  BOOST_TEST((code_of(written_zip(folder, {.members = {raw_member("../a.py", "x", false)}})) == Errc::damaged_zip));
}

BOOST_AUTO_TEST_SUITE_END()
