// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/walk/walk.hpp>  // trees that are large, deep, forbidden or changed meanwhile

#include "support/error_of.hpp"
#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/impl/walk/folder.ipp>
#include <daypack/run/pool.hpp>
#include <daypack/testing/fail_at.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(walk_odd_trees)

namespace {

using Texts = std::vector<std::string>;

// Folders called "d", one in the other, and a file "f" in each of the deepest two: by descriptors, as paths end at
// PATH_MAX. Gone with the object.
class DeepTree {
 public:
  explicit DeepTree(int levels) : levels_(levels) {
    int at = ::open(root_.path().c_str(), O_DIRECTORY);
    for (int level = 0; level < levels; ++level) {
      ::mkdirat(at, "d", 0755);
      at = moved(at, "d");
      if (level + 2 >= levels) ::close(::openat(at, "f", O_CREAT | O_WRONLY, 0644));
    }
    deepest_ = at;
  }
  ~DeepTree() {
    for (int level = 0; level < levels_; ++level) {
      ::unlinkat(deepest_, "f", 0);
      deepest_ = moved(deepest_, "..");
      ::unlinkat(deepest_, "d", AT_REMOVEDIR);
    }
    ::close(deepest_);
  }
  DeepTree(const DeepTree&) = delete;
  DeepTree& operator=(const DeepTree&) = delete;

  std::string root() const { return root_.path().string(); }

 private:
  static int moved(int from, const char* to) {
    const int next = ::openat(from, to, O_DIRECTORY);
    ::close(from);
    return next;
  }

  TemporaryFolder root_;
  int levels_;
  int deepest_ = -1;
};

class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit few{count, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

// Whom permissions bind, while it lives.
class Nobody {
 public:
  Nobody() {
    if (user_ == 0) BOOST_TEST_REQUIRE(::seteuid(65534) == 0);
  }
  ~Nobody() {
    if (user_ == 0) BOOST_TEST_REQUIRE(::seteuid(user_) == 0);
  }
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;

 private:
  uid_t user_ = ::geteuid();
};

Error walk_error(const std::string& root, const WalkOptions& options = {}) {
  return error_of([&] { walk(root, options); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(depth_costs_neither_descriptors_nor_stack_nor_a_longest_path) {
  constexpr int levels = 10'000;
  const DeepTree tree(levels);
  Pool pool(2);
  const FewDescriptors few(64);
  for (Pool* each : {static_cast<Pool*>(nullptr), &pool}) {
    const auto found = walk(tree.root(), {.ignore_files = {".rules"}, .pool = each});
    BOOST_TEST_REQUIRE(found.size() == 2u);
    BOOST_TEST(found[0].path.size() == std::size_t{2} * levels + 1);  // ".../d/d/f" before ".../d/f"
    BOOST_TEST(found[1].path.size() == std::size_t{2} * levels - 1);
  }
}

BOOST_AUTO_TEST_CASE(a_thread_comes_back_to_folders_that_it_has_closed) {
  const TemporaryFolder folder;
  Texts expected;
  std::string at;
  for (int level = 0; level < 40; ++level) {
    for (const std::string name : {"a", "z"}) {
      boost::filesystem::create_directories(folder / (at + name));
      expected.push_back(at + name + "/file");
      detail::write_file(folder / expected.back(), "");
    }
    at += "m/";
  }
  std::ranges::sort(expected);
  BOOST_TEST(paths_in(walk(folder.path().string())) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(threads_share_a_large_folder) {
  const TemporaryFolder folder;
  for (int i = 0; i < 6000; ++i) {
    const std::string name = std::string(60, 'n') + std::to_string(i);
    if (i % 10) {
      detail::write_file(folder / name, std::string(static_cast<std::size_t>(i % 7), 'x'));
    } else {
      detail::write_file(folder / (name + "/file"), "");
      detail::write_file(folder / (name + ".x"), "");  // before what lies in the folder, whose name is before it
    }
  }
  const auto expected = walk(folder.path().string());
  BOOST_TEST(expected.size() == 6600u);
  BOOST_TEST(std::ranges::is_sorted(expected, {}, &Found::path));
  for (std::size_t threads : {1u, 2u, 7u}) {
    Pool pool(threads);
    const auto found = walk(folder.path().string(), {.pool = &pool});
    BOOST_TEST(paths_in(found) == paths_in(expected), boost::test_tools::per_element());
    BOOST_TEST(std::ranges::equal(found, expected, {}, &Found::size, &Found::size));
  }
}

BOOST_AUTO_TEST_CASE(without_attributes_nothing_is_looked_at) {
  const TemporaryFolder folder;
  for (int i = 0; i < 50; ++i) detail::write_file(folder / std::to_string(i), "text");
  boost::filesystem::create_symlink("1", folder / "link");
  ::mkfifo((folder / "pipe").c_str(), 0600);
  const std::string root = folder.path().string();
  for (const Links links : {Links::follow, Links::report}) {
    const auto whole = walk(root, {.links = links});
    const testing::fail_at fault{20};
    const auto found = walk(root, {.links = links, .attributes = false});
    BOOST_TEST(!fault.hit());  // fewer operations than files
    BOOST_TEST(paths_in(found) == paths_in(whole), boost::test_tools::per_element());
    BOOST_TEST(std::ranges::equal(found, whole, {}, &Found::kind, &Found::kind));
    BOOST_TEST(std::ranges::all_of(found, [](const Found& each) { return each.size == 0 && !each.executable; }));
  }
}

BOOST_AUTO_TEST_CASE(every_failing_operation_is_reported_with_its_path) {
  const TemporaryFolder folder;
  const std::string root = folder.path().string();
  detail::write_file(folder / "a/b", "");
  detail::write_file(folder / "a/.rules", "c\n");
  boost::filesystem::create_symlink("a", folder / "c");
  boost::filesystem::create_symlink("a/b", folder / "d");
  Pool pool(2);
  for (Pool* each : {static_cast<Pool*>(nullptr), &pool}) {
    for (const Links links : {Links::follow, Links::report}) {
      int failures = 0;
      for (int n = 1;; ++n) {
        const testing::fail_at fault{n, EIO};
        const Error error = walk_error(root, {.links = links, .ignore_files = {".rules"}, .pool = each});
        if (!fault.hit()) break;
        BOOST_TEST((error.code() == Errc::unreadable));
        BOOST_TEST(error.fault().subject.starts_with(root));
        BOOST_TEST(error.fault().subject.ends_with(" (Input/output error)"));
        ++failures;
      }
      // 1 to open the root; 5 for each of 2 folders: open, fstat, rules, two reads; 2 for the rules in one; 2 files.
      // With links the root's true path; for each link its true path and what it is; 7 and 2 files in the linked
      // folder.
      BOOST_TEST(failures >= (links == Links::follow ? 15 + 1 + 2 * 2 + 9 : 15));
    }
  }
}

BOOST_AUTO_TEST_CASE(failures_of_many_files_are_collected) {
  const TemporaryFolder folder;
  Texts names;
  for (const char* name : {"a", "b", "c"}) detail::write_file(folder / (std::string(name) + "/file"), "");
  const WalkOptions removing{.skip = [&](std::string_view path, bool is_folder) {
    if (is_folder) boost::filesystem::remove_all(folder / std::string(path));
    return false;
  }};
  const Error error = walk_error(folder.path().string(), removing);
  BOOST_TEST(error.message() == "some files cannot be taken");
  for (const Fault& cause : error.fault().causes) names.push_back(cause.subject);
  const std::string why = " (No such file or directory)";
  BOOST_TEST(names == (Texts{folder / "a" + why, folder / "b" + why, folder / "c" + why}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_failing_call_of_the_portable_way_is_reported) {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b", "c"}) detail::write_file(folder / name, "");
  int failures = 0;
  for (int n = 1;; ++n) {
    int opened = -1;
    BOOST_TEST_REQUIRE(detail::open_at(AT_FDCWD, folder.path().c_str(), O_DIRECTORY, opened) == 0);
    const testing::fail_at fault{n, EIO};
    detail::Names names;
    const int error = detail::names_by_readdir(opened, names);
    ::close(opened);
    BOOST_TEST(error == (fault.hit() ? EIO : 0));
    if (!fault.hit()) break;
    ++failures;
  }
  BOOST_TEST(failures == 2 + 5 + 1);  // a descriptor, a stream, five names with "." and "..", the end
}

BOOST_AUTO_TEST_CASE(what_permissions_forbid_is_reported) {
  const TemporaryFolder folder;
  const std::string root = folder.path().string();
  detail::write_file(folder / "closed/file", "");
  detail::write_file(folder / "open/file", "");
  detail::write_file(folder / "open/.rules", "");
  boost::filesystem::create_symlink("closed/file", folder / "link");
  ::chmod((folder / "closed").c_str(), 0);
  ::chmod((folder / "open/.rules").c_str(), 0);
  const auto subjects = [&] {
    const Nobody nobody;
    Texts all;
    const Error error = walk_error(root, {.ignore_files = {".rules"}});
    for (const Fault& cause : error.fault().causes) all.push_back(cause.subject);
    return all;
  }();
  ::chmod((folder / "closed").c_str(), 0755);
  const std::string why = " (Permission denied)";
  BOOST_TEST(subjects == (Texts{folder / "closed" + why, folder / "link" + why, folder / "open/.rules" + why}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_link_that_takes_a_folders_place_is_not_followed) {
  for (const Links links : {Links::follow, Links::report}) {
    const TemporaryFolder folder;
    detail::write_file(folder / "outside/secret", "");
    detail::write_file(folder / "root/a/file", "");
    const auto swap = [&](std::string_view path, bool) {
      if (path == "a") {
        boost::filesystem::rename(folder / "root/a", folder / "root-a");
        boost::filesystem::create_symlink("../outside", folder / "root/a");
      }
      return false;
    };
    const Error error = walk_error(folder / "root", {.links = links, .skip = swap});
    BOOST_TEST((error.code() == Errc::unreadable));
    BOOST_TEST(error.fault().subject.starts_with(folder / "root/a ("));
  }
}

BOOST_AUTO_TEST_SUITE_END()
