// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/extract.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/run/pool.hpp>
#include <daypack/testing/fail_at.hpp>

#include <sys/stat.h>
#include <unistd.h>
#include <map>
#include <optional>
#include <support/error_of.hpp>
#include <support/temporary_folder.hpp>
#include <support/zip_faults.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(zip_extract)

namespace {

using Files = std::map<std::string, std::string>;

RawMember with_mode(RawMember member, std::uint32_t mode) {
  member.central.external_attributes = mode << 16;
  return member;
}
RawMember link_member(const std::string& name, const std::string& target) {
  return with_mode(raw_member(name, target, false), 0120777);
}
zip::Reader reader_of(std::vector<RawMember> members) {
  return zip::Reader::of(blob_of(after([&](RawZip& z) { z.members = std::move(members); })), "a.zip",
                         {.profile = zip::Profile::general});
}
zip::Reader sample() {
  return reader_of({raw_member("a.txt", std::string(1000, 'a'), true),
                    with_mode(raw_member("b/run", "hello", false), 0104777),
                    with_mode(raw_member("empty/", "", false), 0040755), link_member("b/link", "../a.txt"),
                    raw_member("b/large", std::string(5 << 20, 'x'), true)});
}

// What lies below a folder: files by content, links as "-> target", folders as "/".
Files tree_of(const std::string& folder) {
  namespace fs = boost::filesystem;
  Files found;
  for (auto at = fs::recursive_directory_iterator(folder); at != fs::recursive_directory_iterator(); ++at) {
    const std::string name =
        fs::relative(at->path().parent_path(), folder).string() + "/" + at->path().filename().string();
    const std::string path = name.starts_with("./") ? name.substr(2) : name;
    found[path] = fs::is_symlink(at->symlink_status()) ? "-> " + fs::read_symlink(at->path()).string()
                  : fs::is_directory(at->path())       ? "/"
                                                       : daypack::detail::read_file(at->path().string());
  }
  return found;
}

const Files sample_tree{{"a.txt", std::string(1000, 'a')}, {"b", "/"},         {"b/large", std::string(5 << 20, 'x')},
                        {"b/link", "-> ../a.txt"},         {"b/run", "hello"}, {"empty", "/"}};

mode_t mode_of(const std::string& path) {
  struct stat facts{};
  BOOST_TEST(::lstat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}

std::string refusal_of(std::vector<RawMember> members) {
  TemporaryFolder folder;
  const Error error = error_of([&] { zip::extract(reader_of(members), folder / "new"); });
  BOOST_TEST(tree_of(folder.path().string()).empty());
  return std::string(to_string(error.code())) + ": " + error.message() + ": " + error.subject();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_folder_and_one_that_is_there) {
  for (const std::size_t threads : {0U, 1U, 3U}) {
    TemporaryFolder folder;
    Pool pool(threads);
    const zip::ExtractOptions options{.pool = threads ? &pool : nullptr};
    const zip::Extracted made = zip::extract(sample(), folder / "new/", options);
    BOOST_TEST(made.files == 3U);
    BOOST_TEST(made.links == 1U);
    BOOST_TEST(made.bytes == 1005U + (5U << 20));
    BOOST_TEST((tree_of(folder / "new") == sample_tree));
    daypack::detail::write_file(folder / "there/b/other", "kept");
    zip::extract(sample(), folder / "there", options);
    Files expected = sample_tree;
    expected["b/other"] = "kept";
    BOOST_TEST((tree_of(folder / "there") == expected));
  }
}

BOOST_AUTO_TEST_CASE(modes_are_plain_and_less_the_umask) {
  for (const mode_t mask : {022U, 077U, 0U}) {
    TemporaryFolder folder;
    const mode_t before = ::umask(mask);
    zip::extract(sample(), folder / "new");
    ::umask(before);
    BOOST_TEST(mode_of(folder / "new") == (0755U & ~mask));
    BOOST_TEST(mode_of(folder / "new/empty") == (0755U & ~mask));
    BOOST_TEST(mode_of(folder / "new/a.txt") == (0644U & ~mask));
    BOOST_TEST(mode_of(folder / "new/b/run") == (0755U & ~mask));  // it was setuid, and for anybody to write
  }
}

BOOST_AUTO_TEST_CASE(only_what_is_wanted) {
  TemporaryFolder folder;
  zip::extract(sample(), folder / "new", {.wanted = [](std::string_view name) { return name == "b/run"; }});
  BOOST_TEST((tree_of(folder / "new") == Files{{"b", "/"}, {"b/run", "hello"}}));
  const zip::Reader damaged = reader_of({raw_member("good", "1", false), [] {
                                           RawMember member = raw_member("bad", "2", false);
                                           member.local.crc32 = member.central.crc32 = 7;
                                           return member;
                                         }()});
  zip::extract(damaged, folder / "good", {.wanted = [](std::string_view name) { return name == "good"; }});
  BOOST_TEST((tree_of(folder / "good") == Files{{"good", "1"}}));
}

BOOST_AUTO_TEST_CASE(files_that_are_there_stay_unless_overwritten) {
  TemporaryFolder folder;
  daypack::detail::write_file(folder / "there/a.txt", "old");
  daypack::detail::write_file(folder / "there/b/run", "old");
  const Files before = tree_of(folder / "there");
  const Error error = error_of([&] { zip::extract(sample(), folder / "there"); });
  BOOST_TEST((error.code() == Errc::conflict));
  BOOST_REQUIRE(error.causes().size() == 2U);
  BOOST_TEST(error.causes()[0].subject == folder / "there/a.txt");
  BOOST_TEST(error.causes()[1].message == "a file is there already");
  BOOST_TEST((tree_of(folder / "there") == before));
  zip::extract(sample(), folder / "there", {.overwrite = true});
  BOOST_TEST((tree_of(folder / "there") == sample_tree));
}

BOOST_AUTO_TEST_CASE(folders_and_files_do_not_replace_each_other) {
  TemporaryFolder folder;
  daypack::detail::write_file(folder / "there/b", "a file");
  daypack::detail::write_file(folder / "there/a.txt/x", "in a folder");
  const Files before = tree_of(folder / "there");
  const Error error = error_of([&] { zip::extract(sample(), folder / "there", {.overwrite = true}); });
  BOOST_REQUIRE(error.causes().size() == 2U);
  BOOST_TEST(error.causes()[0].message == "a folder stands where a file is needed");
  BOOST_TEST(error.causes()[1].message == "a file stands where a folder is needed");
  BOOST_TEST((tree_of(folder / "there") == before));
}

BOOST_AUTO_TEST_CASE(links_of_the_folder_are_not_followed) {
  TemporaryFolder folder;
  daypack::detail::write_file(folder / "outside/run", "old");
  daypack::detail::write_file(folder / "there/other", "");
  BOOST_REQUIRE(::symlink("../outside", (folder / "there/b").c_str()) == 0);
  const Error error = error_of([&] { zip::extract(sample(), folder / "there", {.overwrite = true}); });
  BOOST_TEST((error.code() == Errc::unsafe_path));
  BOOST_TEST(error.message() == "a link stands where a folder is needed");
  BOOST_TEST((tree_of(folder / "outside") == Files{{"run", "old"}}));
  // One in the place of a file is replaced, not written through.
  BOOST_REQUIRE(::unlink((folder / "there/b").c_str()) == 0);
  BOOST_REQUIRE(::symlink("../outside/run", (folder / "there/a.txt").c_str()) == 0);
  BOOST_TEST(error_of([&] { zip::extract(sample(), folder / "there"); }).message() == "a file is there already");
  zip::extract(sample(), folder / "there", {.overwrite = true});
  BOOST_TEST((tree_of(folder / "outside") == Files{{"run", "old"}}));
  BOOST_TEST(tree_of(folder / "there")["a.txt"] == std::string(1000, 'a'));
  // The folder itself is the caller's word.
  BOOST_REQUIRE(::symlink("outside", (folder / "linked").c_str()) == 0);
  zip::extract(sample(), folder / "linked");
  BOOST_TEST(tree_of(folder / "outside").contains("a.txt"));
}

BOOST_AUTO_TEST_CASE(links_must_stay_inside) {
  for (const char* target : {"..", "../x", "x/../../y", "d/..", "./../x", "..//..", "/etc/passwd", "/"}) {
    const std::string refusal = refusal_of({link_member("link", target), raw_member("x", "", false)});
    BOOST_TEST(refusal.starts_with("unsafe_path: a link of a zip "), refusal);
    BOOST_TEST(refusal.ends_with(": link (a.zip, got " + std::string(target) + ")"), refusal);
  }
  BOOST_TEST(refusal_of({link_member("a/b/link", "../../../x")}).find("leads out of the folder") != std::string::npos);
  BOOST_TEST(refusal_of({link_member("link", "")}).find("has no target") != std::string::npos);
  BOOST_TEST(refusal_of({link_member("link", std::string("a\0b", 3))}).find("has a target with a NUL") !=
             std::string::npos);
  // Where "d" led away, ".." would lead from there.
  BOOST_TEST(refusal_of({link_member("a/b/link", "d/../x")}).find("climbs after it has descended") !=
             std::string::npos);
  BOOST_TEST(refusal_of({link_member("link", std::string(4096, 'a'))}).find("too long") != std::string::npos);
  // What lies below a link is a file as a folder: the reader has refused it. Links to links stay inside as well.
  TemporaryFolder folder;
  zip::extract(reader_of({link_member("a/b/up", "../../x"), link_member("up", "a/b/up"), link_member("self", "."),
                          link_member("nowhere", "no/where")}),
               folder / "new");
  BOOST_TEST(tree_of(folder / "new")["a/b/up"] == "-> ../../x");
}

BOOST_AUTO_TEST_CASE(faults_of_all_members_are_told_at_once_and_nothing_is_left) {
  const auto bad = [](const std::string& name, const std::string& text) {
    RawMember member = raw_member(name, text, true);
    member.local.crc32 = member.central.crc32 = 7;
    return member;
  };
  for (const bool is_new : {true, false}) {
    TemporaryFolder folder;
    Pool pool(3);
    if (!is_new) daypack::detail::write_file(folder / "to/other", "kept");
    const Files before = tree_of(folder.path().string());
    const zip::Reader reader = reader_of({bad("z", "small"), raw_member("good", "good", false),
                                          bad("d/large", std::string(5 << 20, 'x')), bad("a", "")});
    const Error error = error_of([&] { zip::extract(reader, folder / "to", {.pool = &pool}); });
    BOOST_TEST((error.code() == Errc::damaged_zip));
    BOOST_REQUIRE(error.causes().size() == 3U);
    BOOST_TEST(error.causes()[0].subject == "a (a.zip)");
    BOOST_TEST(error.causes()[1].subject == "d/large (a.zip)");
    BOOST_TEST(error.causes()[2].message == "a member of a zip does not have the CRC that its header says");
    BOOST_TEST((tree_of(folder.path().string()) == before));
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_inflated_is_told_before_anything_is_written) {
  RawMember secret = raw_member("secret", "x", false), other = raw_member("other", "x", false);
  secret.central.flags = secret.local.flags = zip::flag_encrypted;
  other.central.method = other.local.method = 14;
  BOOST_TEST(refusal_of({secret}) == "damaged_zip: a member of a zip is encrypted: secret (a.zip)");
  BOOST_TEST(refusal_of({other}) ==
             "damaged_zip: a member of a zip is neither stored nor deflated: other (a.zip) (got lzma)");
}

BOOST_AUTO_TEST_CASE(places_that_cannot_be) {
  TemporaryFolder folder;
  daypack::detail::write_file(folder / "file", "");
  for (const char* place : {"no/such", "file", "file/x"}) {
    const Error error = error_of([&] { zip::extract(sample(), folder / place); });
    BOOST_TEST((error.code() == Errc::unwritable), place);
  }
  BOOST_TEST((error_of([&] { zip::extract(sample(), ""); }).code() == Errc::unwritable));
  BOOST_TEST((tree_of(folder.path().string()) == Files{{"file", ""}}));
}

BOOST_AUTO_TEST_CASE(stopped_on_request) {
  TemporaryFolder folder;
  std::stop_source stop;
  stop.request_stop();
  const Error error = error_of([&] { zip::extract(sample(), folder / "new", {.stop = stop.get_token()}); });
  BOOST_TEST((error.code() == Errc::cancelled));
  BOOST_TEST(tree_of(folder.path().string()).empty());
}

// Whichever operation fails, a new folder is there as a whole or not at all, and in one that was there each file is the
// old or the new one.
BOOST_AUTO_TEST_CASE(a_failure_at_any_point_leaves_nothing_half_written) {
  const zip::Reader reader = sample();
  for (const bool is_new : {true, false}) {
    int failures = 0;
    for (int n = 1;; ++n) {
      TemporaryFolder folder;
      if (!is_new) daypack::detail::write_file(folder / "to/a.txt", "old");
      std::optional<Error> error;
      testing::fail_at fault{n};
      try {
        zip::extract(reader, folder / "to", {.overwrite = true});
      } catch (const Error& caught) {
        error = caught;
      }
      if (!fault.hit()) break;
      ++failures;
      BOOST_REQUIRE(error);
      BOOST_TEST((error->code() == Errc::unwritable));
      BOOST_TEST(error->hint() == "free some space, or choose another folder");
      const Files left = tree_of(folder.path().string());
      if (is_new) BOOST_TEST(left.empty());
      for (const auto& [name, text] : left) {
        if (name == "to" || (name == "to/a.txt" && text == "old")) continue;
        BOOST_TEST((sample_tree.contains(name.substr(3)) && sample_tree.at(name.substr(3)) == text), name);
      }
    }
    BOOST_TEST(failures > 12);
  }
}

// Whenever a folder becomes a link that leads out, nothing is written there.
BOOST_AUTO_TEST_CASE(a_folder_that_becomes_a_link_meanwhile) {
  static int remaining;
  static std::string there;
  const zip::Reader reader = sample();
  for (int n = 1;; ++n) {
    TemporaryFolder folder;
    there = folder / "there";
    daypack::detail::write_file(folder / "outside/run", "old");
    daypack::detail::write_file(there + "/b/other", "");
    remaining = n;
    daypack::detail::io_fault = [] {
      if (--remaining == 0) {
        BOOST_TEST(::rename((there + "/b").c_str(), (there + "/moved").c_str()) == 0);
        BOOST_TEST(::symlink("../outside", (there + "/b").c_str()) == 0);
      }
      return 0;
    };
    try {
      zip::extract(reader, there, {.overwrite = true});
    } catch (const Error& error) {
      BOOST_TEST((error.code() == Errc::unsafe_path || error.code() == Errc::unwritable));
    }
    daypack::detail::io_fault = nullptr;
    if (remaining > 0) break;
    BOOST_TEST((tree_of(folder / "outside") == Files{{"run", "old"}}), n);
    for (const auto& [name, text] : tree_of(there)) BOOST_TEST(name.find(".part") == std::string::npos, name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
