// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "options.hpp"

#include <daypack/cache/account.hpp>
#include <daypack/cache/remote.hpp>
#include <daypack/context.hpp>
#include <daypack/error.hpp>
#include <daypack/net/logged.hpp>

#include <boost/json.hpp>

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cli {

// Everything that goes to stderr: progress, remarks, tables. Never to stdout, which carries the result alone.
class Console {
 public:
  explicit Console(const Everywhere& options);

  // For the context: shows progress and collects how long each stage took and what was remarked.
  daypack::Observer observer();
  bool verbose() const { return verbose_; }
  const std::vector<std::pair<std::string, double>>& stages() const { return stages_; }
  const std::vector<daypack::Remark>& remarks() const { return remarks_; }
  const std::vector<daypack::Finding>& findings() const { return findings_; }
  const daypack::CacheAccount& cache_account() const { return cache_account_; }

  // Tells what another console has kept, but not what it was made to tell before.
  void tell_new(const Console& other);
  // A line for people; nothing with --quiet.
  void say(const std::string& line);
  // Rows of label and value, aligned; only on a terminal, and not with --quiet.
  void table(const std::vector<std::pair<std::string, std::string>>& rows);

 private:
  void show(const daypack::StageBegan& event);
  void show(const daypack::Advanced& event);
  void show(const daypack::StageEnded& event);
  void show(const daypack::Remark& event);
  void show(const daypack::CacheUse& event) { cache_account_.add(event); }
  void show(const daypack::Finding& event);
  void clear_line();

  std::recursive_mutex mutex_;  // requests are told by the threads that send them
  std::set<std::string> told_;  // of other consoles
  bool quiet_, verbose_, terminal_, live_;
  bool line_is_open_ = false;
  std::vector<std::pair<std::string, double>> stages_;
  std::vector<daypack::Remark> remarks_;
  std::vector<daypack::Finding> findings_;
  daypack::CacheAccount cache_account_;
};

// --remote-cache, --remote-cache-mode, --remote-cache-patience, $DAYPACK_REMOTE_CACHE_HEADER.
daypack::RemoteCacheOptions remote_cache_of(const Everywhere& options);

// With -vv: lines for each request, on the console.
daypack::RequestLog request_log_of(const Everywhere& options, Console& console);

// The context of the command line: everything real, observed by the console.
daypack::Context context_of(const Everywhere& options, Console& console, bool offline = false);

// "71.2 MB", "5,783", "0.08 s": for people.
std::string megabytes(std::uint64_t bytes);
// One line of the answer, on standard output.
void print(const std::string& line);

// A document, to a file that is named then, or to standard output without one.
void give(const std::string& document, const std::string& path);

std::string thousands(std::uint64_t count);
std::string seconds(double value);

// Everything that an error says, as JSON.
boost::json::object error_json(const daypack::Error& error);

// What an error looks like: "error: ..." in lines, or one JSON object. Of several things it names the one that failed.
void print_error(const daypack::Error& error, bool json, const std::string& of = {});

}  // namespace cli
