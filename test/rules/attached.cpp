// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/attached.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/aliyun.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_attached)

namespace {

using Texts = std::vector<std::string>;

const TargetFacts lambda = target<aws::Lambda, 3.12_py>.facts();

struct Files {
  std::string name, version;
  std::vector<std::pair<std::string, std::string>> files;
};

void add(std::vector<Entry>& entries, const Files& one, const std::string& sha256 = "") {
  const auto origin = std::make_shared<const Distribution>(
      Distribution{one.name, one.version, one.name + '-' + one.version + "-py3-none-any.whl", sha256});
  entries.push_back(entry_of(origin, one.name + '-' + one.version + ".dist-info/METADATA", "Name: " + one.name));
  for (const auto& [path, text] : one.files) entries.push_back(entry_of(origin, path, text));
}

Tree tree_of(const std::vector<Files>& all, const std::string& sha256 = "") {
  std::vector<Entry> entries{text_entry("app.py", "import six")};
  for (const Files& one : all) add(entries, one, sha256);
  return Tree::of(std::move(entries));
}

checks::AttachedLayer layer_of(const std::vector<Files>& all, const std::string& folder = "python",
                               const std::string& name = "layer.zip") {
  std::vector<Entry> entries;
  for (const Files& one : all) {
    std::vector<Entry> its;
    add(its, one);
    for (Entry& entry : its)
      entries.push_back(text_entry(folder + '/' + entry.path, std::string(read_content(entry).text())));
  }
  return {.name = name, .files = Tree::of(std::move(entries))};
}

struct Judged {
  Texts removed = {}, notes = {}, warnings = {};
};

Judged judged(const Tree& tree, std::vector<checks::AttachedLayer> layers, const TargetFacts* facts = &lambda) {
  const Rule rule = rules::Attached{std::move(layers)};
  Judged result{.removed = removed_by(rule, tree, facts)};
  for (const auto& note : rule.matcher(tree, facts).notes)
    (note.warns ? result.warnings : result.notes).push_back(note.subject + ": " + note.message);
  return result;
}

const Files six{"six", "1.17.0", {{"six.py", "x = 1"}}}, idna{"idna", "3.10", {{"idna/__init__.py", ""}}};

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_layer_has_goes_as_a_whole) {
  for (const char* folder : {"python", "python/lib/python3.12/site-packages"}) {
    const Judged found = judged(tree_of({six, idna}), {layer_of({six}, folder)});
    BOOST_TEST(found.removed == (Texts{"six-1.17.0.dist-info/METADATA", "six.py"}), boost::test_tools::per_element());
    BOOST_TEST(found.notes == Texts{"six 1.17.0: the layer layer.zip has 1.17.0: left out"},
               boost::test_tools::per_element());
    BOOST_TEST(found.warnings.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_on_the_path_counts_for_nothing) {
  for (const char* folder : {"lib", "python/lib/python3.11/site-packages", "python/more"})
    BOOST_TEST(judged(tree_of({six}), {layer_of({six}, folder)}).removed.empty(), folder);
}

BOOST_AUTO_TEST_CASE(another_version_stays_with_a_warning) {
  Files other = six;
  other.version = "1.16.0";
  const Judged found = judged(tree_of({six}), {layer_of({other})});
  BOOST_TEST(found.removed.empty());
  BOOST_TEST(found.notes.empty());
  BOOST_TEST(
      found.warnings == Texts{"six 1.17.0: the layer layer.zip has 1.16.0: stays, the function's own is found first"},
      boost::test_tools::per_element());
  other.version = "1.17";  // the same by PEP 440
  BOOST_TEST(judged(tree_of({six}), {layer_of({other})}).removed.size() == 2U);
}

BOOST_AUTO_TEST_CASE(who_is_found_first_follows_from_the_path_of_the_backend) {
  static constexpr std::array<std::string_view, 2> layers_first{"/opt/python", "/var/task"};
  BackendPolicy policy = aws::Lambda::policy;
  policy.search_path = layers_first;
  TargetFacts facts = lambda;
  facts.backend = &policy;
  const Judged found = judged(tree_of({six}), {layer_of({{"six", "1.16.0", {}}})}, &facts);
  BOOST_TEST(found.warnings == Texts{"six 1.17.0: the layer layer.zip has 1.16.0: stays, the layer's is found first"},
             boost::test_tools::per_element());
  const TargetFacts layer = target<aws::Layer, 3.12_py>.facts();
  BOOST_TEST(says(judged(tree_of({six}).under("python"), {layer_of({{"six", "1.16.0", {}}})}, &layer).warnings.at(0),
                  "stays, the order of the layers decides"));
}

BOOST_AUTO_TEST_CASE(of_several_layers_the_one_that_is_found_decides) {
  const Files old{"six", "1.16.0", {{"six.py", "x = 0"}}};
  const std::vector<checks::AttachedLayer> layers{layer_of({old}, "python", "a"), layer_of({six}, "python", "b")};
  BOOST_TEST(judged(tree_of({six}), layers).removed.size() == 2U);  // AWS: the last wins
  const TargetFacts aliyun = target<aliyun::Fc, 3.10_py>.facts();
  BOOST_TEST(judged(tree_of({six}), layers, &aliyun).removed.empty());  // the first wins
  BOOST_TEST(judged(tree_of({six}), {layers[1], layers[0]}, &aliyun).removed.size() == 2U);
}

BOOST_AUTO_TEST_CASE(other_files_stay) {
  Files other = six;
  other.files[0].second = "x = 2";
  const Judged found = judged(tree_of({six}), {layer_of({other})});
  BOOST_TEST(found.removed.empty());
  BOOST_TEST(
      found.notes == Texts{"six 1.17.0: the layer layer.zip has 1.17.0: stays, it is not the same there: six.py"},
      boost::test_tools::per_element());
  BOOST_TEST(judged(tree_of({six}), {layer_of({{"six", "1.17.0", {}}})}).removed.empty());
}

BOOST_AUTO_TEST_CASE(the_same_wheel_is_the_same_whatever_became_of_it) {
  const std::string sha256(64, 'a');
  checks::AttachedLayer layer = layer_of({{"six", "1.17.0", {{"six.pyc", "compiled"}}}});
  layer.manifest = {.python = "3.12", .arch = "x86_64", .distributions = {{.name = "six", .sha256 = sha256}}};
  BOOST_TEST(judged(tree_of({six}, sha256), {layer}).removed.size() == 2U);
  BOOST_TEST(judged(tree_of({six}, std::string(64, 'b')), {layer}).removed.empty());
  BOOST_TEST(judged(tree_of({six}), {layer}).removed.empty());
  layer.manifest.python = "3.11";
  BOOST_TEST(judged(tree_of({six}, sha256), {layer}).removed.empty());
  layer.manifest.python = "3.12";
  layer.manifest.arch = "arm64";
  BOOST_TEST(judged(tree_of({six}, sha256), {layer}).removed.empty());
}

BOOST_AUTO_TEST_CASE(who_shares_a_package_goes_together_or_stays) {
  const Files one{"ns-one", "1", {{"ns/__init__.py", ""}, {"ns/one.py", ""}}}, two{"ns-two", "1", {{"ns/two.py", ""}}};
  BOOST_TEST(judged(tree_of({one, two}), {layer_of({one, two})}).removed.size() == 5U);
  const Judged found = judged(tree_of({one, two}), {layer_of({one})});
  BOOST_TEST(found.removed.empty());
  BOOST_TEST(found.notes == Texts{"ns-one 1: the layer layer.zip has 1: stays, it shares a package with ns-two"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_a_target_nothing_goes) {
  BOOST_TEST(judged(tree_of({six}), {layer_of({six})}, nullptr).removed.empty());
  BOOST_TEST(judged(tree_of({six}), {}).removed.empty());
}

BOOST_AUTO_TEST_SUITE_END()
