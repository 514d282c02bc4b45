// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/resolvers/pylock.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/resolve_targets.hpp"
#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/resolvers/resolver.hpp>

using namespace daypack;

static_assert(resolver<Pylock>);

BOOST_AUTO_TEST_SUITE(resolvers_pylock)

namespace {

const std::string sha(64, 'a');

std::string package(const std::string& name, const std::string& more, const std::vector<std::string>& files) {
  std::string text = "[[packages]]\nname = \"" + name + "\"\nversion = \"1.0\"\n" + more;
  std::string wheels;
  for (const std::string& file : files) {
    const std::string table = "{ url = \"https://h/" + file + "\", hashes = { sha256 = \"" + sha + "\" } }";
    if (file.ends_with(".whl")) {
      wheels += table + ", ";
    } else {
      text += "sdist = " + table + '\n';
    }
  }
  return text + (wheels.empty() ? "" : "wheels = [" + wheels + "]\n");
}

std::string pure(const std::string& name, const std::string& more = "") {
  return package(name, more, {name + "-1.0-py3-none-any.whl"});
}

// The files of each package that remain, or the error. There is no runner: nothing can be started.
std::string resolved(const std::string& lock, const std::string& requirements = "", Pylock pylock = {},
                     const TargetFacts& target = ResolveTargets::old_x86) try {
  TemporaryFolder folder;
  pylock.path = folder / "pylock.toml";
  detail::write_file(pylock.path, "lock-version = \"1.0\"\n" + lock);
  const Context context = resolve_context(target, nullptr);
  std::string files;
  for (const Pinned& one : pylock.resolve(Requirements::parse(requirements, "r.txt"), context).packages) {
    BOOST_TEST(one.marker.empty());
    for (const auto* list : {&one.wheels, &one.sdists})
      for (const PinnedFile& file : *list) files += (files.empty() ? "" : ", ") + file.file;
  }
  return files;
} catch (const Error& error) {
  std::string text = std::string(to_string(error.code())) + ": " + error.what();
  const std::size_t folder = text.find("/pylock.toml"), begin = text.rfind(' ', folder);
  return folder == std::string::npos ? text : text.erase(begin + 1, folder - begin);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_the_target_needs_is_kept_with_its_best_wheel) {
  const std::string lock =
      package("fast", "",
              {"fast-1.0-cp311-cp311-manylinux_2_17_x86_64.whl", "fast-1.0-cp311-cp311-manylinux_2_24_x86_64.whl",
               "fast-1.0-cp311-cp311-manylinux_2_28_x86_64.whl", "fast-1.0-cp312-cp312-manylinux_2_34_aarch64.whl"}) +
      pure("old", "marker = \"python_version < '3.12'\"\n") + pure("windows", "marker = \"sys_platform == 'win32'\"\n");
  BOOST_TEST(resolved(lock) == "fast-1.0-cp311-cp311-manylinux_2_24_x86_64.whl, old-1.0-py3-none-any.whl");
  BOOST_TEST(resolved(lock, "", {}, ResolveTargets::new_arm) == "fast-1.0-cp312-cp312-manylinux_2_34_aarch64.whl");
}

BOOST_AUTO_TEST_CASE(a_lock_for_others_is_refused) {
  BOOST_TEST(resolved("environments = [\"sys_platform == 'linux'\"]\n" + pure("a")) == "a-1.0-py3-none-any.whl");
  BOOST_TEST(resolved("environments = [\"sys_platform == 'win32'\", \"python_version > '3.11'\"]\n" + pure("a"))
                 .starts_with("unresolvable: the lock is not for this target: pylock.toml (got Python 3.11.9 on Linux "
                              "x86_64, expected sys_platform == 'win32' or another)"));
  BOOST_TEST(resolved("environments = [\"?\"]\n" + pure("a")).starts_with("syntax: "));
  BOOST_TEST(resolved("requires-python = \">=3.12\"\n" + pure("a")) ==
             "unresolvable: the lock is for another Python: pylock.toml (got 3.11.9, expected >=3.12)\n"
             "  hint: lock again for this target, or take another Python");
  BOOST_TEST(resolved("requires-python = \">=3.11.9\"\n" + pure("a")) == "a-1.0-py3-none-any.whl");
  BOOST_TEST(
      resolved(pure("a", "requires-python = \">=3.12\"\n")).starts_with("no_wheel: it does not run on the target's"));
  BOOST_TEST(
      resolved(pure("a") + pure("a", "index = \"https://h\"\n")).starts_with("conflict: the lock names two versions"));
}

BOOST_AUTO_TEST_CASE(wheels_that_do_not_fit_are_named) {
  const std::vector<std::string> files{"a-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"};
  BOOST_TEST(resolved(package("a", "", files)) ==
             "no_wheel: none of its wheels fits the target: a 1.0 (Lab, Python 3.11, x86_64, glibc 2.26)\n"
             "  hint: pin another version of a that has one\n"
             "  needs glibc 2.28, the target has 2.26: a-1.0-cp311-cp311-manylinux_2_28_x86_64.whl");
  BOOST_TEST(resolved(package("a", "", {files[0], "a-1.0.tar.gz"})) == files[0] + ", a-1.0.tar.gz");
}

BOOST_AUTO_TEST_CASE(extras_and_groups_are_those_of_the_lock) {
  const std::string lock = "extras = [\"fast\"]\ndependency-groups = [\"Dev\"]\ndefault-groups = [\"main\"]\n" +
                           pure("a", "marker = \"'fast' in extras\"\n") +
                           pure("b", "marker = \"'dev' in dependency_groups\"\n") +
                           pure("c", "marker = \"'main' in dependency_groups\"\n");
  BOOST_TEST(resolved(lock) == "c-1.0-py3-none-any.whl");
  BOOST_TEST(resolved(lock, "", {.parts = {.extras = {"fast"}}}) == "a-1.0-py3-none-any.whl, c-1.0-py3-none-any.whl");
  BOOST_TEST(resolved(lock, "", {.parts = {.groups = {"dev"}}}) == "b-1.0-py3-none-any.whl, c-1.0-py3-none-any.whl");
  BOOST_TEST(resolved(lock, "", {.parts = {.groups = {"dev"}, .project = false}}) == "b-1.0-py3-none-any.whl");
  BOOST_TEST(resolved(lock, "", {.parts = {.default_groups = false}}) == "");
  BOOST_TEST(
      resolved(lock, "", {.parts = {.extras = {"slow"}}}).starts_with("not_found: there is no such extra: slow "));
  // A default group stands for the project; by its name it can be chosen where the lock says so.
  for (const std::string group : {"x", "main"}) {
    BOOST_TEST(resolved(lock, "", {.parts = {.groups = {group}}})
                   .starts_with("not_found: there is no such dependency group: " + group));
  }
}

BOOST_AUTO_TEST_CASE(requirements_have_to_be_met) {
  const std::string lock = pure("a") + pure("b");
  BOOST_TEST(resolved(lock, "a>=1\nB ; python_version > '3'\nc ; sys_platform == 'win32'\n") ==
             "a-1.0-py3-none-any.whl, b-1.0-py3-none-any.whl");
  BOOST_TEST(resolved(lock, "a>1\n") ==
             "unresolvable: the lock has another version than required: a>1 (r.txt:1, got 1.0 in pylock.toml)\n"
             "  hint: lock again with these requirements");
  BOOST_TEST(
      resolved(lock, "\nc\n")
          .starts_with("unresolvable: the lock does not have a required package: c (r.txt:2, not in pylock.toml)"));
}

BOOST_AUTO_TEST_CASE(the_identity_is_that_of_the_text) {
  TemporaryFolder folder;
  const Pylock pylock{.path = folder / "pylock.toml"};
  BOOST_CHECK_THROW(pylock.identity(), Error);
  detail::write_file(pylock.path, "a");
  const std::string first = pylock.identity();
  BOOST_TEST(first == Pylock{.path = pylock.path}.identity());
  BOOST_TEST(first != (Pylock{.path = pylock.path, .parts = {.extras = {"x"}}}).identity());
  detail::write_file(pylock.path, "b");
  BOOST_TEST(first != pylock.identity());
}

BOOST_AUTO_TEST_SUITE_END()
