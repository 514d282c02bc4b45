// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "answer.hpp"
#include "build.hpp"
#include "fleet.hpp"

#include <daypack/pipeline.hpp>
#include <daypack/python.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace cli {

namespace {

struct MatrixOptions {
  std::string file = {};
  std::vector<std::string> only = {};
  bool list = false;
  bool offline = false;
};

// What became of a cell.
struct Result {
  boost::json::object answer = {};
  std::string sha256 = {};
  std::uint64_t size = 0;
  std::vector<std::string> paths = {};
  double seconds = 0;
  std::optional<daypack::Error> error = {};
};

boost::json::object json_of(const Cell& cell) {
  return {{"name", cell.name},
          {"target",
           boost::json::object{
               {"backend", cell.options.backend}, {"python", cell.options.python}, {"arch", cell.options.arch}}},
          {"path", cell.options.output}};
}

// Which cell is built next. Of cells that differ in their own files alone one is built before the others, so that these
// find its bytecode and streams in the cache, and do not make the same beside it.
class Order {
 public:
  explicit Order(const std::vector<Cell>& cells) : waiting_(cells.size(), true) {
    std::vector<BuildOptions> kinds;
    for (const Cell& cell : cells) {
      const BuildOptions kind = without_own(cell.options);
      const auto found = std::ranges::find(kinds, kind);
      group_of_.push_back(static_cast<std::size_t>(found - kinds.begin()));
      if (found == kinds.end()) kinds.push_back(kind);
    }
    groups_.resize(kinds.size(), Group::untried);
  }

  // Nothing when all have been taken.
  std::optional<std::size_t> take() {
    std::unique_lock lock(mutex_);
    for (;;) {
      bool waits = false;
      for (std::size_t i = 0; i < waiting_.size(); ++i) {
        Group& group = groups_[group_of_[i]];
        waits = waits || waiting_[i];
        if (!waiting_[i] || group == Group::first) continue;
        if (group == Group::untried) group = Group::first;
        waiting_[i] = false;
        return i;
      }
      if (!waits) return std::nullopt;
      ended_.wait(lock);
    }
  }

  void end(std::size_t cell, bool built) {
    const std::scoped_lock lock(mutex_);
    Group& group = groups_[group_of_[cell]];
    if (group == Group::first) group = built ? Group::tried : Group::untried;
    ended_.notify_all();
  }

 private:
  enum class Group { untried, first, tried };

  static BuildOptions without_own(BuildOptions options) {
    options.add = options.allow_secrets = {};
    options.handler = options.output = options.report = options.sources = {};
    return options;
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<bool> waiting_;
  std::vector<std::size_t> group_of_;
  std::vector<Group> groups_;
};

// Builds cells side by side, with one pool, one cache and equal packages shared.
class FleetBuild {
 public:
  FleetBuild(const Fleet& fleet, const Everywhere& everywhere, const daypack::Context& context, Console& console)
      : fleet_(fleet), everywhere_(everywhere), context_(context), console_(console), results_(fleet.cells.size()) {
    silent_.quiet = true;
  }

  std::vector<Result> run() {
    Order order(fleet_.cells);
    const auto work = [&] {
      while (const auto i = order.take()) {
        Result result = built(fleet_.cells[*i]);
        order.end(*i, !result.error);
        finish(*i, std::move(result));
      }
    };
    {
      // Not on the pool's threads: one that waits for what another cell makes would be lost to that cell.
      std::vector<std::jthread> threads;
      for (std::size_t i = 1; i < std::min(context_.pool().size(), fleet_.cells.size()); ++i)
        threads.emplace_back(work);
      work();
    }
    return std::move(results_);
  }

 private:
  Result built(const Cell& cell) {
    Result result;
    const auto begin = std::chrono::steady_clock::now();
    Console console(silent_);
    try {
      context_.check_stop();
      const Package package =
          build(cell.options, everywhere_, context_.observed_by(console.observer()), console, shared_);
      result.answer = answer_of(package, console, cell.options.output);
      result.sha256 = package.archive().sha256().hex();
      result.size = package.archive().size();
      result.paths = paths_of(package, cell.options.output);
    } catch (const daypack::Error& error) {
      result.error = error;
    } catch (const std::exception& error) {
      result.error = daypack::Error(daypack::Errc::failed, error.what());
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const std::scoped_lock lock(mutex_);
    console_.tell_new(console);  // what many cells remark is told once
    return result;
  }

  void finish(std::size_t index, Result result) {
    const Cell& cell = fleet_.cells[index];
    const std::scoped_lock lock(mutex_);
    ++done_;
    if (!result.error) {
      console_.say('[' + std::to_string(done_) + '/' + std::to_string(fleet_.cells.size()) + "] " + words_of(cell) +
                   ": " + megabytes(result.size) + ", " + seconds(result.seconds));
    } else if (result.error->code() != daypack::Errc::cancelled) {
      print_error(*result.error, false, words_of(cell));
    }
    results_[index] = std::move(result);
  }

  const Fleet& fleet_;
  const Everywhere& everywhere_;
  Everywhere silent_ = everywhere_;
  const daypack::Context& context_;
  Console& console_;
  SharedPackages shared_;
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::vector<Result> results_;
};

// 0 when all are built, 130 after an interrupt; the code of the failures where they agree, else 1.
int exit_code_of(const std::vector<Result>& results, bool stopped) {
  if (stopped) return daypack::exit_code(daypack::Errc::cancelled);
  std::set<int> codes;
  for (const Result& result : results) {
    if (result.error) codes.insert(daypack::exit_code(result.error->code()));
  }
  return codes.empty() ? 0 : codes.size() == 1 ? *codes.begin() : 1;
}

boost::json::object json_of(const Cell& cell, const Result& result) {
  boost::json::object said = json_of(cell);
  for (const auto& [key, value] : result.answer) said[key] = value;
  said["seconds"] = result.seconds;
  if (result.error) said["error"] = error_json(*result.error);
  return said;
}

void summarise(const Fleet& fleet, const std::vector<Result>& results, double time, Console& console) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Result& result = results[i];
    rows.emplace_back(words_of(fleet.cells[i]),
                      result.error ? "FAILED   " + std::string(daypack::to_string(result.error->code()))
                                   : megabytes(result.size) + "   " + seconds(result.seconds) + "   sha256 " +
                                         result.sha256.substr(0, 16));
  }
  console.table(rows);
  const auto failed = std::ranges::count_if(results, [](const Result& result) { return result.error.has_value(); });
  console.say(std::to_string(results.size() - static_cast<std::size_t>(failed)) + " of " +
              std::to_string(results.size()) + " built in " + seconds(time));
}

void list(const Fleet& fleet, bool json) {
  boost::json::array cells;
  for (const Cell& cell : fleet.cells) {
    if (json) {
      cells.push_back(json_of(cell));
    } else {
      print(words_of(cell) + ": " + cell.options.output);
    }
  }
  if (json) print(boost::json::serialize(boost::json::object{{"cells", std::move(cells)}}));
}

void tell(const Fleet& fleet, const std::vector<Result>& results, double time, bool json) {
  boost::json::array cells;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (json)
      cells.push_back(json_of(fleet.cells[i], results[i]));
    else
      for (const std::string& path : results[i].paths) print(path);
  }
  if (json) print(boost::json::serialize(boost::json::object{{"cells", std::move(cells)}, {"seconds", time}}));
}

int run_matrix(const MatrixOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  daypack::Context context = context_of(everywhere, console, options.offline);
  std::string local;  // asked for once
  const Fleet fleet = read_fleet(options.file, options.only, [&] {
    return local.empty() ? local = daypack::to_string(local_python(context)) : local;
  });
  for (const std::string& note : fleet.notes) console.say(note);
  if (options.list) return list(fleet, everywhere.json), 0;
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<Result> results = FleetBuild(fleet, everywhere, context, console).run();
  const double time = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  tell(fleet, results, time, everywhere.json);
  summarise(fleet, results, time, console);
  return exit_code_of(results, context.stop().stop_requested());
}

}  // namespace

void add_matrix(CLI::App& app, Run& run) {
  auto options = std::make_shared<MatrixOptions>();
  CLI::App* command =
      app.add_subcommand("matrix", "Build many functions for many targets, sharing what they have in common");
  command->footer(
      "Examples:\n  daypack matrix fleet.toml\n  daypack matrix fleet.toml --only 'thumb*' --list\n\n"
      "Example of a FILE:\n  [defaults]\n  backend = \"aws_lambda\"\n  python = [\"3.12\", \"3.13\"]\n  requirements = "
      "\"requirements.txt\"\n\n"
      "  [function.thumbnails]\n  add = \"thumbnails/app.py\"\n  handler = \"app.handler\"");
  command->add_option("FILE", options->file, "A TOML file of functions, each with the options of build")->required();
  command->add_option("--only", options->only, "A function's name or a glob of them, repeatable")
      ->allow_extra_args(false);
  command->add_flag("--list", options->list, "Say what would be built, and build nothing");
  command->add_flag("--offline", options->offline, "Fetch nothing");
  command->callback(
      [options, &run] { run = [options](const Everywhere& everywhere) { return run_matrix(*options, everywhere); }; });
}

}  // namespace cli
