// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/report/trace.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/stages/zip.hpp>

#include "support/pythons.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(report_trace)

namespace {

zip::Reader sources() {
  Context context(services_with(1));
  const Archive archive = Zip<>{}(
      Tree::of(
          {text_entry("var/task/app.py", "import pkg\n\ndef handler(event, context):\n    return pkg.go()  # \u00e4\n"),
           text_entry("var/task/pkg.py", "def go():\r\n    raise ValueError('no')"),
           text_entry("var/task/empty.py", "")}),
      context);
  std::string bytes;
  archive.pour([&](ByteView some) { bytes.append(reinterpret_cast<const char*>(some.data()), some.size()); });
  return zip::Reader::of(blob_of(std::move(bytes)), "sources.zip");
}

std::string after(std::string_view log) { return traced(log, sources()).text; }

}  // namespace

BOOST_AUTO_TEST_CASE(as_python_prints_it) {
  const Traced done = traced(
      "START\nTraceback (most recent call last):\n"
      "  File \"/var/lang/lib/python3.12/runpy.py\", line 1, in run\n"
      "  File \"/var/task/app.py\", line 4, in handler\n"
      "  File \"/var/task/pkg.py\", line 2, in go\n"
      "ValueError: no\nEND\n",
      sources());
  BOOST_TEST(done.text ==
             "START\nTraceback (most recent call last):\n"
             "  File \"/var/lang/lib/python3.12/runpy.py\", line 1, in run\n"
             "  File \"/var/task/app.py\", line 4, in handler\n"
             "    return pkg.go()  # \u00e4\n"
             "  File \"/var/task/pkg.py\", line 2, in go\n"
             "    raise ValueError('no')\n"
             "ValueError: no\nEND\n");
  BOOST_TEST(done.frames == 3U);
  BOOST_TEST(done.found == 2U);
  BOOST_TEST(traced(done.text, sources()).text == done.text);  // what stands there already is not put there again
  BOOST_TEST(traced(done.text, sources()).found == 2U);
}

BOOST_AUTO_TEST_CASE(groups_of_exceptions_are_indented_deeper) {
  BOOST_TEST(after("    | x\n      File \"/var/task/app.py\", line 1, in <module>\n") ==
             "    | x\n      File \"/var/task/app.py\", line 1, in <module>\n        import pkg\n");
  BOOST_TEST(after("  | Traceback (most recent call last):\n  |   File \"/var/task/app.py\", line 1, in <module>\n  | "
                   "ValueError: no\n") ==
             "  | Traceback (most recent call last):\n  |   File \"/var/task/app.py\", line 1, in <module>\n  |     "
             "import pkg\n  | ValueError: no\n");
}

BOOST_AUTO_TEST_CASE(as_lambda_logs_it) {
  BOOST_TEST(after("[ERROR] ValueError: no\rTraceback (most recent call last):\r"
                   "\u00a0\u00a0File \"/var/task/app.py\", line 4, in handler\r"
                   "\u00a0\u00a0File \"/var/task/pkg.py\", line 2, in go\n") ==
             "[ERROR] ValueError: no\rTraceback (most recent call last):\r"
             "\u00a0\u00a0File \"/var/task/app.py\", line 4, in handler\r"
             "\u00a0\u00a0\u00a0\u00a0return pkg.go()  # \u00e4\r"
             "\u00a0\u00a0File \"/var/task/pkg.py\", line 2, in go\n"
             "\u00a0\u00a0\u00a0\u00a0raise ValueError('no')\n");
}

BOOST_AUTO_TEST_CASE(as_lambda_answers_it) {
  BOOST_TEST(after(R"({"errorMessage": "no", "errorType": "ValueError", "requestId": "1", )"
                   R"("stackTrace": ["  File \"/var/task/app.py\", line 4, in handler\n"]})"
                   "\nmore\n") ==
             "Traceback (most recent call last):\n  File \"/var/task/app.py\", line 4, in handler\n"
             "    return pkg.go()  # \u00e4\nValueError: no\nmore\n");
  for (const char* other : {"{\"a\": 1}\n", "{\"stackTrace\": 1}\n", "{\"stackTrace\": [1]}\n", "{\n"})
    BOOST_TEST(after(other) == other);
}

BOOST_AUTO_TEST_CASE(what_is_no_frame_or_has_no_source_stays) {
  for (const char* text :
       {"File \"/var/task/app.py\", line 1, in x\n", "  File \"/var/task/app.py\", line x\n",
        "  File \"/var/task/app.py\", line 0, in x\n", "  File \"/var/task/app.py\", line 99, in x\n",
        "  File \"var/task/app.py\", line 1, in x\n", "  File \"/var/task/gone.py\", line 1\n",
        "  File \"/var/task/app.py\", line 2, in an_empty_line\n",
        "  File \"/var/task/app.py\", line 99999999999999999999\n", "  File \"/var/task/empty.py\", line 1\n",
        "  File \"", "", "\r\n\r", "\u00a0\n"}) {
    BOOST_TEST(after(text) == text);
  }
  BOOST_TEST(after("  File \"/var/task/app.py\", line 1, in x") ==
             "  File \"/var/task/app.py\", line 1, in x\n    import pkg");
  BOOST_TEST(after("  File \"/var/task/app.py\", line 1, in x\r\n") ==
             "  File \"/var/task/app.py\", line 1, in x\r\n    import pkg\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
