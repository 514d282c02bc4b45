// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/zip/folder.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/run/pool.hpp>

#include <sys/stat.h>
#include <support/temporary_folder.hpp>

using namespace daypack;
using zip::Symlinks;

BOOST_AUTO_TEST_SUITE(zip_folder)

namespace {

using Paths = std::vector<std::string>;

struct Folder : TemporaryFolder {
  Folder() { boost::filesystem::create_directory(path() / "root"); }
  void file(const std::string& name, const std::string& text = "x") const {
    daypack::detail::write_file(*this / name, text);
  }
  void link(const std::string& name, const std::string& target) const {
    boost::filesystem::create_directories((path() / name).parent_path());
    boost::filesystem::create_symlink(target, path() / name);
  }
  std::vector<Entry> entries(Symlinks symlinks) const {
    return zip::entries_of(*this / "root", {.symlinks = symlinks});
  }
};

Paths paths_of(const std::vector<Entry>& entries) {
  Paths paths;
  for (const Entry& entry : entries) paths.push_back(entry.path);
  return paths;
}

// The one failure of a policy, as "message: path below the test's folder".
std::string failure(const Folder& folder, Symlinks symlinks) {
  try {
    folder.entries(symlinks);
  } catch (const Error& error) {
    BOOST_TEST(error.causes().empty());
    BOOST_TEST((error.code() == Errc::unsafe_path));
    return error.message() + ": " + error.subject().substr(folder.path().string().size() + 1);
  }
  return "none";
}

const Entry& at(const std::vector<Entry>& entries, std::string_view path) {
  for (const Entry& entry : entries)
    if (entry.path == path) return entry;
  throw std::runtime_error("no entry " + std::string(path));
}

}  // namespace

BOOST_AUTO_TEST_CASE(files_become_entries) {
  const Folder folder;
  folder.file("root/b/run", "#!");
  folder.file("root/b.txt", "text");
  folder.file("root/a", "");
  ::chmod((folder / "root/b/run").c_str(), 0711);
  Pool pool(3);
  const std::vector<Entry> entries = zip::entries_of(folder / "root/", {.pool = &pool});
  BOOST_TEST(paths_of(entries) == (Paths{"a", "b.txt", "b/run"}), boost::test_tools::per_element());
  BOOST_TEST((at(entries, "b/run").mode == Mode::executable));
  BOOST_TEST((at(entries, "b.txt").mode == Mode::file));
  BOOST_TEST(read_content(at(entries, "b.txt")).text() == "text");
}

BOOST_AUTO_TEST_CASE(a_link_inside) {
  const Folder folder;
  folder.file("root/d/f", "content");
  folder.link("root/d/l", "f");
  folder.link("root/e", "d");
  for (const Symlinks symlinks : {Symlinks::inside, Symlinks::follow}) {
    const std::vector<Entry> entries = folder.entries(symlinks);
    BOOST_TEST(paths_of(entries) == (Paths{"d/f", "d/l", "e/f", "e/l"}), boost::test_tools::per_element());
    for (const Entry& entry : entries) {
      BOOST_TEST((entry.mode == Mode::file));
      BOOST_TEST(read_content(entry).text() == "content");
    }
  }
  const std::vector<Entry> kept = folder.entries(Symlinks::keep);
  BOOST_TEST(paths_of(kept) == (Paths{"d/f", "d/l", "e"}), boost::test_tools::per_element());
  BOOST_TEST((at(kept, "d/l").mode == Mode::symlink));
  BOOST_TEST(read_content(at(kept, "d/l")).text() == "f");
  BOOST_TEST(read_content(at(kept, "e")).text() == "d");
}

BOOST_AUTO_TEST_CASE(every_link_is_refused_by_name) {
  const Folder folder;
  folder.file("root/f");
  folder.link("root/l", "f");
  BOOST_TEST(failure(folder, Symlinks::refuse) == "this is a link: root/l");
  folder.link("root/m", "f");
  BOOST_CHECK_EXCEPTION(folder.entries(Symlinks::refuse), Error,
                        [](const Error& error) { return error.causes().size() == 2; });
}

BOOST_AUTO_TEST_CASE(a_link_that_leads_out_is_followed_only_when_asked) {
  const Folder folder;
  folder.file("out/deep/f", "far");
  folder.link("root/x/l", "../../out");
  BOOST_TEST(failure(folder, Symlinks::inside) == "a link leads out of its folder: root/x/l");
  BOOST_TEST(failure(folder, Symlinks::keep) == "a link leads out of its folder: root/x/l (to ../../out)");
  const std::vector<Entry> followed = folder.entries(Symlinks::follow);
  BOOST_TEST(paths_of(followed) == (Paths{"x/l/deep/f"}), boost::test_tools::per_element());
  BOOST_TEST(read_content(followed[0]).text() == "far");
}

// Absolute ones mean another place on another machine, even if they lead inside on this one.
BOOST_AUTO_TEST_CASE(links_that_cannot_be_kept) {
  for (const std::string target :
       {"/etc/hostname", "..", "../..", "d/../../y", "x/../../root/f", "through/../../out"}) {
    const Folder folder;
    folder.file("root/f");
    folder.file("out");
    folder.link("root/through", "a/b");  // "through/.." is "a" to the system, and "" by its words
    boost::filesystem::create_directories(folder.path() / "root/a/b");
    folder.link("root/l", target);
    BOOST_TEST(failure(folder, Symlinks::keep) == "a link leads out of its folder: root/l (to " + target + ")");
  }
  const Folder absolute;
  absolute.file("root/f");
  absolute.link("root/l", absolute / "root/f");
  BOOST_TEST(failure(absolute, Symlinks::keep).starts_with("a link leads out of its folder: root/l"));
  // By its words it stays inside; by what the link before it leads to, it does not.
  const Folder sly;
  sly.file("out");
  boost::filesystem::create_directories(sly.path() / "root/a");
  sly.link("root/x/y/up", "../../a");
  sly.link("root/l", "x/y/up/../../out");
  BOOST_TEST(failure(sly, Symlinks::keep) == "a link leads out of its folder: root/l (to x/y/up/../../out)");
}

BOOST_AUTO_TEST_CASE(links_to_nothing) {
  const Folder folder;
  folder.file("root/d/f");
  folder.link("root/d/l", "../gone");
  BOOST_TEST(failure(folder, Symlinks::inside) == "a link leads to nothing: root/d/l");
  BOOST_TEST(failure(folder, Symlinks::follow) == "a link leads to nothing: root/d/l");
  BOOST_TEST(read_content(at(folder.entries(Symlinks::keep), "d/l")).text() == "../gone");
}

BOOST_AUTO_TEST_CASE(circles_end) {
  const Folder folder;
  folder.file("root/a/f");
  folder.link("root/a/up", "..");
  BOOST_TEST(failure(folder, Symlinks::inside) == "a link leads back to a folder that it lies in: root/a/up");
  BOOST_TEST(failure(folder, Symlinks::follow) == "a link leads back to a folder that it lies in: root/a/up");
  BOOST_TEST(folder.entries(Symlinks::keep).size() == 2U);
  // Through a folder outside, and back.
  const Folder far;
  far.file("out/f");
  far.link("out/back", "../root/a");
  far.link("root/a/l", "../../out");
  BOOST_TEST(failure(far, Symlinks::follow) == "a link leads back to a folder that it lies in: root/a/l/back");
  // Two that lead to each other lead to nothing.
  const Folder two;
  two.link("root/a", "b");
  two.link("root/b", "a");
  BOOST_CHECK_EXCEPTION(two.entries(Symlinks::follow), Error,
                        [](const Error& error) { return error.causes().size() == 2; });
}

BOOST_AUTO_TEST_CASE(what_is_followed_is_sorted_and_left_out_like_the_rest) {
  const Folder folder;
  folder.file("out/x");
  folder.file("out/skipped");
  folder.file("out/.ignore", "ignored\n");
  folder.file("out/ignored");
  folder.link("root/a", "../out");
  folder.file("root/a.txt");
  folder.file("root/skipped");
  const std::vector<Entry> entries = zip::entries_of(
      folder / "root", {.symlinks = Symlinks::follow,
                        .skip = [](std::string_view path, bool) { return path == "skipped" || path == "a/skipped"; },
                        .ignore_files = {".ignore"}});
  BOOST_TEST(paths_of(entries) == (Paths{"a.txt", "a/.ignore", "a/x"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_pipe_is_refused) {
  const Folder folder;
  BOOST_REQUIRE(::mkfifo((folder / "root/pipe").c_str(), 0600) == 0);
  BOOST_CHECK_EXCEPTION(folder.entries(Symlinks::inside), Error, [&](const Error& error) {
    return error.code() == Errc::unreadable && error.subject() == folder / "root/pipe";
  });
  BOOST_CHECK_EXCEPTION(zip::entries_of(folder / "nowhere"), Error,
                        [](const Error& error) { return error.code() == Errc::not_found; });
}

BOOST_AUTO_TEST_SUITE_END()
