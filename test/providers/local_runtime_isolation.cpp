// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "support/local_sandbox.hpp"

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/testing/fail_at.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <thread>
#include <vector>

#include <signal.h>
#include <unistd.h>

using namespace local_sandbox;

BOOST_AUTO_TEST_SUITE(providers_local_runtime_isolation)

BOOST_AUTO_TEST_CASE(sys_path_has_lambdas_order) {
  const Files files =
      app("import os, sys\ndef handler(event, context):\n  return [sys.path, os.getcwd(), sys.version_info[:2], "
          "os.environ.copy()]\n");
  const Deployed deployed(files, {.environment = {{"OWN", "1"}}});
  if (!isolation_is_permitted(deployed)) return;
  ::setenv("DAYPACK_TEST_LEAK", "1", 1);
  const json::value plain = json::parse(deployed.invoke().payload);
  const auto path = json::value_to<std::vector<std::string>>(plain.at(0));
  BOOST_REQUIRE(path.size() > 6u);
  BOOST_TEST(path[0] == "/var/task");
  BOOST_TEST(path[1] == "/opt/python/lib/python3.11/site-packages");
  BOOST_TEST(path[2] == "/opt/python");
  BOOST_TEST(path[3] == "/var/runtime");
  BOOST_TEST(path[4] == "/var/lang/lib/python311.zip");
  BOOST_TEST(path[5] == "/var/lang/lib/python3.11");
  BOOST_TEST(path[6] == "/var/lang/lib/python3.11/lib-dynload");
  for (const std::string& folder : path) BOOST_TEST(!folder.starts_with("/var/lang/lib/python3.11/site"), folder);
  BOOST_TEST(plain.at(1).as_string() == "/var/task");
  const json::object& variables = plain.at(3).as_object();
  BOOST_TEST(!variables.contains("DAYPACK_TEST_LEAK"));
  BOOST_TEST(!variables.contains("HOME"));
  BOOST_TEST(variables.at("OWN").as_string() == "1");
  BOOST_TEST(variables.at("AWS_EXECUTION_ENV").as_string() == "AWS_Lambda_python3.11");
  BOOST_TEST(variables.at("PATH").as_string() == "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin");
  BOOST_TEST(variables.at("PYTHONPATH").as_string() == "/var/runtime");
  BOOST_TEST(variables.at("_X_AMZN_TRACE_ID").as_string().starts_with("Root=1-"));

  Deployed chosen(files, {.environment = {{"PYTHONPATH", "/opt/python"}}});
  const auto short_path = json::value_to<std::vector<std::string>>(json::parse(chosen.invoke().payload).at(0));
  BOOST_TEST((std::vector(short_path.begin(), short_path.begin() + 4) ==
              std::vector<std::string>{"/var/task", "/var/runtime", "/opt/python", "/var/lang/lib/python311.zip"}));
}

BOOST_AUTO_TEST_CASE(layers_are_merged_in_order) {
  const TemporaryFolder home;
  const std::string first =
      zip_of(home, "first.zip", {{"python/one.py", "n = 1\n"}, {"python/both.py", "n = 1\n"}, {"lib/data", "1"}});
  const std::string second = zip_of(home, "second.zip",
                                    {{"python/both.py", "n = 2\n"},
                                     {"python/lib/python3.11/site-packages/both_site.py", "n = 3\n"},
                                     {"python/both_site.py", "n = 4\n"},
                                     {"python/here.pth", "../extra\n"},
                                     {"extra/far.py", "n = 5\n"}});
  const Files files =
      app("import one, both, both_site, far, os\n"
          "def handler(event, context):\n  return [one.n, both.n, both_site.n, far.n, "
          "open(os.path.dirname(one.__file__) + '/../lib/data').read()]\n");
  BOOST_TEST(Deployed(files, {.layers = {first, second}}).invoke().payload == R"([1, 2, 3, 5, "1"])");
  BOOST_TEST(Deployed(files, {.layers = {second, first}}).invoke().payload == R"([1, 1, 3, 5, "1"])");
}

BOOST_AUTO_TEST_CASE(pth_files_and_package_folders_count) {
  const Files files{{"app.py", "import deep\ndef handler(event, context):\n  return deep.n\n"},
                    {"more/deep.py", "n = 7\n"},
                    {"x.pth", "more\n"}};
  BOOST_TEST(Deployed(files).invoke().payload == "7");
  const Files folder{{"app.py", "import deep\ndef handler(event, context):\n  return deep.n\n"},
                     {".python_packages/lib/deep.py", "n = 8\n"}};
  BOOST_TEST(Deployed(folder, {}, 3.11_py, foldered).invoke().payload == "8");
}

BOOST_AUTO_TEST_CASE(only_tmp_can_be_written) {
  const Deployed deployed(
      app("import os\n"
          "def attempt(path):\n"
          "  try:\n    open(path, 'w').write('x'); return True\n"
          "  except OSError: return False\n"
          "def handler(event, context):\n"
          "  return [attempt(p) for p in event] + [os.path.exists('/var/lib')]\n"));
  if (!isolation_is_permitted(deployed)) return;
  const std::string outside = deployed.home / "outside";
  const local::Invocation result = deployed.invoke(json::serialize(
      json::array{"/var/task/x", "/var/task/app.py", "/var/runtime/x", "/opt/x", "/var/x", outside.c_str(), "/tmp/x"}));
  BOOST_TEST(result.payload == "[false, false, false, false, false, false, true, false]", result.payload + result.log);
}

BOOST_AUTO_TEST_CASE(without_namespaces_it_runs_where_it_lies) {
  const TemporaryFolder home;
  const std::string layer = zip_of(home, "layer.zip", {{"python/one.py", "n = 1\n"}});
  const Deployed deployed(app("import one, os, sys\ndef handler(event, context):\n"
                              "  return [one.n, sys.path[:3], os.environ['LAMBDA_TASK_ROOT'], os.getcwd(), "
                              "os.stat('app.py').st_mode & 0o777]\n"),
                          {.layers = {layer}});
  Context here = context();
  const local::Invocation result = local::invoke(deployed.store, deployed.version, "{}", {.isolated = false}, here);
  BOOST_REQUIRE_MESSAGE(!result.failed, result.payload);
  const json::value answer = json::parse(result.payload);
  const std::string task = deployed.store.unpacked_folder() + '/' + deployed.version.digest;
  BOOST_TEST(answer.at(0).as_int64() == 1);
  BOOST_TEST(answer.at(1).at(0).as_string() == task);
  BOOST_TEST(answer.at(2).as_string() == task);
  BOOST_TEST(answer.at(3).as_string() == task);
  BOOST_TEST(answer.at(4).as_int64() == 0444);
  const Deployed killed(
      app("import os, signal\ndef handler(event, context):\n  os.kill(os.getpid(), signal.SIGKILL)\n"));
  BOOST_TEST(local::invoke(killed.store, killed.version, "{}", {.isolated = false}, here).signal == SIGKILL);
}

BOOST_AUTO_TEST_CASE(bytecode_alone_is_enough) {
  const TemporaryFolder home;
  detail::write_file(home / "app.py", "def handler(event, context):\n  return 'from bytecode'\n");
  Context here = context();
  const Interpreter python = find_interpreter(3.11_py, {}, here.runner(), {});
  const std::string compile =
      "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], doraise=True, "
      "invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)";
  BOOST_REQUIRE(here.runner().run({.argv = {python.path, "-c", compile, home / "app.py", home / "app.pyc"}}).ok());
  BOOST_TEST(Deployed(Files{{"app.pyc", detail::read_file(home / "app.pyc")}}).invoke().payload == "\"from bytecode\"");
}

BOOST_AUTO_TEST_CASE(every_python_runs) {
  for (const Python python : {3.8_py, 3.9_py, 3.10_py, 3.12_py, 3.13_py}) {
    Context here = context(python);
    try {
      find_interpreter(python, {}, here.runner(), {});
    } catch (const Error&) {
      BOOST_TEST_MESSAGE("no Python " + to_string(python));
      continue;
    }
    const Deployed deployed(app("import sys\ndef handler(event, context):\n  return list(sys.version_info[:2])\n"), {},
                            python);
    const local::Invocation result = deployed.invoke("{}", python);
    BOOST_TEST(result.payload == "[3, " + std::to_string(python.minor) + "]", result.payload + result.log);
  }
  const Deployed old(app(""), {}, 3.7_py);
  const Error error = error_of([&] { old.invoke("{}", 3.7_py); });
  BOOST_TEST((error.code() == Errc::tool_missing || error.code() == Errc::interpreter_missing));
}

BOOST_AUTO_TEST_CASE(offline_names_what_is_missing) {
  const TemporaryFolder home;
  const Deployed deployed(app("def handler(event, context):\n  return 1\n"));
  const local::Store empty(home / "empty");
  Context here =
      Context({.pool = std::make_shared<Pool>(1), .runner = std::make_shared<BoostRunner>(), .offline = true});
  const Error error = error_of([&] { local::invoke(empty, deployed.version, "{}", {}, here); });
  BOOST_TEST((error.code() == Errc::tool_missing));
  BOOST_TEST(error.message() == "the Lambda runtime client is not installed");
  BOOST_TEST(error.subject() == "awslambdaric==4.2.2");
  BOOST_TEST(deployed.invoke().payload == "1");
  BOOST_TEST(local::invoke(deployed.store, deployed.version, "{}", {}, here).payload == "1");
}

BOOST_AUTO_TEST_CASE(sandboxes_run_side_by_side) {
  // Each waits for all others: none could answer if they ran one after another.
  const Deployed deployed(
      app("import os, socket\nsecret = os.urandom(8).hex()\n"
          "def handler(event, context):\n"
          "  open('/tmp/mine', 'a').write(secret + '\\n')\n"
          "  line = socket.create_connection(('127.0.0.1', event['port']))\n"
          "  line.recv(1)\n"
          "  return [event['n'], secret, open('/tmp/mine').read().split(), context.aws_request_id]\n"),
      {.timeout = 300});
  constexpr int count = 4;
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor meeting(io, {boost::asio::ip::address_v4::loopback(), 0});
  const int port = meeting.local_endpoint().port();
  std::vector<std::future<local::Invocation>> running;
  for (int n = 0; n < count; ++n) {
    running.push_back(std::async(std::launch::async, [&, n] {
      return deployed.invoke(json::serialize(json::object{{"n", n}, {"port", port}}));
    }));
  }
  meeting.non_blocking(true);
  std::vector<boost::asio::ip::tcp::socket> met;
  const auto given_up = [](const auto& one) {
    return one.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready;
  };
  while (met.size() < count && std::none_of(running.begin(), running.end(), given_up)) {
    boost::system::error_code none_yet;
    auto line = meeting.accept(none_yet);
    if (!none_yet) met.push_back(std::move(line));
  }
  BOOST_TEST(met.size() == 4u);
  for (auto& line : met) boost::asio::write(line, boost::asio::buffer("x", 1));
  std::set<std::string> secrets, ids;
  const bool isolated = isolation_is_permitted(deployed);
  for (int n = 0; n < count; ++n) {
    const local::Invocation result = running[static_cast<std::size_t>(n)].get();
    BOOST_REQUIRE_MESSAGE(!result.failed, result.payload + result.log);
    const json::value answer = json::parse(result.payload);
    BOOST_TEST(answer.at(0).as_int64() == n);
    secrets.insert(answer.at(1).as_string().c_str());
    ids.insert(answer.at(3).as_string().c_str());
    if (isolated) BOOST_TEST(answer.at(2).as_array().size() == 1u);  // a /tmp of its own
  }
  BOOST_TEST(secrets.size() == 4u);
  BOOST_TEST(ids.size() == 4u);
}

BOOST_AUTO_TEST_CASE(threads_share_one_sandbox) {
  const Deployed deployed(
      app("count = 0\ndef handler(event, context):\n  global count\n  count += 1\n  return count\n"));
  local::Sandbox sandbox(deployed.store, deployed.version, {}, context());
  std::vector<std::future<std::string>> running;
  for (int n = 0; n < 8; ++n)
    running.push_back(std::async(std::launch::async, [&] { return sandbox.invoke("{}").payload; }));
  std::set<std::string> counts;
  for (auto& one : running) counts.insert(one.get());
  BOOST_TEST((counts == std::set<std::string>{"1", "2", "3", "4", "5", "6", "7", "8"}));
}

BOOST_AUTO_TEST_CASE(nothing_remains) {
  const TemporaryFolder home;
  const Deployed deployed(
      app("import os, subprocess, time\n"
          "def handler(event, context):\n"
          "  if event == 'hang': time.sleep(600)\n"
          "  subprocess.Popen(['sleep', '601'], start_new_session=True)\n"
          "  subprocess.Popen(['sleep', '602'])\n"
          "  return 1\n"));
  const auto sleeping = [] {
    BoostRunner runner;
    return runner.run({.argv = {"pgrep", "-f", "^sleep 60[12]$"}}).out;
  };
  for (const bool isolated : {true, false}) {
    {
      local::Sandbox sandbox(deployed.store, deployed.version, {.isolated = isolated}, context());
      BOOST_TEST(sandbox.invoke("{}").payload == "1");
      BOOST_TEST(!sleeping().empty());
    }
    BOOST_TEST(sleeping() == "");
  }
  std::stop_source stop;
  local::Sandbox sandbox(deployed.store, deployed.version, {}, context(3.11_py, stop.get_token()));
  BOOST_TEST(sandbox.invoke("{}").payload == "1");
  std::jthread later([&] {
    ::usleep(300'000);
    stop.request_stop();
  });
  const auto began = std::chrono::steady_clock::now();
  const Error error = error_of([&] { sandbox.invoke("\"hang\""); });
  BOOST_TEST((error.code() == Errc::cancelled));
  BOOST_TEST((std::chrono::steady_clock::now() - began < std::chrono::seconds(300)));
  BOOST_TEST(sleeping() == "");
}

BOOST_AUTO_TEST_CASE(a_running_sandbox_keeps_its_folder) {
  const Files files{{"app.py", "def handler(event, context):\n  import later\n  return later.n\n"},
                    {"later.py", "n = 9\n"}};
  const Deployed other(files);
  Context here = context();
  const std::string folder = other.store.unpacked_folder() + '/' + other.version.digest;
  {
    local::Sandbox sandbox(other.store, other.version, {}, here);
    other.store.remove(other.version.function, here);
    BOOST_TEST(boost::filesystem::exists(folder));
    BOOST_TEST(sandbox.invoke("{}").payload == "9");
  }
  const Deployed again(app("x = 1\n"));
  again.store.remove(again.version.function, here);
  BOOST_TEST(!boost::filesystem::exists(folder));
}

#ifndef DAYPACK_SEPARATE_COMPILATION  // it looks at a body of the library, which only header-only mode shows
BOOST_AUTO_TEST_CASE(a_package_is_unpacked_whole_or_not_at_all) {
  const TemporaryFolder home;
  const std::string path = zip_of(home, "package.zip", {{"a.py", "1\n"}, {"b/c.py", "2\n"}});
  const Blob bytes = detail::map_file(path);
  const std::string digest = sha256_of(bytes.bytes).hex();
  const local::Store store(home / "store");
  detail::write_file(store.package(digest), bytes.text());
  int faults = 0;
  for (int n = 1;; ++n) {
    testing::fail_at fault(n);
    bool failed = false;
    try {
      detail::lambda::unpacked(store, {digest}, context());
    } catch (const Error&) {
      failed = true;
    }
    if (!fault.hit()) break;
    ++faults;
    BOOST_TEST(failed);
    BOOST_TEST(
        (!boost::filesystem::exists(store.unpacked_folder()) || boost::filesystem::is_empty(store.unpacked_folder())));
  }
  BOOST_TEST(faults > 10);
  BOOST_TEST(detail::read_file(store.unpacked_folder() + '/' + digest + "/b/c.py") == "2\n");
}
#endif

BOOST_AUTO_TEST_SUITE_END()
