// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/process/boost_runner.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include "support/temporary_folder.hpp"

#include <daypack/error.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

using namespace daypack;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(process_boost_runner)

namespace {

Finished sh(const std::string& script, Command command = {}) {
  BoostRunner runner;
  command.argv = {"sh", "-c", script};
  return runner.run(command);
}

auto code_is(Errc code, std::string words) {
  return [=](const Error& error) {
    BOOST_TEST_INFO(error.what());
    return error.code() == code && std::string(error.what()).find(words) != std::string::npos;
  };
}

bool alive(int pid) { return ::kill(pid, 0) == 0; }

// Grandchildren are reaped by init, or by whoever took its place: give it a moment. A zombie counts as gone.
bool gone(int pid) {
  for (int round = 0; round < 3000; ++round) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(stat, text);
    if (!alive(pid) || text.find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

int number_in(const std::string& file) {
  int number = 0;
  for (int round = 0; round < 6000 && number == 0; ++round) {
    std::ifstream(file) >> number;
    std::this_thread::sleep_for(10ms);
  }
  return number;
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

BOOST_AUTO_TEST_CASE(ten_megabytes_through_all_three_pipes_at_once) {
  std::string input(10 << 20, '\0');
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<char>(i * 2654435761U >> 13);
  const Finished done = sh("tee /dev/stderr", {.input = input});
  BOOST_TEST(done.ok());
  BOOST_TEST((done.out == input));
  BOOST_TEST((done.err == input));
}

BOOST_AUTO_TEST_CASE(exit_codes_and_signals) {
  BOOST_TEST(sh("exit 0").ok());
  BOOST_TEST(sh("exit 3").exit_code == 3);
  BOOST_TEST(sh("exit 255").exit_code == 255);
  const Finished killed = sh("kill -9 $$");
  BOOST_TEST(killed.exit_code == -1);
  BOOST_TEST(killed.signal == SIGKILL);
  BOOST_TEST(!killed.ok());
}

BOOST_AUTO_TEST_CASE(words_are_no_shell_text) {
  BoostRunner runner;
  const Finished done = runner.run({.argv = {"printf", "[%s]", "a b", "", "$HOME", "\"'\\", "ü"}});
  BOOST_TEST(done.out == "[a b][][$HOME][\"'\\][ü]");
}

BOOST_AUTO_TEST_CASE(environment_and_directory) {
  ::setenv("DAYPACK_TEST_A", "parent", 1);
  BOOST_TEST(sh("echo $DAYPACK_TEST_A").out == "parent\n");
  BOOST_TEST(sh("echo $DAYPACK_TEST_A", {.environment = {{"DAYPACK_TEST_A", "child"}}}).out == "child\n");
  BOOST_TEST(
      sh("echo [$DAYPACK_TEST_A]", {.environment = {{"PATH", "/usr/bin:/bin"}}, .clean_environment = true}).out ==
      "[]\n");
  BoostRunner runner;
  BOOST_TEST(runner.run({.argv = {"env"}, .environment = {{"X", "1"}}, .clean_environment = true}).out == "X=1\n");
  const TemporaryFolder folder;
  BOOST_TEST(sh("pwd -P", {.directory = folder.path().string()}).out ==
             boost::filesystem::canonical(folder.path()).string() + "\n");
  ::unsetenv("DAYPACK_TEST_A");
}

BOOST_AUTO_TEST_CASE(a_missing_program_is_named) {
  BoostRunner runner;
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {"no-such-program"}}), Error,
                        code_is(Errc::tool_missing, "no-such-program"));
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {"/no/such/program"}}), Error,
                        code_is(Errc::tool_missing, "there is no such program"));
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {"/bin"}}), Error,
                        code_is(Errc::tool_missing, "not a program that may be executed"));
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {"sh"}, .environment = {{"PATH", "/nowhere"}}}), Error,
                        code_is(Errc::tool_missing, "sh"));
  const TemporaryFolder folder;
  std::ofstream(folder / "script") << "#!/no/such/interpreter\n";
  boost::filesystem::permissions(folder / "script", boost::filesystem::owner_all);
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {folder / "script"}}), Error,
                        code_is(Errc::tool_missing, "cannot be executed"));
  std::ofstream(folder / "text") << "neither a program nor a script";
  boost::filesystem::permissions(folder / "text", boost::filesystem::owner_all);
  BOOST_CHECK_EXCEPTION(runner.start({.argv = {folder / "text"}}), Error,
                        code_is(Errc::tool_missing, "cannot be executed"));
  BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1);  // and no zombie is left of it
  BOOST_TEST(errno == ECHILD);
}

BOOST_AUTO_TEST_CASE(bad_commands) {
  BoostRunner runner;
  BOOST_CHECK_EXCEPTION(runner.run({}), Error, code_is(Errc::usage, "no program"));
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {"echo", std::string("a\0b", 3)}}), Error, code_is(Errc::usage, "NUL"));
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {"echo"}, .environment = {{"A=B", ""}}}), Error,
                        code_is(Errc::usage, "variable"));
  BOOST_CHECK_EXCEPTION(runner.run({.argv = {"echo"}, .directory = "/no/such/folder"}), Error,
                        code_is(Errc::unreadable, "/no/such/folder"));
}

BOOST_AUTO_TEST_CASE(a_timeout_kills_grandchildren) {
  const TemporaryFolder folder;
  Finished done;
  const double took = seconds_of(
      [&] { done = sh("sleep 300 & echo $! >" + (folder / "pid") + "; echo before; wait", {.timeout = 1500ms}); });
  BOOST_TEST(done.timed_out);
  BOOST_TEST(!done.ok());
  BOOST_TEST(done.out == "before\n");
  BOOST_TEST(took < 150);
  BOOST_TEST(gone(number_in(folder / "pid")));
}

BOOST_AUTO_TEST_CASE(a_timeout_comes_though_the_outputs_are_closed_or_held_by_a_stranger) {
  BOOST_TEST(sh("exec >&- 2>&-; sleep 300", {.timeout = 200ms}).timed_out);
  const TemporaryFolder folder;
  const std::string stranger = "setsid sh -c 'echo $$ >" + (folder / "pid") + "; exec sleep 300' & ";
  double took = seconds_of([&] { BOOST_TEST(sh(stranger + "sleep 300", {.timeout = 1500ms}).timed_out); });
  BOOST_TEST(took < 150);
  const int pid = number_in(folder / "pid");
  BOOST_TEST(alive(pid));  // left the group on purpose: not ours to kill
  ::kill(pid, SIGKILL);
}

BOOST_AUTO_TEST_CASE(what_is_left_in_the_group_may_finish_writing_and_is_killed_then) {
  BOOST_TEST(sh("(sleep 0.2; echo late) & echo early").out == "early\nlate\n");
  const TemporaryFolder folder;
  double took = seconds_of([&] { BOOST_TEST(sh("sleep 300 & echo $! >" + (folder / "pid")).ok()); });
  BOOST_TEST(took < 150);
  BOOST_TEST(gone(number_in(folder / "pid")));
  BOOST_TEST(sh("sleep 300 >/dev/null 2>&1 & echo $! >" + (folder / "quiet")).ok());
  BOOST_TEST(gone(number_in(folder / "quiet")));
}

BOOST_AUTO_TEST_CASE(a_stop_kills_the_group) {
  const TemporaryFolder folder;
  BoostRunner runner;
  std::stop_source source;
  std::jthread stopper([&] {
    number_in(folder / "pid");
    source.request_stop();
  });
  const Command command{.argv = {"sh", "-c", "sleep 300 & echo $! >" + (folder / "pid") + "; wait"}};
  BOOST_CHECK_EXCEPTION(runner.run(command, source.get_token()), Error, code_is(Errc::cancelled, "stopped"));
  BOOST_TEST(gone(number_in(folder / "pid")));
  BOOST_CHECK_EXCEPTION(runner.run(command, source.get_token()), Error, code_is(Errc::cancelled, "stopped"));
}

BOOST_AUTO_TEST_CASE(input_that_nobody_reads_kills_nobody) {
  ::signal(SIGPIPE, SIG_DFL);
  const Finished done = sh("exec <&-; sleep 0.1; echo done", {.input = std::string(10 << 20, 'x')});
  BOOST_TEST(done.ok());
  BOOST_TEST(done.out == "done\n");
  BoostRunner runner;
  auto child = runner.start({.argv = {"true"}});
  BOOST_CHECK_EXCEPTION(child->write(std::string(1 << 20, 'x')), Error, code_is(Errc::tool_failed, "no longer reads"));
  BOOST_TEST(child->wait().ok());
}

BOOST_AUTO_TEST_CASE(children_inherit_three_descriptors_and_usual_signals) {
  int leaked[2];
  BOOST_REQUIRE(::pipe(leaked) == 0);  // without close-on-exec
  BoostRunner runner;
  auto other = runner.start({.argv = {"cat"}});
  BOOST_TEST(sh("ls /proc/self/fd | wc -l").out == "4\n");  // and the one with which ls reads the folder
  ::sigset_t some;
  ::sigset_t before;
  ::sigemptyset(&some);
  ::sigaddset(&some, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &some, &before);
  ::signal(SIGPIPE, SIG_IGN);
  const std::string signals = sh("grep -E 'Sig(Blk|Ign)' /proc/self/status").out;
  ::signal(SIGPIPE, SIG_DFL);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  BOOST_TEST(signals.starts_with("SigBlk:\t0000000000000000\n"), signals);
  // Who started the tests may ignore others: nohup, a shell's background.
  const auto ignored = std::stoull(signals.substr(signals.rfind('\t') + 1), nullptr, 16);
  BOOST_TEST((ignored >> (SIGPIPE - 1) & 1) == 0U, signals);
  ::close(leaked[0]);
  ::close(leaked[1]);
}

BOOST_AUTO_TEST_CASE(works_when_this_process_has_no_standard_input) {
  const int kept = ::dup(0);
  ::close(0);
  const Finished done = sh("cat", {.input = "text"});
  ::dup2(kept, 0);
  ::close(kept);
  BOOST_TEST(done.out == "text");
}

BOOST_AUTO_TEST_CASE(fifty_runs_from_eight_threads) {
  const auto open_descriptors = [] {
    return std::distance(boost::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = open_descriptors();
  std::atomic<int> next{0}, good{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        for (int run = next++; run < 50; run = next++) {
          const std::string input(static_cast<std::size_t>(run) * 5000, static_cast<char>('a' + run % 26));
          const Finished done = sh("cat; exit " + std::to_string(run), {.input = input});
          if (done.out == input && done.exit_code == run) ++good;
        }
      });
    }
  }
  BOOST_TEST(good == 50);
  BOOST_TEST(open_descriptors() == before);
  BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1);
}

BOOST_AUTO_TEST_CASE(a_child_that_is_spoken_to) {
  BoostRunner runner;
  auto child = runner.start({.argv = {"cat"}});
  BOOST_TEST(child->running());
  char buffer[64];
  for (std::string text : {"one", "two"}) {
    child->write(text);
    BOOST_TEST(std::string(buffer, child->read(buffer)) == text);
  }
  BOOST_CHECK_EXCEPTION(child->read(buffer, 50ms), Error,
                        code_is(Errc::tool_failed, "does not answer: cat (waited 50 ms)"));
  auto deaf = runner.start({.argv = {"sleep", "300"}});
  BOOST_CHECK_EXCEPTION(deaf->write(std::string(1 << 20, 'x'), 50ms), Error,
                        code_is(Errc::tool_failed, "does not read its input: sleep (waited 50 ms)"));
  child->close_input();
  BOOST_TEST(child->read(buffer) == 0U);
  BOOST_TEST(child->wait().ok());
  BOOST_TEST(!child->running());
}

BOOST_AUTO_TEST_CASE(writing_much_to_a_child_that_answers_does_not_block) {
  BoostRunner runner;
  auto child = runner.start({.argv = {"sh", "-c", "tee /dev/stderr"}});
  const std::string input(3 << 20, 'x');
  child->write(input);
  child->close_input();
  const Finished done = child->wait();
  BOOST_TEST((done.out == input));
  BOOST_TEST(done.err.size() == 65536U);
}

BOOST_AUTO_TEST_CASE(a_destroyed_child_is_gone_with_its_group) {
  const TemporaryFolder folder;
  BoostRunner runner;
  auto child = runner.start({.argv = {"sh", "-c", "sleep 300 & echo $! >" + (folder / "pid") + "; wait"}});
  const int own = child->pid(), grandchild = number_in(folder / "pid");
  BOOST_TEST(alive(own));
  child.reset();
  BOOST_TEST(!alive(own));
  BOOST_TEST(gone(grandchild));
}

BOOST_AUTO_TEST_CASE(signals_reach_a_child) {
  BoostRunner runner;
  auto child = runner.start(
      {.argv = {"sh", "-c", "trap 'echo term >&2; exit 7' TERM; echo ready; while :; do sleep 0.01; done"}});
  char buffer[16];
  child->read(buffer);
  child->signal(SIGTERM);
  const Finished done = child->wait();
  BOOST_TEST(done.exit_code == 7);
  BOOST_TEST(done.err.ends_with("term\n"), done.err);  // before it, the shell may tell that `sleep` got the signal too
  child->signal(SIGTERM);                              // after the end: nobody
}

BOOST_AUTO_TEST_SUITE_END()
