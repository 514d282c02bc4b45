// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/requirements.hpp>

#include <boost/test/unit_test.hpp>

#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>

// A pyproject.toml as requirements.

using namespace daypack;

BOOST_AUTO_TEST_SUITE(detail_project_file)

namespace {

const std::string whole =
    "[project]\nname = \"My.Project\"\nrequires-python = \">=3.11\"\n"
    "dependencies = [\n  \"Requests[socks]>=2 ; os_name == 'posix'\",\n  'six',\n]\n"
    "[project.optional-dependencies]\nfast = [\"orjson ; python_version < '4'\"]\nBig_One = [\"numpy\"]\n"
    "all = [\"my-project[fast,big-one] ; os_name == 'posix'\", \"idna\"]\n"
    "loop = [\"my_project[loop]\", \"attrs\"]\n"
    "[dependency-groups]\nDev = [\"pytest\", {include-group = \"lint\"}]\nlint = [\"ruff\"]\nself = "
    "[\"My.Project[fast]\"]\n"
    "[build-system]\nrequires = [\"hatchling\"]\n";

std::string read(const std::string& text, const Parts& parts = {}) {
  try {
    return Requirements::parse(text, "pyproject.toml", parts).text();
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(dependencies_are_requirements_with_their_lines) {
  const auto all = Requirements::parse(whole, "sub/pyproject.toml");
  BOOST_REQUIRE_EQUAL(all.items.size(), 2u);
  BOOST_TEST(all.items[0].name == "requests");
  BOOST_TEST(all.items[0].file == "sub/pyproject.toml");
  BOOST_TEST(all.items[0].line == 5);
  BOOST_TEST(all.items[1].line == 6);
  BOOST_TEST(all.text() == "requests[socks]>=2 ; os_name == 'posix'\nsix\n");
  BOOST_REQUIRE_EQUAL(all.pythons.size(), 1u);
  BOOST_TEST(all.pythons[0].specifier == ">=3.11");
  BOOST_TEST(all.pythons[0].line == 3);
}

BOOST_AUTO_TEST_CASE(extras_and_groups_are_added_by_name) {
  const std::string base = "requests[socks]>=2 ; os_name == 'posix'\nsix\n";
  BOOST_TEST(read(whole, {.extras = {"big.one"}}) == base + "numpy\n");
  BOOST_TEST(read(whole, {.extras = {"all"}}) ==
             base + "orjson ; (os_name == 'posix') and (python_version < '4')\nnumpy ; os_name == 'posix'\nidna\n");
  BOOST_TEST(read(whole, {.extras = {"loop"}}) == base + "attrs\n");
  BOOST_TEST(read(whole, {.groups = {"dev"}}) == base + "pytest\nruff\n");
  BOOST_TEST(read(whole, {.groups = {"lint"}, .project = false}) == "ruff\n");
  BOOST_TEST(read(whole, {.groups = {"self"}, .project = false}) == "orjson ; python_version < '4'\n");
  BOOST_TEST(read("[dependency-groups]\na = [\"six\"]\n", {.groups = {"A"}}) == "six\n");
  BOOST_TEST(read(whole, {.extras = {"x"}}) ==
             "not_found: there is no such extra: x (pyproject.toml)\n  hint: it has all, Big_One, fast, loop");
  BOOST_TEST(read(whole, {.groups = {"x"}}) ==
             "not_found: there is no such dependency group: x (pyproject.toml)\n  hint: it has Dev, lint, self");
}

BOOST_AUTO_TEST_CASE(what_decides_a_requirement_is_in_its_text) {  // and so in the digest that keeps a lock
  const auto all = Requirements::parse(whole, "pyproject.toml", {.extras = {"all"}});
  BOOST_TEST(all.items[2].text == "orjson ; (os_name == 'posix') and (python_version < '4')");
}

BOOST_AUTO_TEST_CASE(sources_of_uv_are_followed) {
  TemporaryFolder folder;
  detail::write_file(folder / "wheels/a-1-py3-none-any.whl", "");
  const std::string head =
      "[project]\nname = \"p\"\ndependencies = [\"A[x]>1 ; os_name == 'posix'\", \"b\", \"c\"]\n[tool.uv.sources]\n";
  detail::write_file(folder / "pyproject.toml",
                     head +
                         "a = { path = \"wheels/a-1-py3-none-any.whl\" }\nB = { url = \"https://h/b.whl\" }\n"
                         "c = { git = \"https://h/c\", tag = \"v1\", subdirectory = \"d\" }\n");
  BOOST_TEST(Requirements::read(folder / "pyproject.toml").text() ==
             "a[x] @ file://" + (folder / "wheels/a-1-py3-none-any.whl") +
                 " ; os_name == 'posix'\nb @ https://h/b.whl\nc @ git+https://h/c@v1#subdirectory=d\n");
  for (const std::string source : {"{ index = \"x\" }", "{ workspace = true }", "[{ url = \"https://h/b\" }]",
                                   "{ url = \"https://h/b\", marker = \"os_name == 'x'\" }",
                                   "{ path = \".\", rev = \"v1\" }", "{ url = \"https://h/b\", tag = \"v1\" }"}) {
    BOOST_TEST(
        read(head + "c = " + source + "\n") ==
        "syntax: cannot read a project: pyproject.toml:5:5 (got another source of c, expected path, url or git in "
        "[tool.uv.sources], without index, workspace or marker)\n  hint: lock the project (uv lock) and name its "
        "uv.lock instead of pyproject.toml");
  }
}

BOOST_AUTO_TEST_CASE(sources_can_be_left_out) {
  BOOST_TEST(read("[project]\nname = \"p\"\ndependencies = [\"a\"]\n[tool.uv]\nno-sources = true\nsources = { a = { "
                  "index = \"x\" } }\n") == "a\n");
}

BOOST_AUTO_TEST_CASE(settings_of_uv_are_kept_for_it) {
  const auto all = Requirements::parse(
      "[project]\nname = \"p\"\ndependencies = [\"six\"]\n[tool.uv]\nconstraint-dependencies = [\n\"six<2\", "
      "\"zipp<4\"]\n"
      "override-dependencies = [\"six==1\"]\nprerelease = \"allow\"\nno-binary-package = [\"a\", \"b\"]\n"
      "default-groups = [\"dev\"]\nenvironments = [\"os_name == 'posix'\"]\n[[tool.uv.index]]\nurl = "
      "\"https://h/simple\"\n",
      "pyproject.toml");
  BOOST_TEST(all.text() == "--pre\n--no-binary a,b\nsix\n");
  BOOST_TEST(all.constraints_text() == "six<2\nzipp<4\n");
  BOOST_TEST(all.constraints.at(1).line == 6);
  const std::vector<std::string> kept{"index", "override-dependencies"};
  BOOST_TEST(all.projects.at(0).uv_settings == kept, boost::test_tools::per_element());
  const std::string legacy = "[project]\nname = \"p\"\n[tool.uv]\ndev-dependencies = [\"pytest\"]\n";
  BOOST_TEST(read(legacy).empty());
  BOOST_TEST(read(legacy, {.groups = {"dev"}}) == "pytest\n");
  BOOST_TEST(read(legacy + "[dependency-groups]\ndev = [\"ruff\"]\n", {.groups = {"Dev"}}) == "ruff\npytest\n");
  BOOST_TEST(read("[project]\nname = \"p\"\n[tool.uv]\nprerelease = \"disallow\"\n") == "--only-final :all:\n");
  BOOST_TEST(read(legacy, {.package = "q"}).starts_with("usage: a project is chosen in a uv.lock: q (pyproject.toml)"));
  BOOST_TEST(read("[project]\nname = \"p\"\n[tool.uv]\nconstraint-dependencies = [\"a=1\"]\n")
                 .starts_with("syntax: cannot read a requirement: pyproject.toml:4:30 (got \"=1\", expected"));
}

BOOST_AUTO_TEST_CASE(slips_are_told_with_their_place) {
  const std::string project = "syntax: cannot read a project: pyproject.toml:",
                    item = "syntax: cannot read a requirement: pyproject.toml:";
  const std::vector<std::pair<std::string, std::string>> slips{
      {"[project]\ndependencies = [\"a\", \"numpy=>1\"]\n", item + "2:28 (got \"=>1\", expected a version operator"},
      {"[project]\ndependencies = [\n  '''\na =1''']\n", item + "3:3 (got "},
      {"[project]\nx = \"\xC3\xA9\"\ndependencies = [\"\xC3\xA9\"]\n", item + "3:18 (got \"\xC3\xA9\""},
      {"[project]\ndependencies = [1]\n", project + "2:17 (got something else among the requirements, expected"},
      {"[project]\ndependencies = \"a\"\n", project + "2:16 (got another type for dependencies, expected an array"},
      {"[project]\ndynamic = [\"dependencies\"]\n", project + "2:11 (got dependencies that the build backend makes up"},
      {"[project]\nrequires-python = \"3\"\n", project + "2:19 (got \"3\", expected versions of Python"},
      {"[project]\nname = 1\n", project + "2:8 (got another type for name, expected a text)"},
      {"[tool.poetry]\nname = \"p\"\n", project +
                                            "1:1 (got no [project], expected [project] with dependencies)\n  hint: "
                                            "`poetry export`"},
      {"", project + "1:1 (got no [project], expected"},
      {"[project\n", project + "1:"},
      {"[project]\nname = \"p\ny = 1\n",
       project + "2:10 (got the end of the line inside of a text, expected a closing quote)"},
      {"[project]\nname = \"p\"\nname = \"q\"\n",
       project + "3:8 (got error while parsing key-value pair: cannot redefine"},
      {"[project]\ndependencies = [\"./x\"]\n", item + "2:18 (got \"./x\", expected the name of a distribution)"},
      {"x = ]\n", project + "1:5 (got \"]\" outside of a string, expected TOML)"},
      {"x = 1\ny = \"\xC3\xA9\xFF\"\n",
       project + "2:7 (got a byte that is no text, expected UTF-8)\n  hint: save the file as UTF-8"},
      {"\xFF\xFE[",
       project + "1:1 (got a byte that is no text, expected UTF-8)\n  hint: this is UTF-16: save the file"},
      {"lock-version = \"1.0\"\n", project + "1:16 (got a lock, expected a project)"},
      {"[project.optional-dependencies]\na-b = []\nA_B = []\n", project},
  };
  for (const auto& [text, words] : slips) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(read(text).substr(0, words.size()) == words);
  }
  const std::string groups = "[dependency-groups]\n";
  const std::vector<std::pair<std::string, std::string>> in_groups{
      {"g = [{include-group = \"g\"}]\n", project + "2:23 (got a group that includes itself, g"},
      {"g = [{include-group = \"h\"}]\nh = [{include-group = \"G\"}]\n", project + "3:23 (got a group that includes"},
      {"g = [{include-group = \"x\"}]\n", project + "2:23 (got no dependency group x, expected one of g)"},
      {"g = [{include = \"x\"}]\n", project + "2:6 (got a table of another kind, expected {include-group"},
      {"g = [{include-group = \"g\", x = 1}]\n", project + "2:6 (got a table of another kind"},
      {"g = [\"a b\"]\n", item + "2:9 (got \"b\", expected"},
      {"g = {}\n", project + "2:5 (got another type for g, expected an array of requirements)"},
      {"g = []\nG = []\n", project},
  };
  for (const auto& [text, words] : in_groups) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(read(groups + text, {.groups = {"g"}}).substr(0, words.size()) == words); }
  }
}

BOOST_AUTO_TEST_CASE(the_name_of_a_file_tells_what_it_is) {
  TemporaryFolder folder;
  detail::write_file(folder / "a.txt", "six\n");
  detail::write_file(folder / "pyproject.toml", whole);
  const auto all = Requirements::read_all({folder / "a.txt", folder / "pyproject.toml"}, {.extras = {"fast"}});
  BOOST_TEST(all.items.size() == 4u);
  BOOST_TEST(all.pythons.size() == 1u);
  for (const std::string name : {"uv.lock", "pylock.toml", "pylock.x.toml"})
    BOOST_TEST(Requirements::parse("", name, {.groups = {"g"}}).locks.at(0).parts.groups.size() == 1u);
  for (const std::string name : {"setup.py", "poetry.lock", "Pipfile", "environment.yml"}) {
    BOOST_CHECK_EXCEPTION(Requirements::parse("", "x/" + name), Error, [&](const Error& error) {
      return error.code() == Errc::usage && error.subject() == "x/" + name && !error.hint().empty();
    });
  }
  for (const auto& parts : {Parts{.extras = {"x"}}, Parts{.groups = {"x"}}, Parts{.project = false}}) {
    BOOST_CHECK_EXCEPTION(Requirements::read_all({folder / "a.txt"}, parts), Error,
                          [](const Error& error) { return error.code() == Errc::usage; });
    BOOST_CHECK_EXCEPTION(Requirements::read(folder / "a.txt", parts), Error,
                          [](const Error& error) { return error.code() == Errc::usage; });
  }
  BOOST_CHECK_EXCEPTION(Requirements::parse("-r pyproject.toml\n", "a.txt"), Error, [](const Error& error) {
    return error.subject() == "a.txt:1:4 (got \"pyproject.toml\", expected a requirements file)";
  });
}

BOOST_AUTO_TEST_SUITE_END()
