// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/local_runtime.hpp>  // self-contained

#include "support/local_sandbox.hpp"

#include <signal.h>

using namespace local_sandbox;

BOOST_AUTO_TEST_SUITE(providers_local_runtime)

BOOST_AUTO_TEST_CASE(a_handler_answers) {
  const Deployed deployed(
      app("def handler(event, context):\n"
          "  print('hello from inside')\n"
          "  return {'twice': event['n'] * 2, 'text': 'žluťoučký 🐎', 'id': context.aws_request_id,\n"
          "          'arn': context.invoked_function_arn, 'left': context.get_remaining_time_in_millis()}\n"),
      {.timeout = 20});
  const local::Invocation result = deployed.invoke(R"({"n": 21})");
  BOOST_TEST(!result.failed, result.payload + result.log);
  BOOST_TEST(member(result, "twice") == "42");
  BOOST_TEST(member(result, "text") == "\"žluťoučký 🐎\"");
  BOOST_TEST(member(result, "id") == '"' + result.request_id + '"');
  BOOST_TEST(member(result, "arn").ends_with(":function:" + deployed.version.function + '"'));
  BOOST_TEST(std::stoi(member(result, "left")) > 15000);
  BOOST_TEST(std::stoi(member(result, "left")) <= 20000);
  BOOST_TEST(result.log == "hello from inside\n");
  BOOST_TEST(result.cold);
  BOOST_TEST(result.init.count() > 0);
  BOOST_TEST(result.memory > 5u << 20);
}

BOOST_AUTO_TEST_CASE(a_raising_handler_comes_back_as_lambda_gives_it) {
  const Deployed deployed(app("def inner():\n  raise ValueError('no ü')\n\ndef handler(event, context):\n  inner()\n"));
  const local::Invocation result = deployed.invoke();
  BOOST_TEST(result.failed);
  BOOST_TEST(result.error_type == "ValueError");
  BOOST_TEST(member(result, "errorMessage") == "\"no ü\"");
  BOOST_TEST(member(result, "requestId") == '"' + result.request_id + '"');
  BOOST_TEST(json::parse(result.payload).at("stackTrace").as_array().size() == 2u);
  BOOST_TEST(result.log.find("[ERROR] ValueError: no ü") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_long_error_comes_back_whole) {
  // The client repeats it in a field of the header, beyond the 64 KiB that Beast's own container takes.
  const Deployed deployed(app("def handler(event, context):\n  raise ValueError('x' * 200_000)\n"));
  const local::Invocation result = deployed.invoke();
  BOOST_TEST(result.error_type == "ValueError");
  BOOST_TEST(member(result, "errorMessage").size() == 200'002u);
}

BOOST_AUTO_TEST_CASE(the_metadata_endpoint_tells_the_zone) {
  const Deployed deployed(
      app("import http.client, os\n"
          "def handler(event, context):\n"
          "  api = http.client.HTTPConnection(os.environ['AWS_LAMBDA_METADATA_API'])\n"
          "  token = os.environ['AWS_LAMBDA_METADATA_TOKEN'] if event else 'another'\n"
          "  api.request('GET', '/2026-01-15/metadata/execution-environment', headers={'Authorization': 'Bearer ' + "
          "token})\n"
          "  answer = api.getresponse()\n"
          "  return [answer.status, answer.read().decode()]\n"));
  BOOST_TEST(deployed.invoke("true").payload == R"([200, "{\"AvailabilityZoneID\":\"use1-az1\"}"])");
  BOOST_TEST(deployed.invoke("false").payload == R"([401, "Unauthorized\n"])");
}

BOOST_AUTO_TEST_CASE(what_fails_at_the_start_comes_back_as_lambda_gives_it) {
  const auto start = [](const Files& files, const std::string& handler = "app.handler") {
    const local::Invocation result = Deployed(files, {.handler = handler}).invoke();
    BOOST_TEST(result.failed);
    return result.error_type + ": " + member(result, "errorMessage");
  };
  BOOST_TEST(start(app("import nowhere")) ==
             "Runtime.ImportModuleError: \"Unable to import module 'app': No module named 'nowhere'\"");
  BOOST_TEST(start(app(""), "other.handler") ==
             "Runtime.ImportModuleError: \"Unable to import module 'other': No module named 'other'\"");
  BOOST_TEST(start(app("")) == "Runtime.HandlerNotFound: \"Handler 'handler' missing on module 'app'\"");
  BOOST_TEST(start(app("def :")).starts_with("Runtime.UserCodeSyntaxError: \"Syntax error in module 'app'"));
  BOOST_TEST(start(app(""), "app").starts_with("Runtime.MalformedHandlerName: \"Bad handler 'app'"));
  BOOST_TEST(start(app("1/0")).starts_with("ZeroDivisionError: \"division by zero\""));
  BOOST_TEST(start(app("import sys; sys.exit(3)")).ends_with("Error: Runtime exited with error: exit status 3\""));
}

BOOST_AUTO_TEST_CASE(a_slow_handler_is_ended_in_time) {
  const Deployed deployed(app("import time\ndef handler(event, context):\n  print('begun')\n  time.sleep(600)\n"),
                          {.timeout = 1});
  const auto began = std::chrono::steady_clock::now();
  const local::Invocation result = deployed.invoke();
  BOOST_TEST((std::chrono::steady_clock::now() - began < std::chrono::seconds(300)));
  BOOST_TEST(result.error_type == "Sandbox.Timedout");
  BOOST_TEST(member(result, "errorMessage") ==
             "\"RequestId: " + result.request_id + " Error: Task timed out after 1.00 seconds\"");
  BOOST_TEST(result.run.count() >= 1.0);
  BOOST_TEST(result.log == "begun\n");
}

BOOST_AUTO_TEST_CASE(a_process_that_ends_tells_how) {
  const auto ended = [](const std::string& code) {
    const local::Invocation result =
        Deployed(app("import os, signal, sys\ndef handler(event, context):\n  " + code + '\n')).invoke();
    BOOST_TEST(result.failed);
    BOOST_TEST(result.error_type == "Runtime.ExitError");
    const std::string message = member(result, "errorMessage");
    return message.substr(message.find("Error: "));
  };
  BOOST_TEST(ended("sys.exit(0)") == "Error: Runtime exited without providing a reason\"");
  BOOST_TEST(ended("sys.exit(1)") == "Error: Runtime exited with error: exit status 1\"");
  BOOST_TEST(ended("os._exit(42)") == "Error: Runtime exited with error: exit status 42\"");
  BOOST_TEST(ended("os.kill(os.getpid(), signal.SIGKILL)") == "Error: Runtime exited with error: signal: killed\"");
  BOOST_TEST(ended("os.abort()") == "Error: Runtime exited with error: signal: aborted\"");
  BOOST_TEST(ended("os.kill(os.getpid(), signal.SIGSEGV)") ==
             "Error: Runtime exited with error: signal: segmentation fault\"");
}

BOOST_AUTO_TEST_CASE(memory_is_kept) {
  const Deployed hog(app("def handler(event, context):\n  kept = []\n  while True: kept.append(b'x' * (4 << 20))\n"),
                     {.memory = 128});
  const local::Invocation result = hog.invoke();
  BOOST_TEST(result.error_type == "Runtime.OutOfMemory");
  BOOST_TEST(member(result, "errorMessage") ==
             "\"RequestId: " + result.request_id + " Error: Runtime exited with error: signal: killed\"");
  BOOST_TEST(result.signal == SIGKILL);
  BOOST_TEST(result.memory > 128u << 20);
  // A peak that has passed counts too; memory that is merely reserved does not.
  const Deployed brief(app("def handler(event, context):\n  len(b'x' * (200 << 20))\n"), {.memory = 128});
  BOOST_TEST(brief.invoke().error_type == "Runtime.OutOfMemory");
  const Deployed reserved(app("import mmap\ndef handler(event, context):\n  mmap.mmap(-1, 4 << 30)\n  return 1\n"),
                          {.memory = 128});
  BOOST_TEST(reserved.invoke().payload == "1");
  const Deployed child(
      app("import subprocess, sys\ndef handler(event, context):\n"
          "  subprocess.run([sys.executable, '-c', 'import time; x = b\"x\" * (200 << 20); time.sleep(30)'])\n"),
      {.memory = 128});
  BOOST_TEST(child.invoke().error_type == "Runtime.OutOfMemory");
}

BOOST_AUTO_TEST_CASE(answers_end_at_6_mb) {
  const Deployed deployed(app("def handler(event, context):\n  return 'x' * event\n"), {.memory = 2048});
  local::Sandbox sandbox(deployed.store, deployed.version, {}, context());
  BOOST_TEST(sandbox.invoke("6291554").payload.size() == 6291556u);  // with its quotes
  const local::Invocation result = sandbox.invoke("6291555");
  BOOST_TEST(result.failed);
  BOOST_TEST(result.error_type == "Function.ResponseSizeTooLarge");
  BOOST_TEST(member(result, "errorMessage") ==
             "\"Response payload size exceeded maximum allowed payload size (6291556 bytes).\"");
  BOOST_TEST(sandbox.invoke("100000000").error_type == "Function.ResponseSizeTooLarge");
  BOOST_TEST(sandbox.invoke("3").payload == "\"xxx\"");
}

BOOST_AUTO_TEST_CASE(bad_payloads_are_refused) {
  const Deployed deployed(app("def handler(event, context):\n  return event\n"));
  local::Sandbox sandbox(deployed.store, deployed.version, {}, context());
  const Error error = error_of([&] { sandbox.invoke("{'a': 1}"); });
  BOOST_TEST((error.code() == Errc::usage));
  BOOST_TEST(error.message() == "the payload is not JSON");
  BOOST_TEST((error_of([&] { sandbox.invoke('"' + std::string(6291456, 'x') + '"'); }).code() == Errc::over_limit));
  BOOST_TEST(sandbox.invoke("").payload == "{}");
  BOOST_TEST(sandbox.invoke("[1, null]").payload == "[1, null]");
  BOOST_TEST(sandbox.invoke(std::string(200, '[') + std::string(200, ']')).payload.size() == 400u);
}

BOOST_AUTO_TEST_CASE(a_warm_process_is_kept_and_a_dead_one_replaced) {
  const Deployed deployed(
      app("import os, threading\ncount = 0\n"
          "def handler(event, context):\n  global count\n  count += 1\n  print('run', count)\n"
          "  if event == 'die later': threading.Timer(0.05, os._exit, [5]).start()\n"
          "  if event == 'raise': raise KeyError('x')\n"
          "  return count\n"));
  local::Sandbox sandbox(deployed.store, deployed.version, {}, context());
  BOOST_TEST(sandbox.invoke("{}").payload == "1");
  const local::Invocation warm = sandbox.invoke("{}");
  BOOST_TEST(warm.payload == "2");
  BOOST_TEST(!warm.cold);
  BOOST_TEST(warm.log == "run 2\n");
  BOOST_TEST(sandbox.invoke("\"raise\"").failed);
  BOOST_TEST(sandbox.invoke("\"die later\"").payload == "4");
  ::usleep(1'500'000);
  const local::Invocation cold = sandbox.invoke("{}");
  BOOST_TEST(cold.payload == "1");
  BOOST_TEST(cold.cold);
}

BOOST_AUTO_TEST_SUITE_END()
