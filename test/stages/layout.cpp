// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/layout.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/python.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <daypack/backends/aliyun.hpp>
#include <daypack/backends/aws.hpp>
#include <daypack/backends/azure.hpp>
#include <daypack/backends/gcp.hpp>
#include <daypack/detail/module_names.hpp>
#include <daypack/error.hpp>
#include <daypack/stage.hpp>
#include <daypack/target.hpp>
#include <daypack/testing/tree_literal.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace daypack;
using testing::tree_literal;

BOOST_AUTO_TEST_SUITE(stages_layout)

namespace {

constexpr TargetFacts lambda = target<aws::Lambda, 3.12_py>.facts(), layer = target<aws::Layer, 3.12_py>.facts(),
                      azure_flex = target<azure::Functions, 3.12_py>.facts(),
                      aliyun_fc = target<aliyun::Fc, 3.10_py>.facts(),
                      google = target<gcp::Functions, 3.12_py>.facts();

struct Laid {
  Tree tree = {};
  std::string failure = {};  // "code: what"
  std::vector<std::string> remarks = {};
};

Laid lay(const TargetFacts& target, const Tree& tree, std::string handler = {}) {
  Observed observed;
  Context context = observed.context.with_target(target);
  Laid laid;
  try {
    laid.tree = Layout{.handler = std::move(handler)}(tree, context);
  } catch (const Error& error) {
    laid.failure = std::string(to_string(error.code())) + ": " + error.what();
  }
  laid.remarks = observed.texts();
  return laid;
}

std::string failure_of(const TargetFacts& target, const Tree& tree, std::string handler) {
  return lay(target, tree, std::move(handler)).failure;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string text_of(const Tree& tree, std::string_view path) {
  const Entry* entry = tree.find(path);
  return entry ? std::string(read_content(*entry).text()) : "nothing";
}

const Tree app = tree_literal({{"app.py", "import json\n\ndef handler(event, context):\n    return event\n"},
                               {"my-app.py", "async def run(event, context): ...\n"},
                               {"pkg/__init__.py", "def start(event, context): ..."},
                               {"pkg/web.py", "from other import *\n"},
                               {"fast.cpython-312-x86_64-linux-gnu.so", "ELF"},
                               {"old.pyc", "bytecode"}});

}  // namespace

static_assert(stage<Layout> && std::same_as<takes<Layout>, Tree> && std::same_as<gives<Layout>, Tree>);

BOOST_AUTO_TEST_CASE(handlers_that_are_there_change_nothing) {
  for (const char* handler :
       {"app.handler", "my-app.run", "pkg.start", "pkg.web.anything", "pkg/web.anything", "fast.f", "old.f"}) {
    BOOST_TEST_CONTEXT(handler) {
      const Laid laid = lay(lambda, app, handler);
      BOOST_TEST(laid.failure == "");
      BOOST_TEST(laid.remarks.empty());
      BOOST_TEST(paths_in(laid.tree) == paths_in(app), boost::test_tools::per_element());
    }
  }
  BOOST_TEST(lay(lambda, app).failure == "");
}

BOOST_AUTO_TEST_CASE(a_handler_has_the_grammar_of_its_backend) {
  for (const char* bad :
       {"app", "app.", ".handler", "app.hand ler", "a b.handler", "app..handler", "app.1st", "/app.handler"}) {
    BOOST_TEST_CONTEXT(bad) {
      BOOST_TEST(failure_of(lambda, app, bad)
                     .starts_with("usage: AWS Lambda takes no such handler: '" + std::string(bad) +
                                  "' (expected module.function"));
    }
  }
  BOOST_TEST(failure_of(aliyun_fc, app, "app.handler") == "");
  BOOST_TEST(has(failure_of(aliyun_fc, app, "pkg/web.anything"), "with the module at the root"));
  BOOST_TEST(has(failure_of(aliyun_fc, app, "pkg.web.anything"), "with the module at the root"));
  BOOST_TEST(has(failure_of(google, app, "app.handler"), "(expected the name of a function, e.g. handler)"));
  BOOST_TEST(failure_of(layer, app, "app.handler") ==
             "usage: AWS Lambda layer has no handler: app.handler\n  hint: leave it out");
  BOOST_TEST(
      has(failure_of(lambda, app, std::string(125, 'a') + ".run"), "(got 129 characters, expected at most 128)"));
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_named_with_what_is) {
  BOOST_TEST(failure_of(lambda, app, "main.handler") ==
             "not_found: the handler's module is not in the package: main.handler (got no main.py, expected one of "
             "app.py, my-app.py)\n"
             "  hint: add it: --add main.py, or Add{.sources = {{\"main.py\"}}}");
  BOOST_TEST(failure_of(lambda, app, "app.handle") ==
             "not_found: there is no such function in the handler's module: app.handle (got no handle in app.py, "
             "expected one of handler)");
}

BOOST_AUTO_TEST_CASE(only_modules_of_ones_own_are_offered_and_five_of_them) {
  std::vector<Entry> entries{entry_of(distribution_of("six"), "six.py")};
  for (const char* name : {"a", "b", "c", "d", "e"}) entries.push_back(text_entry(std::string(name) + ".py", ""));
  BOOST_TEST(has(failure_of(lambda, Tree::of(entries), "main.f"), "expected one of a.py, b.py, c.py, d.py, e.py)"));
  entries.push_back(text_entry("f.py", ""));
  BOOST_TEST(has(failure_of(lambda, Tree::of(entries), "main.f"), "d.py, e.py, ...)"));
}

// A name that may come about in a way that no reader sees is believed.
BOOST_AUTO_TEST_CASE(functions_are_missing_only_when_nothing_could_make_them) {
  for (const char* source :
       {"handler = make()", "from lib import (\n  handler,\n)", "class A:\n  pass\nhandler: object = A()",
        "globals()['hand' + 'ler'] = 1", "def __getattr__(name): ...", "from lib import *",
        "if True:\n    def handler(): ...", "import x as handler"}) {
    BOOST_TEST_CONTEXT(source) {
      BOOST_TEST(failure_of(lambda, tree_literal({{"app.py", source}}), "app.handler") == "");
    }
  }
  for (const char* source : {"", "def handlers(): ...", "# handler", "def my_handler(): ...\n  # handler"}) {
    BOOST_TEST_CONTEXT(source) {
      BOOST_TEST(failure_of(lambda, tree_literal({{"app.py", source}}), "app.handler")
                     .starts_with("not_found: there is no such function"));
    }
  }
}

BOOST_AUTO_TEST_CASE(names_of_python_itself_are_refused_or_told) {
  const Tree names =
      tree_literal({{"sys.py", "def f(): ..."}, {"__main__.py", "def f(): ..."}, {"json.py", "def f(): ..."}});
  BOOST_TEST(has(failure_of(lambda, names, "sys.f"),
                 "usage: the handler's module has the name of one that is built into Python: sys.f\n  hint: rename the "
                 "file sys.py"));
  BOOST_TEST(has(failure_of(lambda, names, "__main__.f"), "usage: the handler's module may not be __main__"));
  const Laid laid = lay(lambda, names, "json.f");
  BOOST_TEST(laid.failure == "");
  BOOST_TEST(laid.remarks == std::vector<std::string>{"json.py: hides the module json of the standard library from all "
                                                      "that is in the package; better rename it"},
             boost::test_tools::per_element());
}

// The interpreter of this machine knows its own names.
BOOST_AUTO_TEST_CASE(the_list_of_names_holds_those_of_a_real_python) {
  BOOST_TEST(std::ranges::is_sorted(detail::builtin_modules));
  for (const auto& row : python_rows("module_names.py", ""))
    BOOST_TEST(std::ranges::binary_search(detail::builtin_modules, row.at(0)), row.at(0));
}

BOOST_AUTO_TEST_CASE(google_starts_main_py) {
  const Tree good = tree_literal({{"main.py", "def serve(request): ..."}});
  BOOST_TEST(lay(google, good, "serve").failure == "");
  BOOST_TEST(lay(google, good, "serve").remarks.empty());
  BOOST_TEST(has(failure_of(google, good, "server"), "got no server in main.py, expected one of serve"));
  BOOST_TEST(has(failure_of(google, app, "handler"), "got no main.py"));
  BOOST_TEST(lay(google, app).remarks ==
                 std::vector<std::string>{
                     "entry point: there is nothing that Google Cloud Functions starts with (expected main.py)"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(azure_gets_a_host_json_that_is_strict_json) {
  const Tree v2 = tree_literal({{"function_app.py", "import azure.functions as func\napp = func.FunctionApp()\n"}});
  const Laid laid = lay(azure_flex, v2);
  BOOST_TEST(laid.failure == "");
  BOOST_TEST(laid.remarks.empty());
  const boost::json::value host =
      boost::json::parse(text_of(laid.tree, "host.json"));  // strict: no comments, no final commas
  BOOST_TEST(host.at("version").as_string() == "2.0");
  BOOST_TEST(host.at("extensionBundle").at("id").as_string() == "Microsoft.Azure.Functions.ExtensionBundle");
  const Laid own = lay(azure_flex, v2.merge(tree_literal({{"host.json", "{}"}})));
  BOOST_TEST(text_of(own.tree, "host.json") == "{}");
  const auto with_host = [&](std::string host_json) {
    return failure_of(azure_flex, v2.merge(tree_literal({{"host.json", std::move(host_json)}})), "");
  };
  BOOST_TEST(with_host("// as the host reads it\n{\"version\": \"2.0\",}") == "");
  for (const char* bad : {"", "{", "[]", "{\"version\": 2.0"})
    BOOST_TEST(with_host(bad).starts_with("syntax: a host.json is no JSON object: host.json"), bad);
  BOOST_TEST(has(with_host("{\"version\": \"1.0\"}"), "host.json (got \"1.0\", expected \"2.0\")"));
  BOOST_TEST(has(with_host("{\"logging\": {}}"), "(got none, expected \"2.0\")"));
  BOOST_TEST(lay(azure_flex, app).remarks ==
                 std::vector<std::string>{"entry point: there is nothing that Azure Functions starts with (expected "
                                          "function_app.py or */function.json)"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_handler_becomes_an_http_function_of_azure) {
  const Laid laid = lay(azure_flex, tree_literal({{"app.py", "def main(req): ..."}}), "app.main");
  BOOST_TEST(laid.failure == "");
  BOOST_TEST(laid.remarks.empty());
  const boost::json::value function = boost::json::parse(text_of(laid.tree, "main/function.json"));
  BOOST_TEST(function.at("scriptFile").as_string() == "../app.py");
  BOOST_TEST(function.at("entryPoint").as_string() == "main");
  BOOST_TEST(function.at("bindings").at(0).at("type").as_string() == "httpTrigger");
  BOOST_TEST(function.at("bindings").at(0).at("name").as_string() == "req");
  BOOST_TEST(function.at("bindings").at(0).at("authLevel").as_string() == "function");  // not open to everybody
  BOOST_TEST(function.at("bindings").at(1).at("name").as_string() == "$return");
  const auto parameter = [](const char* source) {
    const Laid one = lay(azure_flex, tree_literal({{"app.py", source}}), "app.main");
    return std::string(
        boost::json::parse(text_of(one.tree, "main/function.json")).at("bindings").at(0).at("name").as_string());
  };
  BOOST_TEST(parameter("def mainly(a): ...\nasync def main( event: int, context=None): ...") == "event");
  BOOST_TEST(parameter("from lib import main") == "req");
  BOOST_TEST(parameter("def main(\n  late): ...") == "req");
  BOOST_TEST(has(failure_of(azure_flex, tree_literal({{"app.pyc", ""}}), "app.main"), "must be a source at the root"));
  const Tree v2 = tree_literal({{"function_app.py", "app = 1"}, {"app.py", "def main(req): ..."}});
  BOOST_TEST(failure_of(azure_flex, v2, "app.main") ==
             "usage: the package names its functions itself: function_app.py (beside the handler app.main)\n  hint: "
             "leave the handler out");
}

BOOST_AUTO_TEST_CASE(all_functions_that_are_off_are_told_at_once) {
  const std::string failure =
      lay(azure_flex, tree_literal({{"One/function.json", "{"}, {"Two/function.json", "{}"}})).failure;
  BOOST_TEST(has(failure, "One/function.json"));
  BOOST_TEST(has(failure, "Two/function.json (expected Two/__init__.py)"));
}

BOOST_AUTO_TEST_CASE(functions_of_the_v1_model_must_have_their_script) {
  const auto v1 = [](std::string json, std::string path, std::string source) {
    return lay(azure_flex,
               tree_literal({{"Trigger/function.json", std::move(json)}, {std::move(path), std::move(source)}}));
  };
  BOOST_TEST(v1("{\"bindings\": []}", "Trigger/__init__.py", "def main(req): ...").failure == "");
  BOOST_TEST(v1("{ /* as the host reads it */ \"scriptFile\": \"../run.py\", \"entryPoint\": \"go\",}", "run.py",
                "def go(req): ...")
                 .failure == "");
  BOOST_TEST(has(v1("{", "Trigger/__init__.py", "").failure,
                 "syntax: a function.json is no JSON object: Trigger/function.json"));
  BOOST_TEST(has(v1("{\"scriptFile\": 1}", "Trigger/__init__.py", "").failure, "(expected a text for scriptFile)"));
  BOOST_TEST(has(v1("{}", "Trigger/main.py", "").failure,
                 "not_found: the script of a function is not in the package as a source: Trigger/function.json "
                 "(expected Trigger/__init__.py)"));
  BOOST_TEST(
      has(v1("{\"scriptFile\": \"../../run.py\"}", "run.py", "").failure, "(expected a path inside the package)"));
  BOOST_TEST(has(v1("{\"scriptFile\": \"x.pyc\"}", "Trigger/x.pyc", "").failure, "as a source"));
  BOOST_TEST(has(v1("{\"scriptFile\": \"main.py\"}", "Trigger/main.py", "def main(req): ...").failure,
                 "would not stay a source: Trigger/function.json (got Trigger/main.py"));
  BOOST_TEST(has(v1("{\"entryPoint\": \"go\"}", "Trigger/__init__.py", "def main(req): ...").failure,
                 "Trigger/function.json (got no go in Trigger/__init__.py, expected one of main)"));
}

BOOST_AUTO_TEST_CASE(links_stay_only_where_they_are_kept) {
  const Tree linked = tree_literal({{"lib/libz.so.1", "ELF"}, {"lib/libz.so", "libz.so.1", Mode::symlink}});
  BOOST_TEST(lay(lambda, linked).failure == "");
  BOOST_TEST(lay(aliyun_fc, linked).failure ==
             "unsafe_path: a symbolic link, which Alibaba Cloud Function Compute does not keep: lib/libz.so\n  hint: "
             "put the file itself there");
}

BOOST_AUTO_TEST_CASE(code_folders_and_layers_are_searched_where_they_lie) {
  static constexpr BackendPolicy lab{
      .name = "lab", .title = "the lab", .packages_folder = "deps", .code_folder = "src"};
  static constexpr Runtime runtime{.python = 3.12_py};
  const TargetFacts here{&lab, &runtime};
  BOOST_TEST(failure_of(here, tree_literal({{"src/app.py", "def f(): ..."}}), "app.f") == "");
  BOOST_TEST(failure_of(here, tree_literal({{"deps/app.py", "def f(): ..."}}), "app.f") == "");
  BOOST_TEST(
      has(failure_of(here, tree_literal({{"app.py", ""}, {"src/main.py", ""}}), "app.f"), "expected one of main.py"));
}

BOOST_AUTO_TEST_SUITE_END()
