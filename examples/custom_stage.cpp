// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// A stage of your own: a struct with one const call operator, or a lambda with written types.
// prints: 3 files before
// prints: app.py
// prints: version.txt
// prints: 0 bytes of notes.md left
#include <daypack/daypack.hpp>

#include <iostream>

using namespace daypack;

// Adds a generated file. Its options are its data members.
struct StampVersion {
  std::string version = "0";

  Tree operator()(const Tree& tree, Context& context) const {
    context.note("version.txt", "stamped");
    return tree.merge(Tree::of({text_entry("version.txt", version + '\n')}));
  }
};

static_assert(can_follow<Zip<>, StampVersion> && !can_follow<StampVersion, Zip<>>);

int main() {
  const Tree mine = Tree::of({
      text_entry("app.py", "def handler(event, context): return event\n"),
      text_entry("notes.md", "not for the cloud\n"),
      text_entry("tests/test_app.py", "assert True\n"),
  });
  std::cout << mine.size() << " files before\n";

  const auto diet = Prune<rules::Tests>{} | [](Tree tree) { return tree.without("*.md"); };
  const auto pack = target<aws::Lambda, 3.12_py> | diet | StampVersion{.version = "1.4.2"} | Zip{};
  const Context context(Services{.pool = std::make_shared<Pool>()});
  const Archive archive = pack(mine, context);

  std::uint64_t notes = 0;
  for (const Manifest::Item& item : archive.manifest().items) {
    std::cout << item.path << '\n';
    if (item.path == "notes.md") notes = item.size;
  }
  std::cout << notes << " bytes of notes.md left\n";
}
