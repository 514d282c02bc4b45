// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/walk/watch.hpp>  // self-contained

#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <boost/filesystem/operations.hpp>

#include <fstream>
#include <optional>
#include <thread>

using namespace daypack;
namespace fs = boost::filesystem;

BOOST_AUTO_TEST_SUITE(walk_watch)

namespace {

// A folder that is watched: told by the system, or by looking alone.
struct Watched {
  explicit Watched(bool notified, std::vector<std::string> names = {"src"})
      : notified_(notified), names_(std::move(names)) {
    write("src/app.py", "1");
    write("src/deep/a.txt", "1");
  }

  void write(const std::string& name, const std::string& text) const {
    const std::string path = folder / name;
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << text;
  }

  void begin(std::vector<std::string> except = {}) {
    std::vector<std::string> paths;
    for (const std::string& name : names_) paths.push_back(folder / name);
    for (std::string& path : except) path = folder / path;
    watch.emplace(std::move(paths),
                  WatchOptions{.walk = {.skip = [](std::string_view path, bool) { return path.ends_with("skipped"); },
                                        .ignore_files = {".ignored"}},
                               .except = std::move(except),
                               .quiet = std::chrono::milliseconds(5),
                               // What the system tells must not be found by the interval.
                               .interval = notified_ ? std::chrono::hours(1) : std::chrono::milliseconds(5),
                               .notified = notified_});
  }

  // What has changed, without the folder before it.
  std::vector<std::string> changed() {
    std::vector<std::string> all = watch->wait(stop.get_token());
    for (std::string& path : all) path.erase(0, (folder / "x").size() - 1);
    return all;
  }

  TemporaryFolder folder;
  std::stop_source stop;
  std::optional<Watch> watch;

 private:
  bool notified_;
  std::vector<std::string> names_;
};

using Paths = std::vector<std::string>;

}  // namespace

#define CHANGED(...) BOOST_TEST(here.changed() == (Paths{__VA_ARGS__}), boost::test_tools::per_element())

BOOST_AUTO_TEST_CASE(files_that_change_come_and_go_are_told) {
  for (const bool notified : {true, false}) {
    BOOST_TEST_CONTEXT("notified " << notified) {
      Watched here(notified);
      here.begin();
      here.write("src/app.py", "22");
      CHANGED("src/app.py");
      here.write("src/new.py", "1");
      fs::remove(here.folder / "src/deep/a.txt");
      CHANGED("src/deep/a.txt", "src/new.py");
      fs::permissions(here.folder / "src/app.py", fs::owner_all);
      CHANGED("src/app.py");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_happens_while_it_waits_is_told) {
  for (const bool notified : {true, false}) {
    BOOST_TEST_CONTEXT("notified " << notified) {
      Watched here(notified);
      here.begin();
      const std::jthread writer([&] { here.write("src/deep/a.txt", "later"); });
      CHANGED("src/deep/a.txt");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_an_editor_replaces_is_one_change) {
  for (const bool notified : {true, false}) {
    BOOST_TEST_CONTEXT("notified " << notified) {
      Watched here(notified);
      here.begin();
      const auto time = fs::last_write_time(here.folder / "src/app.py");
      here.write("src/app.py.swp", "2");
      fs::last_write_time(here.folder / "src/app.py.swp", time);
      fs::rename(here.folder / "src/app.py.swp", here.folder / "src/app.py");
      CHANGED("src/app.py");
    }
  }
}

BOOST_AUTO_TEST_CASE(new_folders_are_watched_too) {
  for (const bool notified : {true, false}) {
    BOOST_TEST_CONTEXT("notified " << notified) {
      Watched here(notified);
      here.begin();
      here.write("src/more/and/b.py", "1");
      CHANGED("src/more/and/b.py");
      here.write("src/more/and/b.py", "22");
      CHANGED("src/more/and/b.py");
      fs::rename(here.folder / "src/more", here.folder / "src/moved");
      CHANGED("src/more/and/b.py", "src/moved/and/b.py");
      here.write("src/moved/and/b.py", "333");
      CHANGED("src/moved/and/b.py");
    }
  }
}

BOOST_AUTO_TEST_CASE(roots_may_go_and_come_back) {
  for (const bool notified : {true, false}) {
    BOOST_TEST_CONTEXT("notified " << notified) {
      Watched here(notified, {"src", "one/two/r.txt"});
      here.write("one/two/r.txt", "1");
      here.begin();
      fs::rename(here.folder / "src", here.folder / "other");
      CHANGED("src", "src/app.py", "src/deep/a.txt");
      fs::remove_all(here.folder / "one");
      CHANGED("one/two/r.txt");
      fs::rename(here.folder / "other", here.folder / "src");
      CHANGED("src", "src/app.py", "src/deep/a.txt");
      here.write("one/two/r.txt", "1");
      CHANGED("one/two/r.txt");
      here.write("src/app.py", "again");
      CHANGED("src/app.py");
    }
  }
}

// Mostly it waits already when that happens; told it is at any rate.
BOOST_AUTO_TEST_CASE(what_comes_while_it_waits_is_told) {
  for (const std::string name : {"new/folder/r.txt", "link.py", "src"}) {
    BOOST_TEST_CONTEXT(name) {
      Watched here(true, {name});
      here.write("far/real.py", "1");
      fs::create_symlink(here.folder / "far/real.py", here.folder / "link.py");
      here.begin();
      const std::jthread writer([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (name == "src") return fs::rename(here.folder / "src", here.folder / "other");
        here.write(name == "link.py" ? "far/real.py" : name, "22");
      });
      BOOST_TEST(here.changed().front() == name);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_count_wakes_nobody) {
  for (const bool notified : {true, false}) {
    BOOST_TEST_CONTEXT("notified " << notified) {
      Watched here(notified);
      here.write("src/.ignored", "*.log\n");
      here.begin({"src/out.zip"});
      here.write("src/a.log", "1");
      here.write("src/skipped/b.py", "1");
      here.write("src/out.zip", "1");
      const std::jthread writer([&] {
        here.write("src/out.zip", "22");
        here.write("src/b.log", "1");
        here.write("src/app.py", "22");
      });
      CHANGED("src/app.py");
    }
  }
}

BOOST_AUTO_TEST_CASE(rules_that_change_change_what_counts) {
  Watched here(true);
  here.write("src/a.log", "1");
  here.begin();
  here.write("src/.ignored", "*.log\n");
  CHANGED("src/.ignored", "src/a.log");
}

BOOST_AUTO_TEST_CASE(what_was_seen_is_no_change) {
  Watched here(true);
  here.begin();
  here.write("src/deep/a.txt", "by the program itself");
  here.write("src/deep/new.txt", "the same");
  here.write("src/app.py", "22");
  here.watch->seen(here.folder / "src/deep");
  CHANGED("src/app.py");
}

BOOST_AUTO_TEST_CASE(a_link_that_leads_elsewhere_is_followed) {
  for (const bool notified : {true, false}) {
    BOOST_TEST_CONTEXT("notified " << notified) {
      Watched here(notified, {"link.py"});
      here.write("far/real.py", "1");
      fs::create_symlink(here.folder / "far/real.py", here.folder / "link.py");
      here.begin();
      here.write("far/real.py", "22");
      CHANGED("link.py");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stop_ends_the_wait) {
  for (const bool notified : {true, false}) {
    BOOST_TEST_CONTEXT("notified " << notified) {
      Watched here(notified);
      here.begin();
      const std::jthread stopper([&] { here.stop.request_stop(); });
      BOOST_TEST(here.changed().empty());
      BOOST_TEST(here.changed().empty());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
