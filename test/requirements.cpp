// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/requirements.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>

#include <cstdlib>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(requirements)

namespace {

std::string error_of(const std::string& text) {
  try {
    Requirements::parse(text, "r.txt");
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "no error";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

const std::string sha(64, 'a');

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_is_taken_apart) {
  const auto all =
      Requirements::parse("Zope.Interface [Foo_bar, x] >=1.0 , <2 ; python_version < '3.8'  # why\n", "r.txt");
  BOOST_REQUIRE_EQUAL(all.items.size(), 1u);
  const Requirement& item = all.items.front();
  BOOST_TEST(item.name == "zope-interface");
  BOOST_TEST(joined(item.extras) == "foo-bar,x");
  BOOST_TEST(item.specifier == ">=1.0,<2");
  BOOST_TEST(item.marker == "python_version < '3.8'");
  BOOST_TEST(item.text == "Zope.Interface [Foo_bar, x] >=1.0 , <2 ; python_version < '3.8'");
  BOOST_TEST(item.file == "r.txt");
  BOOST_TEST(item.line == 1);
  BOOST_TEST(all.text() == "zope-interface[foo-bar,x]>=1.0,<2 ; python_version < '3.8'\n");
}

BOOST_AUTO_TEST_CASE(lines_are_joined_and_comments_cut_as_pip_does) {
  const auto all = Requirements::parse(
      "\xEF\xBB\xBF# head\r\n\r\na==1 \\\r\n  --hash=sha256:" + sha + " \\\n  --hash sha256:" + sha +
          "\nb \\\n# ends it\nc @ https://h/c-1-py3-none-any.whl#sha256=00 # not this\n",
      "r.txt");
  BOOST_REQUIRE_EQUAL(all.items.size(), 3u);
  BOOST_TEST(all.items[0].line == 3);
  BOOST_TEST(all.items[0].hashes.size() == 2u);
  BOOST_TEST(all.items[1].name == "b");
  BOOST_TEST(all.items[1].line == 6);
  BOOST_TEST(all.items[2].url == "https://h/c-1-py3-none-any.whl#sha256=00");
  BOOST_TEST(all.items[2].line == 8);
}

BOOST_AUTO_TEST_CASE(text_of_windows_tools_is_understood) {
  using namespace std::string_literals;
  BOOST_TEST(Requirements::parse("\xFF\xFE"s + "a\0=\0=\0001\0\r\0\n\0b\0"s, "r.txt").text() == "a==1\nb\n");
  BOOST_TEST(Requirements::parse("\xFE\xFF"s + "\0a"s, "r.txt").text() == "a\n");
  BOOST_TEST(Requirements::parse("\xFF\xFE\0\0a\0\0\0"s, "r.txt").text() == "a\n");
  BOOST_TEST(error_of("a\n  n\xE4me\n") ==
             "syntax: cannot read a requirements file: r.txt:2:4 (got a byte that is no text, expected UTF-8)\n  hint: "
             "save the file as UTF-8");
}

BOOST_AUTO_TEST_CASE(a_coding_line_tells_the_encoding) {
  using namespace std::string_literals;
  const auto comment_of = [](const std::string& text) { return Requirements::parse(text, "r.txt").items.size(); };
  for (const std::string name : {"latin-1", "Latin_1", "iso-8859-15", "cp1252", "utf8", "UTF-8"})
    BOOST_TEST(comment_of("# -*- coding: " + name + " -*-\na # " +
                          (name[0] == 'u' || name[0] == 'U' ? "\xC3\xA9" : "\xE9") + "\n") == 1u);
  BOOST_TEST(comment_of("\n# vim: fileencoding=latin-1\na # \xE9\n") == 1u);
  BOOST_TEST(Requirements::parse("# coding: gbk\na ; platform_version == '\xD6\xD0'\n", "r.txt").items[0].marker ==
             "platform_version == '\xE4\xB8\xAD'");
  BOOST_TEST(
      error_of("\n\n# coding: latin-1\n# \xE9\n").find("r.txt:4:3 (got a byte that is no text, expected UTF-8)") !=
      std::string::npos);
  BOOST_TEST(
      error_of("# coding: no-such-thing\n") ==
      "syntax: cannot read a requirements file: r.txt (got coding no-such-thing, expected an encoding that iconv "
      "knows)\n  hint: save the file as UTF-8, without a line that says otherwise");
  BOOST_TEST(error_of("# coding: ascii\na # \xE9\n").find("r.txt:2:5 (got a byte that is no text, expected ascii)") !=
             std::string::npos);
  // Text in UTF-16 without its mark, a NUL, and bytes that are no text at all.
  BOOST_TEST(
      error_of("s\0i\0x\0\n\0"s) ==
      "syntax: cannot read a requirements file: r.txt:1:2 (got a NUL byte, expected text)\n  hint: this looks like "
      "UTF-16 without its byte order mark: save the file as UTF-8");
  BOOST_TEST(error_of("six\nzi\0pp\n"s)
                 .ends_with("r.txt:2:3 (got a NUL byte, expected text)\n  hint: is this a requirements file?"));
  BOOST_TEST(error_of("\x7f"
                      "ELF\0\xFF"s)
                 .find("r.txt:1:5 (got a NUL byte, expected text)") != std::string::npos);
  // Half a character at the end, and half a pair.
  BOOST_TEST(error_of("\xFF\xFE"s + "a\0b"s).find("r.txt:1:2 (got a byte") != std::string::npos);
  BOOST_TEST(error_of("\xFF\xFE"s + "a\0\x00\xD8"s).find("r.txt:1:2 (got a byte") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_end_in_every_way) {
  for (const std::string end : {"\n", "\r\n", "\r", "\f", "\xE2\x80\xA8"})
    BOOST_TEST(Requirements::parse("a==1" + end + end + "b" + end + "# c" + end + "d>2", "r.txt").text() ==
               "a==1\nb\nd>2\n");
  BOOST_TEST(Requirements::parse("\xC2\xA0"
                                 "a\xE3\x80\x80# c\n",
                                 "r.txt")
                 .text() == "a\n");
  BOOST_TEST(Requirements::parse("", "r.txt").text().empty());
}

BOOST_AUTO_TEST_CASE(settings_for_builds_are_kept) {
  TemporaryFolder folder;
  detail::write_file(folder / "src/pyproject.toml", "");
  detail::write_file(folder / "r.txt",
                     "a==1 --config-settings=k=v -C \"x=y z\" --config-setting q=\n--config-settings e=f -e src\n");
  const auto all = Requirements::read(folder / "r.txt");
  BOOST_TEST(joined(all.items.at(0).config_settings) == "k=v,x=y z,q=");
  BOOST_TEST(joined(all.items.at(1).config_settings) == "e=f");
  BOOST_TEST(all.text() == "a==1 --config-settings=k=v --config-settings=\"x=y z\" --config-settings=q=\n-e file://" +
                               (folder / "src") + " --config-settings=e=f\n");
  BOOST_TEST(error_of("a --config-settings x").find("r.txt:1:21 (got \"x\", expected KEY=VALUE") != std::string::npos);
  BOOST_TEST(error_of("-C x=y").find("expected a requirement before -C") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(variables_are_filled_in_and_never_shown) {
  ::setenv("DAYPACK_TEST_WORDS", "open s3cret", 1);
  BOOST_TEST(error_of("a==1 ; ${DAYPACK_TEST_WORDS}").find("s3cret") == std::string::npos);
  BOOST_TEST(error_of("--index-url ${DAYPACK_TEST_WORDS}").find("(got the value of a variable, expected an option)") !=
             std::string::npos);
  ::setenv("DAYPACK_TEST_TOKEN", "s3cret", 1);
  ::unsetenv("DAYPACK_TEST_NONE");
  const auto all = Requirements::parse(
      "--index-url https://u:${DAYPACK_TEST_TOKEN}@h/simple\n--find-links https://h/${DAYPACK_TEST_NONE}/${lower}\n",
      "r.txt");
  BOOST_TEST(all.options.at(0) == "--index-url https://u:s3cret@h/simple");
  BOOST_TEST(all.options.at(1) == "--find-links https://h/${DAYPACK_TEST_NONE}/${lower}");
  BOOST_TEST(error_of("a=${DAYPACK_TEST_TOKEN}").find("s3cret") == std::string::npos);
  BOOST_TEST(error_of("a=${DAYPACK_TEST_TOKEN}").ends_with("hint: write \"a==***\""));
  BOOST_TEST(error_of("a ${DAYPACK_TEST_TOKEN}").find("r.txt:1:3 (got \"***\", expected") != std::string::npos);
  BOOST_TEST(error_of("--index-url https://u:${DAYPACK_TEST_TOKEN}@h/simple b").find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(options_are_kept_in_one_spelling) {
  const auto all = Requirements::parse(
      "-i https://a/simple\n--index-url=https://b/simple\n--extra-index-url "
      "'https://c/simple'\n-fhttps://d/links\n--no-index --pre\n"
      "--no-binary=:none:\n--only-binary :all:\n--require-hashes\n--prefer-binary\n--trusted-host h:80\n--pypi-url "
      "https://b/simple\n",
      "r.txt");
  const std::vector<std::string> expected{"--index-url https://a/simple",
                                          "--index-url https://b/simple",
                                          "--extra-index-url https://c/simple",
                                          "--find-links https://d/links",
                                          "--no-index",
                                          "--pre",
                                          "--no-binary :none:",
                                          "--only-binary :all:",
                                          "--require-hashes",
                                          "--prefer-binary",
                                          "--trusted-host h:80",
                                          "--index-url https://b/simple"};
  BOOST_TEST(all.options == expected, boost::test_tools::per_element());
  BOOST_TEST(all.text().find("https://a/") == std::string::npos);  // the last index counts
  BOOST_TEST(Requirements::parse(all.text(), "again.txt").text() == all.text());
}

BOOST_AUTO_TEST_CASE(files_include_each_other_by_relative_paths) {
  TemporaryFolder folder;
  detail::write_file(folder / "main.txt", "a\n-r sub/more.txt\n-c sub/limits.txt\n");
  detail::write_file(folder / "sub/more.txt", "b\n--requirement=deep.txt\n-f wheels\n");
  detail::write_file(folder / "sub/deep.txt", "\nc<3\n");
  detail::write_file(folder / "sub/limits.txt", "d==4\n-r deep.txt\n");
  detail::write_file(folder / "sub/wheels/x", "");
  const auto all = Requirements::read(folder / "main.txt");
  BOOST_REQUIRE_EQUAL(all.items.size(), 3u);
  BOOST_TEST(all.items[2].file == folder / "sub/deep.txt");
  BOOST_TEST(all.items[2].line == 2);
  BOOST_TEST(all.constraints_text() == "d==4\nc<3\n");
  BOOST_TEST(all.options.at(0) == "--find-links " + (folder / "sub/wheels"));
}

BOOST_AUTO_TEST_CASE(files_are_named_by_absolute_paths_and_file_urls_too) {
  TemporaryFolder folder;
  detail::write_file(folder / "sub/main.txt", "-r " + (folder / "a.txt") + "\n-r file://" + (folder / "b%20b.txt") +
                                                  "\n-c file:limits.txt\n-r file:" + (folder / "c.txt") + "\n");
  for (const std::string name : {"a", "b b", "c"}) detail::write_file(folder / name + ".txt", name.substr(0, 1) + "\n");
  detail::write_file(folder / "sub/limits.txt", "a<2\n");
  const auto all = Requirements::read(folder / "sub/main.txt");
  BOOST_TEST(all.text() == "a\nb\nc\n");
  BOOST_TEST(all.constraints_text() == "a<2\n");
}

BOOST_AUTO_TEST_CASE(inclusion_faults_are_told_with_their_place) {
  TemporaryFolder folder;
  detail::write_file(folder / "a.txt", "x\n-r b.txt\n");
  detail::write_file(folder / "b.txt", "-r a.txt\n");
  detail::write_file(folder / "c.txt", "\n-c gone.txt\n");
  BOOST_CHECK_EXCEPTION(Requirements::read(folder / "a.txt"), Error, [&](const Error& error) {
    return error.code() == Errc::syntax && error.message() == "requirements files include each other" &&
           error.subject() == (folder / "b.txt") + ":1:4 includes " + (folder / "a.txt") + " again";
  });
  BOOST_CHECK_EXCEPTION(Requirements::read(folder / "c.txt"), Error, [&](const Error& error) {
    return error.code() == Errc::not_found &&
           error.subject() == (folder / "gone.txt") + " (named in " + (folder / "c.txt") + ":2:4)";
  });
  detail::write_file(folder / "d.txt", "x\n-r sub\n");
  detail::write_file(folder / "sub/x.txt", "");
  BOOST_CHECK_EXCEPTION(Requirements::read(folder / "d.txt"), Error, [&](const Error& error) {
    return error.code() == Errc::unreadable && error.hint() == "name a file of requirements" &&
           error.subject() == (folder / "sub") + " (Is a directory) (named in " + (folder / "d.txt") + ":2:4)";
  });
  detail::write_file(folder / "deep0.txt", "x\n");
  for (int i = 1; i <= 201; ++i)
    detail::write_file(folder / "deep" + std::to_string(i) + ".txt", "-r deep" + std::to_string(i - 1) + ".txt\n");
  BOOST_TEST(Requirements::read(folder / "deep199.txt").text() == "x\n");
  BOOST_CHECK_EXCEPTION(Requirements::read(folder / "deep201.txt"), Error, [&](const Error& error) {
    return error.message() == "requirements files are nested too deeply" && error.subject() == folder / "deep1.txt";
  });
  BOOST_CHECK_EXCEPTION(Requirements::parse("", "x/a-1-py3-none-any.whl"), Error, [&](const Error& error) {
    return error.message() == "this is a package, not a file of requirements";
  });
  BOOST_CHECK_EXCEPTION(Requirements::read(folder / "none.txt"), Error,
                        [](const Error& error) { return error.code() == Errc::not_found; });
  BOOST_CHECK_EXCEPTION(Requirements::read(folder.path().string()), Error,
                        [](const Error& error) { return error.code() == Errc::unreadable; });
}

BOOST_AUTO_TEST_CASE(constraints_are_names_with_versions) {
  TemporaryFolder folder;
  for (const std::string line : {"-e .", "a[x]==1", "./a-1-py3-none-any.whl"}) {
    detail::write_file(folder / "limits.txt", line + "\n");
    detail::write_file(folder / "main.txt", "-c limits.txt\n");
    BOOST_CHECK_EXCEPTION(Requirements::read(folder / "main.txt"), Error, [](const Error& error) {
      return error.code() == Errc::syntax && error.subject().find("in a constraints file") != std::string::npos;
    });
  }
}

BOOST_AUTO_TEST_CASE(paths_become_absolute) {
  TemporaryFolder folder;
  detail::write_file(folder / "wheels/my x-1-py3-none-any.whl", "");
  detail::write_file(folder / "src/pyproject.toml", "");
  detail::write_file(
      folder / "main.txt",
      "wheels/my x-1-py3-none-any.whl ; os_name == 'posix'\n-e src[fast]\nx @ ./wheels/my%20x.whl ; os_name == 'nt'\n");
  detail::write_file(folder / "wheels/my%20x.whl", "");
  const auto all = Requirements::read(folder / "main.txt");
  BOOST_REQUIRE_EQUAL(all.items.size(), 3u);
  BOOST_TEST(all.items[0].url == folder / "wheels/my x-1-py3-none-any.whl");
  BOOST_TEST(all.items[0].name.empty());
  BOOST_TEST(all.items[1].editable);
  BOOST_TEST(joined(all.items[1].extras) == "fast");
  BOOST_TEST(all.text() == "file://" + (folder / "wheels/my%20x-1-py3-none-any.whl") +
                               " ; os_name == 'posix'\n-e file://" + (folder / "src") + "[fast]\nx @ file://" +
                               (folder / "wheels/my%2520x.whl") + " ; os_name == 'nt'\n");
  BOOST_CHECK_EXCEPTION(Requirements::parse("\n./gone-1-py3-none-any.whl\n", "r.txt"), Error, [](const Error& error) {
    return error.code() == Errc::not_found && error.subject() == "./gone-1-py3-none-any.whl (r.txt:2:1)";
  });
}

BOOST_AUTO_TEST_CASE(urls_and_repositories_are_kept) {
  const auto all = Requirements::parse(
      "https://u:p@h/a-1-py3-none-any.whl[x] ; os_name=='nt'\ngit+https://h/r@v1#egg=n&subdirectory=d\n-e "
      "git+ssh://git@h/r\nfile:///x/y.whl\n",
      "r.txt");
  BOOST_TEST(all.text() ==
             "https://u:p@h/a-1-py3-none-any.whl[x] ; os_name=='nt'\ngit+https://h/r@v1#egg=n&subdirectory=d\n-e "
             "git+ssh://git@h/r\nfile:///x/y.whl\n");
}

BOOST_AUTO_TEST_CASE(each_slip_has_its_words) {
  const std::string prefix = "syntax: cannot read a requirement: r.txt:";
  const std::string behind_name =
      "expected a version operator (==, >=, <=, ~=, !=, <, >), \"[\", \"@\", \";\" or the end of the line)";
  const std::vector<std::pair<std::string, std::string>> slips{
      {"numpy\n\nname=1.0", "3:5 (got \"=1.0\", " + behind_name + "\n  hint: write \"name==1.0\""},
      {"a => 2", "1:3 (got \"=>\", " + behind_name + "\n  hint: write \"a>=2\""},
      {"requests 2.0", "1:10 (got \"2.0\", " + behind_name + "\n  hint: write \"requests==2.0\""},
      {"requests numpy", "1:10 (got \"numpy\", " + behind_name + "\n  hint: one requirement per line"},
      {"requests, numpy", "1:9 (got \",\", " + behind_name + "\n  hint: one requirement per line"},
      {"requests^2.0",
       "1:9 (got \"^2.0\", " + behind_name + "\n  hint: \"^\" is no operator of pip: write \">=1.2,<2\""},
      {"a\xC2\xA0==1", "1:2 (got \"\xC2\xA0==1\", " + behind_name +
                           "\n  hint: this is a no-break space, as web pages have it: type a plain one"},
      {"\xC3\xA9t\xC3\xA9=1",
       "1:1 (got \"\xC3\xA9t\xC3\xA9=1\", expected the name of a distribution, a URL, or a path that begins with ./)"},
      {"a==1 b", "1:6 (got \"b\", expected \",\", \";\" or the end of the line)\n  hint: one requirement per line"},
      {"a==1.x", "1:4 (got \"1.x\", expected a version behind \"==\")\n  hint: write \"==1.*\""},
      {"a==", "1:4 (got the end of the line, expected a version behind \"==\")"},
      {"a>=1.*",
       "1:4 (got \"1.*\", expected no \".*\" here)\n  hint: \".*\" goes with \"==\" and \"!=\" and plain numbers only"},
      {"a~=1", "1:4 (got \"1\", expected a version with at least two numbers behind \"~=\")\n  hint: write \"~=1.0\""},
      {"a>=1+x",
       "1:4 (got \"1+x\", expected no local version (\"+...\") behind \">=\")\n  hint: a local version goes with "
       "\"==\" and \"!=\" only"},
      {"a==1,b==2",
       "1:6 (got \"b==2\", expected a version operator behind \",\")\n  hint: one requirement per line, without a "
       "comma between them"},
      {"a[b", "1:4 (got the end of the line, expected \",\" or \"]\" in the list of extras)"},
      {"a (>=1", "1:7 (got the end of the line, expected \",\" or \")\" behind the versions)"},
      {"a @ ", "1:4 (got the end of the line, expected a URL behind \"@\")"},
      {"a @ https://h/x y", "1:17 (got \"y\", expected \";\" or the end of the line behind the URL)"},
      {"a ; python_version < 3.8",
       "1:22 (got \"3.8\", expected the name of an environment marker or a quoted value)\n  hint: put the value into "
       "quotes: \"3.8\""},
      {"a ; os_name = 'x'",
       "1:13 (got \"=\", expected an operator: ==, !=, <=, >=, <, >, ~=, ===, in or not in)\n  hint: write \"==\""},
      {"a ; os_name == 'x' && extra == 'y'",
       "1:20 (got \"&&\", expected \"and\", \"or\" or the end of the line)\n  hint: write \"and\" and \"or\""},
      {"a ; os_name == 'x", "1:16 (got \"'x\", expected a closing ')\n  hint: close the quote"},
      {"a \\\n  ==1 \\\n  --hash=sha256:12",
       "3:10 (got \"sha256:12\", expected 64 hex digits behind \"sha256:\")\n  hint: copy the whole hash, or let `uv "
       "pip compile --generate-hashes` write it"},
      {"a --hash=md5:12",
       "1:10 (got \"md5:12\", expected sha256:HEX, sha384:HEX or sha512:HEX)\n  hint: weaker algorithms do not "
       "protect"},
      {"a --pre",
       "1:3 (got \"--pre\", expected --hash, --config-settings or the end of the line)\n  hint: put --pre on a line of "
       "its own"},
      {"--hash=sha256:" + sha,
       "1:1 (got \"--hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaa...\", expected a requirement before --hash)\n  hint: write "
       "it behind the requirement, on one line"},
      {"--index-url", "1:12 (got the end of the line, expected a value behind --index-url)"},
      {"--pre=yes", "1:6 (got \"=yes\", expected no value behind --pre)"},
      {"--index-ulr x",
       "1:1 (got \"--index-ulr\", expected an option that pip knows in a requirements file)\n  hint: see `pip help "
       "install`; requirements do not begin with \"-\""},
      {"-r 'a.txt", "1:4 (got \"'a.txt\", expected a closing ')\n  hint: close the quote, or leave both out"},
      {"a == 1 == 2",
       "1:8 (got \"==\", expected \",\", \";\" or the end of the line)\n  hint: put a comma between the versions"},
      {"a ~> 1", "1:3 (got \"~>\", " + behind_name + "\n  hint: write \"~=\""},
      {"~/a.whl",
       "1:1 (got \"~/a.whl\", expected the name of a distribution, a URL, or a path that begins with ./)\n  hint: "
       "\"~\" is not "
       "expanded here: write the path in full"},
      {"a==${DAYPACK_TEST_NONE}",
       "1:4 (got \"${DAYPACK_TEST_NONE}\", expected a version behind \"==\")\n  hint: the environment has no variable "
       "DAYPACK_TEST_NONE, or it is empty: set it"},
      {"a==${small}",
       "1:4 (got \"${small}\", expected a version behind \"==\")\n  hint: only ${NAME} in capital letters is filled "
       "in, as in "
       "pip"},
      {"a ; os_name == \xE2\x80\x9Cx\xE2\x80\x9D",
       "1:16 (got \"\xE2\x80\x9Cx\xE2\x80\x9D\", expected the name of an environment marker or a quoted value)\n  "
       "hint: these are "
       "typographic quotes: type plain ones"},
      {"a @ https://h/a.whl;os_name=='x'",
       "1:20 (got \";os_name=='x'\", expected a blank between the URL and \";\")\n  hint: a URL may have \";\" in it: "
       "write "
       "\"URL ; MARKER\""},
      {"a @ git+https://h/a; os_name == 'x'",
       "1:20 (got \";\", expected a blank between the URL and \";\")\n  hint: a URL may have \";\" in it: write "
       "\"URL ; MARKER\""},
      {"https://h/a.whl;os_name=='x'",
       "1:16 (got \";os_name=='x'\", expected a blank between the URL and \";\")\n  hint: a URL may have \";\" in it: "
       "write "
       "\"URL ; MARKER\""},
      {"a\x1b[31m", "1:2 (got \"\\x1b[31m\", " + behind_name},
      {"-e a=1@x", "1:5 (got \"=1@x\", " + behind_name + "\n  hint: write \"a==1@x\""},
  };
  for (const auto& [text, words] : slips) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(error_of(text) == prefix + words); }
  }
}

BOOST_AUTO_TEST_CASE(arguments_are_requirements_too) {
  BOOST_TEST(Requirements::of({"requests", " numpy<2 ; os_name == 'posix'"}).text() ==
             "requests\nnumpy<2 ; os_name == 'posix'\n");
  BOOST_CHECK_EXCEPTION(Requirements::of({"numpy", "name=1.0"}), Error, [](const Error& error) {
    return error.code() == Errc::syntax && error.subject().starts_with("\"name=1.0\" at column 5 (got \"=1.0\"") &&
           error.hint() == "write \"name==1.0\"";
  });
  BOOST_CHECK_THROW(Requirements::of({"-r x"}), Error);
  BOOST_CHECK_THROW(Requirements::of({""}), Error);
}

BOOST_AUTO_TEST_CASE(adding_keeps_the_order) {
  auto all = Requirements::of({"a"});
  all.add(Requirements::parse("b\n--pre\n", "r.txt")).add(all);
  BOOST_TEST(all.text() == "--pre\na\nb\na\nb\n");
}

BOOST_AUTO_TEST_SUITE_END()
