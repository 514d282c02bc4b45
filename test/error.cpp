// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/error.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(error)

static_assert(exit_code(Errc::failed) == 1 && exit_code(Errc::usage) == 2 && exit_code(Errc::over_limit) == 3);
static_assert(exit_code(Errc::verification) == 4 && exit_code(Errc::network) == 5 && exit_code(Errc::provider) == 5);
static_assert(exit_code(Errc::cancelled) == 130 && exit_code(Errc::no_wheel) == 1);

BOOST_AUTO_TEST_CASE(every_code_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Errc::cancelled); ++code)
    names.insert(to_string(static_cast<Errc>(code)));
  BOOST_TEST(names.size() == static_cast<std::size_t>(Errc::cancelled) + 1);
  BOOST_TEST(to_string(Errc::failed) == "failed");
  BOOST_TEST(to_string(Errc::damaged_zip) == "damaged_zip");
  BOOST_TEST(to_string(Errc::cancelled) == "cancelled");
}

BOOST_AUTO_TEST_CASE(says_what_failed_the_subject_and_the_way_out) {
  const Error error(Errc::no_wheel, "no wheel fits the target",
                    "numpy 2.4.6 (got manylinux_2_28, expected at most 2_26)", "pin numpy<2.4");
  BOOST_TEST(
      error.what() ==
      "no wheel fits the target: numpy 2.4.6 (got manylinux_2_28, expected at most 2_26)\n  hint: pin numpy<2.4");
  BOOST_TEST((error.code() == Errc::no_wheel));
  BOOST_TEST(std::string(Error(Errc::failed, "it failed").what()) == "it failed");
}

BOOST_AUTO_TEST_CASE(the_innermost_stage_is_remembered) {
  const Error inner = Error(Errc::failed, "it failed").in_stage("Zip");
  BOOST_TEST(inner.stage() == "Zip");
  BOOST_TEST(inner.in_stage("Matrix").stage() == "Zip");
}

BOOST_AUTO_TEST_CASE(collected_failures_are_sorted_and_thrown_once) {
  BOOST_CHECK_NO_THROW(throw_collected({}, "nothing"));
  const Fault a{.code = Errc::hash_mismatch, .message = "wrong hash", .subject = "a"},
      b{.code = Errc::network, .message = "unreachable", .subject = "b"};
  const auto text_of = [](std::vector<Fault> faults) {
    try {
      throw_collected(std::move(faults), "some wheels failed");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing thrown");
  };
  BOOST_TEST(text_of({b, a}) == "some wheels failed\n  wrong hash: a\n  unreachable: b");
  BOOST_TEST(text_of({a, b}) == text_of({b, a}));
  BOOST_TEST(text_of({a}) == "wrong hash: a");
}

BOOST_AUTO_TEST_CASE(credentials_never_show) {
  BOOST_TEST(redacted("https://me:pass@host/x and http://token@other") == "https://***@host/x and http://***@other");
  BOOST_TEST(redacted("https://host/a@b") == "https://host/a@b");
  BOOST_TEST(redacted("https://a/?X-Amz-Signature=0a1b&X-Amz-Date=2") == "https://a/?X-Amz-Signature=***&X-Amz-Date=2");
  BOOST_TEST(redacted("https://a/?X-Amz-Security-Token=t%2B&sv=1&sig=abc") ==
             "https://a/?X-Amz-Security-Token=***&sv=1&sig=***");
  BOOST_TEST(redacted("AccountName=n;AccountKey=k==;EndpointSuffix=e") ==
             "AccountName=n;AccountKey=***;EndpointSuffix=e");
  BOOST_TEST(redacted("nothing to hide") == "nothing to hide");
  BOOST_TEST(redacted("") == "");
}

BOOST_AUTO_TEST_CASE(no_part_of_an_error_holds_a_credential) {
  const std::string url = "https://me:pass@host/";
  const Error error(
      Fault{.message = "m " + url, .subject = url, .hint = "h " + url, .causes = {{.message = "c", .subject = url}}});
  for (const std::string& text : {std::string(error.what()), error.message(), error.subject(), error.hint(),
                                  error.causes()[0].subject, error.in_stage("Vendor").fault().subject}) {
    BOOST_TEST(text.find("pass") == std::string::npos);
    BOOST_TEST(text.find("host") != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
