// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/walk/walk.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>
#include <daypack/impl/walk/folder.ipp>
#include <daypack/run/pool.hpp>

#include <sys/stat.h>
#include <unistd.h>
#include <atomic>
#include <fstream>
#include <stdexcept>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(walk_walk)

namespace {

void write(const std::string& path, const std::string& text, unsigned mode = 0644) {
  boost::filesystem::create_directories(boost::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
  ::chmod(path.c_str(), mode);
}

void link(const std::string& target, const std::string& path) {
  boost::filesystem::create_directories(boost::filesystem::path(path).parent_path());
  boost::filesystem::create_symlink(target, path);
}

std::string failure_of(const std::string& root, const WalkOptions& options = {}) {
  try {
    walk(root, options);
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "";
}

using Texts = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(finds_all_files_sorted_by_bytes) {
  const TemporaryFolder folder;
  write(folder / "b/c.py", "123");
  write(folder / "b.py", "");
  write(folder / "a/z", "");
  write(folder / "B", "");
  write(folder / ".hidden/ü", "");
  boost::filesystem::create_directories(folder / "empty");
  const auto found = walk(folder.path().string());
  BOOST_TEST(paths_in(found) == (Texts{".hidden/ü", "B", "a/z", "b.py", "b/c.py"}), boost::test_tools::per_element());
  BOOST_TEST(found[4].size == 3u);
  BOOST_TEST((found[4].kind == FileKind::file));
  BOOST_TEST(paths_in(walk(folder.path().string() + "/")) == paths_in(found), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(anybodys_executable_bit_counts) {
  const TemporaryFolder folder;
  for (const auto& [name, mode] : {std::pair{"a", 0644u}, {"b", 0755u}, {"c", 0610u}, {"d", 0601u}, {"e", 0666u}})
    write(folder / name, "", mode);
  const auto found = walk(folder.path().string());
  std::string bits;
  for (const Found& each : found) bits += each.executable ? 'x' : '-';
  BOOST_TEST(bits == "-xxx-");
}

BOOST_AUTO_TEST_CASE(a_skipped_folder_is_not_entered) {
  const TemporaryFolder folder;
  write(folder / "a/b/c", "");
  write(folder / "a/d.pyc", "");
  write(folder / "e", "");
  boost::filesystem::create_directories(folder / "locked");
  Texts asked;
  const auto found = walk(folder.path().string(), {.skip = [&](std::string_view path, bool is_folder) {
                            asked.push_back(std::string(path) + (is_folder ? "/" : ""));
                            return path == "a/b" || path.ends_with(".pyc");
                          }});
  BOOST_TEST(paths_in(found) == Texts{"e"}, boost::test_tools::per_element());
  std::ranges::sort(asked);
  BOOST_TEST(asked == (Texts{"a/", "a/b/", "a/d.pyc", "e", "locked/"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(links_inside_are_what_they_lead_to) {
  const TemporaryFolder folder;
  write(folder / "root/a", "123", 0755);
  write(folder / "root/real/b", "");
  link("a", folder / "root/to-a");
  link("../root/real", folder / "root/to-real");
  const std::string root = folder / "root";
  const auto found = walk(root);
  BOOST_TEST(paths_in(found) == (Texts{"a", "real/b", "to-a", "to-real/b"}), boost::test_tools::per_element());
  BOOST_TEST(found[2].size == 3u);
  BOOST_TEST(found[2].executable);
  BOOST_TEST((found[2].kind == FileKind::file));
  link("root", folder / "root-link");  // the root itself may be a link
  BOOST_TEST(walk(folder / "root-link").size() == 4u);
  BOOST_TEST(paths_in(walk(root, {.skip = [](std::string_view path,
                                             bool is_folder) { return is_folder && path == "to-real"; }})) ==
                 (Texts{"a", "real/b", "to-a"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(links_can_be_reported_instead) {
  const TemporaryFolder folder;
  link("/etc/hosts", folder / "out");
  link("nowhere", folder / "broken");
  link(".", folder / "self");
  const auto found = walk(folder.path().string(), {.links = Links::report});
  BOOST_TEST(paths_in(found) == (Texts{"broken", "out", "self"}), boost::test_tools::per_element());
  for (const Found& each : found) BOOST_TEST((each.kind == FileKind::symlink && !each.executable && each.size == 0));
}

BOOST_AUTO_TEST_CASE(other_links_are_errors_that_say_why) {
  const TemporaryFolder folder;
  const std::string root = folder / "root";
  write(folder / "secret", "");
  write(folder / "root2/x", "");
  for (const auto& [target, reason] : {std::pair{"../secret", "a link leads out of its folder: "},
                                       {"../root2", "a link leads out of its folder: "},
                                       {"/etc", "a link leads out of its folder: "},
                                       {"nowhere", "a link leads to nothing: "},
                                       {"link", "a link leads to nothing: "}}) {
    BOOST_TEST_CONTEXT(target) {
      boost::filesystem::remove_all(root);
      link(target, root + "/link");
      BOOST_TEST(failure_of(root).starts_with("unsafe_path: " + std::string(reason) + root + "/link\n  hint: "));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cycle_ends) {
  const TemporaryFolder folder;
  write(folder / "a/b/c", "");
  link("..", folder / "a/b/up");
  BOOST_TEST(failure_of(folder.path().string())
                 .starts_with("unsafe_path: a link leads back to a folder that it lies in: " + (folder / "a/b/up")));
  boost::filesystem::remove(folder / "a/b/up");
  // Two folders that lead to each other.
  link("../x", folder / "y/to-x");
  link("../y", folder / "x/to-y");
  BOOST_TEST(failure_of(folder.path().string()).starts_with("unsafe_path: some files cannot be taken\n"));
}

BOOST_AUTO_TEST_CASE(failures_are_collected) {
  const TemporaryFolder folder;
  link("nowhere", folder / "b");
  link("nowhere", folder / "a");
  const std::string text = failure_of(folder.path().string());
  BOOST_TEST(text.find("/a\n") < text.find("/b\n"));
}

BOOST_AUTO_TEST_CASE(special_files_are_named_as_such) {
  const TemporaryFolder folder;
  ::mkfifo((folder / "pipe").c_str(), 0600);
  const auto found = walk(folder.path().string());
  BOOST_TEST_REQUIRE(found.size() == 1u);
  BOOST_TEST((found[0].kind == FileKind::special));
}

BOOST_AUTO_TEST_CASE(a_root_must_be_a_folder) {
  const TemporaryFolder folder;
  write(folder / "file", "");
  BOOST_TEST(failure_of(folder / "none") == "not_found: there is no such folder: " + (folder / "none"));
  BOOST_TEST(failure_of(folder / "file") == "unreadable: this is not a folder: " + (folder / "file"));
}

// Folders whose names stand on both sides of '/', links, and faults if asked for.
void make_tree(const std::string& root, bool faults) {
  for (const char* name : {"a", "a.b", "a-", "a0", "b", "ab"}) {
    for (int i = 0; i < 12; ++i) {
      const std::string below = root + "/" + name + "/" + name + "/" + std::to_string(i);
      write(below + "/file", std::string(static_cast<std::size_t>(i), 'x'), i % 2 ? 0755 : 0644);
      write(below + ".txt", "");
      if (faults) link("nowhere", below + "/link");
      if (faults) link("..", below + "/up");
    }
  }
  link("a/a/3", root + "/z");
}

BOOST_AUTO_TEST_CASE(the_number_of_threads_changes_nothing) {
  const TemporaryFolder folder;
  make_tree(folder / "good", false);
  make_tree(folder / "bad", true);
  const auto expected = walk(folder / "good");
  BOOST_TEST(expected.size() == 6u * 12 * 2 + 1);
  BOOST_TEST(std::ranges::is_sorted(expected, {}, &Found::path));
  const std::string failure = failure_of(folder / "bad");
  BOOST_TEST(failure.find("nothing") != std::string::npos);
  BOOST_TEST(failure.find("leads back") != std::string::npos);
  for (std::size_t threads : {1u, 2u, 7u}) {
    Pool pool(threads);
    for (int round = 0; round < 5; ++round) {
      const auto found = walk(folder / "good", {.pool = &pool});
      BOOST_TEST(paths_in(found) == paths_in(expected), boost::test_tools::per_element());
      for (std::size_t i = 0; i < found.size(); ++i)
        BOOST_TEST((found[i].size == expected[i].size && found[i].executable == expected[i].executable));
      BOOST_TEST(failure_of(folder / "bad", {.pool = &pool}) == failure);
    }
  }
}

BOOST_AUTO_TEST_CASE(walks_may_share_a_pool_and_begin_inside_its_calls) {
  const TemporaryFolder folder;
  make_tree(folder / "tree", false);
  Pool pool(3);
  std::atomic<std::size_t> found = 0;
  pool.for_each(6, [&](std::size_t) { found += walk(folder / "tree", {.pool = &pool}).size(); });
  BOOST_TEST(found == 6u * 145);
}

BOOST_AUTO_TEST_CASE(what_skip_throws_ends_the_walk) {
  const TemporaryFolder folder;
  make_tree(folder / "tree", false);
  Pool pool(4);
  const auto skip = [](std::string_view path, bool) -> bool {
    if (path == "a/a/7.txt") throw std::runtime_error("no more");
    return false;
  };
  for (Pool* each : {static_cast<Pool*>(nullptr), &pool})
    BOOST_CHECK_THROW(walk(folder / "tree", {.skip = skip, .pool = each}), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(ignore_files_leave_out_what_they_say) {
  const TemporaryFolder folder;
  write(folder / ".gitignore", "*.log\nbuild/\nto-real/\n");
  write(folder / "a.log", "");
  write(folder / "build/x", "");
  write(folder / "real/.gitignore", "!keep.log\n/only\n");
  write(folder / "real/keep.log", "");
  write(folder / "real/only", "");
  write(folder / "real/sub/only", "");
  write(folder / "real/.daypackignore", "sub\n!only\n");
  link("real", folder / "to-real");
  const std::string root = folder.path().string();
  Texts expected{".gitignore", "real/.daypackignore", "real/.gitignore", "real/keep.log", "real/sub/only"};
  BOOST_TEST(paths_in(walk(root, {.ignore_files = {".gitignore"}})) == expected, boost::test_tools::per_element());
  expected.back() = "real/only";
  BOOST_TEST(paths_in(walk(root, {.ignore_files = {".gitignore", ".daypackignore"}})) == expected,
             boost::test_tools::per_element());
  BOOST_TEST(walk(root).size() == 13u);
}

BOOST_AUTO_TEST_CASE(rules_that_cannot_be_read_are_no_silent_absence) {
  const TemporaryFolder folder;
  const WalkOptions options{.ignore_files = {".rules"}};
  const std::string root = folder.path().string();
  write(folder / "x", "");
  link("x", folder / ".rules");
  BOOST_TEST(failure_of(root, options) == "unsafe_path: a file of ignore rules is a link: " + (folder / ".rules") +
                                              "\n  hint: put a copy in its place");
  boost::filesystem::remove(folder / ".rules");
  ::mkfifo((folder / ".rules").c_str(), 0600);  // neither waited for nor taken for rules
  BOOST_TEST(walk(root, options).size() == 2u);
  boost::filesystem::remove(folder / ".rules");
  boost::filesystem::create_directory(folder / ".rules");
  BOOST_TEST(walk(root, options).size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_portable_calls_find_the_same) {
  const TemporaryFolder folder;
  write(folder / "file", "123", 0755);
  write(folder / "folder/x", "");
  link("file", folder / "link");
  ::mkfifo((folder / "pipe").c_str(), 0600);
  int opened = -1;
  BOOST_TEST_REQUIRE(detail::open_at(AT_FDCWD, folder.path().c_str(), O_DIRECTORY, opened) == 0);
  detail::Names one_list, other_list;
  BOOST_TEST(detail::names_by_readdir(opened, other_list) == 0);
  ::lseek(opened, 0, SEEK_SET);
  BOOST_TEST(detail::names_at(opened, one_list) == 0);
  auto &one = one_list.all, &other = other_list.all;
  for (auto* names : {&one, &other}) std::ranges::sort(*names, {}, &detail::Named::name);
  BOOST_TEST_REQUIRE((one.size() == 4u && other.size() == 4u));
  for (std::size_t i = 0; i < one.size(); ++i) {
    BOOST_TEST((one[i].name == other[i].name && one[i].kind == other[i].kind));
    for (bool follow : {false, true}) {
      detail::FileFacts facts, same;
      BOOST_TEST(detail::facts_at(opened, one[i].name.data(), follow, facts) == 0);
      BOOST_TEST(detail::facts_by_stat(opened, one[i].name.data(), follow, same) == 0);
      BOOST_TEST((facts.kind == same.kind && facts.size == same.size && facts.executable == same.executable));
    }
  }
  ::close(opened);
}

BOOST_AUTO_TEST_CASE(looks_at_one_path) {
  const TemporaryFolder folder;
  write(folder / "f", "12", 0755);
  link("f", folder / "l");
  BOOST_TEST((look_at(folder / "l").kind == FileKind::file));
  BOOST_TEST(look_at(folder / "l").size == 2u);
  BOOST_TEST(look_at(folder / "l").executable);
  BOOST_TEST((look_at(folder.path().string()).kind == FileKind::folder));
  for (const char* name : {"none", "f/below"}) {
    BOOST_CHECK_EXCEPTION(look_at(folder / name), Error,
                          [](const Error& error) { return error.code() == Errc::not_found; });
  }
}

BOOST_AUTO_TEST_SUITE_END()
