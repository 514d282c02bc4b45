// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "support/local_sandbox.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <string>
#include <vector>

using namespace local_sandbox;

// AWS_LAMBDA_EXEC_WRAPPER, and what a runtime of one's own, started by it, says to the runtime API.
BOOST_AUTO_TEST_SUITE(providers_local_runtime_wrapper)

namespace {

const std::string echoing =
    "import os, sys\ndef handler(event, context):\n  return [os.environ.get('WORDS'), sys.argv]\n";
const std::string passing = "#!/bin/sh\nexport WORDS=\"$*\"\nexec \"$@\"\n";

Deployed wrapped(const Files& files, const std::string& wrapper, std::vector<std::string> layers = {}) {
  return Deployed(files,
                  {.timeout = 300, .environment = {{"AWS_LAMBDA_EXEC_WRAPPER", wrapper}}, .layers = std::move(layers)});
}

// A runtime in Python: `api`, and `say(method, path, body, fields)`, which gives status, header and body.
std::string runtime(const std::string& code) {
  return "#!/usr/bin/env python3\n"
         "import base64, http.client, os, socket, sys, time\n"
         "api = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])\n"
         "base = '/2018-06-01/runtime/'\n"
         "def say(method, path, body=None, **fields):\n"
         "  api.request(method, base + path, body, {name.replace('_', '-'): text for name, text in fields.items()})\n"
         "  answer = api.getresponse()\n"
         "  return answer.status, answer.headers, answer.read()\n"
         "def next():\n  global event\n  _, fields, event = say('GET', 'invocation/next')\n"
         "  return fields['Lambda-Runtime-Aws-Request-Id']\n"
         "def begin(id):\n"
         "  api.putrequest('POST', base + 'invocation/' + id + '/response')\n"
         "  for name, text in [('Lambda-Runtime-Function-Response-Mode', 'streaming'), ('Transfer-Encoding', "
         "'chunked')]:\n"
         "    api.putheader(name, text)\n"
         "  api.endheaders()\n"
         "def part(data):\n  api.send(b'%x\\r\\n%s\\r\\n' % (len(data), data))\n"
         "def finish(trailers=b''):\n  api.send(b'0\\r\\n' + trailers + b'\\r\\n')\n  return "
         "api.getresponse().read()\n" +
         code;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_wrapper_gets_the_command_line) {
  const Deployed deployed = wrapped({{"app.py", echoing}, {"bin/wrap", passing}}, "/var/task/bin/wrap");
  if (!isolation_is_permitted(deployed)) return;
  BOOST_TEST(deployed.invoke().payload ==
             R"(["/var/lang/bin/python3.11 -S /var/runtime/bootstrap.py", ["/var/runtime/bootstrap.py"]])");
  const TemporaryFolder home;
  const std::string layer = zip_of(home, "layer.zip", {{"wrap", passing}});
  BOOST_TEST(wrapped(app(echoing), "/opt/wrap", {layer}).invoke().payload.starts_with("[\"/var/lang/bin/python3.11 "));
  BOOST_TEST(wrapped(app(echoing), "").invoke().payload == R"([null, ["/var/runtime/bootstrap.py"]])");
}

BOOST_AUTO_TEST_CASE(a_wrapper_that_starts_nothing_ends_the_runtime) {
  const Files files{{"app.py", echoing}, {"plain", "x"}, {"leaves", "#!/bin/sh\necho leaving\nexit 3\n"}};
  const auto ended = [&](const std::string& wrapper) {
    const local::Invocation result = wrapped(files, wrapper).invoke();
    BOOST_TEST(result.error_type == "Runtime.ExitError");
    const std::string message = member(result, "errorMessage");
    return std::to_string(result.exit_code) + message.substr(message.find(" Error: ")) + result.log;
  };
  if (!isolation_is_permitted(wrapped(files, ""))) return;
  BOOST_TEST(ended("/opt/nowhere") ==
             "127 Error: Runtime exited with error: exit status 127\"/opt/nowhere: does not exist\n");
  BOOST_TEST(ended("/var/task/plain") ==
             "126 Error: Runtime exited with error: exit status 126\"/var/task/plain: is not an executable\n");
  BOOST_TEST(ended("/var/task/leaves") == "3 Error: Runtime exited with error: exit status 3\"leaving\n");
}

BOOST_AUTO_TEST_CASE(a_streamed_answer_comes_in_parts) {
  // The second part is sent when somebody has heard of the first one.
  const Deployed deployed =
      wrapped({{"run", runtime("begin(next())\npart(b'one ')\n"
                               "socket.create_connection(('127.0.0.1', int(event))).recv(1)\npart(b'two')\nfinish()\n"
                               "begin(next())\nfor n in range(8): part(bytes([n]) * (1 << 20))\nfinish()\n"
                               "id = next()\nsay('POST', 'invocation/' + id + '/response', b'whole')\nnext()\n")}},
              "/var/task/run");
  if (!isolation_is_permitted(deployed)) return;
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor meeting(io, {boost::asio::ip::address_v4::loopback(), 0});
  local::Sandbox sandbox(deployed.store, deployed.version, {}, context());
  std::vector<std::string> parts;
  const auto keep = [&](std::string_view part) { parts.emplace_back(part); };
  const local::Invocation small =
      sandbox.invoke(std::to_string(meeting.local_endpoint().port()), [&](std::string_view part) {
        keep(part);
        if (part == "one ") {
          auto line = meeting.accept();
          boost::asio::write(line, boost::asio::buffer("x", 1));
        }
      });
  BOOST_TEST(small.payload == "one two");
  BOOST_TEST(small.streamed);
  BOOST_TEST(!small.failed, small.log);
  BOOST_TEST((parts == std::vector<std::string>{"one ", "two"}));

  parts.clear();
  const local::Invocation large = sandbox.invoke("{}", keep);
  BOOST_TEST(large.payload.size() == 8u << 20);  // more than an answer that nobody listens to may have
  std::string sum;
  for (const std::string& part : parts) sum += part;
  BOOST_TEST((sum == large.payload));
  BOOST_TEST((large.payload.back() == '\7'));

  parts.clear();
  const local::Invocation whole = sandbox.invoke("{}", keep);
  BOOST_TEST(!whole.streamed);
  BOOST_TEST((parts == std::vector<std::string>{"whole"}));
}

BOOST_AUTO_TEST_CASE(a_streamed_answer_has_6_mb_when_nobody_listens) {
  const Deployed deployed =
      wrapped({{"run", runtime("begin(next())\nfor n in range(8): part(b'x' * (1 << 20))\n"
                               "print(finish().decode(), flush=True)\nbegin(next())\npart(b'y')\nfinish()\nnext()\n")}},
              "/var/task/run");
  if (!isolation_is_permitted(deployed)) return;
  local::Sandbox sandbox(deployed.store, deployed.version, {}, context());
  const local::Invocation large = sandbox.invoke("{}");
  BOOST_TEST(large.error_type == "Function.ResponseSizeTooLarge");
  const local::Invocation next = sandbox.invoke("{}");
  BOOST_TEST(next.payload == "y");
  BOOST_TEST((large.log + next.log).find("Exceeded maximum allowed payload size (6291556 bytes).") != std::string::npos,
             next.log);
}

BOOST_AUTO_TEST_CASE(a_streamed_answer_breaks_off) {
  const std::string trailers =
      "finish(b'Lambda-Runtime-Function-Error-Type: Runtime.Broken\\r\\nLambda-Runtime-Function-Error-Body: ' + "
      "base64.b64encode(b'{\"errorMessage\": \"half way\"}') + b'\\r\\n')\n";
  const Deployed told =
      wrapped({{"run", runtime("begin(next())\npart(b'half')\n" + trailers + "next()\n")}}, "/var/task/run");
  if (!isolation_is_permitted(told)) return;
  const local::Invocation result = told.invoke();
  BOOST_TEST(result.failed);
  BOOST_TEST(result.payload == "half");
  BOOST_TEST(result.error_type == "Runtime.Broken");
  BOOST_TEST(result.error_details == R"({"errorMessage": "half way"})");

  const Deployed cut =
      wrapped({{"run", runtime("begin(next())\npart(b'half')\napi.close()\nnext()\n")}}, "/var/task/run");
  const local::Invocation rest = cut.invoke();
  BOOST_TEST(rest.error_type == "Runtime.TruncatedResponse");
  BOOST_TEST(rest.payload == "half");

  const Deployed odd =
      wrapped({{"run", runtime("id = next()\nprint(say('POST', 'invocation/' + id + '/response', b'x', "
                               "Lambda_Runtime_Function_Response_Mode='loud'), flush=True)\n"
                               "begin(next())\nfinish()\nnext()\n")}},
              "/var/task/run");
  local::Sandbox sandbox(odd.store, odd.version, {}, context());
  const local::Invocation refused = sandbox.invoke("{}");
  BOOST_TEST(refused.error_type == "Runtime.InvalidResponseModeHeader");
  const local::Invocation after = sandbox.invoke("{}");
  BOOST_TEST(after.payload == "");
  const std::string log = refused.log + after.log;
  BOOST_TEST(log.find("(400, ") != std::string::npos, log);
  BOOST_TEST(log.find("Invalid function response mode") != std::string::npos, log);
}

BOOST_AUTO_TEST_CASE(a_runtime_that_stays_after_its_error_is_ended) {
  const Deployed deployed = wrapped({{"run", runtime("say('POST', 'init/error', b'{\"errorMessage\": \"not today\", "
                                                     "\"errorType\": \"Runtime.No\"}')\ntime.sleep(600)\n")}},
                                    "/var/task/run");
  if (!isolation_is_permitted(deployed)) return;
  const local::Invocation result = deployed.invoke();
  BOOST_TEST(result.error_type == "Runtime.No");
  BOOST_TEST(member(result, "errorMessage") == "\"not today\"");
}

BOOST_AUTO_TEST_SUITE_END()
