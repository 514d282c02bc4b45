// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/pyc_only.hpp>

#include "support/pythons.hpp"
#include "support/temporary_folder.hpp"
#include "support/variable.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/cache/disk.hpp>
#include <daypack/testing/fail_at.hpp>

#include <zlib.h>

#include <atomic>
#include <fstream>
#include <map>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_pyc_only_cache)

namespace {

// Counts the processes that compile, and those that are asked what they are.
class CountingRunner : public Runner {
 public:
  Finished run(const Command& command, std::stop_token stop) override {
    ++asked;
    return real_.run(command, std::move(stop));
  }
  std::unique_ptr<Child> start(const Command& command) override {
    ++started;
    return real_.start(command);
  }
  std::atomic<int> started = 0, asked = 0;

 private:
  BoostRunner real_ = {};
};

// A cache in a folder of its own, and a target of a Python that is here.
struct Builds {
  Tree operator()(const Tree& tree, const PycOnly& stage = {}) {
    runner = std::make_shared<CountingRunner>();
    Services services = services_with(threads);
    services.runner = runner;
    services.cache = cache;
    Context context = Context(std::move(services)).with_target({.backend = &policy, .runtime = &runtime});
    return stage(tree, context);
  }
  int started() const { return runner->started; }
  int asked() const { return runner->asked; }

  TemporaryFolder folder = {};
  std::shared_ptr<Cache> cache = std::make_shared<DiskCache>(folder / "cache");
  std::shared_ptr<CountingRunner> runner = {};
  std::size_t threads = 2;
  Runtime runtime{.python = pythons().back().python};
  BackendPolicy policy{.name = "here", .title = "Here", .runtimes = {&runtime, 1}};
};

// A file of a wheel that Vendor has hashed.
Entry of_wheel(const std::string& path, const std::string& text, char digit = 'a') {
  static std::map<char, std::shared_ptr<const Distribution>> wheels;
  auto& wheel = wheels[digit];
  if (!wheel) wheel.reset(new Distribution{"w", "1", "w-1-py3-none-any.whl", std::string(64, digit)});
  const auto crc = ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  return {.path = path,
          .content = ZipMember{blob_of(text), text.size(), static_cast<std::uint32_t>(crc), false, true},
          .origin = wheel};
}

Tree sample() {
  return Tree::of({of_wheel("w/__init__.py", "x = 1\n"), of_wheel("w/bad.py", "print 'two'\n"),
                   of_wheel("w/more.py", "def f():\n    'what it gives'\n    return {1, 'b'}\n"),
                   text_entry("app.py", "import w\n")});
}

int kept_in(const Builds& build) {
  int files = 0;
  for (const auto& file : boost::filesystem::recursive_directory_iterator(build.folder.path() / "cache/bytecode"))
    files += boost::filesystem::is_regular_file(file);
  return files;
}

bool same(const Tree& one, const Tree& other) {
  return std::ranges::equal(one, other, [](const Entry& a, const Entry& b) {
    return a.path == b.path && read_content(a).text() == read_content(b).text();
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_second_build_starts_nothing) {
  Builds build;
  const Tree first = build(sample());
  BOOST_TEST(build.started() > 0);
  BOOST_TEST(build.asked() > 0);
  const Tree again = build(sample());
  BOOST_TEST(build.started() == 0);
  BOOST_TEST(build.asked() == 0);
  BOOST_TEST(same(first, again));
  BOOST_TEST(again.ledger().size() == first.ledger().size());
  BOOST_TEST(again.find("w/bad.py") != nullptr);  // that it does not compile is known too
  build.cache = nullptr;
  BOOST_TEST(same(build(sample()), first));
}

BOOST_AUTO_TEST_CASE(what_is_new_is_compiled_and_what_was_known_stays_known) {
  Builds build;
  const auto without = [](std::string_view path) {
    return sample().filter([=](const Entry& entry) { return entry.path != path; });
  };
  build(without("w/more.py"));
  build(sample());
  BOOST_TEST(build.started() == 1);
  build(without("w/__init__.py"));
  build(sample());
  BOOST_TEST(build.started() == 0);
  const Tree before = sample();
  std::vector<Entry> changed(before.begin(), before.end());
  for (Entry& entry : changed) {
    if (entry.path == "app.py") entry = text_entry("app.py", "import w.more\n");
  }
  const Tree done = build(Tree::of(changed));
  BOOST_TEST(build.started() == 1);
  BOOST_TEST(!same(done, build(sample())));
}

BOOST_AUTO_TEST_CASE(other_bytes_are_kept_apart) {
  Builds build;
  const Tree plain = build(sample());
  BOOST_TEST(!same(build(sample(), {.optimize = 2}), plain));
  BOOST_TEST(build.started() > 0);
  build.policy.task_root = "/elsewhere";
  BOOST_TEST(!same(build(sample()), plain));
  BOOST_TEST(build.started() > 0);
}

BOOST_AUTO_TEST_CASE(interpreters_are_asked_again_when_there_may_be_another) {
  Builds build;
  const std::string name = "python" + to_string(build.runtime.python);
  const boost::filesystem::path bin = build.folder.path() / "bin", program = bin / name;
  boost::filesystem::create_directory(bin);
  const auto asked = [&] {
    build(sample());
    return build.asked() > 0;
  };
  const support::Variable path("PATH", bin.string() + ':' + std::getenv("PATH"));
  boost::filesystem::create_symlink(pythons().back().path, program);
  BOOST_TEST(asked());
  BOOST_TEST(!asked());
  boost::filesystem::remove(program);
  std::ofstream(program.string()) << "#!/bin/sh\nexec " << pythons().back().path << " \"$@\"\n";  // as a shim of pyenv
  boost::filesystem::permissions(program, boost::filesystem::owner_all);
  BOOST_TEST(asked());
  BOOST_TEST(!asked());
  const support::Variable folder("PYENV_DIR", build.folder.path().string());
  BOOST_TEST(asked());
  BOOST_TEST(!asked());
  std::ofstream((build.folder.path() / ".python-version").string()) << "3.99\n";
  BOOST_TEST(asked());
  BOOST_TEST(!asked());
  const support::Variable chosen("PYENV_VERSION", "3.99");
  BOOST_TEST(asked());
  build(sample(), {.interpreter = pythons().back().path});
  BOOST_TEST(build.asked() == 1);
  build(sample(), {.interpreter = pythons().back().path});
  BOOST_TEST(build.asked() == 0);
}

BOOST_AUTO_TEST_CASE(a_replaced_interpreter_is_asked_again) {
  Builds build;
  const auto real = boost::filesystem::canonical(pythons().back().path);
  const auto prefix = build.folder.path() / "prefix", copy = prefix / "bin/python";
  boost::filesystem::create_directories(prefix / "bin");
  boost::filesystem::create_symlink(real.parent_path().parent_path() / "lib", prefix / "lib");
  const auto place = [&] {
    boost::filesystem::remove(copy);
    boost::filesystem::copy_file(real, copy);
  };
  const auto asked = [&] {
    build(sample(), {.interpreter = copy.string()});
    return build.asked();
  };
  place();
  BOOST_TEST(asked() == 1);
  BOOST_TEST(asked() == 0);
  place();
  BOOST_TEST(asked() == 1);
  boost::filesystem::last_write_time(copy, 1);
  BOOST_TEST(asked() == 1);
  BOOST_TEST(asked() == 0);
}

BOOST_AUTO_TEST_CASE(a_damaged_value_is_made_anew) {
  Builds build;
  const Tree first = build(sample());
  for (const auto& file : boost::filesystem::recursive_directory_iterator(build.folder.path() / "cache")) {
    if (file.path().string().find("/bytecode/") == std::string::npos || !boost::filesystem::is_regular_file(file))
      continue;
    boost::filesystem::resize_file(file.path(), boost::filesystem::file_size(file.path()) / 2);
  }
  build.cache = std::make_shared<DiskCache>(build.folder / "cache");
  BOOST_TEST(same(build(sample()), first));
  BOOST_TEST(build.started() > 0);
  build(sample());
  BOOST_TEST(build.started() == 0);
}

// A wheel goes into the cache when its last file is compiled, not at the end of all.
BOOST_AUTO_TEST_CASE(what_was_compiled_before_an_error_stays) {
  Builds build;
  build.threads = 1;
  std::vector<Entry> entries;
  for (int i = 0; i < 60; ++i) {
    const std::string name = "m" + std::to_string(i) + ".py";
    entries.push_back(of_wheel("large/" + name, "x = 'a text of some length'\n"));
    entries.push_back(of_wheel("small/" + name, "x = 2\n", 'b'));
  }
  entries.push_back(of_wheel("small/z.py", "x=1\n", 'b'));
  const Tree good = Tree::of(entries);
  ++std::get<ZipMember>(entries.back().content).crc32;
  BOOST_CHECK_EXCEPTION(build(Tree::of(entries)), Error, error_is(Errc::damaged_zip, "small/z.py"));
  BOOST_TEST(kept_in(build) == 1);
  const Tree done = build(good);
  BOOST_TEST(build.started() > 0);
  BOOST_TEST(kept_in(build) == 2);
  build.cache = nullptr;
  BOOST_TEST(same(build(good), done));
}

// Without a cache it lies in a temporary file, or in memory where no file will take it.
BOOST_AUTO_TEST_CASE(more_than_memory_should_hold) {
  Builds build;
  build.cache = nullptr;
  std::vector<Entry> entries;
  std::vector<std::string> texts;
  for (const char letter : {'a', 'b', 'c'}) {
    texts.emplace_back(9 << 20, letter);
    entries.push_back(text_entry(std::string(1, letter) + ".py", "x = '" + texts.back() + "'\n"));
  }
  const Tree tree = Tree::of(entries);
  const auto check = [&] {
    const Tree done = build(tree);
    for (const std::string& text : texts) {
      const Entry* pyc = done.find(text.substr(0, 1) + ".pyc");
      BOOST_TEST_REQUIRE(pyc);
      BOOST_TEST((read_content(*pyc).text().find(text) != std::string_view::npos));
    }
  };
  check();
  int points = 0;
  for (int n = 1;; ++n) {
    testing::fail_at fault(n);
    try {
      check();
    } catch (const Error& error) {  // the process could not be started
      BOOST_TEST((error.code() != Errc::unwritable), error.what());
    }
    if (!fault.hit()) break;
    points = n;
  }
  BOOST_TEST(points >= 3);  // opened, given room, written
}

BOOST_AUTO_TEST_SUITE_END()
