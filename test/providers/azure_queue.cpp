// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/providers/azure_queue.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/azure_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;

BOOST_AUTO_TEST_SUITE(providers_azure_queue)

namespace {

const std::string url = "https://acc.queue.core.windows.net/jobs";

struct Owner : support::AzureLab {
  Owner() {
    variables["AZURE_STORAGE_ACCOUNT"] = "acc";
    variables["AZURE_STORAGE_KEY"] = support::azure_secret;
  }
  azure::Queue queue(const std::string& name = "jobs") const {
    return {context(), std::make_shared<azure::Session>(context(), azure::Access{}, environment()), name};
  }
};

testing::FakeAnswer refused(int status, const std::string& code) {
  return {.status = status, .headers = {{"x-ms-error-code", code}}, .body = "<Error><Code>" + code + "</Code></Error>"};
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_is_made_once) {
  const Owner owner;
  owner.http->answer(url, {{.status = 201}, {.status = 204}});
  BOOST_TEST(owner.queue().make());
  BOOST_TEST(!owner.queue().make());
  BOOST_TEST(support::field_of(owner.http->seen()[0], "Authorization").starts_with("SharedKey acc:"));
  BOOST_TEST(support::field_of(owner.http->seen()[0], "x-ms-version") == "2022-11-02");
}

BOOST_AUTO_TEST_CASE(messages_go_in_as_xml_and_come_out_once) {
  const Owner owner;
  owner.http->answer(url + "/messages", {{.status = 201, .body = "<QueueMessagesList/>"}});
  owner.queue().send("a < b & c");
  BOOST_TEST(owner.http->seen()[0].body == "<QueueMessage><MessageText>a &lt; b &amp; c</MessageText></QueueMessage>");
  owner.http->answer(
      url + "/messages?numofmessages=1",
      {{.body = "<QueueMessagesList><QueueMessage><MessageId>1-2</MessageId><PopReceipt>AQ+/=</PopReceipt>"
                "<MessageText>a &lt; b</MessageText></QueueMessage></QueueMessagesList>"},
       {.body = "<QueueMessagesList/>"}});
  owner.http->answer(url + "/messages/1-2?popreceipt=AQ%2B%2F%3D", {{.status = 204}});
  BOOST_TEST(owner.queue().take().value() == "a < b");
  BOOST_TEST(owner.http->seen().back().method == "DELETE");
  BOOST_TEST(!owner.queue().take());
}

BOOST_AUTO_TEST_CASE(what_is_gone_is_deleted_and_what_is_refused_is_told) {
  const Owner owner;
  owner.http->answer(url, {{.status = 204}, refused(404, "QueueNotFound"), refused(403, "AuthorizationFailure")});
  owner.queue().remove();
  owner.queue().remove();
  const Error error = error_of([&] { owner.queue().remove(); });
  BOOST_TEST(std::string(error.what()).find(support::azure_secret) == std::string::npos);
  BOOST_TEST(error.hint().find("AZURE_STORAGE_KEY") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_that_no_queue_has_are_refused_before_any_request) {
  const Owner owner;
  for (const char* name : {"", "ab", "Jobs", "a--b", "-ab", "jobs_1"}) {
    const Error error = error_of([&] { owner.queue(name); });
    BOOST_TEST((error.code() == Errc::usage), name);
  }
  BOOST_TEST(owner.http->seen().empty());
}

BOOST_AUTO_TEST_SUITE_END()
