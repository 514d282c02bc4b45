// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <thread>
#ifdef __linux__
#include <sched.h>
#endif

namespace daypack::detail {

inline constexpr std::size_t no_quota = std::numeric_limits<std::size_t>::max();

// Two numbers of one file, or one of each of two: microseconds that may be used within a period. Rounded up.
inline std::size_t quota_of(std::istream&& used, std::istream&& period) {
  long long most = 0, of = 0;
  if (!(used >> most) || !(period >> of) || most <= 0 || of <= 0) return no_quota;  // "max" or -1: there is none
  return static_cast<std::size_t>((most + of - 1) / of);
}

// The quota of one control group: cpu.max of version 2, cpu.cfs_quota_us of version 1.
inline std::size_t quota_of_group(const std::string& folder) {
  std::string line;
  std::getline(std::ifstream(folder + "/cpu.max"), line);
  if (const std::size_t space = line.find(' '); space != std::string::npos) {
    return quota_of(std::istringstream(line.substr(0, space)), std::istringstream(line.substr(space)));
  }
  return quota_of(std::ifstream(folder + "/cpu.cfs_quota_us"), std::ifstream(folder + "/cpu.cfs_period_us"));
}

// The least quota of the control groups of this process and those around them: what a container may use. Inside one,
// the group's path may be that of the host, of which only the innermost is mounted; then the walk ends there.
// https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files and
// https://docs.kernel.org/scheduler/sched-bwc.html, 2026-11-23. `root`: of the file system.
inline std::size_t quota_of_groups(const std::string& root) {
  std::size_t least = no_quota;
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // ID:CONTROLLERS:PATH; version 2 has none named
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    if (controllers != ",," && controllers.find(",cpu,") == std::string::npos) continue;
    const std::string mounted = root + "/sys/fs/cgroup" + (controllers == ",," ? "" : "/cpu");
    for (std::string path = line.substr(second + 1);; path.resize(path.rfind('/'))) {
      if (path == "/") path.clear();
      least = std::min(least, quota_of_group(mounted + path));
      if (path.find('/') == std::string::npos) break;
    }
  }
  return least;
}

// The processors that this process may use, at least one: of the machine's those of its affinity, and no more than the
// quota of its control groups.
inline std::size_t allotted_processors(const std::string& root = "") {
  std::size_t count = 0;
#ifdef __linux__
  ::cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) count = static_cast<std::size_t>(CPU_COUNT(&set));
#endif
  if (count == 0) count = std::thread::hardware_concurrency();
  return std::max<std::size_t>(1, std::min(count, quota_of_groups(root)));
}

}  // namespace daypack::detail
