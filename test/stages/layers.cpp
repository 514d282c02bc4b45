// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/layers.hpp>  // self-contained

#include "support/error_of.hpp"
#include "support/findings.hpp"
#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/backends/aliyun.hpp>
#include <daypack/backends/azure.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/stage.hpp>
#include <daypack/stages/vendor.hpp>

#include <random>
#include <set>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(stages_layers)

namespace {

using Texts = std::vector<std::string>;

// A distribution as most are: one package, and its dist-info.
void add(std::vector<Entry>& entries, const std::string& name, const std::string& version, const std::string& text) {
  const auto origin = distribution_of(name, version);
  entries.push_back(entry_of(origin, name + "/__init__.py", text));
  entries.push_back(entry_of(origin, name + "-" + version + ".dist-info/METADATA", version));
}

Tree packages(const std::map<std::string, std::string>& versions, bool own = true) {
  std::vector<Entry> entries;
  for (const auto& [name, version] : versions) add(entries, name, version, name + version);
  if (own) entries.push_back(text_entry("app.py", "def handler(event, context): pass"));
  return Tree::of(std::move(entries));
}

Split<Tree> split(const Tree& tree, const Layers& layers = {}, Observed observed = {}) {
  Context context = observed.context.with_target(target<aws::Lambda, 3.12_py>.facts());
  return layers(tree, context);
}

// What decides the bytes of a zip.
std::string bytes_of(const Tree& tree) {
  std::string all;
  for (const Entry& entry : tree) all += entry.path + '\n' + std::string(read_content(entry).text()) + '\n';
  return all;
}

std::map<std::string, std::string> bytes_of(const Split<Tree>& parts) {
  std::map<std::string, std::string> all{{"", bytes_of(parts.function.value)}};
  for (const auto& layer : parts.layers) all[layer.name] = bytes_of(layer.value);
  return all;
}

// Where each distribution is; empty for the function.
LayerPlacement placement(const Split<Tree>& parts) {
  LayerPlacement found;
  for (const auto& each : parts.function.value.distributions()) found[each->name] = "";
  for (const auto& layer : parts.layers) {
    for (const auto& each : layer.value.distributions()) found[each->name] = layer.name;
  }
  return found;
}

// The parts whose bytes differ, those that only one of them has too.
std::set<std::string> changed(const Split<Tree>& before, const Split<Tree>& after) {
  std::set<std::string> names;
  const auto a = bytes_of(before), b = bytes_of(after);
  for (const auto* parts : {&a, &b}) {
    for (const auto& [name, bytes] : *parts) {
      if (!a.contains(name) || !b.contains(name) || a.at(name) != b.at(name)) names.insert(name);
    }
  }
  return names;
}

Entry sized(const std::string& distribution, std::uint64_t bytes) {
  return {.path = distribution + "/data.bin",
          .content = FileRange{HostPath("/nowhere"), 0, bytes},
          .origin = distribution_of(distribution)};
}

}  // namespace

static_assert(stage<Layers> && std::same_as<takes<Layers>, Tree> && std::same_as<gives<Layers>, Split<Tree>>);

BOOST_AUTO_TEST_CASE(own_files_stay_and_distributions_go_below_the_folder_of_layers) {
  const Split<Tree> parts = split(packages({{"numpy", "1"}, {"yaml", "2"}, {"six", "3"}}));
  BOOST_TEST(paths_in(parts.function.value) == Texts{"app.py"}, boost::test_tools::per_element());
  BOOST_TEST(parts.function.target.backend->name == "aws_lambda");
  BOOST_REQUIRE(!parts.layers.empty());
  std::size_t distributions = 0;
  for (const auto& layer : parts.layers) {
    BOOST_TEST(layer.target.backend->name == "aws_layer");
    BOOST_TEST((layer.target.runtime->python == 3.12_py));
    for (const Entry& entry : layer.value) BOOST_TEST(entry.path.starts_with("python/"));
    distributions += layer.value.distributions().size();
  }
  BOOST_TEST(distributions == 3U);
}

BOOST_AUTO_TEST_CASE(the_parts_make_up_the_whole) {
  const Tree whole = packages({{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}, {"e", "1"}, {"f", "1"}})
                         .with_ledger({{.path = "a/tests/t.py", .distribution = "a"}, {.path = "gone.py"}});
  const Split<Tree> parts = split(whole, {.count = 3});
  BOOST_TEST(bytes_of(joined(parts)) == bytes_of(whole));
  BOOST_TEST(joined(parts).ledger().size() == 2U);
  BOOST_TEST(paths_in(parts.function.value.ledger()) == Texts{"gone.py"}, boost::test_tools::per_element());
}

// Any set of packages: another version, one more or one less changes the layer that it is in, and nothing else.
BOOST_AUTO_TEST_CASE(a_change_of_one_package_changes_its_layer_alone) {
  std::mt19937 random(20261121);
  for (int round = 0; round < 60; ++round) {
    std::map<std::string, std::string> versions;
    for (int i = 0, count = 2 + static_cast<int>(random() % 40); i < count; ++i)
      versions["p" + std::to_string(random() % 1000)] = std::to_string(random() % 9);
    const Layers layers{.count = 1 + static_cast<int>(random() % 5)};
    const Split<Tree> before = split(packages(versions), layers);
    const std::string picked = std::next(versions.begin(), static_cast<long>(random() % versions.size()))->first;
    const std::string where = placement(before).at(picked);
    BOOST_TEST_CONTEXT("round " << round << ", " << picked << " in layer " << where) {
      auto other = versions;
      other[picked] = "newer";
      BOOST_TEST((changed(before, split(packages(other), layers)) == std::set<std::string>{where}));
      other.erase(picked);
      BOOST_TEST((changed(before, split(packages(other), layers)) == std::set<std::string>{where}));
      other = versions;
      other["q"] = "1";
      const Split<Tree> more = split(packages(other), layers);
      BOOST_TEST((changed(before, more) == std::set<std::string>{placement(more).at("q")}));
    }
  }
}

BOOST_AUTO_TEST_CASE(one_more_layer_takes_from_the_others_and_moves_nothing_between_them) {
  std::map<std::string, std::string> versions;
  for (int i = 0; i < 60; ++i) versions["p" + std::to_string(i)] = "1";
  for (int count = 1; count < 5; ++count) {
    const LayerPlacement few = placement(split(packages(versions), {.count = count})),
                         more = placement(split(packages(versions), {.count = count + 1}));
    std::size_t moved = 0;
    for (const auto& [name, layer] : more) {
      if (layer == few.at(name)) continue;
      ++moved;
      BOOST_TEST(layer == std::to_string(count + 1));
    }
    BOOST_TEST(moved > 60U / (2 * static_cast<unsigned>(count + 1)));
    BOOST_TEST(moved < 60U * 2 / static_cast<unsigned>(count + 1));
  }
}

BOOST_AUTO_TEST_CASE(what_shares_a_package_lies_together) {
  std::vector<Entry> entries;
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    const auto regular = distribution_of("regular-" + n), portion = distribution_of("portion-" + n),
               libs = distribution_of("libs-" + n), stubs = distribution_of("module-" + n);
    if (i == 0) entries.push_back(entry_of(regular, "google/__init__.py"));
    entries.push_back(entry_of(regular, "google/r" + n + "/__init__.py"));
    entries.push_back(entry_of(portion, "azure/p" + n + "/__init__.py"));
    entries.push_back(entry_of(libs, "shared.libs/lib" + n + ".so.1"));
    entries.push_back(entry_of(stubs, "one" + (i == 0 ? std::string(".py") : ".cpython-3" + n + ".so")));
  }
  std::map<std::string, std::set<std::string>> layers;
  for (const auto& [name, layer] : placement(split(Tree::of(std::move(entries)))))
    layers[name.substr(0, name.find('-'))].insert(layer);
  BOOST_TEST(layers["regular"].size() == 1U);
  BOOST_TEST(layers["libs"].size() == 1U);
  BOOST_TEST(layers["module"].size() == 1U);
  BOOST_TEST(layers["portion"].size() > 1U);  // PEP 420
}

BOOST_AUTO_TEST_CASE(what_the_users_own_files_are_in_stays_with_the_function) {
  const auto plugin = distribution_of("plugin"), names = distribution_of("names"), other = distribution_of("other"),
             space = distribution_of("space"), app = distribution_of("app"), friend_of = distribution_of("friend");
  const Tree tree = Tree::of({entry_of(plugin, "pkg/__init__.py"), text_entry("pkg/mine.py", ""),
                              entry_of(plugin, "both/__init__.py"), entry_of(friend_of, "both/more.py"),
                              entry_of(names, "settings/__init__.py"), text_entry("settings.py", ""),
                              entry_of(space, "ns/theirs/__init__.py"), text_entry("ns/mine/__init__.py", ""),
                              entry_of(other, "other/__init__.py"), entry_of(app, "service/app.py")});
  Observed observed;
  LayerPlacement found = placement(split(tree, {.handler = "service.app.handler"}, observed));
  for (auto& [name, layer] : found) layer = layer.empty() ? "function" : "layer";
  const LayerPlacement expected{{"app", "function"}, {"friend", "function"}, {"names", "function"},
                                {"other", "layer"},  {"plugin", "function"}, {"space", "layer"}};
  BOOST_TEST((found == expected));
  const Texts texts = observed.texts();
  for (const char* words : {"plugin: stays with the function: pkg is your own too",
                            "friend: stays with the function: it shares a package with another that stays",
                            "names: stays with the function: settings is your own too",
                            "app: stays with the function: the handler service.app.handler is in it"})
    BOOST_TEST((std::ranges::find(texts, words) != texts.end()), words);
}

BOOST_AUTO_TEST_CASE(groups_and_what_is_kept) {
  const Tree tree = packages({{"numpy", "1"}, {"scipy", "1"}, {"yaml", "1"}, {"six", "1"}, {"idna", "1"}});
  const Layers layers{.count = 2, .groups = {{"numeric", {"NumPy", "sci*"}}}, .keep = {"six"}};
  const LayerPlacement expected{{"idna", "1"}, {"numpy", "numeric"}, {"scipy", "numeric"}, {"six", ""}, {"yaml", "1"}};
  BOOST_TEST((placement(split(tree, layers)) == expected));
  // With as many groups as layers, the rest stays with the function.
  const LayerPlacement rest{{"idna", ""}, {"numpy", "numeric"}, {"scipy", "numeric"}, {"six", ""}, {"yaml", ""}};
  BOOST_TEST((placement(split(tree, {.count = 1, .groups = layers.groups})) == rest));
  Observed observed;
  split(tree, {.groups = {{"empty", {"pandas"}}}, .keep = {"torch*"}}, observed);
  const Texts texts = observed.texts();
  BOOST_TEST(texts.at(0) == "layer empty: no distribution is called pandas");
  BOOST_TEST(texts.at(1) == "kept with the function: no distribution is called torch*");
}

BOOST_AUTO_TEST_CASE(what_was_placed_before_stays_there) {
  const std::map<std::string, std::string> versions{{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}};
  const Tree tree = packages(versions);
  const LayerPlacement before{{"a", "3"}, {"b", "3"}, {"c", "1"}, {"d", "9"}};
  LayerPlacement found = placement(split(tree, {.count = 3, .previous = before}));
  const std::string free = placement(split(tree, {.count = 3})).at("d");
  BOOST_TEST((found == LayerPlacement{{"a", "3"}, {"b", "3"}, {"c", "1"}, {"d", free}}));  // there is no layer 9 now
  Manifest manifest;
  manifest.layers = {{.name = "3", .distributions = {"a", "b"}}, {.name = "1", .distributions = {"c"}}};
  BOOST_TEST((placement_of(manifest) == LayerPlacement{{"a", "3"}, {"b", "3"}, {"c", "1"}}));
}

BOOST_AUTO_TEST_CASE(a_layer_takes_no_more_than_is_uploaded_directly_while_others_have_room) {
  std::vector<Entry> entries;
  for (int i = 0; i < 5; ++i)
    entries.push_back(sized("large-" + std::to_string(i), 60'000'000));  // about 30 MB as a zip
  const Split<Tree> parts = split(Tree::of(entries));
  BOOST_TEST(parts.layers.size() == 5U);
  // More than five of them cannot be kept apart: the first choice then.
  entries.push_back(sized("large-5", 60'000'000));
  BOOST_TEST(split(Tree::of(entries)).layers.size() == 5U);
  // A little more does not move anything.
  for (Entry& entry : entries) std::get<FileRange>(entry.content).size += 1'000'000;
  BOOST_TEST((placement(split(Tree::of(entries))) ==
              placement(split(Tree::of(std::vector(entries.rbegin(), entries.rend()))))));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused) {
  const Tree tree = packages({{"a", "1"}});
  const auto refusal = [&](const Layers& layers) { return std::string(error_of([&] { split(tree, layers); }).what()); };
  BOOST_TEST(says(refusal({.count = 6}),
                  "so many layers cannot be attached to a function of AWS Lambda: 6 layers (expected 1 to 5"));
  BOOST_TEST(says(refusal({.count = 4, .attached = 2}), "4 layers (expected 1 to 3"));
  BOOST_TEST(says(refusal({.attached = 5}), "attach fewer others"));
  BOOST_TEST(says(refusal({.count = 1, .groups = {{"a", {}}, {"b", {}}}}),
                  "there are more groups than layers: 2 groups (expected at most 1)"));
  BOOST_TEST(says(refusal({.groups = {{"a", {}}, {"a", {}}}}), "two layers have one name: a"));
  for (const char* name : {"", "7", "a/b", "a b"})
    BOOST_TEST(says(refusal({.groups = {{name, {}}}}), "a layer cannot be named so: '" + std::string(name) + "'"));
  Context azure = testing::context(1).with_target(target<azure::Functions, 3.12_py>.facts());
  BOOST_TEST((error_of([&] { Layers{}(tree, azure); }).code() == Errc::usage));
}

BOOST_AUTO_TEST_CASE(layers_of_another_backend) {
  Context context = testing::context(1).with_target(target<aliyun::Fc, 3.10_py>.facts());
  const Split<Tree> parts = Layers{.count = 1}(packages({{"a", "1"}, {"b", "1"}}), context);
  BOOST_REQUIRE(parts.layers.size() == 1U);
  BOOST_TEST(parts.layers[0].target.backend->name == "aliyun_layer");
  BOOST_TEST(parts.layers[0].value.find("python/a/__init__.py") != nullptr);
}

BOOST_AUTO_TEST_CASE(a_note_tells_of_each_layer) {
  Observed observed;
  split(packages({{"a", "1"}, {"b", "1"}}), {.count = 1}, observed);
  BOOST_TEST(observed.texts() == Texts{"layer 1: 6 B unpacked, at most about 2 B as a zip: a, b"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
