// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/rules/service_data.hpp>  // self-contained

#include "support/observed.hpp"
#include "support/removed.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(rules_service_data)

namespace {

Tree sample() {
  const auto botocore = distribution_of("botocore"), boto3 = distribution_of("boto3"),
             google = distribution_of("google");
  return Tree::of({entry_of(botocore, "botocore/data/endpoints.json"),
                   entry_of(botocore, "botocore/data/ec2/2016-11-15/service-2.json.gz"),
                   entry_of(botocore, "botocore/data/s3/2006-03-01/service-2.json.gz"),
                   entry_of(botocore, "botocore/data/sqs/2012-11-05/service-2.json.gz"),
                   entry_of(botocore, "botocore/data/sts/2011-06-15/service-2.json.gz"),
                   entry_of(boto3, "boto3/data/ec2/2016-11-15/resources-1.json"), entry_of(boto3, "boto3/session.py"),
                   entry_of(google, "googleapiclient/discovery_cache/documents/drive.v2.json"),
                   entry_of(google, "googleapiclient/discovery_cache/documents/drive.v3.json"),
                   entry_of(google, "googleapiclient/discovery_cache/documents/driveactivity.v2.json")});
}

using Texts = std::vector<std::string>;

}  // namespace

static_assert(prune_rule<rules::BotocoreData<>> && prune_rule<rules::BotocoreData<"s3", "lambda">> &&
              prune_rule<rules::GoogleApiData<"drive">>);

BOOST_AUTO_TEST_CASE(services_that_are_not_named_go) {
  const Texts expected{"boto3/data/ec2/2016-11-15/resources-1.json", "botocore/data/ec2/2016-11-15/service-2.json.gz",
                       "botocore/data/sqs/2012-11-05/service-2.json.gz"};
  BOOST_TEST(removed_by(rules::botocore_data({"s3"}), sample()) == expected, boost::test_tools::per_element());
  BOOST_TEST(removed_by(rule<rules::BotocoreData<"s3">>(), sample()) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(documents_that_are_not_named_go) {
  const std::string folder = "googleapiclient/discovery_cache/documents/";
  BOOST_TEST(removed_by(rules::googleapi_data({"drive"}), sample()) == (Texts{folder + "driveactivity.v2.json"}),
             boost::test_tools::per_element());
  BOOST_TEST(removed_by(rule<rules::GoogleApiData<"drive.v3">>(), sample()) ==
                 (Texts{folder + "drive.v2.json", folder + "driveactivity.v2.json"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_users_own_files_stay) {
  const Tree tree = sample().merge(Tree::of({text_entry("botocore/data/own/1/service-2.json", "{}")}));
  BOOST_TEST(removed_by(rules::botocore_data({"ec2", "s3", "sqs"}), tree).empty());
}

BOOST_AUTO_TEST_CASE(an_unknown_service_is_told_with_those_near) {
  BOOST_CHECK_EXCEPTION(removed_by(rules::botocore_data({"s4"}), sample()), Error, [](const Error& error) {
    return error.code() == Errc::usage && error.hint() == "there are s3, sqs, sts" &&
           std::string(error.what())
               .starts_with("the rule botocore-data knows no such service in this package: \"s4\"");
  });
  BOOST_TEST(removed_by(rules::botocore_data({"s4"}), {}).empty());  // no botocore, nothing to say
}

BOOST_AUTO_TEST_SUITE_END()
