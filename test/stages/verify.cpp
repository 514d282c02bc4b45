// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/stages/verify.hpp>  // self-contained

#include "support/error_of.hpp"
#include "support/pythons.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/stages/zip.hpp>
#include <daypack/testing/fail_at.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(stages_verify)

static_assert(stage<Verify> && std::same_as<takes<Verify>, Archive> && std::same_as<gives<Verify>, Archive>);

namespace {

constexpr std::array<std::string_view, 2> search_path{"/opt/code", "/opt/layers"};
constexpr std::array<Preinstalled, 1> preinstalled{Preinstalled{"python-dateutil", ""}};

// The newest Python that is here.
const Interpreter& newest() {
  static const Interpreter found = [] {
    BoostRunner runner;
    for (auto known = pyc_magics.rbegin(); known != pyc_magics.rend(); ++known) {
      try {
        return find_interpreter(known->python, "", runner, {});
      } catch (const Error&) {
      }
    }
    return interpreter_at("python3", runner, {});
  }();
  return found;
}

// A backend that runs the newest Python that is here, below a folder that this machine has not.
struct Lab {
  Runtime runtime{.python = newest().python};
  BackendPolicy policy{.name = "lab",
                       .title = "the lab",
                       .runtimes = {&runtime, 1},
                       .task_root = "/opt/code",
                       .layer_root = "/opt/layers",
                       .handler = {.form = HandlerForm::path_function},
                       .search_path = search_path,
                       .library_path = "/opt/code/lib",
                       .preinstalled = preinstalled};
};

const Lab& lab() {
  static const Lab one;
  return one;
}

struct File {
  std::string path, text, distribution = {};
};

using Files = std::vector<File>;

// A package of these files, as Zip makes it, and what its stages have said.
struct Sample {
  explicit Sample(const Files& files, Ledger ledger = {}) {
    std::vector<Entry> entries;
    for (const File& file : files) {
      entries.push_back(text_entry(file.path, file.text));
      if (!file.distribution.empty())
        entries.back().origin = std::make_shared<const Distribution>(Distribution{file.distribution, "1", "", ""});
    }
    archive = Zip<>{}(Tree::of(std::move(entries), std::move(ledger)), context);
  }

  Verification verified(Verify stage = {}) const {
    stage.folder = folder / "unpacked";
    stage.interpreter = newest().path;
    return stage.examine(archive, context);
  }
  Verification verified_in_the_open(Verify stage = {}) const {
    stage.isolated = false;
    return verified(stage);
  }

  TemporaryFolder folder;
  Context context = Context(services_with(2)).with_target({&lab().policy, &lab().runtime, this_arch()});
  Archive archive;

  static Arch this_arch() {
#ifdef __aarch64__
    return Arch::arm64;
#else
    return Arch::x86_64;
#endif
  }
};

// "severity subject: message" of each finding.
std::vector<std::string> told(const Verification& result) {
  std::vector<std::string> all;
  for (const Finding& one : result.findings)
    all.push_back(std::string(to_string(one.severity)) + ' ' + one.subject + ": " + one.message);
  return all;
}

bool has(const Verification& result, const std::string& begins, const std::string& words) {
  for (const std::string& one : told(result)) {
    if (one.starts_with(begins) && one.find(words) != std::string::npos) return true;
  }
  for (const std::string& one : told(result)) BOOST_TEST_MESSAGE("  " << one);
  return false;
}

std::vector<std::string> names_of(const Verification& result) {
  std::vector<std::string> names;
  for (const auto& module : result.modules) names.push_back(module.name);
  return names;
}

const std::string metadata = "Metadata-Version: 2.1\nName: demo-one\nVersion: 1.0\n";

// Whether the kernel lets us have namespaces here: what they promise can only be seen then.
bool namespaces_are_permitted() {
  static const bool permitted = Sample(Files{{"app.py", ""}}).verified().isolated;
  if (!permitted) BOOST_TEST_MESSAGE("no namespaces here: not tested");
  return permitted;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_good_package) {
  const Sample good(
      Files{{"app.py", "import demo.deep\ndef handler(event, context): pass\n"},
            {"demo/__init__.py", "import json\n", "demo-one"},
            {"demo/deep.py", "import space.inner\n", "demo-one"},
            {"space/inner/__init__.py", "", "demo-one"},
            {"space/other.py", "", "demo-one"},
            {"space/notes.txt", "none", "demo-one"},
            {"docs/conf.py", "raise SystemExit(1)\n", "demo-one"},
            {"not-a-name/file.py", "raise SystemExit(1)\n", "demo-one"},
            {"setup.py", "raise SystemExit(1)\n"},
            {"demo_one-1.0.dist-info/METADATA", metadata, "demo-one"},
            {"demo_one-1.0.dist-info/entry_points.txt", "[console_scripts]\ndemo = demo:main\n", "demo-one"}});
  const Verification result = good.verified({.handler = "app.handler"});
  BOOST_TEST(told(result) == std::vector<std::string>{}, boost::test_tools::per_element());
  const std::vector<std::string> names{"app", "demo", "space.inner", "space.other", "app.handler"};
  BOOST_TEST(names_of(result) == names, boost::test_tools::per_element());
  for (const auto& module : result.modules) {
    BOOST_TEST(module.imported, module.name);
    BOOST_TEST(module.memory > 1u << 20, module.name);
  }
  BOOST_TEST(result.modules[1].distribution == "demo-one");
  BOOST_TEST(result.interpreter == newest().version);
  const auto imports = import_times(result.import_log());
  BOOST_TEST(imports.size() == result.imports.size());
  const auto deep = std::ranges::find(imports, std::string("demo.deep"), &Report::Import::module);
  BOOST_TEST((lab().runtime.python < Python{3, 7} || deep != imports.end()));

  Context context = good.context;
  const Archive same = Verify{.handler = "app.handler", .folder = good.folder / "unpacked"}(good.archive, context);
  BOOST_TEST(same.sha256().hex() == good.archive.sha256().hex());
  BOOST_TEST(told(good.verified_in_the_open({.handler = "app.handler"})).empty());
}

BOOST_AUTO_TEST_CASE(it_lies_where_the_target_has_it_and_sees_nothing_else) {
  if (!namespaces_are_permitted()) return;
  const TemporaryFolder secret;
  std::ofstream(secret / "secret.txt") << "secret";
  ::setenv("DAYPACK_TEST_LEAK", "1", 1);
  const Sample here(Files{{"app.py",
                           "import os, sys\n"
                           "assert __file__ == '/opt/code/app.py', __file__\n"
                           "assert sys.path[:2] == ['/opt/code', '/opt/layers'], sys.path\n"
                           "assert not [p for p in sys.path if 'site-packages' in p], sys.path\n"
                           "assert os.getcwd() == '/opt/code'\n"
                           "assert os.environ['LD_LIBRARY_PATH'] == '/opt/code/lib'\n"
                           "assert 'DAYPACK_TEST_LEAK' not in os.environ\n"
                           "assert not os.path.exists('" +
                               secret.path().string() +
                               "')\n"
                               "assert not os.access('/opt/code', os.W_OK)\n"
                               "open(os.path.join(os.environ['TMPDIR'], 'mine'), 'w').close()\n"
                               "open(os.path.expanduser('~/mine'), 'w').close()\n"}});
  BOOST_TEST(told(here.verified()) == std::vector<std::string>{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_told_with_the_rule_that_took_it) {
  const Sample lost(Files{{"demo/__init__.py", "from demo.testing import check\n", "demo"},
                          {"other.py", "from demo2 import testing\n", "demo"},
                          {"demo2/__init__.py", "", "demo"},
                          {"alone.py", "import numpy.linalg\n", "demo"},
                          {"standard.py", "import _lzma_not_here_at_all\n", "demo"},
                          {"dated.py", "import dateutil.tz\n", "demo"},
                          {"old.py", "import xml.etree.cElementTree_\n", "demo"}},
                    {{.path = "demo/testing/__init__.py", .distribution = "demo", .rule = "tests"},
                     {.path = "demo2/testing.py", .distribution = "demo", .rule = "docs"}});
  const Verification result = lost.verified();
  BOOST_TEST(has(
      result, "error demo: demo.testing is missing, which the rule tests removed from demo: ", "demo/__init__.py:1"));
  BOOST_TEST(
      has(result, "error other of demo: demo2.testing is missing, which the rule docs removed", "cannot import name"));
  BOOST_TEST(has(result, "error alone of demo: numpy is missing, which no distribution of the package has",
                 "ModuleNotFoundError"));
  BOOST_TEST(has(result, "error standard of demo: _lzma_not_here_at_all is missing", ""));
  BOOST_TEST(has(result, "note dated of demo: not rehearsed: it needs dateutil, which is of the runtime", ""));
  BOOST_TEST(has(result, "error old of demo: xml.etree.cElementTree_ is missing, which no distribution", ""));
  BOOST_TEST(result.findings.size() == 6u);

  Context context = lost.context;
  const Error error = error_of([&] { Verify{.folder = lost.folder / "unpacked"}(lost.archive, context); });
  BOOST_TEST((error.code() == Errc::verification));
  BOOST_TEST(error.causes().size() == 5u);

  const Verification allowed = lost.verified({.allow = {"demo", "al*", "o*", "standard"}});
  for (const Finding& one : allowed.findings) BOOST_TEST((one.severity == Severity::note), one.subject);
}

BOOST_AUTO_TEST_CASE(hanging_crashing_and_leaving_are_failures_of_their_module_alone) {
  const Sample hanging(Files{{"hangs.py", "while True: pass\n"}});
  BOOST_TEST(has(hanging.verified({.patience = 1000ms}), "error hangs: is not imported within 1 s", ""));
  const Sample bad(Files{{"crashes.py", "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"},
                         {"leaves.py", "import os\nos._exit(3)\n"},
                         {"leaves_well.py", "import os\nos._exit(0)\n"},
                         {"stops.py", "raise SystemExit(2)\n"},
                         {"raises.py", "def f():\n    raise ValueError('no\\nway')\nf()\n"},
                         {"shouts.py", "import sys\nprint('x' * 200000)\nsys.stderr.write('y' * 200000)\n"},
                         {"good.py", "\n"}});
  for (const bool isolated : {true, false}) {
    const Verification result = bad.verified({.isolated = isolated});
    BOOST_TEST(has(result, "error crashes: crashes: ended by signal 11", ""));
    BOOST_TEST(has(result, "error leaves: ends the process: exit code 3", ""));
    BOOST_TEST(has(result, "error leaves_well: ends the process: exit code 0", ""));
    BOOST_TEST(has(result, "error stops: SystemExit: 2", "/opt/code/stops.py:1"));
    BOOST_TEST(has(result, "error raises: ValueError: no\nway", "/opt/code/raises.py:2"));
    BOOST_TEST(result.findings.size() == 5u);
    BOOST_TEST(result.modules.size() == 7u);
  }
}

BOOST_AUTO_TEST_CASE(there_is_no_network) {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  ::sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  ::socklen_t size = sizeof address;
  BOOST_REQUIRE(::bind(server, reinterpret_cast<::sockaddr*>(&address), size) == 0 && ::listen(server, 4) == 0);
  ::getsockname(server, reinterpret_cast<::sockaddr*>(&address), &size);
  const std::string port = std::to_string(ntohs(address.sin_port));
  const Sample caller(Files{{"calls.py", "import socket\nsocket.create_connection(('127.0.0.1', " + port + "), 5)\n"},
                            {"pairs.py", "import socket\na, b = socket.socketpair()\na.send(b'x')\n"}});
  for (const bool isolated : {true, false}) {
    if (!isolated && lab().runtime.python < Python{3, 8}) continue;  // without audit hooks
    const Verification result = caller.verified({.isolated = isolated});
    BOOST_TEST(has(result, "note calls: not rehearsed: it needs a network", "Network is unreachable"));
    BOOST_TEST(result.findings.size() == 1u);
  }
  BOOST_TEST(::accept(server, nullptr, nullptr) == -1);
  ::close(server);
}

BOOST_AUTO_TEST_CASE(the_package_cannot_write_to_itself) {
  const Sample writer(Files{{"writes.py", "open(__file__ + '.log', 'w').write('x')\n"}});
  if (namespaces_are_permitted())
    BOOST_TEST(has(writer.verified(), "error writes: OSError: [Errno 30] Read-only file system", ""));
  if (::geteuid() == 0) return;  // whom permissions do not stop
  BOOST_TEST(has(writer.verified_in_the_open(), "error writes: PermissionError", "/opt/code/writes.py:1"));
}

BOOST_AUTO_TEST_CASE(a_display_a_gpu_or_another_system_are_named_not_failed) {
  const Sample needy(Files{
      {"a_screen.py", "raise ImportError('libGL.so.1: cannot open shared object file: No such file or directory')\n"},
      {"b_card.py",
       "try:\n    raise ImportError('libcuda.so.1: cannot open shared object file')\nexcept ImportError as e:\n    "
       "raise RuntimeError('no GPU') from e\n"},
      {"c_windows.py", "import winreg\n"},
      {"d_library.py", "raise ImportError('libfoo.so.1: cannot open shared object file')\n"}});
  const Verification result = needy.verified();
  BOOST_TEST(has(result, "note a_screen: not rehearsed: it needs a display", "libGL"));
  BOOST_TEST(has(result, "note b_card: not rehearsed: it needs a GPU", "no GPU"));
  BOOST_TEST(has(result, "note c_windows: not rehearsed: it needs Windows", ""));
  BOOST_TEST(has(result, "error d_library: needs the library libfoo.so.1: ", ""));
}

BOOST_AUTO_TEST_CASE(layers_are_there_and_rehearsed_too) {
  const Sample app(Files{{"app.py", "import layered\nassert layered.which == 2\ndef handler(e, c): pass\n"}});
  const Sample first(Files{{"layered.py", "which = 1\n"}, {"only_first.py", ""}}),
      second(Files{{"layered.py", "which = 2\n"}});
  static const BackendPolicy last = [] {
    BackendPolicy policy = lab().policy;
    policy.layer_order = LayerOrder::last_wins;
    return policy;
  }();
  const Context context = app.context.with_target({&last, &lab().runtime, Sample::this_arch()});
  const Verify stage{
      .handler = "app.handler", .layers = {first.archive, second.archive}, .folder = app.folder / "unpacked"};
  const Verification result = stage.examine(app.archive, context);
  BOOST_TEST(told(result) == std::vector<std::string>{}, boost::test_tools::per_element());
  const std::vector<std::string> names{"app", "layered", "only_first", "app.handler"};
  BOOST_TEST(names_of(result) == names, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(bad_bytecode_and_a_missing_handler) {
  const Sample bad(
      Files{{"mod.pyc", std::string("\x00\x01\r\n", 4) + std::string(20, 'x')}, {"app.py", "handler = 1\n"}});
  const Verification result = bad.verified({.handler = "app.handler"});
  BOOST_TEST(has(result, "error mod.pyc: bytecode that is bytecode of an unknown Python", ""));
  BOOST_TEST(has(result, "error mod: ImportError: bad magic number", ""));
  BOOST_TEST(has(result, "error the handler app.handler: TypeError: handler of app is not callable", ""));
  BOOST_TEST(result.bytecode.faults() == 1u);
  BOOST_TEST(has(bad.verified({.handler = "app.none"}), "error the handler app.none: AttributeError", ""));
}

BOOST_AUTO_TEST_CASE(a_handler_that_is_a_function_alone_lies_in_the_entry_file) {
  static constexpr std::array<std::string_view, 1> entry_files{"/main.py"};
  static const BackendPolicy policy = [] {
    BackendPolicy changed = lab().policy;
    changed.handler = {.form = HandlerForm::function};
    changed.entry_files = entry_files;
    return changed;
  }();
  const Sample app(Files{{"main.py", "def right(request): pass\n"}});
  const Context context = app.context.with_target({&policy, &lab().runtime, Sample::this_arch()});
  const auto verified = [&](const std::string& handler) {
    return Verify{.handler = handler, .interpreter = newest().path, .folder = app.folder / "unpacked"}.examine(
        app.archive, context);
  };
  const std::vector<std::string> names{"main", "main.right"};
  BOOST_TEST(names_of(verified("right")) == names, boost::test_tools::per_element());
  BOOST_TEST(told(verified("right")).empty());
  BOOST_TEST(has(verified("wrong"), "error the handler main.wrong: AttributeError", ""));
}

BOOST_AUTO_TEST_CASE(another_architecture_or_python_is_not_run_and_that_is_said) {
  const Sample any(Files{{"app.py", "raise SystemExit(1)\n"}});
  const Arch other = Sample::this_arch() == Arch::arm64 ? Arch::x86_64 : Arch::arm64;
  const Verification result = Verify{.folder = any.folder / "unpacked"}.examine(
      any.archive, any.context.with_target({&lab().policy, &lab().runtime, other}));
  BOOST_TEST(has(result, "warning a package for " + std::string(to_string(other)), "nothing is imported"));
  BOOST_TEST(result.findings.size() == 1u);
  BOOST_TEST(result.interpreter.empty());
  static const Runtime future{.python = {3, 99}};
  const Verification none = Verify{.folder = any.folder / "unpacked"}.examine(
      any.archive, any.context.with_target({&lab().policy, &future, other}));
  BOOST_TEST(has(none, "warning CPython 3.99 is not on this machine", "nothing is imported"));
}

BOOST_AUTO_TEST_CASE(unpacked_once_and_whole_or_not_at_all) {
  const Sample good(Files{{"app.py", ""}});
  const std::string folder = good.folder / "unpacked";
  for (int n = 1;; ++n) {
    testing::fail_at fault{n};
    bool failed = false;
    try {
      good.verified_in_the_open();
    } catch (const Error&) {
      failed = true;
    }
    if (!fault.hit()) break;
    if (!failed || !boost::filesystem::exists(folder)) continue;
    for (boost::filesystem::directory_iterator at(folder), end; at != end; ++at)
      BOOST_TEST(at->path().extension() != ".part", at->path());
  }
  const std::string place = folder + '/' + good.archive.sha256().hex();
  BOOST_TEST(detail::read_file(place + "/app.py").empty());
  boost::filesystem::permissions(place, boost::filesystem::owner_all);
  std::ofstream(place + "/mark.py") << "";
  const std::vector<std::string> names{"app"};  // those of the zip
  BOOST_TEST(names_of(good.verified()) == names, boost::test_tools::per_element());
  BOOST_TEST(boost::filesystem::exists(place + "/mark.py"));
}

BOOST_AUTO_TEST_CASE(what_nobody_has_rehearsed_for_a_week_goes) {
  const Sample good(Files{{"app.py", ""}});
  const std::string folder = good.folder / "unpacked", place = folder + '/' + good.archive.sha256().hex();
  good.verified_in_the_open();
  boost::filesystem::create_directories(folder + "/old/pkg");
  boost::filesystem::permissions(folder + "/old/pkg", static_cast<boost::filesystem::perms>(0555));
  boost::filesystem::create_directories(folder + "/new");
  const std::time_t day = 24 * 3600, now = std::time(nullptr);
  boost::filesystem::last_write_time(folder + "/old", now - 8 * day);
  boost::filesystem::last_write_time(folder + "/new", now - 6 * day);
  boost::filesystem::last_write_time(place, now - 8 * day);  // used again in time
  good.verified_in_the_open();
  BOOST_TEST(!boost::filesystem::exists(folder + "/old"));
  BOOST_TEST(boost::filesystem::exists(folder + "/new"));
  BOOST_TEST(boost::filesystem::exists(place + "/app.py"));
  BOOST_TEST(boost::filesystem::last_write_time(place) >= now);
}

BOOST_AUTO_TEST_SUITE_END()
