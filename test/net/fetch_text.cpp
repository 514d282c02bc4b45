// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/net/fetch_text.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/still_clock.hpp"
#include "support/temporary_folder.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/fake_http.hpp>

#include <memory>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(net_fetch_text)

namespace {

struct Web {
  std::shared_ptr<StillClock> clock = std::make_shared<StillClock>();
  std::shared_ptr<testing::FakeHttp> http = std::make_shared<testing::FakeHttp>();

  Requirements read(const std::string& place, bool offline = false) const {
    return Requirements::read(place, {},
                              fetch_text(testing::context({.http = http, .clock = clock, .offline = offline})));
  }
  std::string error_of(const std::string& place, bool offline = false) const {
    try {
      read(place, offline);
    } catch (const Error& error) {
      return std::string(to_string(error.code())) + ": " + error.what();
    }
    return "no error";
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(files_of_a_server_name_each_other) {
  Web web;
  web.http->answer("https://u:pw@h/a/main.txt", {{.body = "one\n-r more.txt\n-c ../limits.txt\n-r /top.txt\n"}});
  web.http->answer("https://u:pw@h/a/more.txt", {{.body = "\ntwo>=2\n"}});
  web.http->answer("https://u:pw@h/limits.txt", {{.body = "two<3\n"}});
  web.http->answer("https://u:pw@h/top.txt", {{.body = "-r https://other/x.txt?y=1\n"}});
  web.http->answer("https://other/x.txt?y=1", {{.body = "\xEF\xBB\xBF# c\r\nthree\r\n"}});
  const Requirements all = web.read("https://u:pw@h/a/main.txt");
  BOOST_TEST(all.text() == "one\ntwo>=2\nthree\n");
  BOOST_TEST(all.constraints_text() == "two<3\n");
  BOOST_TEST(all.items.at(1).file == "https://h/a/more.txt");
  BOOST_TEST(all.items.at(1).line == 2);
  BOOST_TEST(all.items.at(2).file == "https://other/x.txt?y=1");
}

BOOST_AUTO_TEST_CASE(files_of_this_machine_and_of_a_server_mix) {
  Web web;
  TemporaryFolder folder;
  detail::write_file(folder / "main.txt", "one\n-r HTTPS://h/x.txt\n-c file://" + (folder / "li%6Dits.txt") + "\n");
  detail::write_file(folder / "limits.txt", "one<3\n-r sub/more.txt\n");
  detail::write_file(folder / "sub/more.txt", "four<5\n");
  web.http->answer("HTTPS://h/x.txt", {{.body = "two\n-r file:" + (folder / "sub/more.txt") + "\n"}});
  const Requirements all = web.read(folder / "main.txt");
  BOOST_TEST(all.text() == "one\ntwo\nfour<5\n");
  BOOST_TEST(all.constraints_text() == "one<3\nfour<5\n");
  BOOST_TEST(web.read("file://" + (folder / "limits.txt")).text() == "one<3\nfour<5\n");
}

BOOST_AUTO_TEST_CASE(what_goes_wrong_is_told_with_its_places_and_no_login) {
  Web web;
  TemporaryFolder folder;
  const std::string base = "https://me:s3cret@h/";
  for (const auto& [name, answer] : std::map<std::string, testing::FakeAnswer>{
           {"slip.txt", {.body = "a\nb==1 c\n"}},
           {"gone.txt", {.status = 404}},
           {"closed.txt", {.status = 401}},
           {"cut.txt", {.body = "abcdef\n", .fault = testing::HttpFault::truncate, .after = 3}},
           {"outer.txt", {.body = "a\n  -r gone.txt\n"}},
           {"circle.txt", {.body = "-r ./circle.txt\n"}},
           {"binary.txt", {.body = "a\n\xFF"}},
           {"wheel.txt", {.body = "./a-1-py3-none-any.whl\n"}},
           {"odd.txt", {.body = "-r ftp://h/x.txt\n"}}})
    web.http->answer(base + name, {answer});
  const std::string slip = "syntax: cannot read a requirement: https://h/slip.txt:2:6 (got \"c\"";
  BOOST_TEST(web.error_of(base + "slip.txt").substr(0, slip.size()) == slip);
  BOOST_TEST(web.error_of(base + "gone.txt") ==
             "not_found: a server did not give a requirements file: https://***@h/gone.txt (status 404)\n  hint: check "
             "the address");
  BOOST_TEST(web.error_of(base + "outer.txt").find("(status 404) (named in https://h/outer.txt:2:6)") !=
             std::string::npos);
  BOOST_TEST(web.error_of(base + "closed.txt").find("(status 401)\n  hint: put a login for this host into ~/.netrc") !=
             std::string::npos);
  BOOST_TEST(web.error_of(base + "cut.txt").starts_with("network: a requirements file arrived cut off: "));
  BOOST_TEST(web.error_of(base + "circle.txt") ==
             "syntax: requirements files include each other: https://h/circle.txt:1:4 includes https://h/circle.txt "
             "again\n  hint: remove one of the -r lines");
  BOOST_TEST(web.error_of(base + "binary.txt").find("https://h/binary.txt:2:1 (got a byte that is no text") !=
             std::string::npos);
  BOOST_TEST(web.error_of(base + "wheel.txt")
                 .starts_with("not_found: a required file or folder does not exist: "
                              "./a-1-py3-none-any.whl (https://h/wheel.txt:1:1)"));
  BOOST_TEST(web.error_of(base + "odd.txt") ==
             "usage: this is no http or https URL: ftp://h/x.txt (named in https://h/odd.txt:1:4)");
  for (const std::string name : {"slip", "gone", "outer", "closed", "cut", "circle", "binary", "wheel", "odd"})
    BOOST_TEST(web.error_of(base + name + ".txt").find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(offline_and_without_a_fetcher_the_way_out_is_told) {
  Web web;
  TemporaryFolder folder;
  detail::write_file(folder / "main.txt", "\n-c https://me:s3cret@h/limits.txt\n");
  const std::string place = " (named in " + (folder / "main.txt") + ":2:4)";
  BOOST_TEST(web.error_of(folder / "main.txt", true) ==
             "network: cannot fetch a requirements file while offline: https://***@h/limits.txt" + place +
                 "\n  hint: download it while there is a network, and name the copy");
  BOOST_TEST(web.http->seen().empty());
  BOOST_CHECK_EXCEPTION(Requirements::read(folder / "main.txt"), Error, [&](const Error& error) {
    return error.code() == Errc::usage && error.subject() == "https://***@h/limits.txt" + place;
  });
  BOOST_TEST(web.error_of("https://h/pyproject.toml").starts_with("usage: a project or lock has to lie on this"));
}

BOOST_AUTO_TEST_CASE(an_attempt_that_fails_is_repeated) {
  Web web;
  web.http->answer("http://h/r.txt",
                   {{.body = "one\ntwo\n", .fault = testing::HttpFault::reset, .after = 4}, {.body = "one\ntwo\n"}});
  BOOST_TEST(web.read("http://h/r.txt").text() == "one\ntwo\n");
  BOOST_TEST(web.http->seen().size() == 2u);
  web.http->answer("http://h/large.txt", {{.body = std::string((16U << 20U) + 1, '#')}});
  BOOST_TEST(
      web.error_of("http://h/large.txt").starts_with("over_limit: a requirements file of a server is too large"));
}

BOOST_AUTO_TEST_SUITE_END()
