// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/save_sources.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/compiled.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/zip/reader.hpp>

using namespace daypack;
using namespace daypack::support;

BOOST_AUTO_TEST_SUITE(stages_save_sources)

namespace {

const Tree& sample() {
  static const Tree tree = Tree::of({text_entry("app.py", "x = 1\n"), text_entry("data.txt", "no"),
                                     text_entry("link.py", "app.py", Mode::symlink),
                                     text_entry("pkg/mod.py", "y = 2\n"), text_entry("pkg/mod.pyi", "y: int\n")});
  return tree;
}

}  // namespace

BOOST_AUTO_TEST_CASE(sources_stand_under_what_bytecode_calls_them) {
  const Here here(3.12_py);
  check_paths(sources_in_target(sample(), here.facts()), {"var/task/app.py", "var/task/pkg/mod.py"});
  BackendPolicy site = here.policy;
  site.task_root = "/home/site/wwwroot/";
  check_paths(sources_in_target(sample(), {.backend = &site, .runtime = &here.runtime}),
              {"home/site/wwwroot/app.py", "home/site/wwwroot/pkg/mod.py"});
}

BOOST_AUTO_TEST_CASE(the_tree_goes_on_as_it_is_and_the_zip_is_whole_or_not_there) {
  const Here here(3.12_py);
  Context context = context_for(here);
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "out.sources.zip").string();
  check_paths(SaveSources{path}(sample(), context), paths_of(sample()));
  const auto reader = zip::Reader::of(detail::map_file(path), path);
  BOOST_TEST_REQUIRE(reader.members().size() == 2U);
  BOOST_TEST(reader.inflate(*reader.find("var/task/pkg/mod.py")).text() == "y = 2\n");
  BOOST_CHECK_EXCEPTION(SaveSources{path + "/out.zip"}(sample(), context), Error,
                        error_is(Errc::unwritable, "out.sources.zip"));
  BOOST_TEST(std::distance(boost::filesystem::directory_iterator(folder.path()), {}) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
