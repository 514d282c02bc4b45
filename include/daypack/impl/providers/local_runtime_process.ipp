// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/process/runner.hpp>

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <boost/filesystem.hpp>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

// The processes of a sandbox: how they are shut in, what they write, how much memory they take.
namespace daypack::detail::lambda {

// Prepares the namespaces that `unshare` has made and runs a command in them. $1 package, $2 layers, $3 Python's
// prefix, $4 runtime client, $5 "drop" when a real root may give up its rights for good; then the command. The folders
// are held open, because /var and /tmp are about to be hidden. Mounts are made read-only one by one: those of the
// kernel stay.
inline constexpr std::string_view isolating_script = R"sh(set -e
exec 3<"$1" 4<"$2" 5<"$3" 6<"$4"
rights=$5
shift 5
mkdir -p /opt
while read -r _ place type options _; do
  case $type,$options in
  proc,* | sysfs,* | devtmpfs,* | devpts,* | mqueue,* | cgroup* | *,ro | *,ro,*) ;;
  *) mount -o remount,bind,ro "$(printf %b "$place")" 2>/dev/null || : ;;
  esac
done </proc/self/mounts
mount -t tmpfs -o mode=755 none /var
put() {
  mkdir -p "$2"
  mount -c --rbind "/proc/self/fd/$1" "$2"
  mount -o remount,bind,ro "$2"
}
put 3 /var/task
put 4 /opt
put 5 /var/lang
put 6 /var/runtime
mount -o remount,bind,ro /var
mount -t tmpfs -o size=512m,mode=1777 none /tmp
mount -t proc none /proc 2>/dev/null || :
exec 3<&- 4<&- 5<&- 6<&-
cd /var/task
unset OLDPWD
if [ "$rights" = drop ]; then
  exec setpriv --reuid 993 --regid 990 --clear-groups --no-new-privs --bounding-set -all --inh-caps -all "$@"
fi
exec setpriv --no-new-privs --bounding-set -all --inh-caps -all "$@"
)sh";

// Runs a command as long as somebody holds the other end of standard input: when daypack is gone, so is the sandbox.
// The command is not the first process of its namespace, because a first process ignores signals.
inline constexpr std::string_view keeping_script = R"sh(exec 9<&0 8>&2 2>/dev/null
{ read -r _ <&9; kill -KILL 0; } &
keeper=$!
(exec "$@" </dev/null 2>&8 8>&- 9<&-)
status=$?
kill -KILL "$keeper"
exit $status
)sh";

// What a sandbox's processes write, in a file without a name.
class LogFile {
 public:
  LogFile() : file_(made()) {}

  // Any process of this user opens it by this path, as long as this one lives.
  std::string path() const { return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file_.get()); }

  // The last 64 KiB.
  std::string text() const {
    static constexpr off_t most = 64 << 10;
    const off_t size = ::lseek(file_.get(), 0, SEEK_END);
    std::string text(static_cast<std::size_t>(std::min(size, most)), '\0');
    text.resize(read_fully(file_.get(), text.data(), text.size(),
                           static_cast<std::uint64_t>(std::max<off_t>(size - most, 0)), "log"));
    return text;
  }

  // The same; what was written so far is forgotten.
  std::string take() {
    std::string text = this->text();
    if (::ftruncate(file_.get(), 0) != 0) throw_io(Errc::unwritable, "cannot empty a file", "log", errno);
    return text;
  }

 private:
  static Descriptor made() {
    std::string name = (boost::filesystem::temp_directory_path() / "daypack-log-XXXXXX").string();
    Descriptor file(::mkostemp(name.data(), O_APPEND | O_CLOEXEC));
    if (file.get() < 0) throw_io(Errc::unwritable, "cannot write a file", name, errno);
    ::unlink(name.c_str());
    ::fchmod(file.get(), 0666);  // the function may open /dev/stdout, as another user
    return file;
  }
  Descriptor file_;
};

// A number after a key in one of the kernel's "Key:   123 kB" files, in bytes; 0 when there is none.
inline std::uint64_t kernel_number(std::string_view text, std::string_view key) {
  std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  at = text.find_first_of("0123456789", at + key.size());
  if (at == std::string_view::npos) return 0;
  std::uint64_t kib = 0;
  std::from_chars(text.data() + at, text.data() + text.size(), kib);
  return kib << 10;
}

// One of a process' small files; empty when the process is gone.
inline std::string kernel_text(int pid, const char* name) {
  const Descriptor file(::open(("/proc/" + std::to_string(pid) + '/' + name).c_str(), O_RDONLY | O_CLOEXEC));
  std::string text(8192, '\0');
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

// The parent of every process that can be seen.
inline std::multimap<int, int> children_by_parent() {
  std::multimap<int, int> children;
  boost::system::error_code error;
  for (boost::filesystem::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const int pid = std::atoi(at->path().filename().c_str());
    const std::string stat = pid > 0 ? kernel_text(pid, "stat") : std::string();
    const std::size_t name_end = stat.rfind(')');  // "pid (name) state parent ...", the name may hold anything
    if (name_end != std::string::npos && name_end + 4 < stat.size())
      children.emplace(std::atoi(stat.c_str() + name_end + 4), pid);
  }
  return children;
}

// Watches the memory of a process and all its descendants by what the kernel says of them. A limit on addresses
// (RLIMIT_AS) would count what numpy and threads merely reserve, and a memory cgroup is seldom ours to make.
class MemoryWatch {
 public:
  explicit MemoryWatch(int root) : root_(root) {}

  // Looks again. Bytes that are held now; a process' own peak counts even when it has passed.
  std::uint64_t look() {
    const auto now = std::chrono::steady_clock::now();
    if (now - counted_ > std::chrono::milliseconds(100)) count_family(now);
    std::uint64_t sum = 0;
    for (const int pid : family_) {
      const std::string status = kernel_text(pid, "status");
      sum += kernel_number(status, "VmRSS:");
      highest_ = std::max(highest_, kernel_number(status, "VmHWM:"));
    }
    peak_ = std::max({peak_, sum, highest_});
    return std::max(sum, highest_);
  }

  void look_anew() {
    count_family();
    look();
  }

  // Whether more than so many bytes are held. Pages that several processes share count once.
  bool above(std::uint64_t limit) {
    if (look() <= limit) return false;
    if (highest_ > limit || family_.size() == 1) return true;
    std::uint64_t sum = 0;
    for (const int pid : family_) sum += kernel_number(kernel_text(pid, "smaps_rollup"), "Pss:");
    return sum > limit;
  }

  std::uint64_t peak() const noexcept { return peak_; }
  const std::set<int>& family() const noexcept { return family_; }

  void count_family(std::chrono::steady_clock::time_point now = {}) {
    counted_ = now;
    const std::multimap<int, int> children = children_by_parent();
    family_ = {root_};
    for (std::vector<int> next{root_}; !next.empty();) {
      const auto [begin, end] = children.equal_range(next.back());
      next.pop_back();
      for (auto child = begin; child != end; ++child) {
        if (family_.insert(child->second).second) next.push_back(child->second);
      }
    }
  }

 private:
  int root_;
  std::set<int> family_;
  std::chrono::steady_clock::time_point counted_{};
  std::uint64_t highest_ = 0;
  std::uint64_t peak_ = 0;
};

// Kills a process and whatever it started, and waits until all of it is gone.
inline Finished end_family(Child& child, MemoryWatch& watch) {
  watch.count_family();
  // The first of them before the others: unshare (util-linux 2.38) writes an error when its child is killed.
  if (child.running()) ::kill(child.pid(), SIGKILL);
  for (const int pid : watch.family()) {
    if (pid != child.pid()) ::kill(pid, SIGKILL);  // some may have left the group
  }
  child.signal(SIGKILL);
  const Finished finished = child.wait();
  for (int turn = 0; turn < 200; ++turn) {
    const auto gone = [](int pid) {
      return ::kill(pid, 0) != 0 || kernel_text(pid, "stat").find(") Z ") != std::string::npos;
    };
    if (std::all_of(watch.family().begin(), watch.family().end(), gone)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return finished;
}

}  // namespace daypack::detail::lambda
