// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/detail/given_lock.hpp>

#include <boost/test/unit_test.hpp>

#include "support/resolve_targets.hpp"
#include "support/temporary_folder.hpp"

#include <daypack/bytes.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/sign/sha256.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(detail_given_lock)

namespace {

const std::string sha(64, 'a'), commit(40, 'c');

std::string joined(const std::vector<Pinned>& packages) {
  std::string text;
  for (const Pinned& package : packages)
    text += (text.empty() ? "" : " ") + package.name + (package.version.empty() ? "" : "=" + package.version);
  return text;
}

// What is pinned for CPython 3.11.9 on x86_64, or the error.
std::string pinned(const std::string& file, const std::string& text, const Parts& parts = {}) {
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  try {
    return joined(detail::given_resolution(Requirements::parse(text, file, parts), context.target()).value().packages);
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
}

std::string pylock(const std::string& head, const std::vector<std::pair<std::string, std::string>>& packages) {
  std::string text = "lock-version = \"1.0\"\n" + head;
  for (const auto& [name, marker] : packages) {
    text += "[[packages]]\nname = \"" + name + "\"\n" + (marker.empty() ? "" : "marker = \"" + marker + "\"\n") +
            "wheels = [{ url = \"https://h/" + name + "-1-py3-none-any.whl\", hashes = { sha256 = \"" + sha +
            "\" } }]\n";
  }
  return text;
}

std::string locked(const std::string& name, const std::string& version, const std::string& more = {}) {
  const std::string wheel = "wheels = [{ url = \"https://h/" + name + '-' + version +
                            "-py3-none-any.whl\", hash = \"sha256:" + sha + "\" }]\n";
  return "[[package]]\nname = \"" + name + "\"\nversion = \"" + version +
         "\"\nsource = { registry = \"https://h/simple\" }\n" +
         (more.find("wheels") == std::string::npos ? wheel : "") + more;
}

const std::string uv_head = "version = 1\nrevision = 3\nrequires-python = \">=3.8\"\n";

std::string project(const std::string& rest) {
  return "[[package]]\nname = \"p\"\nversion = \"0\"\nsource = { virtual = \".\" }\n" + rest;
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_lock_is_none) {
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  BOOST_TEST(!detail::given_resolution(Requirements::of({"six"}), context.target()));
}

BOOST_AUTO_TEST_CASE(a_pylock_gives_what_its_markers_leave) {
  const std::string text = pylock(
      "extras = [\"Fast_One\"]\ndependency-groups = [\"dev\", \"docs\"]\ndefault-groups = "
      "[\"docs\"]\nenvironments = [\"sys_platform == 'win32'\", \"os_name == 'posix'\"]\n",
      {{"a", ""},
       {"b", "python_version < '3.8'"},
       {"c", "'fast-one' in extras"},
       {"d", "'dev' in dependency_groups"},
       {"e", "'docs' in dependency_groups or platform_machine == 'aarch64'"}});
  BOOST_TEST(pinned("x/pylock.toml", text) == "a e");
  BOOST_TEST(pinned("pylock.dev.toml", text, {.extras = {"fast.ONE"}}) == "a c e");
  BOOST_TEST(pinned("pylock.toml", text, {.groups = {"Dev"}}) == "a d e");
  BOOST_TEST(pinned("pylock.toml", text, {.groups = {"Dev"}, .default_groups = false}) == "a d");
  BOOST_TEST(pinned("pylock.toml", text, {.groups = {"dev"}, .project = false}) == "a d");
  BOOST_TEST(pinned("pylock.toml", text, {.default_groups = false}) == "a");
  BOOST_TEST(pinned("pylock.toml", text, {.package = "p"}).starts_with("usage: a pylock.toml is of one project: p"));
  BOOST_TEST(pinned("pylock.toml", text, {.extras = {"slow"}}) ==
             "not_found: there is no such extra: slow (pylock.toml)\n  hint: it has fast-one");
  BOOST_TEST(pinned("pylock.toml", text, {.groups = {"x"}}) ==
             "not_found: there is no such dependency group: x (pylock.toml)\n  hint: it has dev, docs");
  BOOST_TEST(pinned("pylock.toml", pylock("dependency-groups = [\"dev\"]\n", {}), {.groups = {"dev"}, .project = false})
                 .starts_with("usage: a pylock.toml without default-groups cannot"));
}

BOOST_AUTO_TEST_CASE(a_pylock_of_other_targets_is_refused) {
  BOOST_TEST(pinned("pylock.toml", pylock("environments = [\"sys_platform == 'win32'\"]\n", {})) ==
             "unresolvable: the lock is not for this target: pylock.toml (got Python 3.11.9 on Linux x86_64, expected "
             "sys_platform == 'win32')\n  hint: lock again for this target");
  BOOST_TEST(pinned("pylock.toml", pylock("", {{"a", "os_nam == 'x'"}}))
                 .starts_with("syntax: cannot read a lock: pylock.toml:4:10 (got os_nam == 'x', expected a marker; at "
                              "column 1: there"));
  BOOST_TEST(pinned("pylock.toml", pylock("requires-python = \">=3.12\"\n", {})) ==
             "unresolvable: the lock is for another Python: pylock.toml (got 3.11.9, expected >=3.12)\n  hint: lock "
             "again for this target, or take another Python");
}

BOOST_AUTO_TEST_CASE(the_project_itself_is_no_package_of_its_lock) {
  const std::string own = pylock("", {{"a", ""}}) + "[[packages]]\nname = \"p\"\ndirectory = { path = ";
  BOOST_TEST(pinned("pylock.toml", own + "\".\", editable = true }\n") == "a");
  BOOST_TEST(pinned("x/pylock.toml", own + "\"./\" }\n") == "a");
  BOOST_TEST(pinned("pylock.toml", own + "\"other\" }\n") == "a p");
}

BOOST_AUTO_TEST_CASE(repositories_and_folders_of_a_uv_lock_are_sources) {
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const auto source = [&](const std::string& text) {
    const std::string lock =
        uv_head + project("dependencies = [{ name = \"a\" }]\n") + "[[package]]\nname = \"a\"\nsource = " + text + '\n';
    return detail::given_resolution(Requirements::parse(lock, "/x/uv.lock"), context.target())->packages.at(0).source;
  };
  BOOST_TEST(
      (source("{ git = \"https://h/r?subdirectory=lib&rev=v1#" + commit + "\" }") ==
       PinnedSource{.vcs = "git", .url = "https://h/r", .revision = "v1", .commit = commit, .subdirectory = "lib"}));
  BOOST_TEST((source("{ git = \"https://h/r#" + commit + "\" }") ==
              PinnedSource{.vcs = "git", .url = "https://h/r", .commit = commit}));
  BOOST_TEST((source("{ editable = \"sub\" }") == PinnedSource{.path = "/x/sub", .editable = true}));
  BOOST_TEST((source("{ directory = \"../y\" }") == PinnedSource{.path = "/y"}));
}

BOOST_AUTO_TEST_CASE(a_lock_stands_alone) {
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  for (const auto& [more, words] :
       {std::pair{Requirements::of({"six"}), "pylock.toml and six"},
        std::pair{Requirements::parse(pylock("", {}), "pylock.b.toml"), "pylock.toml and pylock.b.toml"}}) {
    auto all = Requirements::parse(pylock("", {}), "pylock.toml");
    all.add(more);
    BOOST_CHECK_EXCEPTION(detail::given_resolution(all, context.target()), Error,
                          [&](const Error& error) { return error.code() == Errc::usage && error.subject() == words; });
  }
}

BOOST_AUTO_TEST_CASE(a_uv_lock_is_followed_from_the_project) {
  const std::string whole =
      uv_head + locked("a", "1", "dependencies = [{ name = \"b\" }]\n") + locked("b", "1") + locked("c", "1") +
      locked("c", "2") + locked("unused", "1") + locked("y", "1") +
      locked("x", "1",
             "dependencies = [{ name = \"a\" }, { name = \"x\", extra = [\"fast\"] }]\n"
             "[package.optional-dependencies]\n"
             "fast = [{ name = \"y\" }, { name = \"b\", marker = \"python_version < '3'\" }]\n") +
      project(
          "dependencies = [{ name = \"c\", version = \"2\", marker = \"python_version >= '3.8'\" }, "
          "{ name = \"c\", version = \"1\", marker = \"python_version < '3.8'\" }]\n"
          "[package.optional-dependencies]\nfast = [{ name = \"x\" }]\n"
          "[package.dev-dependencies]\nDev_Tools = [{ name = \"b\" }, { name = \"p\", extra = [\"fast\"] }]\n"
          "small = [{ name = \"b\" }]\n[package.metadata]\nprovides-extras = [\"fast\", \"none\"]\n");
  BOOST_TEST(pinned("uv.lock", whole) == "c=2");
  BOOST_TEST(pinned("uv.lock", whole, {.extras = {"Fast"}}) == "a=1 b=1 c=2 x=1 y=1");
  BOOST_TEST(pinned("uv.lock", whole, {.groups = {"small"}}) == "b=1 c=2");
  BOOST_TEST(pinned("uv.lock", whole, {.groups = {"small"}, .project = false}) == "b=1");
  BOOST_TEST(pinned("uv.lock", whole, {.groups = {"dev.tools"}}) == "a=1 b=1 c=2 x=1 y=1");
  BOOST_TEST(pinned("uv.lock", whole, {.extras = {"none"}}) == "c=2");
  BOOST_TEST(pinned("uv.lock", whole, {.extras = {"slow"}}) ==
             "not_found: there is no such extra: slow (uv.lock)\n  hint: it has fast");
}

// As uv 0.13.8 writes what excludes each other.
BOOST_AUTO_TEST_CASE(extras_that_exclude_each_other) {
  const std::string conflicts =
      "conflicts = [[{ package = \"p\", extra = \"cpu\" }, { package = \"p\", extra = \"gpu\" }],\n"
      "[{ package = \"p\", group = \"dev\" }, { package = \"x\", extra = \"fast\" }],\n"
      "[{ package = \"p\" }, { package = \"p\", group = \"alone\" }]]\n";
  const std::string one = "[{ name = \"s\", version = \"1\" }]\n", two = "[{ name = \"s\", version = \"2\" }]\n";
  const std::string whole =
      uv_head + conflicts + locked("s", "1") + locked("s", "2") + locked("t", "1") +
      locked("x", "1", "[package.optional-dependencies]\nfast = [{ name = \"t\" }]\n") +
      locked(
          "y", "1",
          "dependencies = [{ name = \"s\", version = \"1\", marker = \"extra == 'extra-1-p-cpu' or (extra != "
          "'extra-1-p-gpu' and extra != 'group-1-p-alone')\" }, { name = \"s\", version = \"2\", marker = \"extra == "
          "'extra-1-p-gpu' and extra == 'project-1-p'\" }, { name = \"t\", marker = \"extra == 'extra-1-x-fast'\" "
          "}]\n") +
      project("dependencies = [{ name = \"y\" }]\n[package.optional-dependencies]\ncpu = " + one + "gpu = " + two +
              "late = [{ name = \"x\", extra = [\"fast\"] }]\n"
              "[package.dev-dependencies]\ndev = []\nalone = [{ name = \"y\" }]\n");
  BOOST_TEST(pinned("uv.lock", whole) == "s=1 y=1");
  BOOST_TEST(pinned("uv.lock", whole, {.extras = {"cpu"}}) == "s=1 y=1");
  BOOST_TEST(pinned("uv.lock", whole, {.extras = {"gpu"}}) == "s=2 y=1");
  BOOST_TEST(pinned("uv.lock", whole, {.extras = {"late"}}) == "s=1 t=1 x=1 y=1");
  BOOST_TEST(pinned("uv.lock", whole, {.groups = {"alone"}, .project = false}) == "y=1");
  const std::string both = "usage: extras or groups that exclude each other are asked for: ";
  BOOST_TEST(pinned("uv.lock", whole, {.extras = {"GPU", "cpu"}}) ==
             both + "p[cpu] and p[gpu] (uv.lock:4)\n  hint: leave one of them out");
  BOOST_TEST(pinned("uv.lock", whole, {.extras = {"late"}, .groups = {"dev"}}).starts_with(both + "p:dev and x[fast]"));
  BOOST_TEST(pinned("uv.lock", whole, {.groups = {"alone"}}).starts_with(both + "p and p:alone (uv.lock:6)"));
}

BOOST_AUTO_TEST_CASE(a_workspace_has_several_projects) {
  const auto member = [](const std::string& name, const std::string& kind, const std::string& rest) {
    return "[[package]]\nname = \"" + name + "\"\nversion = \"0\"\nsource = { " + kind + " = \"" + name + "\" }\n" +
           rest;
  };
  const std::string members = locked("s", "1") + locked("t", "1") + locked("u", "1") +
                              member("m", "virtual",
                                     "dependencies = [{ name = \"n\" }]\ndefault-groups = [\"own\"]\n"
                                     "[package.dev-dependencies]\nown = [{ name = \"u\" }]\n") +
                              member("n", "editable",
                                     "dependencies = [{ name = \"s\" }]\n"
                                     "[package.optional-dependencies]\nmore = [{ name = \"t\" }]\n");
  const std::string manifest =
      "[manifest]\nmembers = [\"m\", \"n\"]\n[manifest.dependency-groups]\ntools = [{ name = \"t\" }]\n";
  const std::string all = uv_head + manifest + members;
  BOOST_TEST(pinned("uv.lock", all) == "n=0 s=1 u=1");
  BOOST_TEST(pinned("uv.lock", all, {.extras = {"more"}}) == "n=0 s=1 t=1 u=1");
  BOOST_TEST(pinned("uv.lock", all, {.groups = {"tools"}}) == "n=0 s=1 t=1 u=1");
  BOOST_TEST(pinned("uv.lock", all, {.groups = {"tools"}, .project = false}) == "t=1");
  BOOST_TEST(pinned("uv.lock", all, {.default_groups = false}) == "n=0 s=1");
  BOOST_TEST(pinned("uv.lock", all, {.package = "N"}) == "s=1");
  BOOST_TEST(pinned("uv.lock", all, {.default_groups = false, .package = "m"}) == "n=0 s=1");
  BOOST_TEST(pinned("uv.lock", all, {.package = "s"}) ==
             "not_found: there is no such project: s (uv.lock)\n  hint: it has m, n");
  BOOST_TEST(pinned("uv.lock", all + project("dependencies = [{ name = \"t\" }]\n")) == "t=1");
  BOOST_TEST(pinned("uv.lock", uv_head + members +
                                   project("default-groups = \"all\"\n[package.dev-dependencies]\n"
                                           "a = [{ name = \"s\" }]\nb = [{ name = \"u\" }]\n")) == "s=1 u=1");
}

BOOST_AUTO_TEST_CASE(a_lock_can_be_listed_for_all_targets) {
  const std::string text = uv_head + "resolution-markers = []\n" +
                           locked("c", "1", "resolution-markers = [\"os_name == 'nt'\", \"os_name == 'x'\"]\n") +
                           locked("c", "2") +
                           project(
                               "dependencies = [{ name = \"c\", version = \"1\", marker = \"os_name == 'nt'\" }, { "
                               "name = \"c\", version = \"2\", marker = \"os_name != 'nt'\" }]\n");
  const auto items = Requirements::parse(text, "uv.lock").locked();
  BOOST_REQUIRE_EQUAL(items.size(), 2u);
  BOOST_TEST(items[0].text == "c==1 ; (os_name == 'nt') or (os_name == 'x')");
  BOOST_TEST(items[0].line == 5);
  BOOST_TEST(items[0].hashes.at(0) == "sha256:" + sha);
  BOOST_TEST(items[1].text == "c==2");
  const std::string two = pylock("", {{"a", "os_name == 'nt'"}, {"a", "os_name != 'nt'"}});
  const auto forks = Requirements::parse(two, "x/pylock.toml").locked();
  BOOST_REQUIRE_EQUAL(forks.size(), 2u);
  BOOST_TEST(forks[0].marker == "os_name != 'nt'");
  BOOST_TEST(forks[0].line == 6);
  BOOST_TEST(forks[1].line == 2);
  BOOST_TEST(forks[1].file == "x/pylock.toml");
}

BOOST_AUTO_TEST_CASE(long_chains_and_circles_come_to_an_end) {
  std::string text = uv_head + project("dependencies = [{ name = \"d0\" }]\n");
  for (int i = 0; i < 5000; ++i) {
    const std::string next = std::to_string(i == 4999 ? 0 : i + 1);
    text += locked("d" + std::to_string(i), "1", "dependencies = [{ name = \"d" + next + "\" }]\n");
  }
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  BOOST_TEST(detail::given_resolution(Requirements::parse(text, "uv.lock"), context.target())->packages.size() ==
             5000u);
  std::string doubled = "[project]\nname = \"p\"\n[project.optional-dependencies]\ne40 = [\"six\"]\n";
  for (int i = 0; i < 40; ++i) {
    const std::string next = "\"p[e" + std::to_string(i + 1) + "]\"";
    doubled += 'e' + std::to_string(i) + " = [" + next + ", " + next + "]\n";
  }
  BOOST_TEST(Requirements::parse(doubled, "pyproject.toml", {.extras = {"e0"}}).text() == "six\n");
}

BOOST_AUTO_TEST_CASE(files_of_a_uv_lock_have_their_places) {
  TemporaryFolder folder;
  detail::write_file(folder / "wheels/a-1-py3-none-any.whl", "not looked into");
  const std::string hash = ", hash = \"sha256:" + sha + "\", size = 7, upload-time = \"2024-12-04T17:35:26Z\" }]\n";
  const auto package = [](const std::string& name, const std::string& rest) {
    return "[[package]]\nname = \"" + name + "\"\nversion = \"1\"\nsource = " + rest;
  };
  detail::write_file(
      folder / "uv.lock",
      uv_head + project("dependencies = [{ name = \"a\" }, { name = \"b\" }, { name = \"c\" }, { name = \"d\" }]\n") +
          package("a", "{ registry = \"wheels\" }\nwheels = [{ path = \"a-1-py3-none-any.whl\" }]\n") +
          package("b", "{ path = \"b-1-py3-none-any.whl\" }\nwheels = [{ filename = \"b-1-py3-none-any.whl\"" + hash) +
          package("c", "{ url = \"https://h/c%2B1.whl?x=y\" }\nwheels = [{ filename = \"c+1.whl\"" + hash) +
          package("d",
                  "{ registry = \"https://h/simple\" }\nsdist = { url = \"https://h/d-1.tar.gz\", hash = \"sha256:" +
                      sha + "\" }\n"));
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const auto lock = detail::given_resolution(Requirements::read(folder / "uv.lock"), context.target()).value();
  BOOST_REQUIRE_EQUAL(lock.packages.size(), 4u);
  BOOST_TEST(lock.requires_python == ">=3.8");
  BOOST_TEST(lock.packages[0].wheels.at(0).path == folder / "wheels/a-1-py3-none-any.whl");
  BOOST_TEST(lock.packages[0].wheels.at(0).sha256 == sha256_of(as_bytes("not looked into")).hex());
  BOOST_TEST(lock.packages[1].wheels.at(0).path == folder / "b-1-py3-none-any.whl");
  BOOST_TEST(lock.packages[1].wheels.at(0).size == 7u);
  BOOST_TEST(lock.packages[1].wheels.at(0).upload_time == "2024-12-04T17:35:26Z");
  BOOST_TEST(lock.packages[2].wheels.at(0).url == "https://h/c%2B1.whl?x=y");
  BOOST_TEST(lock.packages[2].wheels.at(0).file == "c+1.whl");
  BOOST_TEST(lock.packages[3].index == "https://h/simple");
  BOOST_TEST(lock.packages[3].sdists.at(0).file == "d-1.tar.gz");
}

BOOST_AUTO_TEST_CASE(what_is_off_in_a_uv_lock_is_told_with_its_place) {
  const std::string lock = "syntax: cannot read a lock: uv.lock:";
  const auto with = [](const std::string& edge, const std::string& more) {
    return uv_head + project("dependencies = [" + edge + "]\n") + more;
  };
  const std::vector<std::pair<std::string, std::string>> slips{
      {"version = 2\n", lock + "1:11 (got another version, expected version = 1)"},
      {"revision = 2\n", lock + "1:1 (got no version, expected version = 1)"},
      {"version = 1\nx = ]\n", lock + "2:5 (got \"]\" outside of a string, expected TOML)"},
      {"version = 1\nconflicts = [{}]\n", lock + "2:14 (got something else in conflicts, expected an array)"},
      {uv_head, lock + "1:1 (got no project, expected a project beside the lock"},
      {uv_head + "[[package]]\nname = \"m\"\nsource = { editable = \"m\" }\n", lock + "1:1 (got no project, expected"},
      {with("{ name = \"a\" }", ""), lock + "8:17 (got no package for a , expected one)"},
      {with("{ name = \"a\" }", locked("a", "1") + locked("a", "2")),
       lock + "8:17 (got two packages for a, expected a version)"},
      {with("{ name = \"a\", marker = \"os == 'x'\" }", locked("a", "1")),
       lock + "8:40 (got os == 'x', expected a marker; at column 1: there is no variable of this name)"},
      {with("{ name = \"a\" }", "[[package]]\nname = \"a\"\n"), lock + "9:1 (got a package without a source, expected"},
      {with("{ name = \"a\" }", locked("a", "1", "wheels = [{ url = \"https://h/a.whl\" }]\n")),
       lock + "13:11 (got no hash for a.whl, expected hash = \"sha256:...\")"},
      {with("{ name = \"a\" }", locked("a", "1", "wheels = [{ url = \"https://h/a.whl\", hash = \"sha256:12\" }]\n")),
       lock + "13:45 (got \"12\", expected 64 hex digits in lower case)"},
      {with("{ name = \"a\" }", locked("a", "1", "wheels = []\n")), lock + "9:1 (got no files for a, expected"},
      {with("{ name = \"a\" }", locked("a", "1", "wheels = [{ url = \"https://h/..%2Fa\" }]\n")),
       "unsafe_path: a lock names a file that would leave its folder: uv.lock:13:11 (got \"../a\")"},
      {with("{ name = \"a\" }", "[[package]]\nname = \"a\"\nsource = { git = \"https://u:pw@h/r?rev=v1#c0\" }\n"),
       lock + "11:10 (got \"https://***@h/r?rev=v1#c0\", expected a repository's URL with #COMMIT)"},
      {with("{ name = \"a\" }",
            "[[package]]\nname = \"a\"\nsource = { git = \"https://h/r?subdirectory=../x#" + commit + "\" }\n"),
       "unsafe_path: a lock names a subdirectory that would leave its source: uv.lock:11:10 (got \"../x\")"},
      {with("{ name = \"a\" }", "[[package]]\nname = \"a\"\nsource = { virtual = \"sub\" }\n"),
       lock + "11:10 (got a project that is no package, expected one that can be built)"},
      {"version = 1\nsupported-markers = [\"sys_platform == 'win32'\"]\n",
       "unresolvable: the lock is not for this target: uv.lock (expected sys_platform == 'win32')"},
  };
  for (const auto& [text, words] : slips) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(pinned("uv.lock", text).substr(0, words.size()) == words);
  }
}

BOOST_AUTO_TEST_CASE(a_project_runs_on_some_pythons) {
  Context context = resolve_context(ResolveTargets::old_x86, nullptr);
  const auto check = [&](const std::string& python) {
    detail::check_required_pythons(
        Requirements::parse("[project]\nname = \"p\"\nrequires-python = \"" + python + "\"\n", "pyproject.toml"),
        context.target());
  };
  check(">=3.11.9,<3.12");
  BOOST_CHECK_EXCEPTION(check(">=3.12"), Error, [](const Error& error) {
    return error.code() == Errc::unresolvable && error.subject() == "pyproject.toml:3 (got 3.11.9, expected >=3.12)";
  });
}

BOOST_AUTO_TEST_SUITE_END()
