// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/checks/secrets.hpp>  // self-contained

#include "support/findings.hpp"
#include "support/observed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/testing/tree_literal.hpp>

#include <cstdlib>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(checks_secrets)

namespace {

using Texts = std::vector<std::string>;

std::vector<Finding> found_in(const Tree& tree, const checks::Secrets& check = {}) { return check(tree, targeted()); }

// Made up here, so that no scanner of repositories takes this file for a leak.
std::string some(std::size_t count, char c = 'Q') { return std::string(count, c); }
std::string aws_key() {
  return "AK"
         "IA" +
         some(16);
}

// Every token is found alone, is not when a character is missing, and its text is in no finding.
void check_token(const std::string& token, const std::string& words) {
  const auto found = found_in(testing::tree_literal({{"a.py", "first = 1\nkey = '" + token + "'\n"}}));
  BOOST_REQUIRE_MESSAGE(found.size() == 1U, words);
  BOOST_TEST((found[0].severity == Severity::error));
  BOOST_TEST(found[0].message == "holds what looks like " + words + " in line 2");
  BOOST_TEST(!says(found[0].subject + found[0].message + found[0].hint, token));
  const std::string cut = token.substr(0, token.size() - 1);
  BOOST_TEST(found_in(testing::tree_literal({{"a.py", "key = '" + cut + "'\n"}})).empty(), words);
}

}  // namespace

BOOST_AUTO_TEST_CASE(tokens_by_their_form) {
  check_token(aws_key(), "an AWS access key id");
  check_token(
      "gh"
      "p_" +
          some(36),
      "a GitHub token");
  check_token(
      "github"
      "_pat_" +
          some(82),
      "a GitHub token");
  check_token(
      "gl"
      "pat-" +
          some(20),
      "a GitLab token");
  check_token(
      "pypi"
      "-AgE" +
          some(50),
      "a token of the Python package index");
  check_token(
      "npm"
      "_" +
          some(36),
      "an npm token");
  check_token(
      "xo"
      "xb-" +
          some(24, '1'),
      "a Slack token");
  check_token(
      "AI"
      "za" +
          some(35),
      "a Google API key");
  check_token(
      "LT"
      "AI" +
          some(16),
      "an Alibaba Cloud access key id");
  check_token(
      "sk"
      "_live_" +
          some(24),
      "a live Stripe key");
  check_token(
      "Account"
      "Key=" +
          some(86) + "==",
      "the key of an Azure storage account");
  check_token(
      "SharedAccess"
      "Key=" +
          some(43) + "=",
      "the key of an Azure namespace");
}

BOOST_AUTO_TEST_CASE(private_keys) {
  const std::string body = some(64) + "\n" + some(64) +
                           "\n-----END RSA PRIVATE "
                           "KEY-----\n";
  const std::string begin =
      "-----BEGIN RSA PRIVATE "
      "KEY-----";
  for (const std::string& text :
       {begin + "\n" + body, begin + "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n" + body,
        "key = '" + begin + "\\n" + body + "'"}) {
    const auto found = found_in(testing::tree_literal({{"conf.py", text}}));
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(found[0].message == "holds a private key in line 1");
  }
  // Code that speaks of keys holds none, nor do certificates.
  const Tree harmless = testing::tree_literal({{"a.py", "if text.startswith('" + begin + "'):\n  load(text)\n"},
                                               {"ca.pem", "-----BEGIN CERTIFICATE-----\n" + some(64) + "\n"}});
  BOOST_TEST(found_in(harmless).empty());
}

BOOST_AUTO_TEST_CASE(what_vendors_print_is_none) {
  const Tree tree = testing::tree_literal(
      {{"a.py",
        "AK"
        "IAIOSFODNN7EXAMPLE"},
       {"b.py", "x" + aws_key()},
       {"c.py", aws_key() + "A"},
       {"d.py",
        "Account"
        "Key=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="}});
  BOOST_TEST(found_in(tree).empty());
}

BOOST_AUTO_TEST_CASE(names_of_files_are_warnings) {
  const Tree tree = testing::tree_literal(
      {{".env", "A=1"}, {"keys/id_rsa", "x"}, {"store.p12", "x"}, {".env.example", "A="}, {"app.py", ""}});
  const Texts expected{"warning .env: has the name of a file with secrets",
                       "warning keys/id_rsa: has the name of a file with secrets",
                       "warning store.p12: has the name of a file with secrets"};
  BOOST_TEST(words_of(found_in(tree)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_the_users_own_files_unless_asked) {
  const Tree tree = Tree::of({entry_of(distribution_of("demo"), "demo/keys.py", aws_key()),
                              text_entry("own.pyc", std::string("\0\0", 2) + aws_key())});
  BOOST_TEST(words_of(found_in(tree)) == Texts{"error own.pyc: holds what looks like an AWS access key id"},
             boost::test_tools::per_element());
  BOOST_TEST(found_in(tree, {.wheels = true}).size() == 2U);
}

BOOST_AUTO_TEST_CASE(allowed_by_path) {
  const Tree tree = testing::tree_literal({{"test/keys/a.key", aws_key()}, {"b.py", aws_key()}});
  BOOST_TEST(found_in(tree, {.allow = {"test/**", "b.py"}}).empty());
  BOOST_TEST(found_in(tree, {.allow = {"test/**"}}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(large_files_are_noted) {
  const auto found = found_in(testing::tree_literal({{"data", aws_key()}}), {.largest = 10});
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found[0].severity == Severity::note));
}

BOOST_AUTO_TEST_SUITE_END()
