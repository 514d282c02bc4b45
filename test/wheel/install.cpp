// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/wheel/install.hpp>  // self-contained

#include <daypack/error.hpp>
#include <daypack/tree.hpp>
#include "../support/wheels.hpp"

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(wheel_install)

namespace {

InstalledWheel install(const std::string& oddity, const InstallOptions& options = {},
                       const std::string& file = "demo-1.0-py3-none-any.whl") {
  Pool pool(2);
  const OpenWheel wheel = opened(oddity, file);
  check_wheel(wheel, pool);
  return install_wheel(
      wheel,
      std::make_shared<Distribution>(Distribution{.name = wheel.name.name, .version = {}, .file = file, .sha256 = {}}),
      options);
}

std::string paths(const Tree& tree) {
  std::string text;
  for (const Entry& entry : tree) text += entry.path + '\n';
  return text;
}

void says(const std::string& oddity, Errc code, const char* words,
          const std::string& file = "demo-1.0-py3-none-any.whl") {
  try {
    install(oddity, {}, file);
    BOOST_ERROR(oddity << " was accepted");
  } catch (const Error& error) {
    BOOST_TEST((error.code() == code), oddity << ": " << error.what());
    BOOST_TEST(std::string(error.what()).find(words) != std::string::npos, oddity << ": " << error.what());
    BOOST_TEST(std::string(error.what()).find(file) != std::string::npos, oddity << ": " << error.what());
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_wheel_becomes_entries) {
  const auto installed = install("good", {.trusted = true});
  const Tree tree = Tree::of(installed.entries);
  BOOST_TEST(paths(tree) ==
             "demo-1.0.dist-info/METADATA\ndemo-1.0.dist-info/WHEEL\ndemo/__init__.py\ndemo/empty.py\ndemo/run.sh\n");
  BOOST_TEST((tree.find("demo/run.sh")->mode == Mode::executable));
  BOOST_TEST((tree.find("demo/empty.py")->mode == Mode::file));
  BOOST_TEST(std::get<ZipMember>(tree.find("demo/__init__.py")->content).trusted);
  BOOST_TEST(read_content(*tree.find("demo/__init__.py")).text().starts_with("print('hello')"));
  BOOST_TEST(tree.find("demo/run.sh")->origin->name == "demo");
  BOOST_TEST_REQUIRE(installed.ledger.size() == 1u);
  BOOST_TEST(installed.ledger[0].path == "demo-1.0.dist-info/RECORD");
  BOOST_TEST(installed.ledger[0].rule == "install: installer");
  BOOST_TEST(!std::get<ZipMember>(install("good").entries.front().content).trusted);
}

BOOST_AUTO_TEST_CASE(data_folders_are_spread) {
  const auto installed = install("data_folders");
  const Tree tree = Tree::of(installed.entries);
  BOOST_TEST(
      paths(tree) ==
      "data/file.txt\ndemo-1.0.dist-info/METADATA\ndemo-1.0.dist-info/WHEEL\ndemo-1.0.dist-info/entry_points.txt\n"
      "demo-nspkg.pth\ndemo.data/keep.txt\ndemo/__init__.py\ndemo/empty.py\ndemo/run.sh\nplatlib/file.txt\npurelib/"
      "file.txt\n");
  std::string ledger;
  for (const LedgerLine& line : installed.ledger) ledger += line.rule + ' ' + line.path + '\n';
  BOOST_TEST(ledger ==
             "install: scripts demo-1.0.data/scripts/demo-tool\ninstall: headers demo-1.0.data/headers/demo.h\n"
             "install: installer demo-1.0.dist-info/INSTALLER\ninstall: installer demo-1.0.dist-info/RECORD.jws\n"
             "install: pth demo-nspkg.pth\ninstall: installer demo-1.0.dist-info/RECORD\n");
}

BOOST_AUTO_TEST_CASE(scripts_come_when_asked_for) {
  const Tree tree = Tree::of(install("data_folders", {.scripts = true}).entries);
  BOOST_TEST_REQUIRE(tree.find("bin/demo-tool"));
  BOOST_TEST(read_content(*tree.find("bin/demo-tool")).text() ==
             "#!/bin/sh\n'''exec' /usr/bin/env python3 -s \"$0\" \"$@\"\n' '''\nimport demo\n");
  BOOST_TEST((tree.find("bin/demo-tool")->mode == Mode::executable));
  BOOST_TEST_REQUIRE(tree.find("bin/demo"));
  BOOST_TEST(read_content(*tree.find("bin/demo")).text().find("from demo import main") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(old_spellings_of_a_name_are_the_same_name) {
  BOOST_TEST(opened("old_names", "demo_pkg_x-1.0-py3-none-any.whl").dist_info == "Demo_Pkg.x-1.0.0.dist-info");
  BOOST_CHECK_NO_THROW(install("old_names", {}, "demo_pkg_x-1.0-py3-none-any.whl"));
}

BOOST_AUTO_TEST_CASE(a_newer_minor_format_is_read_with_a_remark) {
  Pool pool(1);
  BOOST_TEST(check_wheel(opened("good"), pool).empty());
  const auto remarks = check_wheel(opened("wheel_version_1_9"), pool);
  BOOST_TEST_REQUIRE(remarks.size() == 1u);
  BOOST_TEST(remarks[0] == "has wheel format 1.9, newer than 1.0; read as 1.0");
}

BOOST_AUTO_TEST_CASE(a_wheel_that_breaks_its_promises_is_refused) {
  says("no_dist_info", Errc::damaged_wheel, "a wheel has no .dist-info folder");
  says("two_dist_infos", Errc::damaged_wheel,
       "more than one .dist-info folder: demo-1.0.dist-info, more-1.0.dist-info");
  says("other_name", Errc::damaged_wheel,
       "of another project or version than the wheel's name says: demo-1.0.dist-info", "other-1.0-py3-none-any.whl");
  says("other_version", Errc::damaged_wheel, "of another project or version", "demo-2.0-py3-none-any.whl");
  says("other_metadata_name", Errc::damaged_wheel, "METADATA is of another project (got other, expected demo)");
  says("other_metadata_version", Errc::damaged_wheel, "METADATA is of another version (got 1.1, expected 1.0)");
  says("no_metadata", Errc::damaged_wheel, "a wheel has no METADATA: demo-1.0.dist-info/METADATA");
  says("no_wheel", Errc::damaged_wheel, "a wheel has no WHEEL: demo-1.0.dist-info/WHEEL");
  says("no_wheel_version", Errc::damaged_wheel, "WHEEL does not say which format it has");
  says("wheel_version_2", Errc::damaged_wheel, "newer format than this program knows (got 2.0, expected 1.x)");
  says("symlink", Errc::damaged_wheel, "a wheel has a symbolic link, which the format does not allow: demo/empty.py");
  says("unknown_scheme", Errc::damaged_wheel,
       "a .data folder that the format does not know: demo-1.0.data/include/x.h");
  says("script_in_folder", Errc::damaged_wheel, "demo-1.0.data/scripts/sub/x");
  says("changed_file", Errc::damaged_wheel, "not the one that RECORD vouches for");
}

BOOST_AUTO_TEST_CASE(a_member_that_leaves_its_folder_is_refused) {
  says("escaping", Errc::unsafe_path, "a wheel has a file that would leave its folder: ../outside.py");
  says("absolute", Errc::unsafe_path, "/etc/passwd");
}

BOOST_AUTO_TEST_CASE(a_truncated_wheel_is_refused_at_every_length) {
  const Blob whole = detail::map_file(wheel_path("good"));
  for (std::size_t length = 0; length < whole.size(); length += 7) {
    BOOST_CHECK_EXCEPTION(open_wheel(whole.slice(0, length), "demo-1.0-py3-none-any.whl"), Error,
                          [](const Error& error) { return error.code() == Errc::damaged_zip; });
  }
}

BOOST_AUTO_TEST_SUITE_END()
