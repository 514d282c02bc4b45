// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/context.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <daypack/error.hpp>

#include <array>
#include <atomic>
#include <thread>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(context)

namespace {

constexpr std::array<Runtime, 1> runtimes{{{.python = 3.12_py, .full_version = "3.12.1"}}};
constexpr BackendPolicy lab{.name = "lab", .title = "the lab", .runtimes = runtimes};

bool is_usage(const Error& error) { return error.code() == Errc::usage; }

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_absent_is_named_when_it_is_asked_for) {
  const Context empty{Services{}};
  const auto names = [](const char* part) {
    return [part](const Error& error) {
      return is_usage(error) && std::string(error.what()).find(part) != std::string::npos;
    };
  };
  BOOST_CHECK_EXCEPTION(empty.pool(), Error, names("thread pool"));
  BOOST_CHECK_EXCEPTION(empty.http(), Error, names("network"));
  BOOST_CHECK_EXCEPTION(empty.runner(), Error, names("process runner"));
  BOOST_CHECK_EXCEPTION(empty.cache(), Error, names("cache"));
  BOOST_CHECK_EXCEPTION(empty.clock(), Error, names("clock"));
  BOOST_CHECK_EXCEPTION(empty.target(), Error, is_usage);
  BOOST_TEST(!empty.offline());
}

BOOST_AUTO_TEST_CASE(copies_share_the_services_and_have_their_own_target_and_stage) {
  const Context plain{Services{.pool = std::make_shared<Pool>(1), .offline = true}};
  const Context aimed = plain.with_target({&lab, &runtimes[0], Arch::arm64}).in_stage("Zip");
  BOOST_TEST(&aimed.pool() == &plain.pool());
  BOOST_TEST(aimed.offline());
  BOOST_TEST(aimed.target().backend->name == "lab");
  BOOST_TEST((aimed.target().arch == Arch::arm64));
  BOOST_TEST(aimed.stage() == "Zip");
  BOOST_TEST(!plain.has_target());
  BOOST_TEST(plain.stage() == "");
}

BOOST_AUTO_TEST_CASE(the_events_of_a_context_with_an_observer_of_its_own_go_there_alone) {
  int seen = 0;
  const Context plain{Services{.pool = std::make_shared<Pool>(1), .observer = [&](const Event&) { ++seen; }}};
  const Context quiet = plain.in_stage("Zip").observed_by({});
  quiet.note("a", "b");
  quiet.advance(1, 1, "files");
  BOOST_TEST(seen == 0);
  BOOST_TEST(&quiet.pool() == &plain.pool());
  BOOST_TEST(quiet.stage() == "Zip");
  plain.note("a", "b");
  BOOST_TEST(seen == 1);
  int other = 0;
  plain.observed_by([&](const Event& event) { ++other, plain.emit(event); }).note("a", "b");
  BOOST_TEST(other == 1);
  BOOST_TEST(seen == 2);
}

BOOST_AUTO_TEST_CASE(an_ended_runtime_is_a_warning_with_its_date) {
  const auto words = [](Support support, std::string_view until) {
    const Runtime runtime{.python = 3.6_py, .support = support, .until = until};
    std::string said;
    const Context context(Services{.observer = [&](const Event& event) {
      const auto& remark = std::get<Remark>(event);
      BOOST_TEST((remark.severity == Remark::Severity::warning));
      said += remark.stage + ": " + remark.subject + ": " + remark.message;
    }});
    daypack::detail::warn_of_support(context.with_target({&lab, &runtime, Arch::x86_64}));
    return said;
  };
  BOOST_TEST(words(Support::current, "2099-01-01") == "");
  BOOST_TEST(
      words(Support::deprecated, "2025-12-15") ==
      "Target: the lab, Python 3.6: this runtime is deprecated since 2025-12-15, it gets no more patches; take a "
      "newer Python where you can");
  BOOST_TEST(words(Support::retired, "2022-07-18") ==
             "Target: the lab, Python 3.6: this runtime is retired since 2022-07-18, it takes no new functions; take a "
             "newer Python where you can");
  BOOST_TEST(words(Support::deprecated, "").find("is deprecated, it gets") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_requested_stop_is_an_error_of_its_own) {
  std::stop_source source;
  const Context context{Services{.stop = source.get_token()}};
  BOOST_CHECK_NO_THROW(context.check_stop());
  source.request_stop();
  BOOST_CHECK_EXCEPTION(context.check_stop(), Error,
                        [](const Error& error) { return error.code() == Errc::cancelled; });
}

BOOST_AUTO_TEST_CASE(remarks_carry_stage_subject_and_severity) {
  std::vector<Remark> seen;
  const Context context = Context{Services{.observer = [&](const Event& event) {
                            seen.push_back(std::get<Remark>(event));
                          }}}.in_stage("Prune");
  context.note("tests", "removed 2 files");
  context.warn("a.so", "odd");
  BOOST_TEST_REQUIRE(seen.size() == 2u);
  BOOST_TEST((seen[0].severity == Remark::Severity::note && seen[0].stage == "Prune" && seen[0].subject == "tests"));
  BOOST_TEST((seen[1].severity == Remark::Severity::warning && seen[1].message == "odd"));
}

BOOST_AUTO_TEST_CASE(progress_is_rate_limited_but_its_end_is_not) {
  std::vector<Advanced> seen;
  const Context context = Context{Services{.observer = [&](const Event& event) {
                            seen.push_back(std::get<Advanced>(event));
                          }}}.in_stage("Zip");
  for (std::uint64_t i = 1; i <= 10'000; ++i) context.advance(i, 10'000, "files");
  BOOST_TEST(seen.size() < 1000u);
  BOOST_TEST(seen.back().done == 10'000u);
  BOOST_TEST(seen.back().unit == "files");
}

BOOST_AUTO_TEST_CASE(events_come_one_at_a_time_from_any_thread) {
  std::atomic<int> inside{0}, overlaps{0};
  int count = 0;  // unguarded on purpose: the context serialises
  const Context context{Services{.observer = [&](const Event&) {
    if (++inside != 1) ++overlaps;
    ++count;
    --inside;
  }}};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) context.note("x", "y");
      });
    }
  }
  BOOST_TEST(count == 4000);
  BOOST_TEST(overlaps == 0);
}

BOOST_AUTO_TEST_CASE(without_an_observer_events_go_nowhere) {
  const Context context{Services{}};
  BOOST_CHECK_NO_THROW(context.note("a", "b"));
  BOOST_CHECK_NO_THROW(context.advance(1, 2, "files"));
}

BOOST_AUTO_TEST_SUITE_END()
