// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/unreachable.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/aws.hpp>
#include <daypack/backends/azure.hpp>
#include <daypack/backends/gcp.hpp>
#include <daypack/cache/disk.hpp>
#include <daypack/error.hpp>
#include <daypack/stages/prune.hpp>
#include <daypack/target.hpp>
#include <daypack/zip/inflate.hpp>

#include <map>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_unreachable)

namespace {

using Texts = std::vector<std::string>;

// Distributions a, b, c, d and e are a module each, and own files whatever is written. Paths "x:x/y.py" are of the
// distribution x.
class Packages {
 public:
  explicit Packages(std::map<std::string, std::string> files) {
    for (const char* name : {"a", "b", "c", "d", "e"}) file(std::string(name) + ':' + name + "/__init__.py", "");
    for (const auto& [path, text] : files) file(path, text);
  }

  void file(const std::string& where, const std::string& text) {
    const std::size_t colon = where.find(':');
    if (colon == std::string::npos) {
      entries_[where] = text_entry(where, text);
    } else {
      const std::string name = where.substr(0, colon), path = where.substr(colon + 1);
      if (!distributions_[name]) {
        distributions_[name] = distribution_of(name);
        file(name + ':' + name + "-1.dist-info/METADATA", "Name: " + name + "\n");
      }
      entries_[path] = entry_of(distributions_[name], path, text);
    }
  }

  Tree tree() const {
    std::vector<Entry> entries;
    for (const auto& [path, entry] : entries_) entries.push_back(entry);
    return Tree::of(entries);
  }

  // The distributions that stay, "a b".
  std::string kept(const Texts& roots = {"app.handler"}) const {
    std::string kept;
    const auto removed = removed_by(rules::unreachable(roots), tree());
    for (const auto& [name, distribution] : distributions_) {
      const bool gone = std::ranges::find(removed, name + "-1.dist-info/METADATA") != removed.end();
      if (!gone) kept += (kept.empty() ? "" : " ") + name;
    }
    return kept;
  }

  Texts notes(const Texts& roots = {"app.handler"}) const {
    Texts all;
    for (const auto& note : rules::unreachable(roots).matcher(tree(), nullptr).notes)
      all.push_back(note.subject + ": " + note.message);
    return all;
  }

 private:
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::shared_ptr<const Distribution>> distributions_;
};

constexpr const char* handler = "\ndef handler(event, context): pass\n";

// What stays when the handler's module has this text.
std::string kept_by(const std::string& source, std::map<std::string, std::string> more = {}) {
  more["app.py"] = source + handler;
  return Packages(more).kept();
}

std::string metadata(const std::string& name, const std::string& headers) {
  return "Metadata-Version: 2.4\nName: " + name + "\n" + headers + "\n\nRequires-Dist: e\n";
}

Errc code_of(const auto& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return {};
}

}  // namespace

static_assert(prune_rule<rules::Unreachable<"app.handler">> &&
              prune_rule<rules::UnreachableModules<"pkg/app.main", "a">>);
static_assert(daypack::detail::names_handler("my-app.handler") && !daypack::detail::names_handler("app.") &&
              !daypack::detail::names_handler("app") && !daypack::detail::names_handler("a..b") &&
              !daypack::detail::names_handler("a b.c") && !daypack::detail::names_handler("app/handler"));

BOOST_AUTO_TEST_CASE(statements_of_every_form) {
  BOOST_TEST(kept_by("") == "");
  BOOST_TEST(kept_by("import a") == "a");
  BOOST_TEST(kept_by("from a import x\nimport b as y, os") == "a b");
  BOOST_TEST(kept_by("def f():\n  try:\n    import a\n  except ImportError:\n    import b\n") == "a b");
  BOOST_TEST(kept_by("try: import a\nexcept ImportError: import b") == "a b");
  BOOST_TEST(kept_by("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  import a\nimport b") == "b");
  BOOST_TEST(kept_by("if not TYPE_CHECKING:\n  import a") == "a");
  BOOST_TEST(kept_by("'''\nimport a\n'''\n# import b") == "");
}

BOOST_AUTO_TEST_CASE(packages_and_relative_imports) {
  BOOST_TEST(kept_by("import own.x", {{"own/__init__.py", "import a"},
                                      {"own/x.py", "from . import y"},
                                      {"own/y.py", "import b"},
                                      {"own/z.py", "import c"}}) == "a b");
  BOOST_TEST(kept_by("from a.b import c", {{"a:a/b/__init__.py", "import b"},
                                           {"a:a/b/c.py", "from ...a.d import x"},
                                           {"a:a/d.py", "import d"},
                                           {"a:a/e.py", "import e"}}) == "a b d");
  BOOST_TEST(kept_by("import n.x", {{"x:n/x.py", "from n import y"}, {"y:n/y.py", ""}, {"z:n/z.py", ""}}) == "x y");
  BOOST_TEST(kept_by("import a",
                     {{"a:a/__init__.py", "from .tests import x"}, {"a:a/tests/__init__.py", "import b"}}) == "a b");
}

BOOST_AUTO_TEST_CASE(importlib_with_literals) {
  BOOST_TEST(kept_by("import importlib\nimportlib.import_module('a')") == "a");
  BOOST_TEST(kept_by("m = _load.import_module(  # why\n  name=\"a\")\nx = __import__('b')") == "a b");
  BOOST_TEST(kept_by("importlib.util.find_spec('a')") == "a");
  BOOST_TEST(kept_by("x = import_optional_dependency('a')\ny = lazy.load('b')\nz = f('c')\n") == "a b c");
  BOOST_TEST(kept_by("import a", {{"a:a/__init__.py", "import_module('.x', __name__)"},
                                  {"a:a/x.py", "import b"},
                                  {"a:a/y.py", "import c"}}) == "a b");
  BOOST_TEST(kept_by("import a", {{"a:a/__init__.py", "import_module(f'a.{name}')"},
                                  {"a:a/x.py", "import b"},
                                  {"a:a/tests/y.py", "import c"},
                                  {"a:a-1.dist-info/METADATA", metadata("a", "Requires-Dist: d")}}) == "a b");
  BOOST_TEST(kept_by("import a",
                     {{"a:a/__init__.py", "import_module('.' + name, __name__)"}, {"a:a/x.py", "import b"}}) == "a b");
  BOOST_TEST(kept_by("subprocess.run([sys.executable, '-m', 'a'])") == "a");
}

BOOST_AUTO_TEST_CASE(texts_that_name_modules) {
  BOOST_TEST(kept_by("X = 'a'\nY = 'a lot of b'") == "a");  // own files may name a module by one word
  BOOST_TEST(kept_by("import a", {{"a:a/__init__.py", "X = 'b'\nY = 'c.x.Backend'\nZ = 'd:main'"}}) == "a c");
  BOOST_TEST(kept_by("X = 'b.x'", {{"b:b/x.py", "import c"}}) == "b c");
  BOOST_TEST(kept_by("import a",
                     {{"a:a/__init__.py", "__getattr__, *_ = attach(__name__, submodules=['x'], s={'y.z': ['f']})"},
                      {"a:a/x.py", "import b"},
                      {"a:a/y/z.py", "import c"},
                      {"a:a/w.py", "import d"}}) == "a b c");
}

BOOST_AUTO_TEST_CASE(entry_points_of_groups_that_are_read) {
  const std::map<std::string, std::string> points{
      {"b:b-1.dist-info/entry_points.txt", "[my.group]\nx = b.x:f [extra]\n[console_scripts]\nb = b.cli:main\n"},
      {"b:b/x.py", "import c"},
      {"d:d-1.dist-info/entry_points.txt", "[other]\ny = d\n"},
      {"e:e-1.dist-info/entry_points.txt", "[console_scripts]\ne = e:main\n"}};
  BOOST_TEST(kept_by("entry_points(group='my.group')", points) == "b c");
  BOOST_TEST(kept_by("entry_points()['my.group']", points) == "b c");
  BOOST_TEST(kept_by("entry_points().get('other', ())", points) == "d");
  BOOST_TEST(kept_by("pkg_resources.iter_entry_points(GROUP)", points) == "b c d");
  BOOST_TEST(kept_by("def entry_points(group): pass", points) == "");
}

BOOST_AUTO_TEST_CASE(metadata_that_is_asked_for) {
  BOOST_TEST(kept_by("from importlib import metadata\nmetadata.version('A')") == "a");
  BOOST_TEST(kept_by("require_version('b>=1')") == "b");
  BOOST_TEST(kept_by("import a", {{"a:a/__init__.py", "importlib.metadata.version(name)"},
                                  {"a:a-1.dist-info/METADATA",
                                   metadata("a", "Requires-Dist: b (>1)\nrequires-dist: c; extra == 'x'\n")}}) ==
             "a b c");
  BOOST_TEST(kept_by("import a", {{"a:a/__init__.py", "importlib.metadata.version(__name__)"},
                                  {"a:a-1.dist-info/METADATA", metadata("a", "Requires-Dist: b")}}) == "a");
}

BOOST_AUTO_TEST_CASE(what_the_standard_library_imports) {
  BOOST_TEST(kept_by("from zoneinfo import ZoneInfo", {{"tzdata:tzdata/__init__.py", ""}}) == "tzdata");
  BOOST_TEST(kept_by("import zoneinfos", {{"tzdata:tzdata/__init__.py", ""}}) == "");
}

BOOST_AUTO_TEST_CASE(extension_modules_keep_what_is_required) {
  std::map<std::string, std::string> files{
      {"app.py", std::string("import a") + handler},
      {"a:a/_c.cpython-312-x86_64-linux-gnu.so",
       "\x7f"
       "ELF"},
      {"a:a/__init__.py", "from ._c import x"},
      {"a:a/y.py", "import d"},
      {"a:a-1.dist-info/METADATA", metadata("a", "Requires-Dist: b>=1\nRequires-Dist: c; extra == 'x'\n")}};
  BOOST_TEST(Packages(files).kept() == "a b d");
  const std::string why = "a/_c.cpython-312-x86_64-linux-gnu.so is an extension module, whose imports cannot be read";
  BOOST_TEST(Packages(files).notes() ==
                 (Texts{"unreachable: app.handler imports 1 of 5 distributions; 2 more may be imported, and stay",
                        "b 1: kept, for it may be imported: a requires it, and " + why,
                        "d 1: kept, for it may be imported: imported by a/y.py, which may be imported"}),
             boost::test_tools::per_element());
  files["a:a/__init__.py"] = "";  // the extension module is not imported
  BOOST_TEST(Packages(files).kept() == "a");
}

BOOST_AUTO_TEST_CASE(names_known_only_when_it_runs) {
  std::map<std::string, std::string> files{
      {"app.py", std::string("import a") + handler},
      {"a:a/__init__.py", "\ndef f(x):\n  return importlib.import_module(x)\n"},
      {"a:a/y.py", "import d"},
      {"a:a-1.dist-info/METADATA", metadata("a", "Requires-Dist: b>=1\nRequires-Dist: c; extra == 'x'\n")}};
  BOOST_TEST(Packages(files).kept() == "a b c d");
  BOOST_TEST(
      Packages(files).notes().at(1) ==
      "b 1: kept, for it may be imported: a requires it, and a/__init__.py:3 imports what is known only when it runs");
  files["a:a/__init__.py"] = "x = '''";
  BOOST_TEST(Packages(files).kept() == "a b c d");
  files["a:a/__init__.py"] = "import_module(__name__)\ndef import_module(x): pass";
  BOOST_TEST(Packages(files).kept() == "a");
}

BOOST_AUTO_TEST_CASE(own_files_that_import_what_is_not_known) {
  const Packages packages({{"app.py", std::string("__import__(NAME)\nimport a") + handler}});
  BOOST_TEST(packages.kept() == "a b c d e");
  BOOST_TEST(
      packages.notes() == (Texts{"unreachable: keeps everything: app.py:1 imports what is known only when it runs; "
                                 "name the modules that it means: unreachable=app.handler,MODULE"}),
      boost::test_tools::per_element());
  BOOST_TEST(packages.kept({"app.handler", "c"}) == "a c");
  BOOST_TEST(kept_by("model = joblib.load('model.pkl')") == "a b c d e");
  BOOST_TEST(kept_by("json.load(x)\ny = yaml.load(z)") == "");
}

BOOST_AUTO_TEST_CASE(without_metadata_all_stays) {
  Packages packages({{"app.py", std::string("import x") + handler}});
  const auto x = distribution_of("x");
  const Tree tree = packages.tree().merge(Tree::of({entry_of(x, "x/__init__.py", "__import__(y)")}));
  BOOST_TEST(removed_by(rules::unreachable({"app.handler"}), tree).empty());
}

BOOST_AUTO_TEST_CASE(roots_are_handlers_and_modules) {
  const Packages packages({{"app.py", std::string("import a") + handler},
                           {"pkg/__init__.py", "import b"},
                           {"pkg/jobs.py", std::string("import c") + handler}});
  BOOST_TEST(packages.kept({"pkg/jobs.handler"}) == "b c");
  BOOST_TEST(packages.kept({"pkg.jobs"}) == "b c");
  BOOST_TEST(packages.kept({"app.handler", "pkg.jobs.handler", "d"}) == "a b c d");
  BOOST_TEST(removed_by(rule<rules::Unreachable<"app.handler", "pkg/jobs.handler">>(), packages.tree()).size() == 4u);
  const auto code = [&](const Texts& roots) { return code_of([&] { packages.kept(roots); }); };
  BOOST_TEST((code({"other.handler"}) == Errc::not_found));
  BOOST_TEST((code({"app.main"}) == Errc::not_found));
  BOOST_TEST((code({"app"}) == Errc{}));
  for (const char* odd : {"", "nothing", "a..b", "a b.c", "a.", "../a.b"})
    BOOST_TEST((code({odd}) == Errc::usage), odd);
  BOOST_TEST((code_of([] { rules::unreachable({}); }) == Errc::usage));
}

BOOST_AUTO_TEST_CASE(bytecode_is_not_read) {
  BOOST_TEST((code_of([] { Packages(std::map<std::string, std::string>{{"app.pyc", ""}}).kept(); }) == Errc::usage));
  BOOST_TEST(
      kept_by("import a", {{"a:a/x.pyc", ""}, {"a:a-1.dist-info/METADATA", metadata("a", "Requires-Dist: b")}}) == "a");
  BOOST_TEST(kept_by("import a.x",
                     {{"a:a/x.pyc", ""}, {"a:a-1.dist-info/METADATA", metadata("a", "Requires-Dist: b")}}) == "a b");
}

BOOST_AUTO_TEST_CASE(what_the_backend_starts_with) {
  const auto removed = [](const Tree& tree, const TargetFacts& facts) {
    return removed_by(rules::unreachable({"app.handler"}), tree, &facts);
  };
  const std::string folder = ".python_packages/lib/site-packages/";
  const auto a = distribution_of("a"), b = distribution_of("b"), functions = distribution_of("azure-functions");
  const Tree azure = Tree::of(
      {entry_of(a, folder + "a.py"), entry_of(b, folder + "b.py"),
       entry_of(functions, folder + "azure/functions/__init__.py"), text_entry("app.py", handler),
       text_entry("job/function.json", "{\"scriptFile\": \"../other.py\"}"), text_entry("other.py", "import a")});
  BOOST_TEST(removed(azure, target<azure::Functions, 3.12_py>.facts()) == Texts{folder + "b.py"},
             boost::test_tools::per_element());
  const auto framework = distribution_of("functions-framework");
  const Tree gcp =
      Tree::of({entry_of(a, "a.py"), entry_of(b, "b.py"), entry_of(framework, "functions_framework/__init__.py"),
                text_entry("app.py", handler), text_entry("main.py", "import b")});
  BOOST_TEST(removed(gcp, target<gcp::Functions, 3.12_py>.facts()) == Texts{"a.py"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(modules_when_they_are_asked_for) {
  const Tree tree = Packages({{"app.py", std::string("import a.x\nimport b\nimport c\nimport unused") + handler},
                              {"own.py", ""},
                              {"a:a/x.py", ""},
                              {"a:a/y.py", "import d"},
                              {"a:a/z/__init__.py", ""},
                              {"a:a/z/table.csv", ""},
                              {"b:b/_c.so", ""},
                              {"b:b/y.py", ""},
                              {"c:c/__init__.py", "__import__(x)"},
                              {"c:c/y.py", ""}})
                        .tree();
  const Texts gone{"a/y.py",        "a/z/__init__.py",        "d-1.dist-info/METADATA",
                   "d/__init__.py", "e-1.dist-info/METADATA", "e/__init__.py"};
  BOOST_TEST(removed_by(rules::unreachable_modules({"app.handler"}), tree) == gone, boost::test_tools::per_element());
  BOOST_TEST(removed_by(rule<rules::UnreachableModules<"app.handler">>(), tree) == gone,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_wheels_import_is_kept_between_runs) {
  const TemporaryFolder folder;
  const Context context(
      Services{.pool = std::make_shared<Pool>(2), .cache = std::make_shared<DiskCache>(folder.path().string())});
  // The wheel's digest and the CRC stay; what it says may be another text of that length.
  const std::string says_b = "import b\n";
  const auto removed = [&](const std::string& text, const std::string& path) {
    const auto a = std::make_shared<const Distribution>(Distribution{"a", "1", "a.whl", std::string(64, 'a')});
    const ZipMember member{.data = blob_of(text),
                           .size = text.size(),
                           .crc32 = zip::crc32_of(as_bytes(says_b)),
                           .deflated = false,
                           .trusted = true};
    const Tree tree = Tree::of({{.path = path, .content = member, .origin = a},
                                entry_of(distribution_of("b"), "b.py"),
                                entry_of(distribution_of("c"), "c.py"),
                                text_entry("app.py", std::string("import a") + handler)});
    const Matcher matcher = rules::unreachable({"app.handler"}).matcher_in(tree, context);
    Texts gone;
    for (const Entry& entry : tree) {
      if (matcher.removes(entry)) gone.push_back(entry.path);
    }
    return gone;
  };
  BOOST_TEST(removed(says_b, "a/__init__.py") == Texts{"c.py"}, boost::test_tools::per_element());
  // It is not read again, wrong as that is here; under another path it is.
  const std::string damaged(says_b.size(), '#');
  BOOST_TEST(removed(damaged, "a/__init__.py") == Texts{"c.py"}, boost::test_tools::per_element());
  BOOST_CHECK_THROW(removed(damaged, "a.py"), Error);
}

BOOST_AUTO_TEST_CASE(the_ledger_names_the_rule) {
  const Tree tree = Packages({{"app.py", std::string("import a") + handler}}).tree();
  Observed observed;
  const Tree pruned = Prune<rules::Unreachable<"app.handler">>{}(tree, observed.context);
  BOOST_TEST(pruned.ledger().size() == 8u);
  BOOST_TEST(pruned.ledger().front().rule == "unreachable");
  BOOST_TEST(pruned.ledger().front().distribution == "b");
  BOOST_TEST(pruned.find("app.py"));
  BOOST_TEST(observed.texts().front() ==
             "unreachable: app.handler imports 1 of 5 distributions; 0 more may be imported, and stay");
}

BOOST_AUTO_TEST_SUITE_END()
