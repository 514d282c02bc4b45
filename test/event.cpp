// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/event.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(event)

BOOST_AUTO_TEST_CASE(an_observer_takes_any_event) {
  std::string seen;
  const Observer observer = [&](const Event& event) {
    if (const auto* began = std::get_if<StageBegan>(&event)) seen += "began " + began->stage + ';';
    if (const auto* advanced = std::get_if<Advanced>(&event))
      seen += std::to_string(advanced->done) + '/' + std::to_string(advanced->total) + ';';
    if (const auto* ended = std::get_if<StageEnded>(&event)) seen += "ended " + ended->stage + ';';
    if (const auto* remark = std::get_if<Remark>(&event)) seen += remark->message + ';';
  };
  observer(StageBegan{"Zip"});
  observer(Advanced{"Zip", 1, 2, "files"});
  observer(Remark{Remark::Severity::warning, "Zip", "a.py", "odd"});
  observer(StageEnded{"Zip", std::chrono::seconds(1)});
  BOOST_TEST(seen == "began Zip;1/2;odd;ended Zip;");
}

BOOST_AUTO_TEST_SUITE_END()
