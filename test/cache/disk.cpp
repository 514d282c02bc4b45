// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/cache/disk.hpp>  // self-contained

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <ctime>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/fail_at.hpp>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include "support/temporary_folder.hpp"
#include "support/variable.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(cache_disk)

namespace {

const CacheKey key{"wheels", "abcdef0123"};

std::string value(Cache& cache, const CacheKey& at = key) {
  const auto found = cache.get(at);
  return found ? std::string(found->text()) : "none";
}

std::vector<std::string> files_in(const boost::filesystem::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : boost::filesystem::recursive_directory_iterator(folder)) {
    if (boost::filesystem::is_regular_file(entry.path()))
      files.push_back(boost::filesystem::relative(entry.path(), folder).string());
  }
  return files;
}

// Warnings, counted.
struct Warnings {
  std::mutex mutex;
  std::vector<std::string> texts;
  DiskCache::Warning hook() {
    return [this](const std::string& subject, const std::string& message) {
      const std::scoped_lock lock(mutex);
      texts.push_back(subject + ": " + message);
    };
  }
};

using support::Variable;

// Runs in a process of its own; whether it returned true.
template <class Work>
pid_t in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool good = false;
    try {
      good = work();
    } catch (...) {
    }
    ::_exit(good ? 0 : 1);
  }
  return child;
}

bool succeeded(pid_t child) {
  int status = 0;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(put_and_get) {
  TemporaryFolder folder;
  DiskCache cache(folder / "deep/er");
  BOOST_TEST(value(cache) == "none");
  cache.put(key, as_bytes("value"));
  BOOST_TEST(value(cache) == "value");
  BOOST_TEST((files_in(folder.path()) == std::vector<std::string>{"deep/er/wheels/ab/cdef0123"}));
  DiskCache again(folder / "deep/er");
  BOOST_TEST(value(again) == "value");
  cache.put(key, as_bytes("other"));
  BOOST_TEST(value(again) == "other");
  cache.put(key, {});
  BOOST_TEST(value(again) == "");
  again.drop(key);
  again.drop(key);
  BOOST_TEST(value(cache) == "none");
  BOOST_TEST(files_in(folder.path()).empty());
}

BOOST_AUTO_TEST_CASE(a_value_outlives_its_file_and_the_cache) {
  TemporaryFolder folder;
  Blob blob;
  const std::string large(5'000'000, 'x');
  {
    DiskCache cache(folder.path().string());
    auto writer = cache.writer(key);
    for (int i = 0; i < 5; ++i) writer->write(as_bytes(large).first(1'000'000));
    BOOST_TEST(value(cache) == "none");  // not before commit
    BOOST_TEST((writer->commit().text() == large));
    blob = cache.get(key).value();
    cache.drop(key);
  }
  BOOST_TEST((blob.text() == large));
}

BOOST_AUTO_TEST_CASE(a_writer_that_is_given_up_leaves_nothing) {
  TemporaryFolder folder;
  DiskCache cache(folder.path().string());
  cache.writer(key)->write(as_bytes("half"));
  BOOST_TEST(value(cache) == "none");
  BOOST_TEST(files_in(folder.path()).empty());
}

BOOST_AUTO_TEST_CASE(old_parts_of_killed_runs_are_swept) {
  TemporaryFolder folder;
  const std::string beside = folder / "wheels/ab/";
  for (const char* name : {".daypack-1-0.part", ".daypack-2-0.part", "cdef", ".other.part"})
    detail::write_file(beside + name, "x");
  const std::time_t old = std::time(nullptr) - 2 * 24 * 60 * 60;
  for (const char* name : {".daypack-1-0.part", "cdef", ".other.part"})
    boost::filesystem::last_write_time(beside + name, old);
  DiskCache cache(folder.path().string());
  cache.put(key, as_bytes("value"));
  auto left = files_in(folder.path());
  std::ranges::sort(left);
  BOOST_TEST(left == (std::vector<std::string>{"wheels/ab/.daypack-2-0.part", "wheels/ab/.other.part", "wheels/ab/cdef",
                                               "wheels/ab/cdef0123"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(keys_that_are_none) {
  TemporaryFolder folder;
  DiskCache cache(folder.path().string());
  for (const CacheKey& bad : {CacheKey{"", "abc"},
                              {"wheels", ""},
                              {"wheels", "ab"},
                              {"..", "abc"},
                              {"a/b", "abc"},
                              {"wheels", "../x"},
                              {"wheels", "ab/../../x"},
                              {"wheels", "ab.x"},
                              {"wheels", "..x"},
                              {"wheels", "ABC"},
                              {"wheels", "abc\n"},
                              {"W", "abc"}}) {
    BOOST_CHECK_EXCEPTION(cache.get(bad), Error, [](const Error& error) {
      return error.code() == Errc::usage && error.message() == "this is no cache key";
    });
    BOOST_CHECK_THROW(cache.writer(bad), Error);
    BOOST_CHECK_THROW(cache.drop(bad), Error);
  }
  const CacheKey words{"bytecode", "0a9-zlib.level-9"};
  cache.put(words, as_bytes("x"));
  BOOST_TEST(value(cache, words) == "x");
}

BOOST_AUTO_TEST_CASE(a_damaged_value_is_forgotten) {
  TemporaryFolder folder;
  DiskCache cache(folder.path().string());
  const std::string path = folder / "wheels/ab/cdef0123";
  cache.put(key, as_bytes("the value"));
  const std::string whole = detail::read_file(path);
  const auto check = [&](const std::string& damaged) {
    detail::write_file(path, damaged);
    BOOST_TEST(value(cache) == "none");
    BOOST_TEST(!boost::filesystem::exists(path));
  };
  for (std::size_t size = 0; size < whole.size(); ++size) BOOST_TEST_CONTEXT("cut at " << size) {
      check(whole.substr(0, size));
    }
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    BOOST_TEST_CONTEXT("bit " << bit) { check(damaged); }
  }
  check(whole + "x");
  check(std::string(100, '\0'));
  cache.put(key, as_bytes("new"));
  BOOST_TEST(value(cache) == "new");
}

BOOST_AUTO_TEST_CASE(every_operation_fails_once) {
  // Of several sizes: small parts are gathered, large ones are not.
  const std::vector<std::string> parts{
      "one ", "two ", "three", std::string(200'000, 'a'), std::string(100'000, 'b'), std::string(300'000, 'c'), "end"};
  std::string whole;
  for (const std::string& part : parts) whole += part;
  for (const int error : {ENOSPC, EIO, EROFS}) {
    for (int n = 1;; ++n) {
      TemporaryFolder folder;
      Warnings warnings;
      DiskCache cache(folder.path().string(), warnings.hook());
      bool hit = false;
      {
        daypack::testing::fail_at fault{n, error};
        auto writer = cache.writer(key);
        for (const std::string& part : parts) writer->write(as_bytes(part));
        BOOST_TEST((writer->commit().text() == whole));
        hit = fault.hit();
      }
      DiskCache other(folder.path().string());
      const std::string seen = value(other);
      BOOST_TEST((seen == "none" || seen == whole));
      BOOST_TEST((value(cache) == whole));
      BOOST_TEST(warnings.texts.size() == (hit ? 1u : 0u));
      BOOST_TEST(files_in(folder.path()).size() == (hit ? 0u : 1u));
      if (!hit) break;
    }
  }
}

BOOST_AUTO_TEST_CASE(every_read_fails_once) {
  TemporaryFolder folder;
  Warnings warnings;
  DiskCache cache(folder.path().string(), warnings.hook());
  cache.put(key, as_bytes("value"));
  for (int n = 1;; ++n) {
    daypack::testing::fail_at fault{n, EIO};
    const std::string seen = value(cache);
    BOOST_TEST(seen == (fault.hit() ? "none" : "value"));
    if (!fault.hit()) break;
  }
  BOOST_TEST(warnings.texts.size() == 1u);  // once, however often
  BOOST_TEST(warnings.texts.at(0).find("the cache cannot be read: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_written) {
  TemporaryFolder folder;
  DiskCache writable(folder / "cache");
  writable.put({"wheels", "old"}, as_bytes("old"));
  const std::string file = folder / "file";
  detail::write_file(file, "in the way");
  ::chmod((folder / "cache").c_str(), 0555);
  ::chmod((folder / "cache/wheels").c_str(), 0555);
  const auto check = [](const std::string& at, const std::string& why) {
    Warnings warnings;
    DiskCache cache(at, warnings.hook());
    const bool good = value(cache) == "none" && (cache.put(key, as_bytes("value")), value(cache) == "value") &&
                      (cache.put({"wheels", "other"}, as_bytes("more")), value(cache, {"wheels", "other"}) == "more") &&
                      (cache.drop(key), value(cache) == "none") && warnings.texts.size() == 1 &&
                      warnings.texts[0].find("the cache cannot be ") != std::string::npos &&
                      warnings.texts[0].find(why) != std::string::npos;
    if (!good) {
      for (const auto& text : warnings.texts) ::write(2, (text + "\n").c_str(), text.size() + 1);
    }
    return good;
  };
  BOOST_TEST(succeeded(in_child([&] {
    ::chmod(folder.path().c_str(), 0755);
    if (::getuid() == 0 && ::setuid(65534) != 0) return false;  // root may write everywhere
    DiskCache cache(folder / "cache");
    return check(folder / "cache", "Permission denied") && value(cache, {"wheels", "old"}) == "old";
  })));
  BOOST_TEST(check(file, "Not a directory"));
  BOOST_TEST(check("/proc/daypack", "cannot make a folder"));
}

BOOST_AUTO_TEST_CASE(a_full_disk) {
  // A limit on the size of files fails in the middle of a write, as a full disk does.
  TemporaryFolder folder;
  BOOST_TEST(succeeded(in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100'000, 100'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Warnings warnings;
    DiskCache cache(folder.path().string(), warnings.hook());
    std::string whole;
    auto writer = cache.writer(key);
    for (int i = 0; i < 10; ++i) {
      const std::string part(30'001, static_cast<char>('a' + i));
      writer->write(as_bytes(part));
      whole += part;
    }
    cache.put({"wheels", "small"}, as_bytes("fits"));
    return writer->commit().text() == whole && value(cache) == whole && warnings.texts.size() == 1;
  })));
  DiskCache cache(folder.path().string());
  BOOST_TEST(value(cache) == "none");
  BOOST_TEST(value(cache, {"wheels", "small"}) == "fits");
  BOOST_TEST(files_in(folder.path()).size() == 1u);
}

BOOST_AUTO_TEST_CASE(processes_that_write_the_same_key) {
  TemporaryFolder folder;
  const auto value_of = [](int i) {
    return std::string(static_cast<std::size_t>(200'000 + i), static_cast<char>('a' + i));
  };
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    children.push_back(in_child([&] {
      DiskCache cache(folder.path().string());
      for (int round = 0; round < 100; ++round) {
        cache.put(key, as_bytes(value_of(i)));
        if (round % 7 == 0) cache.drop(key);
      }
      cache.put(key, as_bytes(value_of(i)));
      return true;
    }));
  }
  DiskCache cache(folder.path().string());
  int found = 0;
  for (int round = 0; round < 2000; ++round) {
    const auto blob = cache.get(key);
    if (!blob) continue;
    ++found;
    const std::string_view text = blob->text();
    if (text != value_of(static_cast<int>(text.size()) - 200'000)) BOOST_ERROR("half a value");
  }
  for (const pid_t child : children) BOOST_TEST(succeeded(child));
  BOOST_TEST(found > 0);
  BOOST_TEST(value(cache).size() >= 200'000u);
  BOOST_TEST(files_in(folder.path()).size() == 1u);
}

BOOST_AUTO_TEST_CASE(killed_while_writing) {
  TemporaryFolder folder;
  const std::string large(3'000'000, 'x');
  for (int i = 0; i < 20; ++i) {
    const pid_t child = in_child([&] {
      DiskCache cache(folder.path().string());
      for (;;) cache.put(key, as_bytes(large));
      return true;
    });
    ::usleep(static_cast<useconds_t>(1000 + i * 700));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    DiskCache cache(folder.path().string());
    const std::string seen = value(cache);
    BOOST_TEST((seen == "none" || seen == large));
  }
}

BOOST_AUTO_TEST_CASE(many_threads) {
  TemporaryFolder folder;
  DiskCache cache(folder.path().string());
  std::atomic<int> bad{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 100; ++i) {
          const CacheKey at{"kind", "key" + std::to_string((i * 7 + t) % 20)};
          cache.put(at, as_bytes(at.name));
          const std::string seen = value(cache, at);
          if (seen != at.name) ++bad;
        }
      });
    }
  }
  BOOST_TEST(bad == 0);
}

BOOST_AUTO_TEST_CASE(folders) {
  const Variable home("HOME", "/home/someone");
  const Variable named("DAYPACK_CACHE_DIR", nullptr);
  {
    const Variable xdg("XDG_CACHE_HOME", nullptr);
    BOOST_TEST(cache_folder() == "/home/someone/.cache/daypack");
  }
  {
    const Variable xdg("XDG_CACHE_HOME", "relative");
    BOOST_TEST(cache_folder() == "/home/someone/.cache/daypack");
  }
  const Variable xdg("XDG_CACHE_HOME", "/x");
  BOOST_TEST(cache_folder() == "/x/daypack");
  {
    const Variable direct("DAYPACK_CACHE_DIR", "/direct");
    BOOST_TEST(cache_folder() == "/direct");
  }
  const Variable no_xdg("XDG_CACHE_HOME", nullptr);
  const Variable no_home("HOME", nullptr);
  BOOST_CHECK_EXCEPTION(cache_folder(), Error, [](const Error& error) {
    return error.code() == Errc::usage && error.hint() == "name one in DAYPACK_CACHE_DIR";
  });
}

BOOST_AUTO_TEST_SUITE_END()
