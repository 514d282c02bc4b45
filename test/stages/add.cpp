// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/add.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/stage.hpp>

#include <sys/stat.h>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_add)

namespace {

constexpr BackendPolicy lab{.name = "lab", .title = "the lab", .code_folder = "code"};

struct Home {
  TemporaryFolder folder;
  Observed observed;

  std::string operator/(const std::string& name) const { return folder / name; }
  void write(const std::string& name, const std::string& text = "") const { detail::write_file(folder / name, text); }

  Tree added(std::vector<Source> sources, const Tree& to = {}) {
    return Add{.sources = std::move(sources)}(to, observed.context);
  }
  std::string failure_of(std::vector<Source> sources, const Tree& to = {}) {
    try {
      added(std::move(sources), to);
    } catch (const Error& error) {
      return std::string(to_string(error.code())) + ": " + error.what();
    }
    return "";
  }
};

using Texts = std::vector<std::string>;

}  // namespace

static_assert(stage<Add> && std::same_as<takes<Add>, Tree> && std::same_as<gives<Add>, Tree>);

BOOST_AUTO_TEST_CASE(files_and_folders_go_where_they_are_told) {
  Home home;
  home.write("app.py", "app");
  home.write("src/a.py", "a");
  home.write("src/deep/b.py", "b");
  const auto paths = [&](Source source) { return paths_in(home.added({std::move(source)})); };
  BOOST_TEST(paths({home / "app.py"}) == Texts{"app.py"}, boost::test_tools::per_element());
  BOOST_TEST(paths({home / "app.py", "main.py"}) == Texts{"main.py"}, boost::test_tools::per_element());
  BOOST_TEST(paths({home / "app.py", "pkg/"}) == Texts{"pkg/app.py"}, boost::test_tools::per_element());
  BOOST_TEST(paths({home / "app.py", "./x/y.py"}) == Texts{"x/y.py"}, boost::test_tools::per_element());
  BOOST_TEST(paths({home / "app.py", "."}) == Texts{"app.py"}, boost::test_tools::per_element());
  BOOST_TEST(paths({home / "src"}) == (Texts{"src/a.py", "src/deep/b.py"}), boost::test_tools::per_element());
  BOOST_TEST(paths({home / "src/"}) == (Texts{"a.py", "deep/b.py"}), boost::test_tools::per_element());
  BOOST_TEST(paths({home / "src", "."}) == (Texts{"a.py", "deep/b.py"}), boost::test_tools::per_element());
  BOOST_TEST(paths({home / "src/", "pkg"}) == (Texts{"pkg/a.py", "pkg/deep/b.py"}), boost::test_tools::per_element());
  BOOST_TEST(paths({home / "src", "pkg/sub/"}) == (Texts{"pkg/sub/a.py", "pkg/sub/deep/b.py"}),
             boost::test_tools::per_element());
  BOOST_TEST(paths({home / "src/."}) == (Texts{"a.py", "deep/b.py"}), boost::test_tools::per_element());
  BOOST_TEST(read_content(*home.added({{home / "src/"}}).find("deep/b.py")).text() == "b");
}

BOOST_AUTO_TEST_CASE(words_of_the_command_line_are_read) {
  BOOST_TEST(Source::parse("app.py").path == "app.py");
  BOOST_TEST(Source::parse("app.py").to == "");
  BOOST_TEST(Source::parse("src/=pkg").path == "src/");
  BOOST_TEST(Source::parse("src/=pkg").to == "pkg");
}

BOOST_AUTO_TEST_CASE(keeps_the_executable_bit_and_nothing_else_of_the_mode) {
  Home home;
  home.write("run.sh");
  home.write("data");
  ::chmod((home / "run.sh").c_str(), 0700);
  ::chmod((home / "data").c_str(), 0600);
  const Tree tree = home.added({{home.folder.path().string() + "/"}});
  BOOST_TEST((tree.find("run.sh")->mode == Mode::executable));
  BOOST_TEST((tree.find("data")->mode == Mode::file));
}

BOOST_AUTO_TEST_CASE(leaves_out_what_is_not_code) {
  Home home;
  for (const char* name : {"src/a.py", "src/.git/config", "src/__pycache__/a.cpython-312.pyc", "src/a.pyc",
                           "src/.venv/lib/x.py", "src/node_modules/x.js", "src/sub/__pycache__/b.pyc", "src/.gitignore",
                           "src/sub/b.py", "src/.DS_Store", "src/sub/.git"}) {
    home.write(name);
  }
  BOOST_TEST(paths_in(home.added({{home / "src/"}})) == (Texts{".gitignore", "a.py", "sub/b.py"}),
             boost::test_tools::per_element());
  BOOST_TEST(paths_in(home.added({{home / "src/a.pyc"}})) == Texts{"a.pyc"},
             boost::test_tools::per_element());  // named by itself
}

BOOST_AUTO_TEST_CASE(leaves_out_what_its_ignore_file_says_and_nothing_that_gits_says) {
  Home home;
  for (const char* name : {"src/a.py", "src/data/big.bin", "src/data/keep.bin", "src/generated.py", "src/.env"})
    home.write(name);
  home.write("src/.gitignore", "generated.py\n");
  home.write("src/.daypackignore", "*.bin\n.env\n");
  home.write("src/data/.daypackignore", "!keep.bin\n");
  BOOST_TEST(paths_in(home.added({{home / "src/"}})) == (Texts{".gitignore", "a.py", "data/keep.bin", "generated.py"}),
             boost::test_tools::per_element());
  BOOST_TEST(home.added({{home / "src/data/big.bin"}}).size() == 1u);  // named by itself
  BOOST_TEST(home.added({{home / "src/"}, {home / "src/.env", "env"}}).size() == 5u);
  boost::filesystem::remove(home / "src/.daypackignore");
  boost::filesystem::create_symlink(".gitignore", home / "src/.daypackignore");
  BOOST_TEST(home.failure_of({{home / "src/"}}).find("a file of ignore rules is a link") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(secrets_do_not_go_along_with_a_folder) {
  Home home;
  home.write("src/a.py");
  for (const char* name : {".env", ".env.production", "deep/server.pem", "id_rsa", ".netrc", ".pypirc",
                           ".aws/credentials", "key.p12", "tls.key"}) {
    BOOST_TEST_CONTEXT(name) {
      home.write(std::string("src/") + name);
      BOOST_TEST(home.failure_of({{home / "src/"}}) ==
                 "usage: this looks like a secret and does not go along with its folder: " + (home / "src/") + name +
                     "\n  hint: name it in a .daypackignore, or move it away; if it shall be in the package, name it "
                     "by its own path: PATH=DEST");
      boost::filesystem::remove(home / "src/" + name);
    }
  }
  for (const char* name : {".env.example", "environment", "id_rsa.pub", "credentials", "keys.py"})
    home.write(std::string("src/") + name);
  BOOST_TEST(home.added({{home / "src/"}}).size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_named_goes_where_it_is_told) {
  Home home;
  home.write("src/a.py");
  home.write("src/ca.pem", "certificate");
  const Tree tree = home.added({{home / "src/"}, {home / "src/../src/ca.pem", "certs/ca.pem"}});
  BOOST_TEST(paths_in(tree) == (Texts{"a.py", "certs/ca.pem"}), boost::test_tools::per_element());
  home.write("src/other.pem");
  BOOST_TEST(home.failure_of({{home / "src/"}, {home / "src/ca.pem"}}).find("other.pem") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(several_secrets_are_told_at_once) {
  Home home;
  home.write("src/.env");
  home.write("src/b.pem");
  const std::string text = home.failure_of({{home / "src"}});
  BOOST_TEST(text.starts_with("usage: some files may not go into a package\n"));
  BOOST_TEST((text.find(".env") != std::string::npos && text.find("b.pem") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_path_of_a_distribution_is_not_overwritten) {
  Home home;
  home.write("six.py", "mine");
  const Tree six = Tree::of({entry_of(distribution_of("six", "1.17.0"), "six.py", "theirs")});
  BOOST_TEST(home.failure_of({{home / "six.py"}}, six)
                 .starts_with("conflict: two sources give one path different content: six.py "
                              "(six-1.17.0-py3-none-any.whl, the user's own files)"));
  home.write("same/six.py", "theirs");
  BOOST_TEST(home.added({{home / "same/"}}, six).size() == 1u);
}

BOOST_AUTO_TEST_CASE(own_files_go_into_the_code_folder_of_the_backend) {
  Home home;
  home.write("app.py");
  Context context = home.observed.context.with_target({&lab, nullptr, Arch::x86_64});
  const Tree tree =
      Add{.sources = {{home / "app.py"}}}(Tree::of({entry_of(distribution_of("six"), "six.py")}), context);
  BOOST_TEST(paths_in(tree) == (Texts{"code/app.py", "six.py"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(bad_sources_say_what_is_wrong) {
  Home home;
  home.write("app.py");
  ::mkfifo((home / "pipe").c_str(), 0600);
  BOOST_TEST(home.failure_of({{home / "none.py"}}) ==
             "not_found: there is no such file or folder: " + (home / "none.py"));
  BOOST_TEST(home.failure_of({{""}}) == "usage: a source without a path\n  hint: write PATH or PATH=DEST");
  BOOST_TEST(home.failure_of({{home / "app.py", "../app.py"}})
                 .starts_with("unsafe_path: a path has a '..' component: ../app.py"));
  BOOST_TEST(home.failure_of({{home / "app.py", "/app.py"}}).starts_with("unsafe_path: a path is absolute"));
  BOOST_TEST(home.failure_of({{home / "pipe"}}) ==
             "unreadable: a pipe, socket or device cannot be packed: " + (home / "pipe"));
  boost::filesystem::create_symlink("/etc/hosts", home / "link");
  BOOST_TEST(home.failure_of({{home.folder.path().string()}}).find("a link leads out of its folder") !=
             std::string::npos);
  BOOST_TEST(paths_in(home.added({{home / "link", "hosts"}})) == Texts{"hosts"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tells_what_was_added) {
  Home home;
  home.write("app.py", "123");
  home.added({{home / "app.py"}});
  BOOST_TEST(home.observed.texts() == Texts{"own files: added 1 file, 3 bytes"}, boost::test_tools::per_element());
  BOOST_TEST(home.added({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
