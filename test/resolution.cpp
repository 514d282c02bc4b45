// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/resolution.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(resolution)

namespace {

const std::string commit(40, 'c');
const std::string sha(64, 'a');
const std::string head = "lock-version = \"1.0\"\n";

std::string error_of(const std::string& text) {
  try {
    Resolution::parse(text, "folder/pylock.toml");
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "no error";
}

std::string package(const std::string& rest) {
  return head + "[[packages]]\nname = \"six\"\nversion = \"1\"\n" + rest + "\n";
}

std::string wheel(const std::string& place) {
  return package("wheels = [{ " + place + ", hashes = { sha256 = \"" + sha + "\" } }]");
}

std::string file_name_of(const std::string& place) {
  return Resolution::parse(wheel(place), "pylock.toml").packages.at(0).wheels.at(0).file;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_that_a_lock_says_is_kept) {
  const Resolution lock = Resolution::parse(
      head +
          "created-by = \"some tool\"\nrequires-python = \">=3.11.9\"\n[[packages]]\nname = "
          "\"Zope.Interface\"\nversion = \"8.7\"\n"
          "marker = \"python_full_version < '3.14'\"\nrequires-python = \">=3.9\"\nindex = \"https://h/simple\"\n"
          "sdist = { url = \"https://h/zope_interface-8.7.tar.gz\", hashes = { sha256 = \"" +
          sha +
          "\", md5 = \"00\" } }\n"
          "wheels = [\n  { name = \"zope_interface-8.7-py3-none-any.whl\", upload-time = "
          "2026-10-15T07:24:03.250+02:00, url = \"https://h/x?y=1\", size = 12, "
          "hashes = { sha256 = \"" +
          sha +
          "\" } },\n]\n[[packages]]\nname = \"a\"\narchive = { path = \"../a-1-py3-none-any.whl\", hashes = { sha256 = "
          "\"" +
          sha + "\" } }\n[tool.daypack]\ntarget = \"t\"\n[tool.other]\nx = 1\n",
      "/base/locks/pylock.toml");
  BOOST_REQUIRE_EQUAL(lock.packages.size(), 2u);
  BOOST_TEST(lock.packages[0].name == "a");
  BOOST_TEST(lock.packages[0].wheels.at(0).path == "/base/a-1-py3-none-any.whl");
  BOOST_TEST(lock.packages[0].wheels.at(0).file == "a-1-py3-none-any.whl");
  const Pinned& zope = lock.packages[1];
  BOOST_TEST(zope.name == "zope-interface");
  BOOST_TEST(zope.sdists.at(0).file == "zope_interface-8.7.tar.gz");
  BOOST_TEST(zope.wheels.at(0).file == "zope_interface-8.7-py3-none-any.whl");
  BOOST_TEST(zope.wheels.at(0).size == 12u);
  BOOST_TEST(lock.request.target == "t");
  BOOST_TEST(lock.text() == head +
                                "requires-python = \">=3.11.9\"\ncreated-by = \"daypack\"\n\n[[packages]]\nname = "
                                "\"a\"\narchive = { path = \"/base/a-1-py3-none-any.whl\", hashes = "
                                "{ sha256 = \"" +
                                sha +
                                "\" } }\n\n[[packages]]\nname = \"zope-interface\"\nversion = \"8.7\"\nmarker = "
                                "\"python_full_version < '3.14'\"\n"
                                "requires-python = \">=3.9\"\nindex = \"https://h/simple\"\nsdist = { url = "
                                "\"https://h/zope_interface-8.7.tar.gz\", hashes = { sha256 = \"" +
                                sha +
                                "\" } }\nwheels = [{ name = \"zope_interface-8.7-py3-none-any.whl\", upload-time = "
                                "2026-10-15T07:24:03.25+02:00, url = \"https://h/x?y=1\", size = 12, "
                                "hashes = { sha256 = \"" +
                                sha + "\" } }]\n\n[tool.daypack]\ntarget = \"t\"\n");
  BOOST_TEST((Resolution::parse(lock.text(), "elsewhere.toml") == lock));
}

BOOST_AUTO_TEST_CASE(an_empty_lock_is_one) {
  BOOST_TEST(Resolution::parse(Resolution{}.text(), "l").packages.empty());
  BOOST_TEST(Resolution{}.digest() == Resolution::parse(Resolution{}.text(), "l").digest());
  BOOST_TEST(Resolution{}.digest() != Resolution{.requires_python = ">=3"}.digest());
}

BOOST_AUTO_TEST_CASE(what_a_lock_is_for_is_kept) {
  const std::string text =
      head +
      "environments = [\"os_name == 'posix'\", \"x\"]\nrequires-python = \">=3\"\nextras = [\"e\"]\n"
      "dependency-groups = [\"d\", \"m\"]\ndefault-groups = [\"m\"]\ncreated-by = \"daypack\"\npackages "
      "= []\n\n[tool.daypack]\nrequirements = \"r\"\ntarget = \"t\"\nresolver = \"uv\"\n";
  const Resolution lock = Resolution::parse(text, "l");
  BOOST_TEST(lock.environments.at(0) == "os_name == 'posix'");
  BOOST_TEST(lock.default_groups.at(0) == "m");
  BOOST_TEST(lock.request.resolver == "uv");
  BOOST_TEST(lock.text() == text);
  BOOST_TEST(error_of(head + "extras = \"e\"\n").find("got another type for extras, expected an array of texts") !=
             std::string::npos);
  BOOST_TEST(error_of(head + "extras = [1]\n").find("got something else in extras, expected a text") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(local_files_are_relative_in_their_folder) {
  const Resolution lock =
      Resolution::parse(wheel("url = \"file:///base/w%20x/six-1-py3-none-any.whl\""), "pylock.toml");
  BOOST_TEST(lock.packages.at(0).wheels.at(0).path == "/base/w x/six-1-py3-none-any.whl");
  BOOST_TEST(lock.packages.at(0).wheels.at(0).url.empty());
  for (const auto& [folder, path] : {std::pair{"/base/locks", "../w x/"}, std::pair{"/base", "w x/"}}) {
    const std::string text = lock.text_in(folder);
    BOOST_TEST(text.find("path = \"" + std::string(path) + "six-1-py3-none-any.whl\"") != std::string::npos, text);
    BOOST_TEST((Resolution::parse(text, std::string(folder) + "/pylock.toml") == lock));
  }
}

BOOST_AUTO_TEST_CASE(strings_and_comments_may_hold_any_character) {
  const std::string text =
      "\xEF\xBB\xBF# \xC3\xA9\n" +
      package("wheels = [{ path = '/\xC3\xA9/a\\', name = \"\"\"\\\"\xC3\xA9\"\"\", hashes = { sha256 = \"" + sha +
              "\" } }]");
  const PinnedFile file = Resolution::parse(text, "pylock.toml").packages.at(0).wheels.at(0);
  BOOST_TEST(file.path == "/\xC3\xA9/a\\");
  BOOST_TEST(file.file == "\"\xC3\xA9");
}

BOOST_AUTO_TEST_CASE(any_text_survives) {
  Resolution lock{.packages = {{.name = "a", .version = "1", .marker = "os_name == \"x\\y\t\x01\x7f\xC3\xA9\""}}};
  lock.packages[0].wheels = {
      {.file = "a-1-py3-none-any.whl", .url = "https://h/a%2D1-py3-none-any.whl", .sha256 = sha},
      {.file = "b-1-py3-none-any.whl", .url = "https://h/b", .path = "/x/b c", .sha256 = sha, .size = 5}};
  BOOST_TEST((Resolution::parse(lock.text(), "pylock.toml") == lock));
}

BOOST_AUTO_TEST_CASE(file_names_are_decoded_once) {
  BOOST_TEST(file_name_of("url = \"https://h/a/b%2B1-py3.whl?x=/y#sha256=z\"") == "b+1-py3.whl");
  BOOST_TEST(file_name_of("url = \"https://h/%252e%252e\"") == "%2e%2e");
  BOOST_TEST(file_name_of("path = \"x/100%25.whl\"") == "100%25.whl");
  BOOST_TEST(file_name_of("url = \"https://h/50%\"") == "50%");
  for (const std::string place :
       {"url = \"https://h/%2e%2e\"", "url = \"https://h/a%2Fb.whl\"", "url = \"https://h/a%5Cb.whl\"",
        "url = \"https://h/a%00b\"", "url = \"https://h/\"", "name = \"../x.whl\", url = \"https://h/x\""}) {
    BOOST_TEST_CONTEXT(place)
    BOOST_TEST(error_of(wheel(place))
                   .starts_with("unsafe_path: a lock names a file that would leave its folder: folder/pylock.toml:5"));
  }
}

BOOST_AUTO_TEST_CASE(repositories_and_folders) {
  TemporaryFolder folder;
  const std::string text =
      head +
      "[[packages]]\nname = \"a\"\ndirectory = { path = \"../a\", editable = true }\n"
      "[[packages]]\nname = \"b\"\nversion = \"1\"\nvcs = { type = \"git\", url = \"https://h/b\", "
      "requested-revision = \"v1\", commit-id = \"" +
      commit + "\", subdirectory = \"x/y\" }\n";
  detail::write_file(folder / "locks/pylock.toml", text);
  const Resolution lock = Resolution::read(folder / "locks/pylock.toml");
  BOOST_TEST(lock.packages.at(0).source.path == folder / "a");
  BOOST_TEST(lock.packages.at(0).source.editable);
  const PinnedSource& source = lock.packages.at(1).source;
  BOOST_TEST(
      (source ==
       PinnedSource{.vcs = "git", .url = "https://h/b", .revision = "v1", .commit = commit, .subdirectory = "x/y"}));
  BOOST_TEST((Resolution::parse(lock.text(), folder / "pylock.toml") == lock));
}

BOOST_AUTO_TEST_CASE(what_is_off_is_told_with_its_place) {
  const std::string prefix = "cannot read a lock: folder/pylock.toml:";
  const std::vector<std::pair<std::string, std::string>> faults{
      {"lock-version = \"1.0\nx", "syntax: " + prefix + "1:"},
      {head + "\xC3\xA9 = 1\n",
       "syntax: cannot read a lock: folder/pylock.toml:2:1 (got \"\xC3\xA9\" outside of a string, expected TOML)\n  "
       "hint: lock again"},
      {head + "a = \"\"\"\"\xC3\xA9\"\"\"\"\xC3\xA9\n",
       "syntax: cannot read a lock: folder/pylock.toml:2:14 (got \"\xC3\xA9\" outside"},
      {head + "a = 2024-01-01Tx0:00:00Z\n",
       "syntax: cannot read a lock: folder/pylock.toml:2:16 (got \"x\" outside of a string, expected TOML)"},
      {head + "<<<<<<< mine\n", "syntax: cannot read a lock: folder/pylock.toml:2:1 (got \"<\" outside"},
      {head + "[:packages]]\n", "syntax: cannot read a lock: folder/pylock.toml:2:2 (got \":\" outside"},
      {head + "a = [1, }\n", "syntax: cannot read a lock: folder/pylock.toml:2:9 (got \"}\" outside"},
      {head + "a = 2024-01-01T", "syntax: cannot read a lock: folder/pylock.toml:2:15 (got \"T\" outside"},
      {head + "a = { b = 1,, }\n", "syntax: cannot read a lock: folder/pylock.toml:2:13 (got \",\" outside"},
      {head + "a = '\xFF'\n",
       "syntax: cannot read a lock: folder/pylock.toml:2:6 (got a byte that is no text, expected UTF-8)"},
      {"a = 1\n", "syntax: " + prefix +
                      "1:1 (got no lock-version, expected lock-version = \"1.0\")\n  hint: is it a pylock.toml?"},
      {"\nlock-version = \"2.0\"\n",
       "syntax: " + prefix +
           "2:16 (got lock-version \"2.0\", expected 1.0 or another 1.x)\n  hint: the lock is of a newer format"},
      {"lock-version = 1\n", "syntax: " + prefix + "1:16 (got another type for lock-version, expected a text)"},
      {head + "packages = 3\n",
       "syntax: " + prefix + "2:12 (got another type for packages, expected an array of tables)"},
      {head + "packages = [3]\n", "syntax: " + prefix + "2:13 (got something else in packages, expected a table)"},
      {head + "[[packages]]\nversion = \"1\"\n",
       "syntax: " + prefix + "2:1 (got a package without a name, expected name = \"...\")"},
      {package(""),
       "syntax: " + prefix + "2:1 (got no files for six, expected wheels, sdist, archive, vcs or directory)"},
      {package("wheels = [{ hashes = { sha256 = \"" + sha + "\" } }]"),
       "syntax: " + prefix + "5:11 (got a file without url and path, expected one of both)"},
      {package("wheels = [{ url = \"https://h/six.whl\" }]"),
       "syntax: " + prefix + "5:11 (got no hashes for six.whl, expected hashes = { sha256 = \"...\" })"},
      {package("wheels = [{ url = \"https://h/six.whl\", hashes = { md5 = \"0\" } }]"),
       "syntax: " + prefix + "5:11 (got only md5 for six.whl, expected hashes"},
      {package("wheels = [{ url = \"https://h/six.whl\", hashes = { sha256 = \"AB\" } }]"),
       "syntax: " + prefix + "5:60 (got \"AB\", expected 64 hex digits in lower case)"},
      {package("directory = { editable = true }"),
       "syntax: " + prefix + "5:13 (got a source without a place, expected path)"},
      {package("vcs = { type = \"hg\", url = \"https://h/six\", commit-id = \"" + commit + "\" }"),
       "syntax: " + prefix + "5:7 (got a repository of type \"hg\", expected git)"},
      {package("vcs = { type = \"git\", url = \"https://h/six\", commit-id = \"main\" }"),
       "syntax: " + prefix + "5:7 (got commit-id \"main\", expected 40 or 64 hex digits)"},
      {package("directory = { path = \"six\", subdirectory = \"a/../..\" }"),
       "unsafe_path: a lock names a subdirectory that would leave its source: folder/pylock.toml:5:13 (got "
       "\"a/../..\")"},
  };
  for (const auto& [text, words] : faults) {
    const std::string error = error_of(text);
    BOOST_TEST_CONTEXT(error) BOOST_TEST(error.substr(0, words.size()) == words);
  }
}

BOOST_AUTO_TEST_CASE(files_that_are_not_there_are_told) {
  TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(Resolution::read(folder / "none.toml"), Error,
                        [](const Error& error) { return error.code() == Errc::not_found; });
  detail::write_file(folder / "pylock.toml", wheel("path = \"x.whl\""));
  BOOST_TEST(Resolution::read(folder / "pylock.toml").packages[0].wheels[0].path == folder / "x.whl");
}

BOOST_AUTO_TEST_CASE(what_may_be_asked_of_a_lock_is_kept) {
  const std::string text = head +
                           "environments = [\"os_name == 'posix'\"]\nextras = [\"Fast_One\", \"x\"]\n"
                           "dependency-groups = [\"dev\"]\ndefault-groups = [\"dev\"]\npackages = []\n";
  const Resolution lock = Resolution::parse(text, "pylock.toml");
  BOOST_TEST(lock.environments == std::vector<std::string>{"os_name == 'posix'"}, boost::test_tools::per_element());
  BOOST_TEST(lock.extras == (std::vector<std::string>{"fast-one", "x"}), boost::test_tools::per_element());
  BOOST_TEST(lock.dependency_groups.at(0) == "dev");
  BOOST_TEST(lock.default_groups.at(0) == "dev");
  BOOST_TEST((Resolution::parse(lock.text(), "pylock.toml") == lock));
  BOOST_TEST(error_of(head + "extras = [1]\n")
                 .find("folder/pylock.toml:2:11 (got something else in extras, expected a text)") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
